//! Text of documents as doc comments: readable, and inert.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

/// Doc attributes for a text, one per line.
pub(crate) fn attributes(text: &str) -> Vec<syn::Attribute> {
    lines(text)
        .iter()
        .map(|line| {
            let line = spaced(line);
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// The same as tokens; none without a text.
pub(crate) fn tokens(text: Option<&str>) -> TokenStream {
    let lines = text.map(lines).unwrap_or_default();
    lines
        .iter()
        .map(|line| {
            let line = spaced(line);
            quote!(#[doc = #line])
        })
        .collect()
}

fn spaced(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// The lines of a doc comment. Nothing in it is a doctest: code blocks are marked as text and
/// indentation, which would make code of a paragraph, is dropped outside them.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    for raw in text.lines() {
        let kept = raw.chars().filter(|c| !turns(*c));
        let cleaned: String = kept.map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = cleaned.trim_end();
        let trimmed = line.trim_start();
        let marker: String = trimmed.chars().take_while(|c| *c == '`' || *c == '~').collect();
        let marks_fence = marker.len() >= 3;
        match &fence {
            Some(open) if marks_fence && trimmed == marker && marker.starts_with(open.as_str()) => {
                lines.push(open.clone());
                fence = None;
            }
            Some(_) => lines.push(line.to_owned()),
            // A fence with its own end on the same line is a code span.
            None if marks_fence && !trimmed.trim_start_matches(['`', '~']).contains('`') => {
                lines.push(format!("{marker}text"));
                fence = Some(marker);
            }
            None if trimmed.is_empty() && lines.last().is_none_or(String::is_empty) => {}
            None => lines.push(trimmed.to_owned()),
        }
    }
    lines.extend(fence);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether the character changes the direction of what stands behind it: the compiler refuses such
/// characters wherever they are not escaped.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn nothing_is_a_doctest() {
        let text = "Intro\n\n    panic!()\n\n```rust\nfn main() {}\n```\n~~~\nopen";
        assert_eq!(
            lines(text),
            [
                "Intro",
                "",
                "panic!()",
                "",
                "```text",
                "fn main() {}",
                "```",
                "~~~text",
                "open",
                "~~~"
            ]
        );
    }

    #[test]
    fn comments_can_not_be_left() {
        assert_eq!(lines("a */ b\r\nc\u{0}d\u{202e}e"), ["a */ b", "c de"]);
        assert!(lines(" \n\t\n").is_empty());
    }
}
