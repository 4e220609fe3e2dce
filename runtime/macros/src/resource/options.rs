//! The options of `#[resource(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, LitInt, LitStr, Meta, Token, parenthesized};

use crate::constraint::number;
use crate::display::Display;
use crate::option::{once, unknown};

/// What `#[resource(…)]` says.
pub(super) struct Options {
    pub(super) uri: LitStr,
    pub(super) name: Option<LitStr>,
    pub(super) mime: Option<LitStr>,
    pub(super) size: Option<LitInt>,
    pub(super) display: Display,
    audience: Option<Vec<TokenStream>>,
    priority: Option<Expr>,
    last_modified: Option<LitStr>,
}

impl Options {
    pub(super) fn read(attribute: &Attribute) -> syn::Result<Self> {
        let Meta::List(list) = &attribute.meta else {
            let message = "give the URI first: #[resource(\"shop://hours\", …)]";
            return Err(Error::new(attribute.span(), message));
        };
        let parser = |input: syn::parse::ParseStream<'_>| {
            let uri: LitStr = input.parse().map_err(|error| {
                let message = "give the URI first: #[resource(\"shop://hours\", …)]";
                Error::new(error.span(), message)
            })?;
            let mut options = Self::new(uri);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
                let parser = syn::meta::parser(|meta| options.option(&meta));
                let rest: TokenStream = input.parse()?;
                parser.parse2(rest)?;
            }
            Ok(options)
        };
        parser.parse2(list.tokens.clone())
    }

    fn new(uri: LitStr) -> Self {
        Self {
            uri,
            name: None,
            mime: None,
            size: None,
            display: Display::default(),
            audience: None,
            priority: None,
            last_modified: None,
        }
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if self.display.option(meta)? {
            return Ok(());
        }
        for (name, slot) in [
            ("name", &mut self.name),
            ("mime", &mut self.mime),
            ("last_modified", &mut self.last_modified),
        ] {
            if meta.path.is_ident(name) {
                return once(meta, slot, meta.value()?.parse()?);
            }
        }
        if meta.path.is_ident("size") {
            let size: LitInt = meta.value()?.parse()?;
            size.base10_parse::<i64>()?;
            return once(meta, &mut self.size, size);
        }
        if meta.path.is_ident("priority") {
            let priority = priority(meta.value()?.parse()?)?;
            return once(meta, &mut self.priority, priority);
        }
        if meta.path.is_ident("audience") {
            let audience = audience(meta)?;
            return once(meta, &mut self.audience, audience);
        }
        let mut known = vec!["name"];
        known.extend(Display::OPTIONS);
        known.extend(["mime", "size", "audience(…)", "priority", "last_modified"]);
        Err(unknown(meta, &known))
    }

    /// The calls that set what resources and templates have in common.
    pub(super) fn setters(&self, docs: Option<&str>) -> TokenStream {
        let display = self.display.setters(docs);
        let mime = self.mime.iter();
        let Self { audience, priority, last_modified, .. } = self;
        let any = audience.is_some() || priority.is_some() || last_modified.is_some();
        let audience = audience.iter().map(|roles| quote! { .with_audience([#(#roles),*]) });
        let priority = priority.iter();
        let last_modified = last_modified.iter();
        let annotations = any.then(|| {
            quote! {
                .with_annotations(
                    ::toolwright::spec::Annotations::new()
                        #(#audience)*
                        #(.with_priority(#priority))*
                        #(.with_last_modified(#last_modified))*,
                )
            }
        });
        quote! { #display #(.with_mime_type(#mime))* #annotations }
    }
}

/// `audience(user, assistant)`.
fn audience(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<TokenStream>> {
    if !meta.input.peek(syn::token::Paren) {
        return Err(meta.error("write the audience in parentheses, as in `audience(user)`"));
    }
    let content;
    parenthesized!(content in meta.input);
    let roles =
        content.parse_terminated(<syn::Ident as syn::ext::IdentExt>::parse_any, Token![,])?;
    roles
        .iter()
        .map(|role| match role.to_string().as_str() {
            "user" => Ok(quote! { ::toolwright::spec::Role::User }),
            "assistant" => Ok(quote! { ::toolwright::spec::Role::Assistant }),
            _ => Err(Error::new(role.span(), "the audience is `user`, `assistant` or both")),
        })
        .collect()
}

/// How much it matters: 0.0 to 1.0.
fn priority(value: Expr) -> syn::Result<Expr> {
    let text = number(&value).unwrap_or_default();
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(syn::parse_quote!((#value) as f64)),
        _ => Err(Error::new(value.span(), "the priority is a number from 0.0 to 1.0")),
    }
}
