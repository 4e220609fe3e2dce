//! What `#[arg(…)]` says about values.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, ExprRange, ExprUnary, Lit, LitStr, RangeLimits, UnOp};

/// Constraints as keywords of JSON Schema.
#[derive(Default)]
pub(crate) struct Constraints {
    /// Keywords with their values as JSON text.
    pub(crate) keywords: Vec<(&'static str, String)>,
    /// Fewest and most characters or items.
    pub(crate) length: Option<(Option<u64>, Option<u64>)>,
}

impl Constraints {
    /// Reads one option.
    pub(crate) fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if meta.path.is_ident("range") {
            return self.range(meta);
        }
        if meta.path.is_ident("length") {
            return self.lengths(meta);
        }
        if meta.path.is_ident("pattern") {
            let text: LitStr = meta.value()?.parse()?;
            check_pattern(&text)?;
            return self.add(meta.path.span(), "pattern", json_string(&text.value()));
        }
        let keyword = if meta.path.is_ident("min") {
            "minimum"
        } else if meta.path.is_ident("max") {
            "maximum"
        } else if meta.path.is_ident("multiple_of") {
            "multipleOf"
        } else {
            return Err(meta.error("unknown option"));
        };
        let value: Expr = meta.value()?.parse()?;
        self.add(meta.path.span(), keyword, number(&value)?)
    }

    fn range(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let range = in_parentheses(meta)?;
        if range.start.is_none() && range.end.is_none() {
            return Err(Error::new(range.span(), "a range without ends allows everything"));
        }
        if let Some(start) = &range.start {
            self.add(range.span(), "minimum", number(start)?)?;
        }
        if let Some(end) = &range.end {
            let keyword = match range.limits {
                RangeLimits::Closed(_) => "maximum",
                RangeLimits::HalfOpen(_) => "exclusiveMaximum",
            };
            self.add(range.span(), keyword, number(end)?)?;
        }
        check_order(&range)
    }

    fn lengths(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let range = in_parentheses(meta)?;
        let count = |end: &Option<Box<Expr>>| end.as_deref().map(whole).transpose();
        let min = count(&range.start)?;
        let max = match (count(&range.end)?, &range.limits) {
            (Some(0), RangeLimits::HalfOpen(_)) => {
                return Err(Error::new(range.span(), "nothing is shorter than 0"));
            }
            (Some(end), RangeLimits::HalfOpen(_)) => Some(end - 1),
            (end, _) => end,
        };
        if self.length.replace((min, max)).is_some() {
            return Err(meta.error("this option is given twice"));
        }
        check_order(&range)
    }

    fn add(&mut self, span: Span, keyword: &'static str, value: String) -> syn::Result<()> {
        if self.keywords.iter().any(|(known, _)| *known == keyword) {
            return Err(Error::new(span, format!("`{keyword}` is given twice")));
        }
        self.keywords.push((keyword, value));
        Ok(())
    }
}

/// A string as JSON text.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A literal as JSON text, for a default; `None`: no literal, or one that JSON doesn't have.
pub(crate) fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Some(value.value.to_string()),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(json_string(&text.value())),
        number => self::number(number).ok(),
    }
}

/// A number literal, maybe negative, as JSON text.
pub(crate) fn number(value: &Expr) -> syn::Result<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
            let value: f64 = number.base10_parse()?;
            Ok(value.to_string())
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Ok(format!("-{}", number(expr)?)),
        other => Err(Error::new(other.span(), "write a number: it goes into the tool's schema")),
    }
}

fn whole(value: &Expr) -> syn::Result<u64> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse(),
        other => {
            Err(Error::new(other.span(), "write a whole number: it goes into the tool's schema"))
        }
    }
}

fn in_parentheses(meta: &ParseNestedMeta<'_>) -> syn::Result<ExprRange> {
    if !meta.input.peek(syn::token::Paren) {
        return Err(meta.error("write the range in parentheses, as in `range(1..=50)`"));
    }
    let content;
    syn::parenthesized!(content in meta.input);
    match content.parse()? {
        Expr::Range(range) => Ok(range),
        other => Err(Error::new(other.span(), "write a range, such as `1..=50`")),
    }
}

fn check_order(range: &ExprRange) -> syn::Result<()> {
    let value = |end: &Option<Box<Expr>>| {
        end.as_deref().and_then(|end| number(end).ok()).and_then(|text| text.parse::<f64>().ok())
    };
    let empty = match (value(&range.start), value(&range.end), &range.limits) {
        (Some(start), Some(end), RangeLimits::Closed(_)) => start > end,
        (Some(start), Some(end), RangeLimits::HalfOpen(_)) => start >= end,
        _ => false,
    };
    if empty {
        return Err(Error::new(range.span(), "nothing is in this range"));
    }
    Ok(())
}

/// Refuses patterns that the runtime would have to ignore.
fn check_pattern(pattern: &LitStr) -> syn::Result<()> {
    let text = pattern.value();
    if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|start| text.contains(start)) {
        let message = "look-around is not supported in patterns: they are matched in linear time";
        return Err(Error::new(pattern.span(), message));
    }
    Ok(())
}
