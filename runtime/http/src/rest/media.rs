//! Media types, as far as choosing a reading needs them.

/// What a body of some media type is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Text,
    Binary,
}

/// The type and subtype in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A parameter of a media type, in lower case and without quotes.
pub(crate) fn parameter(media_type: &str, name: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })
}

/// How to read a body of an [`essence`].
pub(crate) fn kind(essence: &str) -> Kind {
    const TEXTUAL: [&str; 18] = [
        "application/csv",
        "application/ecmascript",
        "application/graphql",
        "application/javascript",
        "application/json-seq",
        "application/jsonl",
        "application/jsonlines",
        "application/jwt",
        "application/ndjson",
        "application/sql",
        "application/toml",
        "application/x-javascript",
        "application/x-jsonlines",
        "application/x-ndjson",
        "application/x-pem-file",
        "application/x-www-form-urlencoded",
        "application/xml",
        "application/yaml",
    ];
    if essence == "application/json" || essence.ends_with("+json") || essence == "text/json" {
        Kind::Json
    } else if essence.starts_with("text/")
        || essence.ends_with("+xml")
        || essence.ends_with("+yaml")
        || essence == "application/x-yaml"
        || TEXTUAL.contains(&essence)
    {
        if essence == "image/svg+xml" { Kind::Binary } else { Kind::Text }
    } else {
        Kind::Binary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_have_a_reading() {
        for (media_type, expected) in [
            ("application/json; charset=utf-8", Kind::Json),
            ("Application/Problem+JSON", Kind::Json),
            ("text/plain", Kind::Text),
            ("application/atom+xml", Kind::Text),
            ("image/png", Kind::Binary),
            ("image/svg+xml", Kind::Binary),
            ("application/octet-stream", Kind::Binary),
        ] {
            assert_eq!(kind(&essence(media_type)), expected, "{media_type}");
        }
        assert_eq!(parameter("text/plain; Charset=\"UTF-8\"", "charset").as_deref(), Some("utf-8"));
    }
}
