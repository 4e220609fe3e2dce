//! The options of `#[tool(…)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, LitStr};

use crate::display::Display;
use crate::option::{each, flag, once, unknown};

/// What `#[tool(…)]` says.
#[derive(Default)]
pub(super) struct Options {
    pub(super) name: Option<LitStr>,
    pub(super) display: Display,
    /// Setters of `ToolAnnotations` with their values.
    pub(super) hints: Vec<(&'static str, bool)>,
}

/// Option and setter of each hint.
const HINTS: [(&str, &str); 4] = [
    ("read_only", "with_read_only_hint"),
    ("destructive", "with_destructive_hint"),
    ("idempotent", "with_idempotent_hint"),
    ("open_world", "with_open_world_hint"),
];

impl Options {
    pub(super) fn read(attribute: &Attribute) -> syn::Result<Self> {
        let mut options = Self::default();
        each(attribute, |meta| options.option(&meta))?;
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
            return once(meta, &mut self.name, meta.value()?.parse()?);
        }
        if self.display.option(meta)? {
            return Ok(());
        }
        let mut known = vec!["name"];
        known.extend(Display::OPTIONS);
        known.extend(HINTS.iter().map(|(name, _)| name));
        Err(unknown(meta, &known))
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
