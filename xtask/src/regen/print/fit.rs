//! Prints `fit.rs`: what each type drops and supplies for a revision.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::change::Changes;
use super::plan::{Holding, Plan};
use super::when::condition;
use crate::regen::error::Error;
use crate::regen::model::{Earlier, EnumValue, Field, Shape, Span, Type, TypeDef, Variant};

/// The whole file.
///
/// # Errors
/// A member was narrowed in a way that nobody knows how to undo.
pub(super) fn print(plan: &Plan<'_>) -> Result<TokenStream, Error> {
    let changes = &Changes::of(plan);
    let (mut unchanging, mut items) = (Vec::new(), Vec::new());
    for (name, def) in plan.types() {
        let ident = format_ident!("{name}");
        let body = match &def.shape {
            Shape::Alias { .. } => continue,
            _ if !changes.changes(&Type::Ref(name.to_owned())) => {
                unchanging.push(ident);
                continue;
            }
            Shape::Struct { fields } => adapt_struct(changes, name, def, fields)?,
            Shape::Union { variants, .. } => adapt_union(changes, name, def, variants),
            Shape::StringEnum { values, .. } => adapt_text(changes, name, values),
        };
        items.push(quote! {
            impl rt::Fit for #ident {
                fn adapt(&mut self, revision: Revision) -> Result<(), rt::FitError> {
                    #body
                }
            }
        });
    }
    Ok(quote! {
        use crate::Revision;
        use crate::rt;
        use super::model::*;

        #(#items)*

        rt::unchanging!(#(#unchanging),*);
    })
}

