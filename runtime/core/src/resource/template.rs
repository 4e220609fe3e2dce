//! Templates of URIs.

use crate::uri::decoded;

/// Longest template, in bytes.
const LONGEST: usize = 8 * 1024;
/// Most variables of one template.
const MOST_VARIABLES: usize = 256;

/// A template of URIs as of RFC 6570, and which URIs it makes.
///
/// Of the levels 1 to 3: `{a}`, `{+a}` (may contain `/`), `{#a}`, `{.a}`, `{/a}`, several
/// variables as in `{a,b}`, and at the end `{?a,b}`. What tells two variables apart has to be in
/// the template: `{a}{b}` is refused, as it would fit one URI in many ways.
///
/// Each variable takes at least one character, and ends where the text behind it in the template
/// first comes (the last text of a template: where it last comes). This takes time linear in the
/// URI. Variables of `{?…}` may be absent, and come in any order.
///
/// Values are decoded. One that would leave its place in a path when pasted there (`..`, and for
/// all but `{+a}` and `{#a}` also `a/b`, `a\b`) does not match.
///
/// ```
/// use toolwright_core::resource::UriTemplate;
///
/// let template = UriTemplate::new("shop://{shelf}/books/{isbn}{?page}").unwrap();
/// let variables = template.matches("shop://top/books/1-2%20x?page=3").unwrap();
/// assert_eq!(variables[1], ("isbn".to_owned(), "1-2 x".to_owned()));
/// assert_eq!(variables[2], ("page".to_owned(), "3".to_owned()));
/// assert!(template.matches("shop://top/books/..%2fsecret").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriTemplate {
    parts: Vec<Part>,
    query: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable { name: String, reserved: bool },
}

/// A template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// It is longer than 8 KiB or has more than 256 variables.
    #[error("it is larger than 8 KiB or 256 variables")]
    TooLarge,
    /// A brace has no counterpart.
    #[error("a brace is not closed, or closed twice")]
    Brace,
    /// An expression is not one of those that are understood.
    #[error(
        "`{{{0}}}` is not understood here; use {{a}}, {{+a}}, {{#a}}, {{.a}}, {{/a}}, or {{?a}} at the end"
    )]
    Expression(String),
    /// Two variables have one name.
    #[error("two variables are called `{0}`")]
    Duplicate(String),
    /// Nothing tells where a variable ends.
    #[error("nothing stands between `{0}` and the variable before it")]
    Adjacent(String),
}

impl UriTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// It is no template, or one that is not understood.
    pub fn new(template: &str) -> Result<Self, TemplateError> {
        if template.len() > LONGEST {
            return Err(TemplateError::TooLarge);
        }
        let mut parts = Vec::new();
        let mut query = Vec::new();
        let mut rest = template;
        while let Some((text, after)) = rest.split_once('{') {
            let (expression, after) = after.split_once('}').ok_or(TemplateError::Brace)?;
            push_text(&mut parts, text)?;
            match expression.strip_prefix('?') {
                Some(names) if after.is_empty() => query = names_of(names, expression)?,
                Some(_) => return Err(TemplateError::Expression(shown(expression))),
                None => push_expression(&mut parts, expression)?,
            }
            rest = after;
        }
        push_text(&mut parts, rest)?;
        let template = Self { parts, query };
        template.check()?;
        Ok(template)
    }

    /// The names of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let named = self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        });
        named.chain(self.query.iter().map(String::as_str))
    }

    /// The values of the variables, by name and in order, if the template makes this URI.
    #[must_use]
    pub fn matches(&self, uri: &str) -> Option<Vec<(String, String)>> {
        let mut values = Vec::new();
        let (mut rest, query) = match uri.split_once('?') {
            Some((path, query)) if !self.query.is_empty() => (path, query),
            _ => (uri, ""),
        };
        let mut parts = self.parts.as_slice();
        while let [part, after @ ..] = parts {
            match part {
                Part::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Part::Variable { name, reserved } => {
                    let end = match after {
                        [] => rest.len(),
                        [Part::Text(last)] => rest.strip_suffix(last.as_str())?.len(),
                        [Part::Text(text), ..] => rest.find(text.as_str())?,
                        [Part::Variable { .. }, ..] => return None,
                    };
                    let (raw, behind) = rest.split_at_checked(end)?;
                    values.push((name.clone(), value(raw, *reserved)?));
                    rest = behind;
                }
            }
            parts = after;
        }
        for (name, raw) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let known = self.query.iter().any(|known| known == name);
            if !known || values.iter().any(|(given, _)| given == name) {
                return None;
            }
            values.push((name.to_owned(), decoded(raw).filter(|value| !value.contains('\0'))?));
        }
        rest.is_empty().then_some(values)
    }

    fn check(&self) -> Result<(), TemplateError> {
        let mut names: Vec<&str> = self.variables().collect();
        if names.len() > MOST_VARIABLES {
            return Err(TemplateError::TooLarge);
        }
        names.sort_unstable();
        if let Some([name, _]) = names.array_windows().find(|[a, b]| a == b) {
            return Err(TemplateError::Duplicate((*name).to_owned()));
        }
        for [first, second] in self.parts.array_windows() {
            if let (Part::Variable { .. }, Part::Variable { name, .. }) = (first, second) {
                return Err(TemplateError::Adjacent(name.clone()));
            }
        }
        Ok(())
    }
}

