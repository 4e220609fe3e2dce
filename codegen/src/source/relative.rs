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

/// The path of a file, as people see it, that lies at `path` from the folder of `document`.
pub(super) fn beside(document: &str, path: &str) -> String {
    match document.rfind(['/', '\\']).and_then(|end| document.get(..=end)) {
        Some(folder) => format!("{folder}{path}"),
        None => path.to_owned(),
    }
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
        assert_eq!(beside("a/api.yaml", "b/c.yaml"), "a/b/c.yaml");
        assert_eq!(beside("api.yaml", "c.yaml"), "c.yaml");
    }
}
