//! What typify printed, as we want it: wire names, docs and paths put in, everything that only
//! adds weight left out, duplicates refused.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse_quote;
use syn::visit_mut::{self, VisitMut};

use super::shape::{Body, Field, Item, Items, Shape, Told, Value, Variant};
use super::{doc, open, tagged};

/// The declarations of `items` from typify's text.
///
/// # Errors
/// The text is not what was asked for: no Rust, a name twice, an item or field missing.
pub(super) fn apply(text: TokenStream, items: &Items) -> Result<Vec<syn::Item>, String> {
    let file: syn::File = syn::parse2(text).map_err(|error| format!("no Rust: {error}"))?;
    let mut seen = BTreeSet::new();
    let mut polished = Vec::new();
    for mut item in file.items {
        let mut conversions = Vec::new();
        match &mut item {
            syn::Item::Struct(declaration) => {
                let ours = known(&declaration.ident, items, &mut seen)?;
                let derives_default = derives(&declaration.attrs, "Default");
                declaration.attrs = attributes(ours, items, derives_default);
                fields(declaration, ours)?;
            }
            syn::Item::Enum(declaration) => {
                let ours = known(&declaration.ident, items, &mut seen)?;
                declaration.attrs = attributes(ours, items, false);
                variants(declaration, ours)?;
                conversions = enum_conversions(declaration, ours, items);
            }
            syn::Item::Impl(implementation) if is_default(implementation) => {}
            syn::Item::Mod(module) if module.ident == "defaults" => {
                module.attrs = vec![parse_quote!(#[allow(clippy::unwrap_used)])];
                module.vis = syn::Visibility::Inherited;
                unique_functions(module)?;
            }
            _ => continue,
        }
        Paths.visit_item_mut(&mut item);
        polished.push(item);
        polished.extend(conversions);
    }
    match items.keys().find(|name| !seen.contains(*name)) {
        Some(missing) => Err(format!("`{missing}` was not printed")),
        None => Ok(polished),
    }
}

fn known<'a>(
    ident: &syn::Ident,
    items: &'a Items,
    seen: &mut BTreeSet<String>,
) -> Result<&'a Item, String> {
    let name = ident.to_string();
    let item = items.get(&name).ok_or_else(|| format!("`{name}` was not asked for"))?;
    if seen.insert(name) { Ok(item) } else { Err(format!("`{ident}` is declared twice")) }
}

