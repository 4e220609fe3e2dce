//! The attribute macros of Toolwright. Use them through the facade `toolwright`.

mod constraint;
mod docs;
mod elicit;
mod errors;
mod expand;
mod generated;
mod method;
mod options;
mod parameter;
mod tools;
mod value;

use proc_macro::TokenStream;

/// Makes a tool set of an `impl` block. Documented where the facade exports it.
#[proc_macro_attribute]
pub fn tools(options: TokenStream, item: TokenStream) -> TokenStream {
    tools::expand(options.into(), item.into()).into()
}

/// Describes a form or a choice. Documented where the facade exports it.
#[proc_macro_derive(Elicit, attributes(elicit))]
pub fn elicit(item: TokenStream) -> TokenStream {
    elicit::expand(item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Includes generated code as a module. Documented where the facade exports it.
#[proc_macro]
pub fn generated(name: TokenStream) -> TokenStream {
    generated::expand(name.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
