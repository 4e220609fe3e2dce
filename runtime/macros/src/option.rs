//! Options in attributes.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Error, LitBool, Meta};

/// Calls a function on each option of an attribute that may have none.
pub(crate) fn each(
    attribute: &Attribute,
    option: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    match &attribute.meta {
        Meta::Path(_) => Ok(()),
        Meta::List(_) => attribute.parse_nested_meta(option),
        Meta::NameValue(meta) => {
            let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
            let message = format!("write the options in parentheses: #[{name}(…)]");
            Err(Error::new(meta.span(), message))
        }
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

/// `option`, or `option = true` or `false`.
pub(crate) fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if meta.input.peek(syn::Token![=]) {
        Ok(meta.value()?.parse::<LitBool>()?.value)
    } else {
        Ok(true)
    }
}

/// The error of an option that does not exist.
pub(crate) fn unknown(meta: &ParseNestedMeta<'_>, known: &[&str]) -> Error {
    let listed = match known {
        [] => return meta.error("unknown option; there are none"),
        [only] => format!("`{only}`"),
        [first @ .., last] => format!("`{}` and `{last}`", first.join("`, `")),
    };
    meta.error(format!("unknown option; there are {listed}"))
}
