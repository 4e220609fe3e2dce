//! `discriminator`: every member of the union is given the values that mean it.

use crate::json::{Map, Text, Value, json};

use super::super::context::Context;
use crate::code;
use crate::ir::TAGS;
use crate::pointer::{join, percent_decode, unescape};

/// Puts [`TAGS`] beside the references of a union with a `discriminator`: what its `mapping` says,
/// else the name of the schema.
pub(super) fn tags(cx: &mut Context<'_>, source: &Map, out: &mut Map, at: &str, base: &str) {
    let Some(discriminator) = source.get("discriminator") else { return };
    // Swagger 2.0 has the name alone.
    let property = discriminator.get("propertyName").unwrap_or(discriminator);
    let Some(property) = property.as_str() else { return };
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let mapping: Vec<(&Text, Option<String>)> = mapping
        .into_iter()
        .flatten()
        .map(|(tag, target)| (tag, target.as_str().and_then(|name| named(cx, name, base))))
        .collect();
    for (tag, _) in mapping.iter().filter(|(_, target)| target.is_none()) {
        let at = join(&join(&join(at, "discriminator"), "mapping"), tag);
        let message = format!("the mapping of `{tag}` points to nothing; it is left out");
        cx.report(code::BROKEN_REF, &at, message);
    }
    for union in ["oneOf", "anyOf"] {
        let (Some(Value::Array(sources)), Some(Value::Array(branches))) =
            (source.get(union), out.get_mut(union))
        else {
            continue;
        };
        let mut sources = sources.iter();
        branches.update(|branch| {
            let reference = sources.next().and_then(|source| source.get("$ref")?.as_str());
            let branch = branch.as_object_mut().filter(|branch| branch.contains_key("$ref"));
            if let (Some(reference), Some(branch)) = (reference, branch) {
                let tags = tags_of(cx, &mapping, reference, base);
                branch.insert(TAGS, json!({ property: tags }));
            }
        });
    }
}

fn tags_of(
    cx: &Context<'_>,
    mapping: &[(&Text, Option<String>)],
    reference: &str,
    base: &str,
) -> Vec<String> {
    let pointer = pointer(cx, reference, base);
    let mapped: Vec<String> = mapping
        .iter()
        .filter(|(_, target)| target.is_some() && *target == pointer)
        .map(|(tag, _)| tag.to_string())
        .collect();
    if !mapped.is_empty() {
        return mapped;
    }
    let name = reference.rsplit_once('/').map_or(reference, |(_, name)| name);
    vec![unescape(&percent_decode(name))]
}

/// Where the target of a mapping stands: the name of a schema, or a reference.
fn named(cx: &Context<'_>, target: &str, base: &str) -> Option<String> {
    let name = target.replace('~', "~0").replace('/', "~1");
    pointer(cx, &format!("#/components/schemas/{name}"), base).or_else(|| pointer(cx, target, base))
}

fn pointer(cx: &Context<'_>, reference: &str, base: &str) -> Option<String> {
    cx.resolver.locate(reference, base).ok().map(|found| found.pointer)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::super::super::context::Dialect;
    use super::super::tests::run;
    use crate::ir::TAGS;

    #[test]
    fn members_of_a_union_get_their_tags() {
        let document = r##"{
            "oneOf": [
                {"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"},
                {"$ref": "#/components/schemas/Eel"}, {"type": "object"}
            ],
            "discriminator": {"propertyName": "kind", "mapping": {
                "tom": "Cat", "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog",
                "gone": "#/nowhere", "odd": 1
            }},
            "components": {"schemas": {"Cat": {"type": "object"}, "Dog": {"type": "object"},
                "Eel": {"type": "object"}}}
        }"##;
        let (value, codes) = run(document, Dialect::OpenApi30);
        let tags: Vec<_> = (0..4).map(|branch| value["oneOf"][branch][TAGS].clone()).collect();
        assert_eq!(
            tags,
            [
                json!({"kind": ["cat", "tom"]}),
                json!({"kind": ["dog"]}),
                json!({"kind": ["Eel"]}),
                json!(null),
            ]
        );
        assert_eq!(codes, ["TW0302", "TW0302"]);
    }
}
