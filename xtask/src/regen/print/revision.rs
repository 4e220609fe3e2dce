//! Prints `revision.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::when::{condition, variant};
use crate::regen::model::{Model, Revision};

/// The whole file.
pub(super) fn print(model: &Model) -> TokenStream {
    let ids: Vec<&str> = model.revisions.iter().map(|revision| revision.id.as_str()).collect();
    let variants: Vec<_> = ids.iter().map(|id| variant(id)).collect();
    let docs = ids.iter().map(|id| format!(" Revision {id}."));
    let latest = variants.last();
    let handshake = having(model, &ids, |revision| revision.handshake);
    let batches = having(model, &ids, |revision| revision.batches);
    let knows = knows_method(model, &ids);
    quote! {
        use crate::rt;

        /// A revision of the protocol, named by its date.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Revision {
            #(#[doc = #docs] #variants,)*
        }

        impl Revision {
            /// All revisions, oldest first.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The newest revision.
            pub const LATEST: Self = Self::#latest;

            /// Its name on the wire, a date.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(Self::#variants => #ids,)*
                }
            }

            /// Whether it opens with `initialize`; without it every request describes itself.
            #[must_use]
            pub fn has_handshake(self) -> bool {
                #handshake
            }

            /// Whether a message may be an array of messages.
            #[must_use]
            pub fn has_batches(self) -> bool {
                #batches
            }

            #knows
        }

        impl std::fmt::Display for Revision {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for Revision {
            type Err = rt::UnknownRevision;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|revision| revision.as_str() == text);
                let known = || Self::ALL.iter().map(|revision| revision.as_str());
                found.copied().ok_or_else(|| rt::UnknownRevision::new(text, known()))
            }
        }
    }
}

fn having(model: &Model, ids: &[&str], has: impl Fn(&Revision) -> bool) -> TokenStream {
    let wanted = model.revisions.iter().filter(|revision| has(revision));
    let wanted: Vec<&str> = wanted.map(|revision| revision.id.as_str()).collect();
    condition(ids, &wanted, &quote!(self)).unwrap_or_else(|| quote!(true))
}

fn knows_method(model: &Model, ids: &[&str]) -> TokenStream {
    let mut always = Vec::new();
    let mut arms = Vec::new();
    for method in &model.methods {
        let name = &method.name;
        let here: Vec<&str> = ids.iter().copied().filter(|id| method.span.contains(id)).collect();
        match condition(ids, &here, &quote!(self)) {
            None => always.push(quote!(#name)),
            Some(condition) => arms.push(quote!(#name => #condition)),
        }
    }
    let always = (!always.is_empty()).then(|| quote!(#(#always)|* => true,));
    quote! {
        /// Whether it has the request or notification called `method` as a message of its own.
        #[must_use]
        pub fn knows_method(self, method: &str) -> bool {
            match method {
                #always
                #(#arms,)*
                _ => false,
            }
        }
    }
}
