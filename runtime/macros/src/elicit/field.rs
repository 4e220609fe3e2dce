//! One field of a form.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, Ident, Type};

use super::kind::Kind;
use super::options::Options;
use crate::docs;
use crate::value::owned;

/// A field and what is said of it.
pub(super) struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    kind: Kind<'a>,
    is_option: bool,
    pub(super) name: String,
    pub(super) span: Span,
    description: Option<String>,
    options: Options,
}

impl<'a> Field<'a> {
    pub(super) fn read(field: &'a syn::Field) -> syn::Result<Self> {
        let ident = field
            .ident
            .as_ref()
            .ok_or_else(|| syn::Error::new_spanned(field, "a form has named fields"))?;
        let (kind, is_option) = Kind::of(&field.ty);
        let options = Options::read(&field.attrs, &kind)?;
        let (name, span) = match &options.name {
            Some(name) => (name.value(), name.span()),
            None => (ident.unraw().to_string(), ident.span()),
        };
        let described = options.description.as_ref().map(syn::LitStr::value);
        let description = described.or_else(|| docs::text(&field.attrs));
        Ok(Self { ident, ty: &field.ty, kind, is_option, name, span, description, options })
    }

    /// Refuses secrets when the program is compiled. The list of names is the runtime's.
    pub(super) fn is_no_secret(&self) -> TokenStream {
        if self.options.not_a_secret {
            return TokenStream::new();
        }
        let name = &self.name;
        let message = format!(
            "`{name}` is named like a secret, and a form must not ask for one: use URL mode; if \
             it is none, mark the field #[elicit(not_a_secret)]"
        );
        quote_spanned! { self.span=>
            const _: () =
                ::std::assert!(!::toolwright::elicit::is_secret(#name), #message);
        }
    }

    /// The call that adds it to the form.
    pub(super) fn definition(&self) -> TokenStream {
        let name = &self.name;
        let setters = self.setters();
        match &self.kind {
            Kind::Text => quote! { .string(#name, |__field| __field #setters) },
            Kind::Flag => quote! { .boolean(#name, |__field| __field #setters) },
            Kind::Integer(_) => quote! { .integer(#name, |__field| __field #setters) },
            Kind::Number => quote! { .number(#name, |__field| __field #setters) },
            Kind::One(ty) => quote! { .select_of::<#ty>(#name, |__field| __field #setters) },
            Kind::Several(ty) => quote! { .choices_of::<#ty>(#name, |__field| __field #setters) },
        }
    }

    /// The member of the struct, read from the answers.
    pub(super) fn value(&self) -> TokenStream {
        let Self { ident, name, ty, .. } = self;
        match &self.options.default {
            Some(default) if !self.is_option => {
                let default = match &self.kind {
                    Kind::Several(_) => quote! { ::std::vec::Vec::from(#default) },
                    _ => owned(default),
                };
                quote! { #ident: __answers.field_or::<#ty>(#name, || #default)? }
            }
            _ => quote! { #ident: __answers.field::<#ty>(#name)? },
        }
    }

    fn setters(&self) -> TokenStream {
        let Options { title, format, counts, .. } = &self.options;
        let title = title.iter();
        let description = self.description.iter();
        let optional =
            (self.is_option || self.options.default.is_some()).then(|| quote! { .optional() });
        let not_a_secret = self.options.not_a_secret.then(|| quote! { .not_a_secret() });
        let format = format.iter().map(|variant| format_ident!("{variant}"));
        let counts = counts.iter().map(|(setter, value)| {
            let setter = format_ident!("{setter}");
            quote! { .#setter(#value) }
        });
        let (min, max) = self.bounds();
        let default = self.options.default.as_ref().map(|default| self.default(default));
        quote! {
            #(.title(#title))* #(.description(#description))* #optional #not_a_secret
            #(.format(::toolwright::spec::StringFormat::#format))* #(#counts)* #min #max #default
        }
    }

    /// The bounds of a number: as said, or else those of its type.
    fn bounds(&self) -> (Option<TokenStream>, Option<TokenStream>) {
        let own = match self.kind {
            Kind::Integer(Some((min, max))) => (Some(min), max),
            _ => (None, None),
        };
        let bound = |setter: &str, said: &Option<Expr>, own: Option<i64>| {
            let setter = format_ident!("{setter}");
            let value = match (said, own) {
                (Some(said), _) => quote! { (#said) as f64 },
                (None, Some(own)) => quote! { #own as f64 },
                (None, None) => return None,
            };
            Some(quote! { .#setter(#value) })
        };
        (bound("min", &self.options.min, own.0), bound("max", &self.options.max, own.1))
    }

    fn default(&self, default: &Expr) -> TokenStream {
        match &self.kind {
            Kind::Text | Kind::Flag => quote! { .default(#default) },
            Kind::Integer(_) | Kind::Number => quote! { .default((#default) as f64) },
            Kind::One(ty) => {
                quote! { .default(<#ty as ::toolwright::elicit::Choice>::value(&(#default))) }
            }
            Kind::Several(ty) => quote! {
                .default(
                    <[#ty]>::iter(&(#default))
                        .map(<#ty as ::toolwright::elicit::Choice>::value),
                )
            },
        }
    }
}
