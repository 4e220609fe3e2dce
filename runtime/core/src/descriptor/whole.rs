//! Schemas that are put together when somebody asks for a tool: the list has them shortened.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use toolwright_spec::JsonSchema;

use super::Descriptor;
use crate::tool::Schemas;

/// Where definitions stand.
const DEFINITIONS: &str = "$defs";
/// Before the name of one in a reference.
const REFERENCE: &str = "#/$defs/";
/// What holds values, and not schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

/// How the schemas of a tool are put together, as JSON.
#[derive(Debug, Clone)]
pub struct Whole(Box<RawValue>);

#[derive(Deserialize)]
struct Recipe {
    input: Option<Assembly>,
    output: Option<Assembly>,
}

#[derive(Deserialize)]
struct Assembly {
    root: usize,
    parts: Vec<usize>,
}

impl Descriptor {
    /// The schemas of the tool at `index` in full, of `parts` that come from the generator as the
    /// descriptor does; `None`: the list has them in full.
    #[must_use]
    pub fn schemas(&self, index: usize, parts: &[impl AsRef<str>]) -> Option<Schemas> {
        Whole::read(self.tools.get(index)?).map(|whole| whole.schemas(parts))
    }

    /// How the schemas of each tool are put together that the list has shortened.
    pub fn wholes(&self) -> impl Iterator<Item = Option<Whole>> {
        self.tools.iter().map(|text| Whole::read(text))
    }
}

impl Whole {
    fn read(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Marked {
            whole: Option<Box<RawValue>>,
        }
        // Few have it, and only these are read for it.
        let marked = text.contains("\"whole\":{");
        marked.then(|| toolwright_spec::from_str::<Marked>(text).ok()?.whole).flatten().map(Self)
    }

    /// The schemas of `parts`. What can't be read, which the generator doesn't write, stays as the
    /// list has it.
    #[must_use]
    pub fn schemas(&self, parts: &[impl AsRef<str>]) -> Schemas {
        let recipe = toolwright_spec::from_str::<Recipe>(self.0.get()).ok();
        let (input, output) = recipe.map_or((None, None), |recipe| (recipe.input, recipe.output));
        let schema = |assembly: Option<Assembly>| assembly?.schema(parts);
        Schemas { input: schema(input), output: schema(output) }
    }
}

impl Assembly {
    fn schema(self, parts: &[impl AsRef<str>]) -> Option<JsonSchema> {
        let read = |index: usize| {
            let part = toolwright_spec::from_str::<(String, Value)>(parts.get(index)?.as_ref());
            part.ok()
        };
        let (_, mut root) = read(self.root)?;
        let mut definitions = match root.as_object_mut()?.remove(DEFINITIONS) {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        };
        for index in self.parts {
            let (name, schema) = read(index)?;
            definitions.insert(name, schema);
        }
        let known: HashSet<String> = definitions.keys().cloned().collect();
        definitions.values_mut().for_each(|definition| cut(definition, &known));
        cut(&mut root, &known);
        if !definitions.is_empty() {
            root.as_object_mut()?.insert(DEFINITIONS.to_owned(), Value::Object(definitions));
        }
        JsonSchema::new(root.to_string()).ok()
    }
}

/// Takes out references to definitions that had no room.
fn cut(schema: &mut Value, known: &HashSet<String>) {
    match schema {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|target| target.strip_prefix(REFERENCE));
            if target.is_some_and(|name| !known.contains(name)) {
                members.remove("$ref");
            }
            let schemas = members.iter_mut().filter(|(key, _)| !VALUES.contains(&key.as_str()));
            schemas.for_each(|(_, member)| cut(member, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| cut(item, known)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOOLS: &[std::borrow::Cow<'static, str>] = &[
        std::borrow::Cow::Borrowed(r#"{"name":"plain","inputSchema":{"type":"object"}}"#),
        std::borrow::Cow::Borrowed(
            r#"{"name":"cut","inputSchema":{},"whole":{"input":{"root":1,"parts":[2]}}}"#,
        ),
    ];
    const PARTS: &[&str] = &[
        "broken",
        r##"["",{"type":"object","properties":{"a":{"$ref":"#/$defs/A","description":"a"},
            "far":{"$ref":"#/$defs/Far","description":"b","enum":[{"$ref":"#/$defs/Far"}]}}}]"##,
        r##"["A",{"properties":{"a":{"$ref":"#/$defs/A"},"$ref":{"$ref":"#/$defs/B"}}}]"##,
    ];

    #[test]
    fn schemas_are_put_together_of_their_parts() {
        let descriptor = Descriptor::new("{}", TOOLS);
        assert_eq!(descriptor.schemas(0, PARTS), None);
        assert_eq!(descriptor.schemas(2, PARTS), None);
        let schemas = descriptor.schemas(1, PARTS).unwrap();
        assert_eq!(schemas.output, None);
        let input: Value = serde_json::from_str(schemas.input.unwrap().as_str()).unwrap();
        let expected = json!({
            "type": "object",
            "properties": {
                "a": {"$ref": "#/$defs/A", "description": "a"},
                "far": {"description": "b", "enum": [{"$ref": "#/$defs/Far"}]},
            },
            "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}, "$ref": {}}}},
        });
        assert_eq!(input, expected);
        let wholes: Vec<bool> = descriptor.wholes().map(|whole| whole.is_some()).collect();
        assert_eq!(wholes, [false, true]);
        // A part that is missing or broken leaves the schema as the list has it.
        assert_eq!(descriptor.schemas(1, &PARTS[..2]), Some(Schemas::default()));
        assert_eq!(descriptor.schemas(1, &["", "broken", "[]"]), Some(Schemas::default()));
    }
}
