//! Shapes as Rust types and as the JSON Schema that typify is fed.

use serde_json::{Map, Value, json};
use syn::parse_quote;

use super::shape::{Body, Field, Item, Shape};

/// The Rust type of a shape. `json` is the module's name for `serde_json`.
pub(super) fn type_of(shape: &Shape) -> syn::Type {
    match shape {
        Shape::Any => parse_quote!(json::Value),
        Shape::Bool => parse_quote!(bool),
        Shape::Int { unsigned: false } => parse_quote!(i64),
        Shape::Int { unsigned: true } => parse_quote!(u64),
        Shape::Float => parse_quote!(f64),
        Shape::Text => parse_quote!(String),
        Shape::Array(inner) => {
            let inner = type_of(inner);
            parse_quote!(Vec<#inner>)
        }
        Shape::Map(inner) if **inner == Shape::Any => parse_quote!(json::Map<String, json::Value>),
        Shape::Map(inner) => {
            let inner = type_of(inner);
            parse_quote!(::std::collections::BTreeMap<String, #inner>)
        }
        Shape::Nullable(inner) => {
            let inner = type_of(inner);
            parse_quote!(Option<#inner>)
        }
        Shape::Named(name) => match syn::parse_str::<syn::Ident>(name) {
            Ok(name) => parse_quote!(#name),
            Err(_) => type_of(&Shape::Any),
        },
    }
}

/// The schema of an item, with Rust names for wire names and without docs.
pub(super) fn schema_of(item: &Item) -> Value {
    match &item.body {
        Body::Struct { fields, extra } => struct_schema(fields, extra.as_ref()),
        Body::Enum(values) => {
            let names: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
            json!({ "type": "string", "enum": names })
        }
        Body::Union { variants, .. } => {
            let branches: Vec<Value> =
                variants.iter().map(|variant| schema(&variant.shape)).collect();
            json!({ "oneOf": branches })
        }
        Body::Alias(shape) => schema(shape),
    }
}

fn struct_schema(fields: &[Field], extra: Option<&Shape>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let mut shape = field.shape.clone();
        if field.required {
            required.push(field.name.as_str());
        } else if matches!(shape, Shape::Array(_) | Shape::Map(_)) {
            // Absent and empty are two things.
            shape = shape.nullable();
        }
        let mut schema = schema(&shape);
        if let (Some(default), Some(schema)) = (&field.default, schema.as_object_mut()) {
            schema.insert("default".to_owned(), default.clone());
        }
        properties.insert(field.name.clone(), schema);
    }
    let others = match extra {
        Some(shape) => schema(shape),
        None if fields.is_empty() => json!(false),
        None => json!(true),
    };
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": others,
    })
}

fn schema(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int { unsigned: false } => json!({ "type": "integer" }),
        Shape::Int { unsigned: true } => json!({ "type": "integer", "minimum": 0 }),
        Shape::Float => json!({ "type": "number" }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Array(inner) => json!({ "type": "array", "items": schema(inner) }),
        Shape::Map(inner) => json!({ "type": "object", "additionalProperties": schema(inner) }),
        Shape::Nullable(inner) => json!({ "oneOf": [schema(inner), { "type": "null" }] }),
        Shape::Named(name) => json!({ "$ref": format!("#/definitions/{name}") }),
    }
}
