//! Tags that have parents (OpenAPI 3.2): filters that name one mean its children too.

use crate::json::Value;

/// Nesting beyond this is taken for a circle.
const DEPTH: usize = 16;

/// The tags and all above them, each once.
pub(super) fn families(root: &Value, tags: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for tag in tags {
        let mut next = Some(tag.as_str());
        for _ in 0..DEPTH {
            let Some(tag) = next.filter(|tag| !all.iter().any(|known| known == tag)) else {
                break;
            };
            all.push(tag.to_owned());
            next = parent(root, tag);
        }
    }
    all
}

fn parent<'d>(root: &'d Value, tag: &str) -> Option<&'d str> {
    let declared = root.get("tags")?.as_array()?;
    let found = declared.iter().find(|one| one.get("name").and_then(Value::as_str) == Some(tag))?;
    found.get("parent")?.as_str()
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn parents_come_after_their_children() {
        let root = json!({"tags": [
            {"name": "books", "parent": "shop"}, {"name": "shop"},
            {"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]});
        let found = |tag: &str| families(&root, &[tag.to_owned()]);
        assert_eq!(found("books"), ["books", "shop"]);
        assert_eq!(found("a"), ["a", "b"]);
        assert_eq!(found("other"), ["other"]);
    }
}
