//! The schema of a tool whose arguments are the parameters of a function.

use schemars::JsonSchema as Describe;
use schemars::generate::SchemaGenerator;
use serde_json::{Map, Value, json};
use toolwright_spec::JsonSchema;

use super::schema::{definitions, for_arguments, into_object, tame_arguments, without_null};

/// What `#[tools]` knows of a parameter beyond its type.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parameter {
    /// Name of the member of the arguments.
    pub name: &'static str,
    /// What it is for, as the model reads it.
    pub description: Option<&'static str>,
    /// Whether it has to be there.
    pub required: bool,
    /// Fewest and most characters of a string, or items of a list.
    pub length: (Option<u64>, Option<u64>),
    /// Further keywords of its schema, values as JSON text.
    pub keywords: &'static [(&'static str, &'static str)],
}

/// Collects parameters into the schema of an object that has no other members.
#[derive(Debug)]
pub struct Parameters {
    generator: SchemaGenerator,
    /// Members with their schemas, in the order of the signature.
    members: Vec<(&'static str, Map<String, Value>)>,
    required: Vec<&'static str>,
}

impl Parameters {
    /// No parameters yet.
    #[must_use]
    pub fn new() -> Self {
        Self { generator: for_arguments(), members: Vec::new(), required: Vec::new() }
    }

    /// Adds a parameter that is read as a `T`.
    #[must_use]
    pub fn with<T: Describe>(mut self, parameter: Parameter) -> Self {
        let mut schema = self.generator.subschema_for::<T>();
        tame_arguments(&mut schema);
        let mut keywords = into_object(schema);
        if let Some(text) = parameter.description {
            keywords.insert("description".to_owned(), text.into());
        }
        let (min, max) = match keywords.get("type").and_then(Value::as_str) {
            Some("array") => ("minItems", "maxItems"),
            _ => ("minLength", "maxLength"),
        };
        for (keyword, bound) in [(min, parameter.length.0), (max, parameter.length.1)] {
            keywords.extend(bound.map(|bound| (keyword.to_owned(), bound.into())));
        }
        for (keyword, text) in parameter.keywords {
            // The macro writes the text, so it is JSON.
            let value = serde_json::from_str(text).unwrap_or_default();
            keywords.insert((*keyword).to_owned(), value);
        }
        if parameter.required {
            self.required.push(parameter.name);
        } else {
            without_null(&mut keywords);
        }
        self.members.push((parameter.name, keywords));
        self
    }

    /// The schema: members in order, which a map of `serde_json` would not keep.
    #[must_use]
    pub fn schema(mut self) -> JsonSchema {
        let properties: Vec<String> = self
            .members
            .iter()
            .map(|(name, schema)| format!("{}:{}", json!(name), json!(schema)))
            .collect();
        let mut text = format!(r#"{{"type":"object","properties":{{{}}}"#, properties.join(","));
        if !self.required.is_empty() {
            text.push_str(&format!(r#","required":{}"#, json!(self.required)));
        }
        text.push_str(r#","additionalProperties":false"#);
        let definitions = definitions(&mut self.generator, tame_arguments);
        if !definitions.is_empty() {
            text.push_str(&format!(r#","$defs":{}"#, json!(definitions)));
        }
        text.push('}');
        JsonSchema::new(text).unwrap_or_else(|_| JsonSchema::empty_object())
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order() {
        let schema = Parameters::new()
            .with::<String>(Parameter {
                name: "query",
                description: Some("Words to look for"),
                required: true,
                length: (Some(1), None),
                ..Parameter::default()
            })
            .with::<u32>(Parameter {
                name: "limit",
                keywords: &[("minimum", "1"), ("maximum", "50"), ("default", "10")],
                ..Parameter::default()
            })
            .with::<Vec<u8>>(Parameter {
                name: "bytes",
                length: (None, Some(3)),
                ..Parameter::default()
            })
            .schema();
        assert_eq!(
            schema.as_str(),
            concat!(
                r#"{"type":"object","properties":{"#,
                r#""query":{"description":"Words to look for","minLength":1,"type":"string"},"#,
                r#""limit":{"default":10,"maximum":50,"minimum":1,"type":"integer"},"#,
                r#""bytes":{"items":{"maximum":255,"minimum":0,"type":"integer"},"maxItems":3,"type":"array"}"#,
                r#"},"required":["query"],"additionalProperties":false}"#,
            )
        );
    }
}
