//! The macros of Toolwright. Use them through the facade `toolwright`.

mod arguments;
mod block;
mod completion;
mod constraint;
mod display;
mod docs;
mod elicit;
mod errors;
mod generated;
mod method;
mod option;
mod parameter;
mod prompt;
mod resource;
#[cfg(test)]
mod snapshot;
mod subject;
mod tool;
mod value;

use proc_macro::TokenStream;

/// Makes a tool set of an `impl` block. Documented where the facade exports it.
#[proc_macro_attribute]
pub fn tools(options: TokenStream, item: TokenStream) -> TokenStream {
    tool::expand(&options.into(), item.into()).into()
}

/// Makes a prompt set of an `impl` block. Documented where the facade exports it.
#[proc_macro_attribute]
pub fn prompts(options: TokenStream, item: TokenStream) -> TokenStream {
    prompt::expand(&options.into(), item.into()).into()
}

/// Makes a resource set of an `impl` block. Documented where the facade exports it.
#[proc_macro_attribute]
pub fn resources(options: TokenStream, item: TokenStream) -> TokenStream {
    resource::expand(&options.into(), item.into()).into()
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
