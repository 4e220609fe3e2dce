//! String enums that take values which nobody knew of when they were written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::parse_quote;

use super::name::Names;
use super::shape::Value;

/// What the variant for everything else is called, next to `others`.
pub(super) fn rest<'a>(others: impl Iterator<Item = &'a str>) -> Option<syn::Ident> {
    let mut names = Names::default();
    let others: Vec<&str> = others.collect();
    for name in &others {
        names.take(name, &[]);
    }
    let free = ["Unknown", "Other"].into_iter().find(|name| !others.contains(name));
    syn::parse_str(&names.take(free.unwrap_or("Unlisted"), &[])).ok()
}

/// The variant for every other string.
pub(super) fn variant(rest: &syn::Ident) -> syn::Variant {
    let mut variant: syn::Variant = parse_quote!(#rest(String));
    variant.attrs = super::doc_attributes("A value that the API's description doesn't list.");
    variant
}

/// How the enum becomes text and is made of it. A derived reader would be several times as long.
pub(super) fn conversions(
    name: &syn::Ident,
    values: &[Value],
    rest: &syn::Ident,
) -> Vec<syn::Item> {
    let (mut write, mut read) = (TokenStream::new(), TokenStream::new());
    for value in values {
        let Ok(variant) = syn::parse_str::<syn::Ident>(&super::escape(&value.name)) else {
            continue;
        };
        let wire = Literal::string(&value.wire);
        write.extend(quote!(Self::#variant => #wire,));
        read.extend(quote!(#wire => Self::#variant,));
    }
    vec![
        parse_quote! {
            impl #name {
                #[doc = " The value as the API spells it."]
                pub fn as_str(&self) -> &str {
                    match self {
                        #write
                        Self::#rest(text) => text,
                    }
                }
            }
        },
        parse_quote! {
            impl From<String> for #name {
                fn from(text: String) -> Self {
                    match text.as_str() {
                        #read
                        _ => Self::#rest(text),
                    }
                }
            }
        },
        parse_quote! {
            impl Serialize for #name {
                fn serialize<S>(&self, serializer: S) -> Result<S::Ok, S::Error>
                where
                    S: ::toolwright::__rt::serde::Serializer,
                {
                    serializer.serialize_str(self.as_str())
                }
            }
        },
    ]
}
