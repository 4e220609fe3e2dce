//! Printing the `PromptSet`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ItemImpl;

use super::Prompt;
use crate::parameter::Parameter;
use crate::{arguments, completion};

/// The `PromptSet` of a block's type.
pub(super) fn prompt_set(block: &ItemImpl, prompts: &[Prompt]) -> TokenStream {
    let ty = &block.self_ty;
    let (generics, _, clauses) = block.generics.split_for_impl();
    let arguments = prompts.iter().filter_map(|prompt| arguments::definition(&prompt.method));
    let definitions = prompts.iter().map(definition);
    let arms = prompts.iter().enumerate().map(arm);
    let completers = prompts.iter().enumerate().flat_map(|(index, prompt)| {
        let index = Literal::usize_unsuffixed(index);
        prompt.method.parameters().filter_map(move |Parameter { name, complete, .. }| {
            complete.as_ref().map(|method| (quote! { (#index, #name) }, method))
        })
    });
    let completer = completion::method(&quote! { __of: usize, __name: &str }, completers.collect());
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "most take no scopes")]
            use ::toolwright::scopes::Scoped as _;

            #(#arguments)*

            #[automatically_derived]
            impl #generics ::toolwright::PromptSet for #ty #clauses {
                fn prompts(&self) -> ::std::vec::Vec<::toolwright::spec::Prompt> {
                    ::std::vec![#(#definitions),*]
                }

                fn fill<'a>(
                    &'a self,
                    __cx: &'a ::toolwright::Context,
                    __call: ::toolwright::prompt::PromptCall<'a>,
                ) -> ::toolwright::BoxFuture<
                    'a,
                    ::std::result::Result<
                        ::toolwright::spec::GetPromptResult,
                        ::toolwright::Failure,
                    >,
                > {
                    match __call.index() {
                        #(#arms)*
                        _ => ::std::boxed::Box::pin(async {
                            ::std::result::Result::Err(::toolwright::Failure::not_found())
                        }),
                    }
                }

                #completer
            }
        };
    }
}

/// The prompt's definition, an expression.
fn definition(prompt: &Prompt) -> TokenStream {
    let Prompt { method, display } = prompt;
    let name = &method.name;
    let display = display.setters(method.docs.as_deref());
    let arguments: Vec<_> = method.parameters().map(argument).collect();
    let arguments = (!arguments.is_empty()).then(|| quote! { .with_arguments([#(#arguments),*]) });
    quote! { ::toolwright::spec::Prompt::new(#name) #display #arguments }
}

fn argument(parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    let title = parameter.title.iter();
    let description = parameter.description.iter();
    let required = parameter.optional.is_none() && parameter.default.is_none();
    quote! {
        ::toolwright::spec::PromptArgument::new(#name)
            #(.with_title(#title))* #(.with_description(#description))*
            .with_required(#required)
    }
}

/// One arm of `fill`, a boxed future.
fn arm((index, prompt): (usize, &Prompt)) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let description = match (&prompt.display.description, &prompt.method.docs) {
        (Some(text), _) => quote! { ::std::option::Option::Some(#text) },
        (None, Some(text)) => quote! { ::std::option::Option::Some(#text) },
        (None, None) => quote! { ::std::option::Option::None },
    };
    let output = prompt.method.output.iter();
    let future = arguments::call(&prompt.method, &quote! { self });
    let arguments = arguments::type_name(&prompt.method)
        .map(|ty| quote! { let __arguments: #ty = __call.parse()?; });
    quote! {
        #index => ::std::boxed::Box::pin(async move {
            #arguments
            ::toolwright::__rt::filled #(::<#output>)*(#future.await, #description)
        }),
    }
}
