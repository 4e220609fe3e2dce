//! Rust names from whatever documents call things.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Span, TokenTree};

use super::letters;
use crate::words::joined;

/// Names that a generated module doesn't declare: it uses them itself, and so do its users.
const PRELUDE: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Drop",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Future",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    // What services are called in `impl<T: …>`.
    "T",
    "ToString",
    "Vec",
];

/// Hands out names that are unique within one scope.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A scope for types, with the prelude and `reserved` already taken.
    pub(crate) fn types<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Self {
        let taken = PRELUDE.iter().copied().chain(reserved).map(str::to_owned).collect();
        Self { taken }
    }

    /// `wanted`, else `wanted` with the first of `suffixes` that is free, else with a number.
    pub(crate) fn take(&mut self, wanted: &str, suffixes: &[&str]) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let suffixed = suffixes.iter().map(|suffix| format!("{wanted}{suffix}"));
        let last = suffixed.clone().next_back().unwrap_or_else(|| wanted.to_owned());
        let numbered = (2_u32..).map(|number| join_number(&last, number));
        for candidate in suffixed.chain(numbered) {
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
        last
    }
}

/// A number behind a name, such that changing the case again leaves it as it is.
fn join_number(name: &str, number: u32) -> String {
    let snake = name.chars().all(|c| !c.is_uppercase());
    let digit = name.ends_with(|c: char| c.is_ascii_digit());
    match (snake, digit) {
        (true, _) => format!("{name}_{number}"),
        (false, true) => format!("{name}x{number}"),
        (false, false) => format!("{name}{number}"),
    }
}

/// A type or variant name in Pascal case; `fallback` where nothing of the text is left.
pub(crate) fn pascal(text: &str, fallback: &str) -> String {
    let cased = spell(text).to_upper_camel_case();
    // Once more: what `a_b_c` gives, `ABC`, would not stay as it is when it is cased again.
    let cased = cased.to_upper_camel_case();
    start_with_letter(&cased, fallback, "X")
}

/// A field or method name in snake case; `fallback` where nothing of the text is left.
pub(crate) fn snake(text: &str, fallback: &str) -> String {
    let cased = spell(&joined(text)).to_snake_case();
    start_with_letter(&cased, fallback, "x")
}

/// The identifier of that name.
///
/// # Errors
/// It is a keyword, or none at all.
pub(crate) fn ident(name: &str) -> syn::Result<syn::Ident> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain || name.bytes().next().is_none_or(|first| first.is_ascii_digit()) {
        return syn::parse_str(name);
    }
    // The lexer is for text that is not known: where something in the build wants places of tokens,
    // it keeps all that it ever read.
    let ident = TokenTree::Ident(proc_macro2::Ident::new(name, Span::call_site()));
    syn::parse2(ident.into())
}

/// The identifier as it is written: keywords get an underscore.
pub(crate) fn escape(name: &str) -> String {
    match ident(name) {
        // A keyword since the edition of 2024.
        Ok(_) if name != "gen" => name.to_owned(),
        _ => format!("{name}_"),
    }
}

/// What an array's name says about one of its items: `tags` → `Tag`.
pub(crate) fn singular(name: &str) -> String {
    let cut = |end: usize| name.get(..name.len().saturating_sub(end)).unwrap_or(name);
    if name.len() > 4 && name.ends_with("ies") {
        format!("{}y", cut(3))
    } else if name.len() > 3
        && name.ends_with('s')
        && !["ss", "us", "is", "as"].iter().any(|end| name.ends_with(end))
    {
        cut(1).to_owned()
    } else {
        format!("{name}Item")
    }
}

/// Signs that carry meaning as words, apostrophes dropped, everything else a word boundary.
fn spell(text: &str) -> String {
    let mut out = String::new();
    let mut words = false;
    let mut previous = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // A sign speaks before the first word (`-created`) and in front of a number (`x-+1`).
        let number = rest.peek().is_some_and(char::is_ascii_digit);
        let speaks = !words || (number && previous.is_some_and(|p: char| !p.is_alphanumeric()));
        match c {
            '\'' => {}
            '_' => out.push('_'),
            c => match (letters::spelled(c), word(c)) {
                (Some(letter), _) => {
                    words = true;
                    out.push_str(&letter);
                }
                (None, Some(word)) if speaks => {
                    out.push(' ');
                    out.push_str(word);
                    out.push(' ');
                }
                _ => out.push(' '),
            },
        }
        previous = Some(c);
    }
    out
}

