//! `#[derive(Elicit)]`: from a struct to its form, from an enum to a choice.

mod choice;
mod field;
mod kind;
mod options;

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields};

use crate::errors::Errors;

pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    if !input.generics.params.is_empty() {
        return Err(Error::new(
            input.generics.span(),
            "a form can't be generic: its schema is one schema",
        ));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => form(&input, fields),
            other => Err(Error::new(
                other.span(),
                "a form has named fields: they are what people fill in",
            )),
        },
        Data::Enum(data) => choice::expand(&input, data),
        Data::Union(data) => {
            Err(Error::new(data.union_token.span(), "a form is a struct, a choice is an enum"))
        }
    }
}

fn form(input: &DeriveInput, named: &syn::FieldsNamed) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    for attribute in input.attrs.iter().filter(|attribute| options::is_ours(attribute)) {
        errors.push(Error::new(attribute.span(), "#[elicit(…)] goes on the fields of a form"));
    }
    let mut fields: Vec<field::Field> = Vec::new();
    for item in &named.named {
        let Some(field) = errors.take(field::Field::read(item)) else { continue };
        if fields.iter().any(|known| known.name == field.name) {
            let message = format!("there is another field called `{}`", field.name);
            errors.push(Error::new(field.span, message));
        }
        fields.push(field);
    }
    errors.into_result(())?;
    let name = &input.ident;
    let asserts = fields.iter().map(field::Field::is_no_secret);
    let definitions = fields.iter().map(field::Field::definition);
    let values = fields.iter().map(field::Field::value);
    Ok(quote::quote! {
        const _: () = {
            #(#asserts)*

            #[automatically_derived]
            impl ::toolwright::elicit::Elicit for #name {
                fn schema() -> ::toolwright::spec::ElicitationSchema {
                    ::toolwright::elicit::Form::new() #(#definitions)* .into_schema()
                }

                #[allow(unused_variables, reason = "a form may have no fields")]
                fn read(
                    __answers: &::toolwright::elicit::Answers,
                ) -> ::std::result::Result<Self, ::toolwright::elicit::ElicitError> {
                    ::std::result::Result::Ok(Self { #(#values),* })
                }
            }
        };
    })
}
