//! The trait that users implement, and the tool set over it.

use proc_macro2::TokenStream;
use quote::quote;

use super::Error;
use super::ident::Scope;
use super::method::Method;
use super::text::Text;
use crate::ir::Api;
use crate::types;

/// The trait, `tools()` and `Tools`.
pub(super) fn write(
    text: &mut Text,
    api: &Api,
    scope: &Scope,
    methods: &[Method<'_>],
) -> Result<(), Error> {
    text.block(definition(api, scope), methods.iter().map(signature))?;
    let start = text.len();
    text.items(tool_set(api, scope, !methods.is_empty()))?;
    text.replace(start, "dispatch!()", &dispatch(methods));
    Ok(())
}

/// The call of the adapter macro, in place of the `dispatch!()` in the tool set: no formatter knows
/// how to break its lines.
fn dispatch(methods: &[Method<'_>]) -> String {
    let mut text = "::toolwright::__rt::answer!(&self.0, call; {\n".to_owned();
    for (index, method) in methods.iter().enumerate() {
        text.push_str("            ");
        text.push_str(&method.arm(index));
        text.push('\n');
    }
    text.push_str("        })");
    text
}

/// The trait without its methods.
fn definition(api: &Api, scope: &Scope) -> TokenStream {
    let docs = types::doc_attributes(&format!(
        "The operations of {}, one method each. [`tools`] makes tools of an implementation.",
        api.title
    ));
    let service = &scope.service;
    quote! {
        #(#docs)*
        pub trait #service: Send + Sync + 'static {}
    }
}

fn signature(method: &Method<'_>) -> TokenStream {
    let (docs, name, inputs, future) =
        (method.docs(), &method.name, method.inputs(), method.future());
    quote! {
        #(#docs)*
        fn #name(#inputs) -> #future;
    }
}

fn tool_set(api: &Api, scope: &Scope, has_tools: bool) -> TokenStream {
    let service = &scope.service;
    let docs =
        types::doc_attributes(&format!("The tools of a service that implements [`{service}`]."));
    let shaped = api.operations.iter().any(|operation| operation.contract.is_some());
    // Only methods take the context.
    let adapter = adapter(
        api,
        &quote!(impl<T: #service> ::toolwright::ToolSet for Tools<T>),
        &if has_tools { quote!(cx) } else { quote!(_cx) },
        &if shaped { restored() } else { quote!(dispatch!()) },
    );
    quote! {
        #(#docs)*
        pub fn tools<T: #service>(service: T) -> Tools<T> {
            Tools(service)
        }

        #[doc = " A service as a set of tools; made by [`tools`]."]
        #[derive(Debug, Clone)]
        pub struct Tools<T>(T);

        #adapter
    }
}

/// The call where a profile shaped schemas: the arguments are read as the full ones mean them.
fn restored() -> TokenStream {
    quote! {
        static CONTRACTS: ::std::sync::LazyLock<::toolwright::__rt::Contracts> =
            ::std::sync::LazyLock::new(|| ::toolwright::__rt::Contracts::new(descriptor()));
        Box::pin(async move {
            let restored = CONTRACTS.restore(call)?;
            let call = match &restored {
                Some(arguments) => {
                    ::toolwright::ToolCall::new(call.index(), call.name(), arguments)
                }
                None => call,
            };
            dispatch!().await
        })
    }
}

/// The implementation of `ToolSet` for what `head` names; `call` is how a call in the context `cx`
/// is answered.
pub(super) fn adapter(
    api: &Api,
    head: &TokenStream,
    cx: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let schemas = (!api.parts.is_empty()).then(|| {
        quote! {
            fn schemas(&self, index: usize) -> Option<::toolwright::tool::Schemas> {
                descriptor().schemas(index, PARTS)
            }
        }
    });
    let shaped = api.operations.iter().any(|operation| operation.contract.is_some());
    let checks = shaped.then(|| {
        quote! {
            fn checks(&self, index: usize) -> bool {
                descriptor().is_shaped(index)
            }
        }
    });
    quote! {
        #head {
            fn tools(&self) -> Vec<::toolwright::spec::Tool> {
                descriptor().tools()
            }

            fn call<'a>(
                &'a self,
                #cx: &'a ::toolwright::Context,
                call: ::toolwright::ToolCall<'a>,
            ) -> ::toolwright::BoxFuture<
                'a,
                Result<::toolwright::spec::CallToolResult, ::toolwright::ToolError>,
            > {
                #call
            }

            #schemas
            #checks
        }
    }
}
