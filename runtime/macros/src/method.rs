//! A method marked `#[tool]`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, GenericParam, Ident, ImplItemFn, Receiver, ReceiverKind, ReturnType,
    Safety, Signature, Type,
};

use crate::docs;
use crate::errors::Errors;
use crate::options::Options;
use crate::parameter::{Input, Parameter};

/// What there is to know about a tool.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) function: Ident,
    pub(crate) is_async: bool,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) hints: Vec<(&'static str, bool)>,
    /// In the order of the signature, the receiver left out.
    pub(crate) inputs: Vec<Input>,
    /// `None`: it returns nothing.
    pub(crate) output: Option<Type>,
}

impl Method {
    pub(crate) fn read(mark: &Attribute, item: &ImplItemFn) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let signature = &item.sig;
        let options = errors.take(Options::read(mark)).unwrap_or_default();
        check_signature(signature, &mut errors);
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let message =
                "a tool can't be under #[cfg]; put it into an `impl` block of its own that is";
            errors.push(Error::new(attribute.span(), message));
        }
        let (name, name_span) = options
            .name
            .unwrap_or_else(|| (signature.ident.unraw().to_string(), signature.ident.span()));
        if let Err(message) = check_name(&name) {
            errors.push(Error::new(name_span, message));
        }
        let mut inputs = Vec::new();
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                inputs.extend(errors.take(Input::read(typed)));
            }
        }
        check_inputs(&inputs, &mut errors);
        let output = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, output) => {
                check_output(output, &mut errors);
                Some((**output).clone())
            }
        };
        errors.into_result(Self {
            function: signature.ident.clone(),
            is_async: signature.asyncness.is_some(),
            name,
            name_span,
            title: options.title,
            description: options.description.or_else(|| docs::text(&item.attrs)),
            hints: options.hints,
            inputs,
            output,
        })
    }

    /// The inputs that come from the call's arguments.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Context(_) => None,
            Input::Parameter(parameter) => Some(parameter.as_ref()),
        })
    }
}

fn check_signature(signature: &Signature, errors: &mut Errors) {
    let mut refuse = |span: Span, message: &str| errors.push(Error::new(span, message));
    match signature.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver) => refuse(
            receiver.span(),
            "a tool takes `&self`: calls run at the same time; keep what changes behind a lock",
        ),
        None => {
            refuse(signature.ident.span(), "a tool is a method: add `&self` as the first parameter")
        }
    }
    for parameter in &signature.generics.params {
        let message = match parameter {
            GenericParam::Lifetime(_) => "a tool can't have lifetimes of its own",
            GenericParam::Type(_) | GenericParam::Const(_) => {
                "a tool can't be generic: its schema is one schema; put the parameter on the type"
            }
        };
        refuse(parameter.span(), message);
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refuse(token.span(), "a tool can't be unsafe: its arguments come from outside");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic.span(), "a tool can't be variadic");
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || name.len() > 128 || !name.chars().all(allowed) {
        return Err(format!(
            "the tool name `{name}` is not 1 to 128 letters, digits, `_`, `-` or `.` of ASCII; \
             set another with #[tool(name = \"…\")]"
        ));
    }
    Ok(())
}

fn check_inputs(inputs: &[Input], errors: &mut Errors) {
    let mut context = false;
    let mut names: Vec<&str> = Vec::new();
    for input in inputs {
        match input {
            Input::Context(span) if context => {
                errors.push(Error::new(*span, "one `&Context` is enough"));
            }
            Input::Context(_) => context = true,
            Input::Parameter(parameter) => {
                if names.contains(&parameter.name.as_str()) {
                    let message = format!("there is another parameter called `{}`", parameter.name);
                    errors.push(Error::new(parameter.name_span, message));
                }
                names.push(&parameter.name);
            }
        }
    }
}

fn check_output(output: &Type, errors: &mut Errors) {
    let message = match output {
        Type::ImplTrait(_) => "name the type that the tool returns: its schema depends on it",
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_none_or(|name| name.ident != "static") =>
        {
            "a tool returns what it owns; return `String` instead of `&str`"
        }
        _ => return,
    };
    errors.push(Error::new(output.span(), message));
}
