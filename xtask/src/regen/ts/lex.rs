//! Words of TypeScript, with the tags of documentation comments and no other comment.

/// The tags of a documentation comment that say something about structure.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tags {
    pub(super) category: Option<String>,
    pub(super) deprecated: bool,
    pub(super) internal: bool,
}

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// An identifier or keyword.
    Ident(String),
    /// A string literal's content.
    Str(String),
    /// A numeric literal.
    Number(i64),
    /// A documentation comment's tags.
    Doc(Tags),
    /// Any other character.
    Punct(char),
}

/// Splits `text` into words; what is no word of the type syntax comes out as punctuation.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = next(rest, first);
        out.extend(token);
        rest = after.trim_start();
    }
    out
}

fn next(rest: &str, first: char) -> (Option<Token>, &str) {
    if let Some(comment) = rest.strip_prefix("/**") {
        let (body, after) = comment.split_once("*/").unwrap_or((comment, ""));
        return (Some(Token::Doc(tags(body))), after);
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        return (None, comment.split_once("*/").map_or("", |(_, after)| after));
    }
    if rest.starts_with("//") {
        return (None, rest.split_once('\n').map_or("", |(_, after)| after));
    }
    if first == '"' {
        return string(rest);
    }
    if first.is_ascii_digit() || first == '-' {
        let (digits, after) = split_while(rest, |c| c.is_ascii_digit() || c == '-');
        let token = digits.parse().map_or(Token::Punct(first), Token::Number);
        return (Some(token), after);
    }
    if is_word(first) {
        let (word, after) = split_while(rest, |c| is_word(c) || c.is_ascii_digit());
        return (Some(Token::Ident(word.to_owned())), after);
    }
    let mut chars = rest.chars();
    chars.next();
    (Some(Token::Punct(first)), chars.as_str())
}

fn string(rest: &str) -> (Option<Token>, &str) {
    let body = rest.strip_prefix('"').unwrap_or(rest);
    let (content, after) = body.split_once('"').unwrap_or((body, ""));
    (Some(Token::Str(content.to_owned())), after)
}

fn is_word(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at(end)
}

fn tags(comment: &str) -> Tags {
    let mut tags = Tags::default();
    for line in comment.lines() {
        let line = line.trim().trim_start_matches('*').trim();
        if let Some(name) = line.strip_prefix("@category") {
            tags.category = Some(name.trim().trim_matches('`').to_owned());
        }
        tags.deprecated |= line.starts_with("@deprecated");
        tags.internal |= line.starts_with("@internal");
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_leave_only_their_tags() {
        let found = tokens("/** Prose.\n * @category `a/b`\n */ /* x */ // y\n export \"s\" -3 ?");
        let doc = Tags { category: Some("a/b".into()), ..Tags::default() };
        assert_eq!(
            found,
            [
                Token::Doc(doc),
                Token::Ident("export".into()),
                Token::Str("s".into()),
                Token::Number(-3),
                Token::Punct('?'),
            ]
        );
    }
}
