//! Completers: methods that `#[arg(complete = …)]` names.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

/// The method `completer` of a set: `on` are its parameters, each arm is a pattern for them with
/// the method that suggests values. Nothing if there are no arms.
pub(crate) fn method(on: &TokenStream, arms: Vec<(TokenStream, &Path)>) -> TokenStream {
    if arms.is_empty() {
        return TokenStream::new();
    }
    let arms = arms.into_iter().map(|(pattern, method)| {
        // The span of the path, so that errors about the method's signature are told there.
        let call = quote_spanned! { method.span()=>
            |__this: &Self, __cx, __partial| ::std::boxed::Box::pin(async move {
                ::toolwright::completion::IntoValues::into_values(
                    #method(__this, __cx, __partial).await,
                )
            })
        };
        quote! {
            #pattern => ::std::option::Option::Some(::toolwright::completion::of_service(self, #call))
        }
    });
    quote! {
        fn completer(
            &self,
            #on
        ) -> ::std::option::Option<::std::boxed::Box<dyn ::toolwright::Complete + '_>> {
            match (__of, __name) {
                #(#arms,)*
                _ => ::std::option::Option::None,
            }
        }
    }
}
