//! The variables of URI templates.

use syn::{Error, LitStr};

/// The names of the variables, in order; none for a plain URI.
pub(super) fn variables(uri: &LitStr) -> syn::Result<Vec<String>> {
    let text = uri.value();
    let refuse = |message: String| Err(Error::new(uri.span(), message));
    if !text.contains(':') {
        return refuse(format!(
            "`{text}` is no absolute URI: begin with a scheme, as in `shop://`"
        ));
    }
    let mut variables: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(open);
        let Some((expression, behind)) =
            from.strip_prefix('{').and_then(|inside| inside.split_once('}'))
        else {
            return refuse("a brace is not closed, or closed twice".to_owned());
        };
        let Some(names) = names(expression, behind) else {
            return refuse(format!(
                "`{{{expression}}}` is not understood here; use {{a}}, {{+a}}, {{#a}}, {{.a}}, \
                 {{/a}}, or {{?a}} at the end"
            ));
        };
        if before.is_empty() && !variables.is_empty() && !expression.starts_with(OPENERS) {
            return refuse(format!("nothing stands between `{{{expression}}}` and what is before"));
        }
        for name in names {
            if variables.iter().any(|known| known == name) {
                return refuse(format!("two variables are called `{name}`"));
            }
            variables.push(name.to_owned());
        }
        rest = behind;
    }
    Ok(variables)
}

/// Operators that put a character before the variable.
const OPENERS: [char; 4] = ['#', '.', '/', '?'];

/// The names in an expression; `None`: it is not one that the runtime understands.
fn names<'a>(expression: &'a str, behind: &str) -> Option<Vec<&'a str>> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let names = expression.strip_prefix(['+', '#', '.', '/', '?']).unwrap_or(expression);
    let names: Vec<&str> = names.split(',').collect();
    let all = names.iter().all(|name| !name.is_empty() && name.chars().all(legal));
    (all && (behind.is_empty() || !expression.starts_with('?'))).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        variables(&LitStr::new(text, proc_macro2::Span::call_site()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn variables_have_names() {
        assert_eq!(read("shop://hours"), Ok(Vec::new()));
        assert_eq!(read("a://{b}/{+c,d}{/g}{?e.f}").unwrap(), ["b", "c", "d", "g", "e.f"]);
        for wrong in [
            "shop",
            "a:{b",
            "a:b}",
            "a:{}",
            "a:{b*}",
            "a:{b:3}",
            "a:{b}{b}",
            "a:{b,}",
            "a:{b-c}",
            "a:{?b}/",
            "a:{b}{+c}",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
