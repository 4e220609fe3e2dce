//! The parameters of a tool.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, GenericArgument, Ident, LitStr, Pat, PatType, PathArguments, Type,
};

use crate::constraint::Constraints;
use crate::docs;
use crate::errors::Errors;
use crate::options::once;

/// A parameter after the receiver.
#[derive(Debug)]
pub(crate) enum Input {
    /// `&Context`.
    Context(Span),
    /// A member of the arguments.
    Parameter(Box<Parameter>),
}

/// A member of the arguments.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    /// As written.
    pub(crate) ty: Type,
    /// `T` of an `Option<T>`.
    pub(crate) optional: Option<Type>,
    pub(crate) description: Option<String>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) constraints: Constraints,
}

/// What a parameter is when left out.
#[derive(Debug)]
pub(crate) enum DefaultValue {
    /// `Default::default()`.
    OfType,
    /// An expression.
    Value(Box<Expr>),
}

impl Input {
    pub(crate) fn read(typed: &PatType) -> syn::Result<Self> {
        if is_context(&typed.ty) {
            return Ok(Self::Context(typed.ty.span()));
        }
        Parameter::read(typed).map(|parameter| Self::Parameter(Box::new(parameter)))
    }
}

impl Parameter {
    fn read(typed: &PatType) -> syn::Result<Self> {
        let mut errors = Errors::default();
        check_type(&typed.ty, &mut errors);
        let ident = match typed.pat.as_ref() {
            Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                pattern.ident.clone()
            }
            other => {
                errors.push(Error::new(
                    other.span(),
                    "a parameter of a tool is a plain name: it is the member's name in the arguments",
                ));
                Ident::new("unnamed", other.span())
            }
        };
        let mut parameter = Self {
            name: ident.unraw().to_string(),
            name_span: ident.span(),
            ident,
            ty: typed.ty.as_ref().clone(),
            optional: option_of(&typed.ty).cloned(),
            description: docs::text(&typed.attrs),
            default: None,
            constraints: Constraints::default(),
        };
        for attribute in typed.attrs.iter().filter(|attribute| attribute.path().is_ident("arg")) {
            errors.take(parameter.attribute(attribute));
        }
        if let (Some(_), Some(DefaultValue::Value(value))) =
            (&parameter.optional, &parameter.default)
        {
            let message =
                "an `Option` that is left out is `None`; take the type itself to have a default";
            errors.push(Error::new(value.span(), message));
        }
        errors.into_result(parameter)
    }

    fn attribute(&mut self, attribute: &Attribute) -> syn::Result<()> {
        let mut name = None;
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                let text: LitStr = meta.value()?.parse()?;
                return once(&meta, &mut name, text);
            }
            if meta.path.is_ident("default") {
                let value = if meta.input.peek(syn::Token![=]) {
                    DefaultValue::Value(Box::new(meta.value()?.parse()?))
                } else {
                    DefaultValue::OfType
                };
                return once(&meta, &mut self.default, value);
            }
            self.constraints.read(&meta)
        })?;
        if let Some(name) = name {
            self.name_span = name.span();
            self.name = name.value();
        }
        Ok(())
    }
}

fn is_context(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else {
        return false;
    };
    match reference.elem.as_ref() {
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|segment| segment.ident == "Context")
        }
        _ => false,
    }
}

fn check_type(ty: &Type, errors: &mut Errors) {
    let message = match ty {
        Type::Reference(_) => {
            "a tool owns its arguments: take `String` instead of `&str`, `Vec<T>` instead of `&[T]`"
        }
        Type::ImplTrait(_) => "name the type of the parameter: its schema depends on it",
        _ => return,
    };
    errors.push(Error::new(ty.span(), message));
}

/// `T` of `Option<T>`, however the path is written.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
            match arguments.args.first()? {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}
