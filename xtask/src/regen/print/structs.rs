//! Prints a struct: fields, constructors, reading and writing.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::attributes::{deprecated, doc};
use super::docs::history;
use super::plan::{Flavour, Holding, Plan};
use super::record;
use super::types;
use crate::regen::docs::Docs;
use crate::regen::error::Error;
use crate::regen::model::{Field, Type, TypeDef};

/// A member, decided upon.
struct Member<'a> {
    field: &'a Field,
    rust: Ident,
    holding: Holding,
    /// Without the `Option` of an optional one.
    ty: TokenStream,
}

/// A struct with everything that belongs to it.
///
/// # Errors
/// It has more members than a reader counts, or a constant of a kind that nobody reads.
pub(super) fn print(
    plan: &Plan<'_>,
    docs: &Docs,
    name: &str,
    def: &TypeDef,
    fields: &[Field],
) -> Result<TokenStream, Error> {
    let fail = |problem: &str| Error::Print { what: name.to_owned(), problem: problem.to_owned() };
    if fields.len() > 64 {
        return Err(fail("more than 64 members do not fit into the reader's bits"));
    }
    if fields.iter().any(|field| field.rust == "extra") {
        return Err(fail("a member called `extra` clashes with ours; rename it in names.rs"));
    }
    let members: Vec<Member<'_>> = fields.iter().map(|field| member(plan, def, field)).collect();
    let item = declaration(plan, docs, name, def, &members);
    let constructors = constructors(plan, name, &members);
    let record = record(name, &members).map_err(|problem| fail(&problem))?;
    Ok(quote!(#item #constructors #record))
}

fn member<'a>(plan: &Plan<'_>, def: &TypeDef, field: &'a Field) -> Member<'a> {
    let holding = plan.holding(def, field);
    let ty = types::field(plan, field, holding == Holding::Optional);
    Member { field, rust: format_ident!("{}", field.rust), holding, ty }
}

fn declaration(
    plan: &Plan<'_>,
    docs: &Docs,
    name: &str,
    def: &TypeDef,
    members: &[Member<'_>],
) -> TokenStream {
    let ident = format_ident!("{name}");
    let fields = members.iter().filter_map(|member| {
        let Member { field, rust, ty, .. } = member;
        let ty = match member.holding {
            Holding::Constant(_) => return None,
            Holding::Presence(_) => quote!(bool),
            Holding::Required => ty.clone(),
            Holding::Optional => quote!(Option<#ty>),
        };
        let text = match &member.holding {
            Holding::Presence(value) => {
                format!("Whether the member `{}` is there; it always says `{value}`.", field.wire)
            }
            _ => docs.field(name, &field.wire),
        };
        let doc = doc(&text, &history(&field.span, &def.span, field.deprecated.as_deref()));
        let deprecated = deprecated(plan.flavour, field.deprecated.as_deref());
        Some(quote!(#doc #deprecated pub #rust: #ty))
    });
    let doc = doc(&docs.type_doc(name, def), &plan.history(def));
    let deprecated = deprecated(plan.flavour, def.deprecated.as_deref());
    let default = may_be_empty(members).then(|| quote!(#[derive(Default)]));
    let open = (plan.flavour == Flavour::Superset).then(|| quote!(#[non_exhaustive]));
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #default
        #open
        #deprecated
        pub struct #ident {
            #(#fields,)*
            /// Members that this type does not know.
            pub extra: rt::Extra,
        }
    }
}

fn may_be_empty(members: &[Member<'_>]) -> bool {
    members.iter().all(|member| member.holding != Holding::Required)
}

fn constructors(plan: &Plan<'_>, name: &str, members: &[Member<'_>]) -> TokenStream {
    let ident = format_ident!("{name}");
    let (mut parameters, mut inits) = (Vec::new(), Vec::new());
    for Member { field, rust, holding, ty } in members {
        match holding {
            Holding::Constant(_) => {}
            Holding::Presence(_) => inits.push(quote!(#rust: false)),
            Holding::Optional => inits.push(quote!(#rust: None)),
            Holding::Required => {
                let (parameter, into) = types::parameter(field, ty);
                parameters.push(quote!(#rust: #parameter));
                inits.push(if into { quote!(#rust: #rust.into()) } else { quote!(#rust) });
            }
        }
    }
    let body = match may_be_empty(members) {
        true => quote!(Self::default()),
        false => quote!(Self { #(#inits,)* extra: rt::Extra::default() }),
    };
    let text = match parameters.is_empty() {
        true => " Nothing but what is always there.",
        false => " With what is required; the rest is absent.",
    };
    let setters = match plan.flavour {
        Flavour::Superset => members.iter().filter_map(setter).collect(),
        Flavour::Exact => Vec::new(),
    };
    quote! {
        impl #ident {
            #[doc = #text]
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                #body
            }

            #(#setters)*
        }
    }
}

fn setter(member: &Member<'_>) -> Option<TokenStream> {
    let Member { field, rust, holding, ty } = member;
    if *holding != Holding::Optional {
        return None;
    }
    let name = format_ident!("with_{}", field.rust.trim_end_matches('_'));
    let text = format!(" Sets `{}`.", field.wire);
    let (parameter, into) = types::parameter(field, ty);
    let value = if into { quote!(#rust.into()) } else { quote!(#rust) };
    Some(quote! {
        #[doc = #text]
        #[must_use]
        pub fn #name(mut self, #rust: #parameter) -> Self {
            self.#rust = Some(#value);
            self
        }
    })
}

fn record(name: &str, members: &[Member<'_>]) -> Result<TokenStream, String> {
    let read = read(members)?;
    let write = write(members)?;
    Ok(record::print(name, &read, &write))
}

fn read(members: &[Member<'_>]) -> Result<TokenStream, String> {
    let wires = members.iter().map(|member| &member.field.wire);
    let (mut slots, mut reads, mut checks, mut inits) = (vec![], vec![], vec![], vec![]);
    for (index, Member { field, rust, holding, .. }) in members.iter().enumerate() {
        let (number, wire) = (Literal::usize_unsuffixed(index), &field.wire);
        match holding {
            Holding::Constant(value) | Holding::Presence(value) => {
                let value = constant(value)?;
                reads.push(quote!(members.constant(#value)));
            }
            Holding::Required => {
                slots.push(quote!(let mut #rust = None;));
                let fill =
                    format_ident!("{}", if raw_object(field) { "fill_object" } else { "fill" });
                reads.push(quote!(members.#fill(&mut #rust)));
            }
            Holding::Optional => {
                slots.push(quote!(let mut #rust = None;));
                let fill = format_ident!(
                    "{}",
                    if raw_object(field) { "fill_object_if" } else { "fill_if" }
                );
                reads.push(quote!(members.#fill(&mut #rust)));
            }
        }
        match holding {
            Holding::Constant(_) => {
                checks.push(quote!(members.required_constant(#number, #wire)?;));
            }
            Holding::Presence(_) => inits.push(quote!(#rust: members.saw(#number))),
            Holding::Required => inits.push(quote!(#rust: members.required(#wire, #rust)?)),
            Holding::Optional => inits.push(quote!(#rust)),
        }
    }
    let last = reads.pop();
    let walk = match (reads.is_empty(), last) {
        (_, None) => quote!(while members.next(&[])?.is_some() {}),
        (true, Some(only)) => quote! {
            while members.next(&[#(#wires),*])?.is_some() {
                #only?;
            }
        },
        (false, Some(last)) => {
            let numbers = (0..reads.len()).map(Literal::usize_unsuffixed);
            quote! {
                while let Some(index) = members.next(&[#(#wires),*])? {
                    match index {
                        #(#numbers => #reads?,)*
                        _ => #last?,
                    }
                }
            }
        }
    };
    Ok(quote! {
        #(#slots)*
        #walk
        #(#checks)*
        Ok(Self { #(#inits,)* extra: members.extra() })
    })
}

/// Raw JSON that has to be an object.
fn raw_object(field: &Field) -> bool {
    field.rules.object && matches!(field.ty, Type::Raw | Type::Schema) && !field.nullable
}

fn write(members: &[Member<'_>]) -> Result<TokenStream, String> {
    let mut lines = Vec::new();
    for Member { field, rust, holding, .. } in members {
        let wire = &field.wire;
        lines.push(match holding {
            Holding::Constant(value) => {
                let value = constant(value)?;
                quote!(out.serialize_entry(#wire, &#value)?;)
            }
            Holding::Presence(value) => {
                let value = constant(value)?;
                quote!(if self.#rust { out.serialize_entry(#wire, &#value)?; })
            }
            Holding::Required => quote!(rt::put(out, #wire, &self.#rust)?;),
            Holding::Optional => quote!(rt::put_if(out, #wire, &self.#rust)?;),
        });
    }
    Ok(quote!(#(#lines)* self.extra.write(out)))
}

fn constant(value: &Value) -> Result<TokenStream, String> {
    if let Some(text) = value.as_str() {
        return Ok(quote!(#text));
    }
    let Some(integer) = value.as_i64() else {
        return Err(format!("{value} is neither a string nor an integer"));
    };
    let literal = Literal::i64_suffixed(integer.saturating_abs());
    Ok(if integer < 0 { quote!(-#literal) } else { quote!(#literal) })
}
