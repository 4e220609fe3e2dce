//! Default values.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Lit};

/// A default as a value of the type that is wanted: `"x"` for a `String` needs the conversion, `3`
/// must not have it.
pub(crate) fn owned(value: &Expr) -> TokenStream {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => {
            quote! { ::std::convert::Into::into(#value) }
        }
        value => quote! { #value },
    }
}
