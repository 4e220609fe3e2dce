//! `#[tools]`: from an `impl` block to the block and its `ToolSet`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, ImplItem, ItemImpl};

use crate::errors::Errors;
use crate::expand;
use crate::method::Method;

/// Everything that is wrong is reported at once, and the block itself stays, so that no errors
/// follow from its absence.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut block: ItemImpl = match syn::parse2(item) {
        Ok(block) => block,
        Err(error) => {
            return Error::new(error.span(), "#[tools] goes on an `impl` block")
                .into_compile_error();
        }
    };
    let read = read(&options, &block);
    strip(&mut block);
    let added = match read {
        Ok(methods) => expand::tool_set(&block, &methods),
        Err(error) => error.into_compile_error(),
    };
    quote! { #block #added }
}

fn read(options: &TokenStream, block: &ItemImpl) -> syn::Result<Vec<Method>> {
    let mut errors = Errors::default();
    if !options.is_empty() {
        errors.push(Error::new(options.span(), "#[tools] takes no options; they go on #[tool]"));
    }
    if let Some((path, _)) = &block.trait_ {
        let message = "#[tools] goes on the type's own `impl` block, not on that of a trait";
        errors.push(Error::new(path.span(), message));
    }
    let mut methods = Vec::new();
    let mut marked = false;
    for item in &block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        let mut marks = function.attrs.iter().filter(|attribute| attribute.path().is_ident("tool"));
        let Some(mark) = marks.next() else { continue };
        marked = true;
        if let Some(second) = marks.next() {
            errors.push(Error::new(
                second.span(),
                "there is a second #[tool]; put all options into one",
            ));
        }
        methods.extend(errors.take(Method::read(mark, function)));
    }
    if !marked {
        let message = "no method is marked #[tool], so there is nothing to offer";
        errors.push(Error::new(block.self_ty.span(), message));
    }
    unique(&methods, &mut errors);
    errors.into_result(methods)
}

fn unique(methods: &[Method], errors: &mut Errors) {
    let mut owners = BTreeMap::new();
    for method in methods {
        if let Some(owner) = owners.insert(&method.name, &method.function) {
            let message = format!("the name `{}` is taken by the tool `{owner}`", method.name);
            errors.push(Error::new(method.name_span, message));
        }
    }
}

/// Removes what only this macro understands: `#[tool]`, `#[arg]`, and docs on parameters.
fn strip(block: &mut ItemImpl) {
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        if !function.attrs.iter().any(|attribute| attribute.path().is_ident("tool")) {
            continue;
        }
        function.attrs.retain(|attribute| !attribute.path().is_ident("tool"));
        // Callers name the members of the arguments, they don't count positions.
        function.attrs.push(syn::parse_quote!(#[allow(clippy::too_many_arguments)]));
        for input in &mut function.sig.inputs {
            let (FnArg::Typed(syn::PatType { attrs, .. })
            | FnArg::Receiver(syn::Receiver { attrs, .. })) = input;
            attrs.retain(|attribute| !is_ours(attribute));
        }
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("arg") || attribute.path().is_ident("doc")
}
