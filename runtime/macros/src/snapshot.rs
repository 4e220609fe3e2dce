//! What the macros print, to be read by people.

use quote::quote;

#[test]
fn an_expansion_is_readable() {
    let block = quote! {
        impl Shop {
            /// When the shop is open.
            #[resource("shop://hours", mime = "text/plain")]
            async fn hours(&self) -> &'static str {
                "nine to six"
            }

            #[resource("shop://books/{id}{?page}", title = "Book")]
            fn book(
                &self,
                cx: &Context,
                #[arg(complete = Self::ids)] id: u64,
                #[arg(default = 1)] page: u32,
            ) -> Result<String, Failure> {
                todo!()
            }
        }
    };
    let expanded = crate::resource::expand(&proc_macro2::TokenStream::new(), block);
    let file = syn::parse2(expanded).unwrap();
    insta::assert_snapshot!(prettyplease::unparse(&file));
}
