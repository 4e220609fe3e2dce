//! How an object is read and written: the implementation that structs and tagged unions share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// `rt::Record` for `name`, given the bodies of its two methods.
pub(super) fn print(name: &str, read: &TokenStream, write: &TokenStream) -> TokenStream {
    let ident = format_ident!("{name}");
    quote! {
        impl rt::Record for #ident {
            const NAME: &'static str = #name;

            fn read<'de, A: MapAccess<'de>>(
                members: &mut rt::Members<'de, A>,
            ) -> Result<Self, A::Error> {
                #read
            }

            fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
                #write
            }
        }
    }
}
