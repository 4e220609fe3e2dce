//! The parameters of a method.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, GenericArgument, Ident, LitStr, Pat, PatType, Path, PathArguments, Type,
};

use crate::constraint::Constraints;
use crate::docs;
use crate::errors::Errors;
use crate::option::{once, unknown};
use crate::subject::Subject;

/// A parameter after the receiver.
pub(crate) enum Input {
    /// `&Context`.
    Context(Span),
    /// A member of the arguments.
    Parameter(Box<Parameter>),
}

/// A member of the arguments.
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
    pub(crate) title: Option<LitStr>,
    /// The header that mirrors it.
    pub(crate) header: Option<LitStr>,
    /// It may be mirrored although its name sounds like a secret.
    pub(crate) not_a_secret: bool,
    /// The method that suggests values.
    pub(crate) complete: Option<Path>,
}

/// What a parameter is when left out.
pub(crate) enum DefaultValue {
    /// `Default::default()`.
    OfType,
    /// An expression.
    Value(Box<Expr>),
}

impl Input {
    pub(crate) fn read(subject: &Subject, typed: &PatType) -> syn::Result<Self> {
        if is_context(&typed.ty) {
            return Ok(Self::Context(typed.ty.span()));
        }
        Parameter::read(subject, typed).map(|parameter| Self::Parameter(Box::new(parameter)))
    }
}

impl Parameter {
    fn read(subject: &Subject, typed: &PatType) -> syn::Result<Self> {
        let mut errors = Errors::default();
        check_type(subject.noun, &typed.ty, &mut errors);
        let ident = match typed.pat.as_ref() {
            Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                pattern.ident.clone()
            }
            other => {
                errors.push(Error::new(
                    other.span(),
                    format!(
                        "a parameter of {} is a plain name: it is what the value is called",
                        subject.noun
                    ),
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
            title: None,
            header: None,
            not_a_secret: false,
            complete: None,
        };
        for attribute in typed.attrs.iter().filter(|attribute| attribute.path().is_ident("arg")) {
            errors.take(parameter.attribute(subject, attribute));
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

    fn attribute(&mut self, subject: &Subject, attribute: &Attribute) -> syn::Result<()> {
        let mut name: Option<LitStr> = None;
        attribute.parse_nested_meta(|meta| {
            let plain = |known: &&str| known.strip_suffix("(…)").unwrap_or(known).to_owned();
            if !subject.arguments.iter().any(|known| meta.path.is_ident(&plain(known))) {
                return Err(unknown(&meta, subject.arguments));
            }
            if meta.path.is_ident("name") {
                return once(&meta, &mut name, meta.value()?.parse()?);
            }
            self.option(&meta)
        })?;
        if let Some(name) = name {
            self.name_span = name.span();
            self.name = name.value();
        }
        Ok(())
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if meta.path.is_ident("default") {
            let value = if meta.input.peek(syn::Token![=]) {
                DefaultValue::Value(Box::new(meta.value()?.parse()?))
            } else {
                DefaultValue::OfType
            };
            return once(meta, &mut self.default, value);
        }
        if meta.path.is_ident("title") {
            return once(meta, &mut self.title, meta.value()?.parse()?);
        }
        if meta.path.is_ident("header") {
            return once(meta, &mut self.header, meta.value()?.parse()?);
        }
        if meta.path.is_ident("not_a_secret") {
            self.not_a_secret = true;
            return Ok(());
        }
        if meta.path.is_ident("complete") {
            return once(meta, &mut self.complete, meta.value()?.parse()?);
        }
        self.constraints.read(meta)
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

fn check_type(noun: &str, ty: &Type, errors: &mut Errors) {
    let message = match ty {
        Type::Reference(_) => format!(
            "{noun} owns its arguments: take `String` instead of `&str`, `Vec<T>` instead of `&[T]`"
        ),
        Type::ImplTrait(_) => "name the type of the parameter".to_owned(),
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