/// Adds text that stands for itself.
fn push_text(parts: &mut Vec<Part>, text: &str) -> Result<(), TemplateError> {
    if text.contains('}') {
        return Err(TemplateError::Brace);
    }
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(before)) => before.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
    Ok(())
}

/// Adds the text and variables that an expression stands for.
fn push_expression(parts: &mut Vec<Part>, expression: &str) -> Result<(), TemplateError> {
    let operator = expression.chars().next().filter(|first| "+#./".contains(*first));
    let names = expression.get(operator.map_or(0, char::len_utf8)..).unwrap_or_default();
    let (first, between) = match operator {
        Some('#') => ("#", ","),
        Some('.') => (".", "."),
        Some('/') => ("/", "/"),
        _ => ("", ","),
    };
    let reserved = matches!(operator, Some('+' | '#'));
    let mut before = first;
    for name in names_of(names, expression)? {
        push_text(parts, before)?;
        parts.push(Part::Variable { name, reserved });
        before = between;
    }
    Ok(())
}

fn names_of(names: &str, expression: &str) -> Result<Vec<String>, TemplateError> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    if names.iter().all(|name| !name.is_empty() && name.bytes().all(legal)) {
        Ok(names)
    } else {
        Err(TemplateError::Expression(shown(expression)))
    }
}

fn shown(expression: &str) -> String {
    expression.chars().take(64).collect()
}

/// The value that a piece of a URI stands for, if a variable may have it.
fn value(raw: &str, reserved: bool) -> Option<String> {
    let value = decoded(raw)?;
    let is_free = |character: char| !":/?#[]@!$&'()*+,;=".contains(character);
    let stays = |segment: &str| !matches!(segment, "." | "..");
    let fits = if reserved {
        value.split(['/', '\\']).all(stays)
    } else {
        raw.chars().all(is_free) && !value.contains(['/', '\\']) && stays(&value)
    };
    (fits && !value.is_empty() && !value.contains('\0')).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(template: &str, uri: &str) -> Option<Vec<String>> {
        let values = UriTemplate::new(template).unwrap().matches(uri)?;
        Some(values.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn uris_match_or_not() {
        for (template, uri, expected) in [
            ("x://{a}", "x://b", Some(vec!["b"])),
            ("x://{a}", "x://", None),
            ("x://{a}", "x://b/c", None),
            ("x://{a}", "y://b", None),
            ("x://{a}/d", "x://b/d", Some(vec!["b"])),
            ("x://{a}/d", "x://b/de", None),
            ("x://{a}-{b}", "x://1-2-3", Some(vec!["1", "2-3"])),
            ("x://{a,b}", "x://1,2", Some(vec!["1", "2"])),
            ("x:/{/a,b}{.c}", "x://1/2.txt", Some(vec!["1", "2", "txt"])),
            ("x://{+a}.md", "x://1/2.md.md", Some(vec!["1/2.md"])),
            ("x://{a}{#b}", "x://1#2/3", Some(vec!["1", "2/3"])),
            ("x://{a}{?b,c}", "x://1?c=%2F", Some(vec!["1", "/"])),
            ("x://{a}{?b,c}", "x://1", Some(vec!["1"])),
            ("x://{a}{?b}", "x://1?b=1&b=2", None),
            ("x://{a}{?b}", "x://1?d=1", None),
            ("x://{a}", "x://%e4%bd%a0", Some(vec!["你"])),
            ("x://é{a}é", "x://ééé", Some(vec!["é"])),
        ] {
            let expected =
                expected.map(|values| values.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(matched(template, uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn values_stay_in_their_place() {
        for raw in ["..", ".", "%2e%2e", "a%2Fb", "a%5cb", "%00", "%zz", "%ff"] {
            assert_eq!(matched("x://{a}", &format!("x://{raw}")), None, "{raw}");
        }
        for raw in ["../a", "a/../b", "a/%2e%2e/b", "a%2f..", "..%5ca", "a%00"] {
            assert_eq!(matched("x://{+a}", &format!("x://{raw}")), None, "{raw}");
        }
    }

    #[test]
    fn templates_are_checked() {
        use TemplateError::{Adjacent, Brace, Duplicate, Expression, TooLarge};
        let many: String = (0..257).map(|n| format!("/{{a{n}}}")).collect();
        for (template, error) in [
            ("{a", Brace),
            ("a}", Brace),
            ("{a}}", Brace),
            ("{}", Expression(String::new())),
            ("{a*}", Expression("a*".into())),
            ("{a:3}", Expression("a:3".into())),
            ("{&a}", Expression("&a".into())),
            ("{?a}/b", Expression("?a".into())),
            ("{a}/{a}", Duplicate("a".into())),
            ("{a}{b}{c}", Adjacent("b".into())),
            ("{a}{+b}", Adjacent("b".into())),
            (&many, TooLarge),
            (&"x".repeat(8193), TooLarge),
        ] {
            assert_eq!(UriTemplate::new(template), Err(error), "{template}");
        }
    }

    #[test]
    fn long_uris_are_no_burden() {
        let template: String = (0..256).map(|n| format!("{{a{n}}}a")).collect();
        let uri = "a".repeat(64 * 1024);
        // Were this tried in all ways there are, it would not end.
        assert_eq!(matched(&template, &uri), None);
    }
}
