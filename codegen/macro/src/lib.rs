//! `openapi!("petstore.yaml")`: a typed MCP server from an OpenAPI document, at compile time.
//!
//! Use it through `toolwright` with its feature `openapi`. A `build.rs` with
//! `toolwright_codegen::build` does the same and is kinder to compile times and editors; the macro
//! needs no build script.

mod input;

use std::path::PathBuf;

use proc_macro::TokenStream;
use toolwright_codegen::diagnostic::Severity;
use toolwright_codegen::{Form, Options, generate};

use input::Input;

/// Generates `pub mod NAME` from an OpenAPI document or a file of tool descriptions: the trait with
/// a method per operation, argument and result types, `tools()` and, for OpenAPI, `Proxy`.
///
/// The path is relative to the package. The module is called after the file, or after the
/// document's title where the file is called `openapi.yaml` or the like.
///
/// ```ignore
/// toolwright::openapi!("petstore.yaml");
/// toolwright::openapi!("shop.json", name = "store", include = ["tag:orders"], exclude = ["method:delete"]);
/// ```
///
/// Filters are `id:`, `tag:`, `path:` and `method:` with a pattern. What makes the document unusable is
/// a compile error.
#[proc_macro]
pub fn openapi(tokens: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(tokens as Input);
    match expand(&input) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn expand(input: &Input) -> syn::Result<proc_macro2::TokenStream> {
    let fail = |message: String| syn::Error::new(input.path.span(), message);
    let relative = input.path.value();
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let path = root.unwrap_or_default().join(&relative);
    let bytes =
        std::fs::read(&path).map_err(|error| fail(format!("can't read {relative}: {error}")))?;
    let options = Options { select: input.select.clone(), form: Form::File, ..Options::default() };
    let outcome = generate(&relative, &bytes, &options);
    let Some(module) = outcome.module else {
        let grave = outcome.diagnostics.iter().filter(|one| one.severity == Severity::Error);
        let lines: Vec<String> = grave.map(ToString::to_string).collect();
        return Err(fail(lines.join("\n\n")));
    };
    let name: syn::Ident = syn::parse_str(&module.name)?;
    let text: proc_macro2::TokenStream =
        module.text.parse().map_err(|error| fail(format!("{error}")))?;
    // Naming the file in the expansion makes the compiler look at it again when it changes.
    let tracked = path.display().to_string();
    Ok(quote::quote! {
        pub mod #name {
            #text
            const _: &[u8] = ::core::include_bytes!(#tracked);
        }
    })
}
