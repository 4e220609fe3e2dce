//! What tools, prompts and resources are shown with: title, description, icons, metadata. And to
//! whom: scopes.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Token, parenthesized};

use crate::option::once;

/// Options that all of them take.
#[derive(Default)]
pub(crate) struct Display {
    title: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    icons: Vec<TokenStream>,
    meta: Option<Group>,
    scopes: Option<Vec<LitStr>>,
}

impl Display {
    /// The names of the options.
    pub(crate) const OPTIONS: [&str; 5] = ["title", "description", "icon(…)", "meta", "scopes(…)"];

    /// Reads an option; tells whether it is one of these.
    pub(crate) fn option(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        if meta.path.is_ident("title") {
            once(meta, &mut self.title, meta.value()?.parse()?)?;
        } else if meta.path.is_ident("description") {
            once(meta, &mut self.description, meta.value()?.parse()?)?;
        } else if meta.path.is_ident("icon") {
            self.icons.push(icon(meta)?);
        } else if meta.path.is_ident("meta") {
            let json: Group = meta.value()?.parse()?;
            if json.delimiter() != Delimiter::Brace {
                let message = r#"write a JSON object, as in `meta = { "com.example/kind": "x" }`"#;
                return Err(Error::new(json.span(), message));
            }
            once(meta, &mut self.meta, json)?;
        } else if meta.path.is_ident("scopes") {
            let scopes = scopes(meta)?;
            once(meta, &mut self.scopes, scopes)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The calls that set them; a doc comment is the description unless there is one.
    pub(crate) fn setters(&self, docs: Option<&str>) -> TokenStream {
        let title = self.title.iter();
        let description = match (&self.description, docs) {
            (Some(text), _) => Some(quote! { .with_description(#text) }),
            (None, text) => text.map(|text| quote! { .with_description(#text) }),
        };
        let icons = &self.icons;
        let icons = (!icons.is_empty()).then(|| quote! { .with_icons([#(#icons),*]) });
        let meta = self.meta.as_ref().map(|json| {
            quote! {
                .with_meta(::toolwright::__rt::object(
                    ::toolwright::__rt::serde_json::json!(#json),
                ))
            }
        });
        let scopes = self.scopes.iter().map(|scopes| quote! { .with_scopes([#(#scopes),*]) });
        quote! { #(.with_title(#title))* #description #icons #meta #(#scopes)* }
    }
}

/// `scopes("files:read", "files:write")`.
fn scopes(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    if !meta.input.peek(syn::token::Paren) {
        return Err(meta.error("write the scopes in parentheses, as in `scopes(\"files:write\")`"));
    }
    let content;
    parenthesized!(content in meta.input);
    let scopes = content.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
    if scopes.is_empty() {
        return Err(meta.error("name at least one scope"));
    }
    for scope in &scopes {
        let text = scope.value();
        let legal = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if text.is_empty() || !text.bytes().all(legal) {
            let message = "a scope is made of visible characters of ASCII, without spaces, quotes \
                           and backslashes; write several as several texts";
            return Err(Error::new(scope.span(), message));
        }
    }
    Ok(scopes.into_iter().collect())
}

/// `icon("https://…", mime = "image/png", sizes = "48x48", theme = "dark")`.
fn icon(meta: &ParseNestedMeta<'_>) -> syn::Result<TokenStream> {
    if !meta.input.peek(syn::token::Paren) {
        return Err(meta.error("write the icon in parentheses, as in `icon(\"https://…\")`"));
    }
    let content;
    parenthesized!(content in meta.input);
    let source: LitStr = content.parse()?;
    if !["https:", "http:", "data:"].iter().any(|scheme| source.value().starts_with(scheme)) {
        return Err(Error::new(source.span(), "an icon is a `https:` or `data:` URI"));
    }
    let mut icon = quote! { ::toolwright::spec::Icon::new(#source) };
    while !content.is_empty() {
        content.parse::<Token![,]>()?;
        if content.is_empty() {
            break;
        }
        icon.extend(icon_option(&content)?);
    }
    Ok(icon)
}

fn icon_option(content: ParseStream<'_>) -> syn::Result<TokenStream> {
    let name: Ident = content.parse()?;
    content.parse::<Token![=]>()?;
    let value: LitStr = content.parse()?;
    match name.to_string().as_str() {
        "mime" => Ok(quote! { .with_mime_type(#value) }),
        "sizes" => {
            let text = value.value();
            let sizes = text.split_whitespace();
            Ok(quote! { .with_sizes([#(::std::string::String::from(#sizes)),*]) })
        }
        "theme" => match value.value().as_str() {
            "light" => Ok(quote! { .with_theme(::toolwright::spec::IconTheme::Light) }),
            "dark" => Ok(quote! { .with_theme(::toolwright::spec::IconTheme::Dark) }),
            _ => Err(Error::new(value.span(), "the themes are \"light\" and \"dark\"")),
        },
        _ => Err(Error::new(name.span(), "an icon has `mime`, `sizes` and `theme`")),
    }
}
