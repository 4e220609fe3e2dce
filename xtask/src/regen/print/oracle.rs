//! Prints `oracle.rs`: every type by name, for the tests that compare types with schemas.
//!
//! Its functions are `#[inline]` so that only who calls them compiles the readers of all types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::module_name;
use super::plan::Plan;
use crate::regen::model::Shape;

/// The whole file: the superset, and the exact models with their plans.
pub(super) fn print(superset: &Plan<'_>, exact: &[Plan<'_>]) -> TokenStream {
    let fit = by_name(superset, &quote!(super::model), &quote!(refitted), true);
    let whole = by_name(superset, &quote!(super::model), &quote!(rewritten), false);
    let modules = exact.iter().map(|plan| {
        let id = plan.id();
        let module = format_ident!("{}", module_name(id));
        let arms = by_name(plan, &quote!(super::#module), &quote!(rewritten), false);
        quote!(#id => match name { #arms _ => return None })
    });
    quote! {
        #![allow(deprecated)]

        use crate::{DecodeError, Fit, FitError, Revision, from_str};

        /// Reads `text` as the type called `name` of an exact module (`2026-07-28`), or of the
        /// superset (empty `module`), and writes it again. `None`: there is no such type.
        #[must_use]
        #[inline]
        pub fn roundtrip(
            module: &str,
            name: &str,
            text: &str,
        ) -> Option<Result<String, DecodeError>> {
            Some(match module {
                "" => match name { #whole _ => return None },
                #(#modules,)*
                _ => return None,
            })
        }

        /// Reads `text` as the superset type called `name`, makes it fit `revision` and writes
        /// it. `None`: there is no such type.
        #[must_use]
        #[inline]
        pub fn fit(
            revision: Revision,
            name: &str,
            text: &str,
        ) -> Option<Result<Result<String, FitError>, DecodeError>> {
            Some(match name { #fit _ => return None })
        }

        fn rewritten<T>(text: &str) -> Result<String, DecodeError>
        where
            T: serde::Serialize + serde::de::DeserializeOwned,
        {
            let value: T = from_str(text)?;
            crate::RawJson::from_value(&value).map(|raw| raw.as_str().to_owned())
        }

        fn refitted<T>(revision: Revision, text: &str) -> Result<Result<String, FitError>, DecodeError>
        where
            T: Fit + serde::Serialize + serde::de::DeserializeOwned,
        {
            match from_str::<T>(text)?.fit(revision) {
                Ok(value) => {
                    crate::RawJson::from_value(&value).map(|raw| Ok(raw.as_str().to_owned()))
                }
                Err(error) => Ok(Err(error)),
            }
        }
    }
}

/// Arms from a type's name, official or ours, to a call.
fn by_name(plan: &Plan<'_>, module: &TokenStream, call: &TokenStream, fit: bool) -> TokenStream {
    let arms = plan.types().filter_map(|(name, def)| {
        if fit && matches!(def.shape, Shape::Alias { .. }) {
            return None;
        }
        let ident = format_ident!("{name}");
        let official = def.official.iter().filter(|official| *official != name);
        let names = std::iter::once(name).chain(official.map(String::as_str));
        let revision = fit.then(|| quote!(revision,));
        Some(quote!(#(#names)|* => #call::<#module::#ident>(#revision text),))
    });
    quote!(#(#arms)*)
}
