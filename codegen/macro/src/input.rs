//! What stands between the parentheses.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed};
use toolwright_codegen::select::{self, Filter};

/// A path and options.
pub(crate) struct Input {
    /// Where the document lies, relative to the package.
    pub(crate) path: LitStr,
    /// `config`: where the file lies that says more, if it is not beside the document.
    pub(crate) config: Option<LitStr>,
    /// `root`: the folder that references may lead to, if it is not the document's own.
    pub(crate) root: Option<LitStr>,
    /// `overlay`: what changes the document, after the overlays of that file.
    pub(crate) overlays: Vec<LitStr>,
    /// `name`, `include`, `exclude`, `profile`.
    pub(crate) select: select::Options,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        let (mut config, mut root) = (None, None);
        let mut overlays = Vec::new();
        let mut select = select::Options::default();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let option: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            match option.to_string().as_str() {
                "name" => select.name = Some(input.parse::<LitStr>()?.value()),
                "config" => config = Some(input.parse()?),
                "root" => root = Some(input.parse()?),
                "overlay" => overlays = literals(input)?,
                "include" => select.include = filters(input)?,
                "exclude" => select.exclude = filters(input)?,
                "profile" => {
                    let name: LitStr = input.parse()?;
                    let wrong = |error| syn::Error::new(name.span(), error);
                    select.profile = Some(name.value().parse().map_err(wrong)?);
                }
                other => {
                    let message = format!(
                        "unknown option `{other}`: there are `name`, `include`, `exclude`, `profile`, `config`, `root` and `overlay`"
                    );
                    return Err(syn::Error::new(option.span(), message));
                }
            }
        }
        Ok(Self { path, config, root, overlays, select })
    }
}

fn literals(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    let list;
    bracketed!(list in input);
    let literals = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?;
    Ok(literals.into_iter().collect())
}

fn filters(input: ParseStream<'_>) -> syn::Result<Vec<Filter>> {
    literals(input)?
        .iter()
        .map(|literal| {
            literal.value().parse().map_err(|error| syn::Error::new(literal.span(), error))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Input;

    fn message(text: &str) -> String {
        syn::parse_str::<Input>(text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn options_are_read() {
        let input: Input = syn::parse_str(
            r#""a.yaml", name = "b", config = "c.toml", include = ["tag:c", "id:d"], profile = "strict", overlay = ["e.yaml"],"#,
        )
        .unwrap();
        assert_eq!(input.path.value(), "a.yaml");
        assert_eq!(input.select.name.as_deref(), Some("b"));
        assert_eq!(input.config.unwrap().value(), "c.toml");
        assert_eq!(input.select.include.len(), 2);
        assert_eq!(input.overlays[0].value(), "e.yaml");
        assert_eq!(input.select.profile().name(), "strict");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(message(r#""a.yaml", nmae = "b""#).contains("unknown option `nmae`"));
        assert!(message(r#""a.yaml", include = ["colour:red"]"#).contains("colour:red"));
        assert!(message(r#""a.yaml", profile = "claude""#).contains("anthropic"));
        assert!(!message("a.yaml").is_empty());
    }
}
