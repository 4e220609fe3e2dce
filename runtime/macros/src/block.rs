//! From an `impl` block to the block and the set that it describes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, ImplItem, ImplItemFn, ItemImpl};

use crate::errors::Errors;
use crate::subject::Subject;

/// Reads the marked methods of a block and prints what they make, behind the block.
///
/// Everything that is wrong is reported at once, and the block itself stays, so that no errors
/// follow from its absence.
pub(crate) fn expand<M>(
    subject: &Subject,
    options: &TokenStream,
    item: TokenStream,
    read: impl Fn(&Attribute, &ImplItemFn) -> syn::Result<M>,
    check: impl Fn(&[M], &mut Errors),
    print: impl Fn(&ItemImpl, &[M]) -> TokenStream,
) -> TokenStream {
    let mut block: ItemImpl = match syn::parse2(item) {
        Ok(block) => block,
        Err(error) => {
            let message = format!("{} goes on an `impl` block", subject.attribute);
            return Error::new(error.span(), message).into_compile_error();
        }
    };
    let methods = methods(subject, options, &block, read, check);
    strip(subject, &mut block);
    let added = match methods {
        Ok(methods) => print(&block, &methods),
        Err(error) => error.into_compile_error(),
    };
    quote! { #block #added }
}

fn methods<M>(
    subject: &Subject,
    options: &TokenStream,
    block: &ItemImpl,
    read: impl Fn(&Attribute, &ImplItemFn) -> syn::Result<M>,
    check: impl Fn(&[M], &mut Errors),
) -> syn::Result<Vec<M>> {
    let Subject { attribute: name, mark, .. } = subject;
    let mut errors = Errors::default();
    if !options.is_empty() {
        let message = format!("{name} takes no options; they go on #[{mark}]");
        errors.push(Error::new(options.span(), message));
    }
    if let Some((path, _)) = &block.trait_ {
        let message = format!("{name} goes on the type's own `impl` block, not on that of a trait");
        errors.push(Error::new(path.span(), message));
    }
    let mut methods = Vec::new();
    let mut marked = false;
    for item in &block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        let mut marks = function.attrs.iter().filter(|attribute| is_mark(subject, attribute));
        let Some(first) = marks.next() else { continue };
        marked = true;
        if let Some(second) = marks.next() {
            let message = format!("there is a second #[{mark}]; put all options into one");
            errors.push(Error::new(second.span(), message));
        }
        methods.extend(errors.take(read(first, function)));
    }
    if !marked {
        let message = format!("no method is marked #[{mark}], so there is nothing to offer");
        errors.push(Error::new(block.self_ty.span(), message));
    }
    check(&methods, &mut errors);
    errors.into_result(methods)
}

/// Removes what only this macro understands: the mark, `#[arg]`, and docs on parameters.
fn strip(subject: &Subject, block: &mut ItemImpl) {
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        if !function.attrs.iter().any(|attribute| is_mark(subject, attribute)) {
            continue;
        }
        function.attrs.retain(|attribute| !is_mark(subject, attribute));
        // Callers name the members of the arguments, they don't count positions.
        function.attrs.push(syn::parse_quote!(#[allow(clippy::too_many_arguments)]));
        for input in &mut function.sig.inputs {
            let (FnArg::Typed(syn::PatType { attrs, .. })
            | FnArg::Receiver(syn::Receiver { attrs, .. })) = input;
            attrs.retain(|attribute| !is_ours(attribute));
        }
    }
}

fn is_mark(subject: &Subject, attribute: &Attribute) -> bool {
    attribute.path().is_ident(subject.mark)
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("arg") || attribute.path().is_ident("doc")
}
