//! Texts as words that can be compared.

/// Words that say nothing about what a text is about.
const EMPTY: [&str; 14] =
    ["a", "an", "and", "as", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to"];

/// The words of a text, in lower case without plural endings and those that
/// say nothing. Names are taken apart:
/// `listUserRepos` is `list`, `user`, `repo`.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() {
            push(&mut words, &mut word);
        } else {
            let next_is_lower = chars.peek().is_some_and(|next: &char| next.is_lowercase());
            let begins = c.is_uppercase()
                && before.is_some_and(|before: char| {
                    before.is_lowercase() || before.is_numeric() || next_is_lower
                });
            if begins {
                push(&mut words, &mut word);
            }
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        let word = std::mem::take(word);
        if !EMPTY.contains(&&*word) {
            words.push(stem(word));
        }
    }
}

/// Takes off what makes an English noun plural, so that both forms are one word.
fn stem(mut word: String) -> String {
    let has = |ending: &str| word.len() > ending.len() + 1 && word.ends_with(ending);
    if has("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ["sses", "xes", "ches", "shes"].into_iter().any(has) {
        word.truncate(word.len() - 2);
    } else if has("s") && !["ss", "us", "is"].into_iter().any(|ending| word.ends_with(ending)) {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(words("listUserRepos"), ["list", "user", "repo"]);
        assert_eq!(words("GET_HTTPStatus-2xx"), ["get", "http", "status", "2xx"]);
        assert_eq!(words("The cities, boxes & addresses!"), ["city", "box", "address"]);
        assert_eq!(words("Übergröße 東京"), ["übergröße", "東京"]);
        assert!(words(" -- ").is_empty());
    }
}
