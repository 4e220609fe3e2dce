//! Paths between files that belong together: always with `/`, never above where they start.

/// The path that `reference` names from the folder that `from` (a file) lies in; `None` where it is
/// no relative path, or leads out of the folder that all paths start from.
pub(super) fn resolve(from: &str, reference: &str) -> Option<String> {
    let foreign = reference.is_empty()
        || reference.starts_with(['/', '\\'])
        || reference.split('/').next().is_some_and(|first| first.contains(':'));
    if foreign {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The folder, as people see it, from which the path of `document` is `own`: what stands before the
/// paths of other files there. Where the two have nothing in common, these stand alone.
pub(super) fn folder<'d>(document: &'d str, own: &str) -> &'d str {
    let before = document.strip_suffix(own).unwrap_or_default();
    if before.ends_with(['/', '\\']) { before } else { "" }
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (from, reference, found) in [
            ("api.yaml", "pet.yaml", Some("pet.yaml")),
            ("api.yaml", "./models/pet.yaml", Some("models/pet.yaml")),
            ("models/pet.yaml", "toy.yaml", Some("models/toy.yaml")),
            ("models/pet.yaml", "../api.yaml", Some("api.yaml")),
            ("models/pet.yaml", "..\\x\\y.yaml", Some("x/y.yaml")),
            ("api.yaml", "../secret.yaml", None),
            ("models/pet.yaml", "../../secret.yaml", None),
            ("api.yaml", "a/../../secret.yaml", None),
            ("api.yaml", "/etc/passwd", None),
            ("api.yaml", "\\\\host\\share", None),
            ("api.yaml", "file:///etc/passwd", None),
            ("api.yaml", "https://example.com/pet.yaml", None),
            ("api.yaml", "C:/pet.yaml", None),
            ("api.yaml", ".", None),
            ("api.yaml", "", None),
        ] {
            assert_eq!(resolve(from, reference).as_deref(), found, "{reference} in {from}");
        }
        assert_eq!(folder("a/b/api.yaml", "api.yaml"), "a/b/");
        assert_eq!(folder("a/b/api.yaml", "b/api.yaml"), "a/");
        assert_eq!(folder("api.yaml", "api.yaml"), "");
        assert_eq!(folder("api.yaml", "b/api.yaml"), "");
    }
}
