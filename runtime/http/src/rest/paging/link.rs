//! The `Link` header (RFC 8288), as far as finding the next page takes.

/// The target of the first link whose relation is `next`.
pub(super) fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let end = end(after);
        let (parameters, more) = after.split_at(end);
        if is_next(parameters) {
            return Some(target);
        }
        rest = more;
    }
    None
}

/// Where a link's parameters end: at a comma outside quotes.
fn end(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return index,
            _ => {}
        }
    }
    text.len()
}

/// Only the first `rel` counts.
fn is_next(parameters: &str) -> bool {
    let relation = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"'))
    });
    relation.is_some_and(|value| {
        value.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_others() {
        for (header, target) in [
            (
                r#"<https://h/a?page=1>; rel="prev", <https://h/a?page=3>; rel="next""#,
                Some("https://h/a?page=3"),
            ),
            ("</a,b?x=1>;rel=next", Some("/a,b?x=1")),
            (r#"<b>; title="a, <c>; rel=next"; rel="Prefetch NEXT""#, Some("b")),
            (r#"<b>; rel=prev; rel=next"#, None),
            ("<b", None),
            ("", None),
            ("<>; rel", None),
        ] {
            assert_eq!(next(header), target, "{header}");
        }
    }
}