fn attributes(item: &Item, items: &Items, default: bool) -> Vec<syn::Attribute> {
    let mut attributes = doc::attributes(item.doc.as_deref());
    let extra: TokenStream = match &item.body {
        Body::Enum(_) if item.open => quote::quote!(, PartialEq, Eq, Hash),
        Body::Enum(_) => quote::quote!(, Copy, PartialEq, Eq, Hash),
        _ if default => quote::quote!(, Default),
        _ => TokenStream::new(),
    };
    let by_hand = matches!(&item.body, Body::Union { told, .. } if *told != Told::Order);
    let open_enum = item.open && matches!(item.body, Body::Enum(_));
    let write = !open_enum && !tagged::writes_tag(item, items);
    let write_word = write.then(|| quote::quote!(, Serialize));
    let read_word = (!by_hand).then(|| quote::quote!(, Deserialize));
    attributes.push(parse_quote!(#[derive(Debug, Clone #extra #write_word #read_word)]));
    if by_hand && !write {
        return attributes;
    }
    let kind: TokenStream = match &item.body {
        Body::Union { .. } => quote::quote!(, untagged),
        Body::Alias(_) => quote::quote!(, transparent),
        Body::Enum(_) if item.open => quote::quote!(, from = "String"),
        _ => TokenStream::new(),
    };
    attributes.push(parse_quote!(#[serde(crate = "::toolwright::__rt::serde" #kind)]));
    attributes
}

/// Adds the variant for what nobody knew of, and what can't be derived.
fn enum_conversions(declaration: &mut syn::ItemEnum, item: &Item, items: &Items) -> Vec<syn::Item> {
    let Body::Enum(values) = &item.body else {
        declaration.variants.extend(tagged::rest(item).map(|rest| tagged::rest_variant(&rest)));
        return tagged::conversions(&declaration.ident, item, items);
    };
    let rest = open::rest(values.iter().map(|value| value.name.as_str()));
    let Some(rest) = rest.filter(|_| item.open) else { return Vec::new() };
    declaration.variants.iter_mut().for_each(|variant| variant.attrs.clear());
    declaration.variants.push(open::variant(&rest));
    open::conversions(&declaration.ident, values, &rest)
}

fn fields(declaration: &mut syn::ItemStruct, item: &Item) -> Result<(), String> {
    let (ours, extra) = match &item.body {
        Body::Struct { fields, extra } => (fields, extra.is_some()),
        Body::Alias(_) => return Ok(()),
        _ => return Err(format!("`{}` is no struct", declaration.ident)),
    };
    let mut found = BTreeSet::new();
    for field in &mut declaration.fields {
        let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        if !found.insert(ident.clone()) {
            return Err(format!("`{}.{ident}` is declared twice", declaration.ident));
        }
        if has_serde_word(field, "flatten") {
            field.attrs = doc::attributes(extra.then_some("Further members."));
            field.attrs.push(parse_quote!(#[serde(flatten)]));
            continue;
        }
        // typify put an underscore behind keywords.
        let one = ours.iter().find(|one| one.name == ident || format!("{}_", one.name) == ident);
        let one =
            one.ok_or_else(|| format!("`{}.{ident}` was not asked for", declaration.ident))?;
        field.attrs = field_attributes(one, &ident, default_path(field));
        if one.keeps_null && matches!(one.shape, Shape::Nullable(_)) {
            keep_null(&mut field.ty);
        }
    }
    if found.len() == ours.len() + usize::from(extra) {
        Ok(())
    } else {
        Err(format!("`{}` lacks a field", declaration.ident))
    }
}

fn field_attributes(field: &Field, ident: &str, default: Option<String>) -> Vec<syn::Attribute> {
    let mut attributes = doc::attributes(field.doc.as_deref());
    let mut words: Vec<TokenStream> = Vec::new();
    if field.wire != ident {
        let wire = &field.wire;
        words.push(quote::quote!(rename = #wire));
    }
    match default {
        Some(path) => words.push(quote::quote!(default = #path)),
        None if !field.required && field.default.is_some() => words.push(quote::quote!(default)),
        None if field.keeps_null => {
            words.push(quote::quote!(
                default,
                deserialize_with = "::toolwright::__rt::sent",
                skip_serializing_if = "Option::is_none"
            ));
        }
        None if !field.required => {
            words.push(quote::quote!(skip_serializing_if = "Option::is_none"));
        }
        None => {}
    }
    if !words.is_empty() {
        attributes.push(parse_quote!(#[serde(#(#words),*)]));
    }
    attributes
}

/// `Option<T>` as the type that tells `null` from absent.
fn keep_null(option: &mut syn::Type) {
    let syn::Type::Path(path) = &*option else { return };
    let inner = path.path.segments.last().map(|segment| segment.arguments.clone());
    if let Some(inner @ syn::PathArguments::AngleBracketed(_)) = inner {
        *option = parse_quote!(::toolwright::Patch #inner);
    }
}

fn variants(declaration: &mut syn::ItemEnum, item: &Item) -> Result<(), String> {
    match &item.body {
        Body::Enum(values) => enum_values(declaration, values),
        Body::Union { variants, .. } => union_variants(declaration, variants),
        _ => Err(format!("`{}` is no enum", declaration.ident)),
    }
}

fn enum_values(declaration: &mut syn::ItemEnum, values: &[Value]) -> Result<(), String> {
    if declaration.variants.len() != values.len() {
        return Err(format!("`{}` lacks a value", declaration.ident));
    }
    for (variant, value) in declaration.variants.iter_mut().zip(values) {
        variant.ident = ident(&super::escape(&value.name))?;
        variant.attrs.clear();
        if variant.ident != value.wire {
            let wire = &value.wire;
            variant.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
    Ok(())
}

fn union_variants(declaration: &mut syn::ItemEnum, ours: &[Variant]) -> Result<(), String> {
    if declaration.variants.len() != ours.len() {
        return Err(format!("`{}` lacks a variant", declaration.ident));
    }
    for (variant, one) in declaration.variants.iter_mut().zip(ours) {
        if variant.fields.len() != 1 {
            return Err(format!("`{}` is no plain union", declaration.ident));
        }
        variant.ident = ident(&super::escape(&one.name))?;
        variant.attrs.clear();
    }
    Ok(())
}

fn ident(name: &str) -> Result<syn::Ident, String> {
    syn::parse_str(name).map_err(|_| format!("`{name}` is no identifier"))
}

fn is_default(implementation: &syn::ItemImpl) -> bool {
    implementation.trait_.as_ref().is_some_and(|named| {
        named.0.segments.last().is_some_and(|segment| segment.ident == "Default")
    })
}

fn unique_functions(module: &syn::ItemMod) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for item in module.content.iter().flat_map(|(_, items)| items) {
        if let syn::Item::Fn(function) = item
            && !seen.insert(function.sig.ident.to_string())
        {
            return Err(format!("the default function `{}` is declared twice", function.sig.ident));
        }
    }
    Ok(())
}

fn derives(attributes: &[syn::Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("derive")
            && attribute.to_token_stream().to_string().contains(name)
    })
}

fn has_serde_word(field: &syn::Field, word: &str) -> bool {
    let mut found = false;
    each_serde_meta(field, |meta| found |= meta.path.is_ident(word));
    found
}

/// The function that typify made for a field's default.
fn default_path(field: &syn::Field) -> Option<String> {
    let mut path = None;
    each_serde_meta(field, |meta| {
        if meta.path.is_ident("default")
            && let Ok(value) = meta.value()
        {
            path = value.parse::<syn::LitStr>().ok().map(|literal| literal.value());
        }
    });
    path
}

fn each_serde_meta(field: &syn::Field, mut look: impl FnMut(&syn::meta::ParseNestedMeta<'_>)) {
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What isn't consumed here ends the list early; `flatten` and `default` come before it.
        let _ = attribute.parse_nested_meta(|meta| {
            look(&meta);
            if let Ok(value) = meta.value() {
                value.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
}

/// Shortens paths: what the prelude has goes by its name, and `serde_json` by the name that the
/// module gives it, as users' crates don't depend on that crate.
struct Paths;

impl VisitMut for Paths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let skip = match names.as_slice() {
            _ if path.leading_colon.is_none() => return,
            ["serde_json", ..] => 1,
            ["std", "option", "Option", ..]
            | ["std", "vec", "Vec", ..]
            | ["std", "string", "String", ..]
            | ["std", "boxed", "Box", ..]
            | ["std", "default", "Default", ..] => 2,
            _ => return,
        };
        let alias = (names.first() == Some(&"serde_json")).then(|| parse_quote!(json));
        path.leading_colon = None;
        path.segments = alias
            .into_iter()
            .chain(std::mem::take(&mut path.segments).into_iter().skip(skip))
            .collect();
    }
}
