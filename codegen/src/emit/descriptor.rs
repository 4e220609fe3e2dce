//! What the runtime reads: the API and its tools as JSON text.

use std::str::FromStr;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Error;
use super::text::{Text, unparse};
use crate::ir::Api;
use crate::types;

/// Stands for a tool while everything around the tools is formatted; as long as they are to the
/// formatter.
const TOOL: &str = concat!(
    "\"a tool ----------------------------------------------------------------------",
    "------------------------------------------------------------------------------\""
);

/// What the schemas are put together from that the list has shortened.
pub(super) fn parts(text: &mut Text, api: &Api) {
    if api.parts.is_empty() {
        return;
    }
    text.push(
        "\n/// Schemas that definitions of tools are put together from, each with its name.\n",
    );
    text.push("static PARTS: &[&str] = &[\n");
    for part in &api.parts {
        text.push("    ");
        text.push(&quoted(part));
        text.push(",\n");
    }
    text.push("];\n");
}

/// `descriptor()` and the static behind it. The tools are most of a module, and are formatted as
/// the first one is.
pub(super) fn write(text: &mut Text, api: &Api) -> Result<(), Error> {
    let head = literal(&serde_json::to_string(api)?);
    let Some((first, more)) = api.operations.split_first() else {
        text.item(item(&head, &TokenStream::new())?);
        return Ok(());
    };
    let place = Literal::from_str(TOOL).unwrap_or_else(|_| Literal::string(TOOL));
    let frame = unparse(item(&head, &quote!(::std::borrow::Cow::Borrowed(#place)))?);
    // Where the lines of the tool begin and end: one line before its text, and one behind.
    let lines = frame.rsplit_once(TOOL).and_then(|(before, behind)| {
        let start = before.trim_end().rfind('\n')? + 1;
        let end = before.len() + TOOL.len() + behind.match_indices('\n').nth(1)?.0 + 1;
        Some((frame.get(..start)?, frame.get(start..end)?, frame.get(end..)?))
    });
    let (before, lines, behind) = lines.unwrap_or_default();
    let (open, close) = lines.split_once(TOOL).unwrap_or_default();
    text.push("\n");
    text.push(before);
    for operation in std::iter::once(first).chain(more) {
        text.push(open);
        text.push(&quoted(&serde_json::to_string(operation)?));
        text.push(close);
    }
    text.push(behind);
    Ok(())
}

fn item(head: &Literal, tools: &TokenStream) -> Result<syn::Item, Error> {
    Ok(syn::parse2(quote! {
        #[doc = " The API as data: what tools there are and how they become HTTP requests."]
        pub fn descriptor() -> &'static ::toolwright::__rt::Descriptor {
            static DESCRIPTOR: ::toolwright::__rt::Descriptor = ::toolwright::__rt::Descriptor {
                api: ::std::borrow::Cow::Borrowed(#head),
                tools: ::std::borrow::Cow::Borrowed(&[#tools]),
            };
            &DESCRIPTOR
        }
    })?)
}

fn literal(text: &str) -> Literal {
    Literal::from_str(&quoted(text)).unwrap_or_else(|_| Literal::string(text))
}

/// A string literal; raw where that reads the same, as JSON is full of quotes. The compiler refuses
/// characters that turn the direction of writing unless they are escaped, and knows no raw carriage
/// return.
fn quoted(text: &str) -> String {
    if text.contains(types::turns) || text.contains(['\r', '\0']) {
        return Literal::string(text).to_string();
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::{literal, quoted};

    #[test]
    fn literals_mean_the_text() {
        let turned = literal("a\u{202e}b").to_string();
        assert!(!turned.contains('\u{202e}'), "{turned}");
        for text in [
            "",
            "a\u{202e}b\u{2066}",
            "a\"b",
            "\"#",
            "\"##\"#",
            "x\\n",
            "\r\n",
            "\"#; evil(); r#\"",
            "a\rb\0c",
        ] {
            for literal in [literal(text).to_string(), quoted(text)] {
                let read: syn::LitStr = syn::parse_str(&literal).unwrap();
                assert_eq!(read.value(), text);
            }
        }
    }
}
