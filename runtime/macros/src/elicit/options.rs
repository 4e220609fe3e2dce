//! The options of `#[elicit(…)]` on a field.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, LitInt, LitStr};

use super::kind::Kind;
use crate::constraint::number;
use crate::option::once;

/// Formats, and the variants that stand for them.
const FORMATS: [(&str, &str); 4] =
    [("email", "Email"), ("uri", "Uri"), ("date", "Date"), ("date-time", "DateTime")];

/// What `#[elicit(…)]` says of a field.
#[derive(Default)]
pub(super) struct Options {
    pub(super) name: Option<LitStr>,
    pub(super) title: Option<LitStr>,
    pub(super) description: Option<LitStr>,
    pub(super) not_a_secret: bool,
    pub(super) default: Option<Expr>,
    /// The variant of the format.
    pub(super) format: Option<&'static str>,
    pub(super) min: Option<Expr>,
    pub(super) max: Option<Expr>,
    /// Setters of lengths and counts.
    pub(super) counts: Vec<(&'static str, LitInt)>,
}

/// Whether it is `#[elicit]`.
pub(super) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("elicit")
}

impl Options {
    pub(super) fn read(attributes: &[Attribute], kind: &Kind<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
            attribute.parse_nested_meta(|meta| options.option(&meta, kind))?;
        }
        options.check()?;
        Ok(options)
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>, kind: &Kind<'_>) -> syn::Result<()> {
        for (name, slot) in [
            ("name", &mut self.name),
            ("title", &mut self.title),
            ("description", &mut self.description),
        ] {
            if meta.path.is_ident(name) {
                return once(meta, slot, meta.value()?.parse()?);
            }
        }
        if meta.path.is_ident("not_a_secret") {
            self.not_a_secret = true;
            return Ok(());
        }
        let Some(name) = kind.options().iter().find(|name| meta.path.is_ident(name)) else {
            return Err(meta.error(format!(
                "there is no such option for {}; there are `name`, `title`, `description`, \
                 `not_a_secret`, `{}`",
                kind.name(),
                kind.options().join("`, `")
            )));
        };
        match *name {
            "default" => once(meta, &mut self.default, meta.value()?.parse()?),
            "min" => once(meta, &mut self.min, meta.value()?.parse()?),
            "max" => once(meta, &mut self.max, meta.value()?.parse()?),
            "format" => {
                let format = format(&meta.value()?.parse()?)?;
                once(meta, &mut self.format, format)
            }
            count => {
                let value: LitInt = meta.value()?.parse()?;
                value.base10_parse::<u32>()?;
                self.counts.push((count, value));
                Ok(())
            }
        }
    }

    /// Bounds in the wrong order, and defaults beyond them, as far as literals tell.
    fn check(&self) -> syn::Result<()> {
        let value = |expr: &Option<Expr>| -> Option<f64> {
            number(expr.as_ref()?).ok().and_then(|text| text.parse().ok())
        };
        let above = |lower: Option<f64>, upper: Option<f64>| matches!((lower, upper), (Some(lower), Some(upper)) if lower > upper);
        let (min, max, default) = (value(&self.min), value(&self.max), value(&self.default));
        if above(min, max) {
            return Err(Error::new(span(&self.max), "nothing is in this range"));
        }
        if above(min, default) || above(default, max) {
            return Err(Error::new(span(&self.default), "the default is not in the range"));
        }
        let count = |prefix: &str| {
            let mut counts = self.counts.iter();
            counts.find(|(name, _)| name.starts_with(prefix)).map(|(_, value)| value)
        };
        if let (Some(min), Some(max)) = (count("min"), count("max"))
            && min.base10_parse::<u32>()? > max.base10_parse::<u32>()?
        {
            return Err(Error::new(max.span(), "nothing is in this range"));
        }
        Ok(())
    }
}

fn format(text: &LitStr) -> syn::Result<&'static str> {
    let known = FORMATS.iter().find(|(name, _)| *name == text.value());
    known.map(|(_, variant)| *variant).ok_or_else(|| {
        let message = "forms know the formats \"email\", \"uri\", \"date\" and \"date-time\"";
        Error::new(text.span(), message)
    })
}

fn span(expr: &Option<Expr>) -> Span {
    expr.as_ref().map_or_else(Span::call_site, syn::spanned::Spanned::span)
}
