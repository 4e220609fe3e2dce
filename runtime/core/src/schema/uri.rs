//! As much of URI references as `$id` and `$ref` need.

/// A reference split at its `#`; `None`: no fragment.
pub(super) fn split(reference: &str) -> (&str, Option<&str>) {
    match reference.split_once('#') {
        Some((uri, fragment)) => (uri, Some(fragment)),
        None => (reference, None),
    }
}

/// `reference`, without fragment, seen from `base`.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if scheme_end(reference).is_some() {
        return reference.to_owned();
    }
    let root = root_end(base);
    let (authority, path) = base.split_at_checked(root).unwrap_or((base, ""));
    if reference.starts_with("//") {
        let scheme = scheme_end(base).and_then(|end| base.get(..end));
        return format!("{}{reference}", scheme.unwrap_or_default());
    }
    if reference.starts_with('/') {
        return format!("{authority}{}", without_dots(reference));
    }
    let folder = path
        .rfind('/')
        .and_then(|end| path.get(..=end))
        .unwrap_or(if authority.is_empty() { "" } else { "/" });
    format!("{authority}{}", without_dots(&format!("{folder}{reference}")))
}

/// `%XX` decoded; text that is no UTF-8 then is left as it was.
pub(super) fn percent_decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}

/// Where the scheme ends, its colon included.
fn scheme_end(uri: &str) -> Option<usize> {
    let colon = uri.find(':')?;
    let scheme = uri.get(..colon)?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then_some(colon + 1)
}

/// Where scheme and authority end and the path begins.
fn root_end(uri: &str) -> usize {
    let scheme = scheme_end(uri).unwrap_or(0);
    let rest = uri.get(scheme..).unwrap_or_default();
    match rest.strip_prefix("//") {
        Some(authority) => scheme + 2 + authority.find('/').unwrap_or(authority.len()),
        None => scheme,
    }
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if kept.len() > 1 => {
                kept.pop();
            }
            ".." => {}
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve() {
        for (base, reference, resolved) in [
            ("", "a.json", "a.json"),
            ("http://x.test/a/b.json", "c.json", "http://x.test/a/c.json"),
            ("http://x.test/a/b.json", "/c.json", "http://x.test/c.json"),
            ("http://x.test/a/b.json", "../c.json", "http://x.test/c.json"),
            ("http://x.test", "c.json", "http://x.test/c.json"),
            ("http://x.test/a", "//y.test/b", "http://y.test/b"),
            ("http://x.test/a", "urn:uuid:1", "urn:uuid:1"),
            ("http://x.test/a", "", "http://x.test/a"),
        ] {
            assert_eq!(resolve(base, reference), resolved, "{reference} from {base}");
        }
        assert_eq!(percent_decoded("a%25b%2Fc%zz"), "a%b/c%zz");
    }
}
