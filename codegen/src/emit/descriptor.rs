//! What the runtime reads: the API and its tools as JSON text.

use std::str::FromStr;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Error;
use crate::ir::Api;

/// `descriptor()` and the static behind it.
pub(super) fn items(api: &Api) -> Result<TokenStream, Error> {
    let head = literal(&serde_json::to_string(api)?);
    let tools = api
        .operations
        .iter()
        .map(|operation| Ok(literal(&serde_json::to_string(operation)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(quote! {
        #[doc = " The API as data: what tools there are and how they become HTTP requests."]
        pub fn descriptor() -> &'static ::toolwright::__rt::Descriptor {
            static DESCRIPTOR: ::toolwright::__rt::Descriptor = ::toolwright::__rt::Descriptor {
                api: ::std::borrow::Cow::Borrowed(#head),
                tools: ::std::borrow::Cow::Borrowed(&[
                    #(::std::borrow::Cow::Borrowed(#tools)),*
                ]),
            };
            &DESCRIPTOR
        }
    })
}

/// A string literal; raw where that reads the same, as JSON is full of quotes.
fn literal(text: &str) -> Literal {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let raw = Literal::from_str(&format!("r{hashes}\"{text}\"{hashes}"));
    raw.ok()
        .filter(|raw| {
            let read = syn::parse_str::<syn::LitStr>(&raw.to_string());
            read.is_ok_and(|read| read.value() == text)
        })
        .unwrap_or_else(|| Literal::string(text))
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals_mean_the_text() {
        for text in ["", "a\"b", "\"#", "\"##\"#", "x\\n", "\r\n", "\"#; evil(); r#\""] {
            let read: syn::LitStr = syn::parse_str(&literal(text).to_string()).unwrap();
            assert_eq!(read.value(), text);
        }
    }
}
