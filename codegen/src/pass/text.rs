//! Texts that models read: titles and descriptions without hidden characters and within limits.

/// Longest description of a tool, in characters.
pub(crate) const TOOL_LIMIT: usize = 1024;
/// Longest description of anything inside a schema, in characters.
pub(crate) const SCHEMA_LIMIT: usize = 512;

/// A text made fit, and what had to be done to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Clean {
    pub(crate) text: String,
    /// Hidden or control characters were taken out.
    pub(crate) cleaned: bool,
    /// Characters beyond the limit were cut off.
    pub(crate) cut: bool,
}

/// Takes out control, bidirectional and zero-width characters, trims, and cuts to `limit`
/// characters at the end of a sentence, line or word.
pub(crate) fn clean(source: &str, limit: usize) -> Clean {
    let mut cleaned = false;
    let mut text = String::with_capacity(source.len().min(limit * 4));
    let mut blank_lines = 0;
    for c in source.chars() {
        match c {
            '\r' => {}
            '\n' => {
                while text.ends_with([' ', '\t']) {
                    text.pop();
                }
                blank_lines += 1;
                if blank_lines <= 2 {
                    text.push('\n');
                }
            }
            '\t' => text.push(' '),
            '\u{a0}' | '\u{2007}' | '\u{202f}' => text.push(' '),
            c if is_hidden(c) => cleaned = true,
            c => {
                if c != ' ' {
                    blank_lines = 0;
                }
                text.push(c);
            }
        }
    }
    let text = text.trim();
    let count = text.chars().count();
    if count <= limit {
        return Clean { text: text.to_owned(), cleaned, cut: false };
    }
    Clean { text: cut(text, limit), cleaned, cut: true }
}

/// One line of at most `limit` characters, for titles.
pub(crate) fn title(source: &str, limit: usize) -> Option<String> {
    let line = clean(source, usize::MAX / 8).text;
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty() && line.chars().count() <= limit).then_some(line)
}

fn cut(text: &str, limit: usize) -> String {
    let room = limit.saturating_sub(1);
    let head: String = text.chars().take(room).collect();
    let at_least = head.len() / 2;
    let place = head
        .rmatch_indices(['.', '\n'])
        .map(|(at, mark)| at + mark.len())
        .find(|&end| {
            let next = head.get(end..).and_then(|rest| rest.chars().next());
            next.is_some_and(char::is_whitespace)
        })
        .or_else(|| head.rfind(' '))
        .filter(|&at| at >= at_least)
        .unwrap_or(head.len());
    let mut kept = head.get(..place).unwrap_or(&head).trim_end().to_owned();
    kept.push('…');
    kept
}

/// Characters that change or hide what a reader sees, or that no text needs.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' // zero-width, marks of direction
            | '\u{2028}'..='\u{202e}' // separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' // tags, known to smuggle instructions
            | '\u{e0100}'..='\u{e01ef}' | '\u{1d173}'..='\u{1d17a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go() {
        let clean = clean("a\u{202e}b\u{200b}c\u{0}\r\n\n\n\n d\u{e0041} ", 100);
        assert_eq!(clean.text, "abc\n\n d");
        assert!(clean.cleaned && !clean.cut);
    }

    #[test]
    fn long_texts_end_at_a_sentence() {
        let text = format!("{} One more.", "First sentence. ".repeat(5));
        let short = clean(&text, 40);
        assert_eq!(short.text, "First sentence. First sentence.…");
        assert!(short.cut);
        assert_eq!(clean(&"x".repeat(50), 10).text.chars().count(), 10);
        assert_eq!(clean(&"ä".repeat(50), 10).text.chars().count(), 10);
    }

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(title(" Get\n a pet ", 20), Some("Get a pet".to_owned()));
        assert_eq!(title("Get a pet", 5), None);
        assert_eq!(title(" ", 5), None);
    }
}
