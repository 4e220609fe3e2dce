//! A marked method.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Error, FnArg, GenericParam, Ident, ImplItemFn, LitStr, Receiver, ReceiverKind, ReturnType,
    Safety, Signature, Type,
};

use crate::docs;
use crate::errors::Errors;
use crate::parameter::{Input, Parameter};
use crate::subject::Subject;

/// What there is to know about a method.
pub(crate) struct Method {
    pub(crate) function: Ident,
    pub(crate) is_async: bool,
    /// What it is called by clients.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) docs: Option<String>,
    /// In the order of the signature, the receiver left out.
    pub(crate) inputs: Vec<Input>,
    /// `None`: it returns nothing.
    pub(crate) output: Option<Type>,
}

impl Method {
    /// Reads a method; without a name it is called as it is.
    pub(crate) fn read(
        subject: &Subject,
        name: Option<&LitStr>,
        item: &ImplItemFn,
    ) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let signature = &item.sig;
        check_signature(subject.noun, signature, &mut errors);
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let message = format!(
                "{} can't be under #[cfg]; put it into an `impl` block of its own that is",
                subject.noun
            );
            errors.push(Error::new(attribute.span(), message));
        }
        let (name, name_span) = match name {
            Some(name) => (name.value(), name.span()),
            None => (signature.ident.unraw().to_string(), signature.ident.span()),
        };
        let mut inputs = Vec::new();
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                inputs.extend(errors.take(Input::read(subject, typed)));
            }
        }
        check_inputs(&inputs, &mut errors);
        let output = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, output) => {
                check_output(subject.noun, output, &mut errors);
                Some((**output).clone())
            }
        };
        errors.into_result(Self {
            function: signature.ident.clone(),
            is_async: signature.asyncness.is_some(),
            name,
            name_span,
            docs: docs::text(&item.attrs),
            inputs,
            output,
        })
    }

    /// The inputs that come from the request.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Context(_) => None,
            Input::Parameter(parameter) => Some(parameter.as_ref()),
        })
    }
}

/// Reports names that occur twice.
pub(crate) fn unique<'a>(
    noun: &str,
    methods: impl Iterator<Item = &'a Method>,
    errors: &mut Errors,
) {
    let mut owners = BTreeMap::new();
    for method in methods {
        if let Some(owner) = owners.insert(&method.name, &method.function) {
            let noun = noun.split_once(' ').map_or(noun, |(_, noun)| noun);
            let message = format!("the name `{}` is taken by the {noun} `{owner}`", method.name);
            errors.push(Error::new(method.name_span, message));
        }
    }
}

fn check_signature(noun: &str, signature: &Signature, errors: &mut Errors) {
    let mut refuse =
        |span: Span, message: &str| errors.push(Error::new(span, format!("{noun} {message}")));
    match signature.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver) => refuse(
            receiver.span(),
            "takes `&self`: calls run at the same time; keep what changes behind a lock",
        ),
        None => refuse(signature.ident.span(), "is a method: add `&self` as the first parameter"),
    }
    for parameter in &signature.generics.params {
        let message = match parameter {
            GenericParam::Lifetime(_) => "can't have lifetimes of its own",
            GenericParam::Type(_) | GenericParam::Const(_) => {
                "can't be generic: it is described once; put the parameter on the type"
            }
        };
        refuse(parameter.span(), message);
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refuse(token.span(), "can't be unsafe: its arguments come from outside");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic.span(), "can't be variadic");
    }
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

fn check_output(noun: &str, output: &Type, errors: &mut Errors) {
    let message = match output {
        Type::ImplTrait(_) => format!("name the type that {noun} returns"),
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_none_or(|name| name.ident != "static") =>
        {
            format!("{noun} returns what it owns; return `String` instead of `&str`")
        }
        _ => return,
    };
    errors.push(Error::new(output.span(), message));
}
