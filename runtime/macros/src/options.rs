//! The options of `#[tool(…)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, LitBool, LitStr, Meta};

/// What `#[tool(…)]` says.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) name: Option<(String, Span)>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    /// Setters of `ToolAnnotations` with their values.
    pub(crate) hints: Vec<(&'static str, bool)>,
}

/// Option and setter of each hint.
const HINTS: [(&str, &str); 4] = [
    ("read_only", "with_read_only_hint"),
    ("destructive", "with_destructive_hint"),
    ("idempotent", "with_idempotent_hint"),
    ("open_world", "with_open_world_hint"),
];

impl Options {
    pub(crate) fn read(attribute: &Attribute) -> syn::Result<Self> {
        let mut options = Self::default();
        match &attribute.meta {
            Meta::Path(_) => {}
            Meta::List(_) => attribute.parse_nested_meta(|meta| options.option(&meta))?,
            Meta::NameValue(meta) => {
                return Err(syn::Error::new(
                    meta.span(),
                    "write the options in parentheses: #[tool(…)]",
                ));
            }
        }
        options.check(attribute.span())?;
        Ok(options)
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if let Some((_, setter)) = HINTS.iter().find(|(name, _)| meta.path.is_ident(name)) {
            if self.hints.iter().any(|(known, _)| known == setter) {
                return Err(meta.error("this hint is given twice"));
            }
            self.hints.push((setter, flag(meta)?));
            return Ok(());
        }
        if meta.path.is_ident("name") {
            let text: LitStr = meta.value()?.parse()?;
            return once(meta, &mut self.name, (text.value(), text.span()));
        }
        let slot = if meta.path.is_ident("title") {
            &mut self.title
        } else if meta.path.is_ident("description") {
            &mut self.description
        } else {
            return Err(meta.error(
                "unknown option; there are `name`, `title`, `description`, `read_only`, \
                 `destructive`, `idempotent` and `open_world`",
            ));
        };
        once(meta, slot, meta.value()?.parse::<LitStr>()?.value())
    }

    fn check(&self, span: Span) -> syn::Result<()> {
        let says =
            |setter: &str| self.hints.iter().any(|(known, value)| *known == setter && *value);
        if says("with_read_only_hint") && says("with_destructive_hint") {
            return Err(syn::Error::new(
                span,
                "a tool can't be both `read_only` and `destructive`",
            ));
        }
        Ok(())
    }
}

/// Fills a slot that may be filled once.
pub(crate) fn once<T>(
    meta: &ParseNestedMeta<'_>,
    slot: &mut Option<T>,
    value: T,
) -> syn::Result<()> {
    if slot.replace(value).is_some() {
        return Err(meta.error("this option is given twice"));
    }
    Ok(())
}

fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if meta.input.peek(syn::Token![=]) {
        Ok(meta.value()?.parse::<LitBool>()?.value)
    } else {
        Ok(true)
    }
}