fn word(sign: char) -> Option<&'static str> {
    Some(match sign {
        '+' => "plus",
        '-' => "minus",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '*' => "star",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '~' => "tilde",
        '#' => "hash",
        '@' => "at",
        '$' => "dollar",
        '^' => "caret",
        '/' => "slash",
        _ => return None,
    })
}

fn start_with_letter(cased: &str, fallback: &str, prefix: &str) -> String {
    if !cased.is_ascii() {
        let apart = letters::told_apart(cased);
        if apart != cased {
            let apart = if prefix == "X" { apart.to_upper_camel_case() } else { apart };
            return start_with_letter(&apart, fallback, prefix);
        }
    }
    match cased.chars().next() {
        None => fallback.to_owned(),
        Some(c) if c.is_ascii_alphabetic() => cased.to_owned(),
        Some(_) if ident(cased).is_ok() => cased.to_owned(),
        Some(_) => format!("{prefix}{cased}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_that_the_compiler_takes() {
        for name in [
            "a", "_a", "A1", "type", "Self", "self", "_", "", "1a", "a-b", "é", "r#type", "a b",
            "gen", "union", "crate", "super", "r#self", "a\u{0}",
        ] {
            let read = syn::parse_str::<syn::Ident>(name).map_err(drop);
            assert_eq!(ident(name).map_err(drop), read, "{name}");
        }
    }

    #[test]
    fn signs_become_words_where_they_carry_the_meaning() {
        assert_eq!(pascal("+1", "V"), "Plus1");
        assert_eq!(pascal("-1", "V"), "Minus1");
        assert_eq!(pascal(">=", "V"), "GreaterEqual");
        assert_eq!(pascal("created-at", "V"), "CreatedAt");
        assert_eq!(pascal("-created", "V"), "MinusCreated");
        assert_eq!(pascal("reactions-+1", "V"), "ReactionsPlus1");
        assert_eq!(pascal("reactions--1", "V"), "ReactionsMinus1");
        assert_eq!(pascal("", "Empty"), "Empty");
        assert_eq!(pascal("3d", "V"), "X3d");
        assert_eq!(snake("X-Request-ID", "field"), "x_request_id");
        assert_eq!(snake("filter[name]", "field"), "filter_name");
    }

    #[test]
    fn capitals_that_are_no_words_stay_together() {
        for (text, name) in [
            ("fooIDs", "foo_ids"),
            ("IDs", "ids"),
            ("userURLsByID", "user_urls_by_id"),
            ("IPv4Address", "ipv4_address"),
            ("OAuth2Token", "oauth2_token"),
            ("HTTPServer", "http_server"),
            ("HTTPStatus", "http_status"),
            ("isASet", "is_a_set"),
            ("As", "as"),
            ("TLSSession", "tls_session"),
        ] {
            assert_eq!(snake(text, "field"), name, "{text}");
        }
    }

    #[test]
    fn unique_names_survive_a_change_of_case() {
        let mut names = Names::types(["Proxy"]);
        assert_eq!(names.take("Option", &["Model"]), "OptionModel");
        assert_eq!(names.take("Proxy", &["Model"]), "ProxyModel");
        assert_eq!(names.take("T", &["Model"]), "TModel");
        assert_eq!(names.take("Pet", &[]), "Pet");
        assert_eq!(names.take("Pet", &[]), "Pet2");
        let mut fields = Names::default();
        assert_eq!(fields.take("foo", &[]), "foo");
        let second = fields.take("foo", &[]);
        assert_eq!(second, "foo_2");
        assert_eq!(second.to_snake_case(), second);
        assert_eq!("Pet2".to_upper_camel_case(), "Pet2");
        assert_eq!("V2x3".to_upper_camel_case(), "V2x3");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(escape("type"), "type_");
        assert_eq!(escape("gen"), "gen_");
        assert_eq!(escape("pet"), "pet");
    }

    #[test]
    fn items_take_the_singular() {
        assert_eq!(singular("tags"), "tag");
        assert_eq!(singular("categories"), "category");
        assert_eq!(singular("status"), "statusItem");
    }
}