fn adapt_struct(
    changes: &Changes<'_>,
    name: &str,
    def: &TypeDef,
    fields: &[Field],
) -> Result<TokenStream, Error> {
    let mut lines = Vec::new();
    for field in fields {
        let holding = changes.plan.holding(def, field);
        if let Holding::Constant(_) = holding {
            continue;
        }
        lines.extend(drop_outside(changes, name, field, &holding));
        lines.extend(narrow(changes, name, field, &holding)?);
        if changes.changes(&field.ty) {
            let (wire, rust) = (&field.wire, format_ident!("{}", field.rust));
            lines.push(quote!(rt::adapt(#wire, &mut self.#rust, revision)?;));
        }
        lines.extend(supply(changes, name, field, &holding));
    }
    Ok(quote!(#(#lines)* Ok(())))
}

/// Leaves the member out of revisions that do not have it.
fn drop_outside(
    changes: &Changes<'_>,
    name: &str,
    field: &Field,
    holding: &Holding,
) -> Option<TokenStream> {
    let outside = outside(changes, name, &field.span)?;
    let rust = format_ident!("{}", field.rust);
    let nothing = match holding {
        Holding::Presence(_) => quote!(false),
        Holding::Optional => quote!(None),
        Holding::Required | Holding::Constant(_) => return None,
    };
    Some(quote!(if #outside { self.#rust = #nothing; }))
}

/// Brings a member back to what it was before a revision widened it.
fn narrow(
    changes: &Changes<'_>,
    name: &str,
    field: &Field,
    holding: &Holding,
) -> Result<Vec<TokenStream>, Error> {
    let (wire, rust) = (&field.wire, format_ident!("{}", field.rust));
    let what = format!("{name}.{}", field.rust);
    let all = changes.lifetime(name);
    let mut from = "";
    let mut lines = Vec::new();
    for Earlier { until, ty } in &field.earlier {
        let within = |id: &&str| from < *id && *id <= until.as_str();
        let wanted: Vec<&str> = all.iter().copied().filter(within).collect();
        from = until;
        let narrowed = match (&field.ty, ty) {
            (Type::OneOrMany(item), ty) if **item == *ty => quote!(rt::Narrow::to_one),
            (Type::Raw | Type::Any, Type::Object) => quote!(rt::Narrow::to_object),
            _ => {
                let problem = format!("no way back from {:?} to {ty:?}", field.ty);
                return Err(Error::Print { what, problem });
            }
        };
        let condition = condition(&all, &wanted, &quote!(revision));
        let condition = condition.map(|condition| quote!((#condition) &&));
        lines.push(match holding {
            Holding::Optional => quote! {
                if #condition !self.#rust.as_mut().is_none_or(#narrowed) {
                    self.#rust = None;
                }
            },
            _ => quote! {
                if #condition !#narrowed(&mut self.#rust) {
                    return Err(rt::FitError::new(#what, revision).at(#wire));
                }
            },
        });
    }
    Ok(lines)
}

/// Supplies what a revision requires.
fn supply(
    changes: &Changes<'_>,
    name: &str,
    field: &Field,
    holding: &Holding,
) -> Option<TokenStream> {
    let value = field.supply.as_ref()?;
    if field.required.is_empty() {
        return None;
    }
    let rust = format_ident!("{}", field.rust);
    let all = changes.lifetime(name);
    let required: Vec<&str> = field.required.iter().map(String::as_str).collect();
    let condition = condition(&all, &required, &quote!(revision));
    let action = match holding {
        Holding::Presence(_) => {
            return Some(match condition {
                Some(condition) => quote!(if #condition { self.#rust = true; }),
                None => quote!(self.#rust = true;),
            });
        }
        Holding::Optional => {
            let text = value.to_string();
            quote!(self.#rust = rt::supply(#text);)
        }
        Holding::Required | Holding::Constant(_) => return None,
    };
    let condition = condition.map(|condition| quote!((#condition) &&));
    Some(quote!(if #condition self.#rust.is_none() { #action }))
}

fn adapt_union(
    changes: &Changes<'_>,
    name: &str,
    def: &TypeDef,
    variants: &[Variant],
) -> TokenStream {
    let mut arms = Vec::new();
    let mut complete = true;
    for variant in variants {
        let ident = format_ident!("{}", variant.name);
        let what = format!("{name}::{}", variant.name);
        let outside = outside(changes, name, &variant.span);
        if let Some(outside) = outside {
            let refusal = quote!(rt::FitError::new(#what, revision));
            arms.push(match substitute(changes, name, variants, variant) {
                None => quote!(Self::#ident { .. } if #outside => Err(#refusal)),
                Some(other) => {
                    let other = format_ident!("{}", other.name);
                    quote! {
                        Self::#ident(value) if #outside => {
                            *self = Self::#other(rt::recast(value).ok_or(#refusal)?);
                            self.adapt(revision)
                        }
                    }
                }
            });
        }
        if changes.changes(&variant.ty) {
            arms.push(quote!(Self::#ident(value) => value.adapt(revision)));
        } else {
            complete = false;
        }
    }
    let keeps_unknown = match &def.shape {
        Shape::Union { select, .. } => super::select::keeps_unknown(select),
        _ => false,
    };
    if !complete || keeps_unknown {
        arms.push(quote!(_ => Ok(())));
    }
    quote!(match self { #(#arms,)* })
}

/// An older alternative that can hold whatever `variant` holds.
fn substitute<'v>(
    changes: &Changes<'_>,
    name: &str,
    variants: &'v [Variant],
    variant: &Variant,
) -> Option<&'v Variant> {
    let whole = changes.lifetime(name);
    let fields = fields(changes, variant)?;
    variants.iter().find(|other| {
        let there = changes.plan.revisions(&other.span);
        let complete = whole.iter().all(|id| there.contains(id));
        complete
            && other.name != variant.name
            && self::fields(changes, other).is_some_and(|others| {
                let taken =
                    |field: &Field| others.iter().any(|o| o.wire == field.wire && o.ty == field.ty);
                let given = |field: &Field| {
                    fields.iter().any(|f| f.wire == field.wire && !f.required.is_empty())
                };
                fields.iter().all(taken)
                    && others.iter().filter(|o| !o.required.is_empty()).all(given)
            })
    })
}

fn fields<'a>(changes: &Changes<'a>, variant: &Variant) -> Option<&'a [Field]> {
    match &changes.plan.definition(&variant.ty)?.shape {
        Shape::Struct { fields } => Some(fields),
        _ => None,
    }
}

fn adapt_text(changes: &Changes<'_>, name: &str, values: &[EnumValue]) -> TokenStream {
    let arms = values.iter().filter_map(|value| {
        let outside = outside(changes, name, &value.span)?;
        let ident = format_ident!("{}", value.rust);
        let what = format!("{name}::{}", value.rust);
        Some(quote!(Self::#ident if #outside => Err(rt::FitError::new(#what, revision))))
    });
    quote!(match self { #(#arms,)* _ => Ok(()) })
}

/// True in those revisions with the type called `name` that are not in `part`; `None`: in none.
fn outside(changes: &Changes<'_>, name: &str, part: &Span) -> Option<TokenStream> {
    let (all, here) = (changes.lifetime(name), changes.plan.revisions(part));
    let outside: Vec<&str> = all.iter().copied().filter(|id| !here.contains(id)).collect();
    if outside.is_empty() {
        return None;
    }
    condition(&all, &outside, &quote!(revision))
}
