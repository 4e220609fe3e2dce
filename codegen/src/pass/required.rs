//! `required` names members that the schema declares: others are declared, as anything. Arguments
//! have to have them, as the document says so. Results need not: nearly always such a name is
//! misspelt or was left behind, and an answer without it is what the service means.

use std::collections::{BTreeSet, HashSet};

use super::context::Context;
use super::walk::{self, keywords_mut, references};
use crate::code;
use crate::ir::Api;
use crate::json::{Map, Value, json};
use crate::near::nearest;

/// Which way values of a schema travel.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Sent,
    Received,
}

/// Mends every schema that is complete in itself; branches of compositions may name members that
/// another branch declares.
pub(crate) fn mend(cx: &mut Context<'_>, api: &mut Api) {
    let received = received(api);
    let mut pass = Pass { cx, said: HashSet::new() };
    for (name, schema) in &mut api.definitions {
        let at = pass.cx.definitions.pointer(name);
        let way = if received.contains(name) { Way::Received } else { Way::Sent };
        pass.visit(&mut schema.0, &at, way);
    }
    result_schemas_mut(api, &mut |schema, at| pass.visit(schema, at, Way::Received));
    // Results are done: whatever they require is declared.
    walk::operation_schemas_mut(api, &mut |schema, at| pass.visit(schema, at, Way::Sent));
}

struct Pass<'c, 'd> {
    cx: &'c mut Context<'d>,
    /// A result is a response as well.
    said: HashSet<(String, String)>,
}

/// Definitions that results consist of, whatever else does.
fn received(api: &mut Api) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    result_schemas_mut(api, &mut |schema, _| {
        references(schema, &mut |name| open.push(name.to_owned()));
    });
    while let Some(name) = open.pop() {
        if let Some(schema) = api.definitions.get(&name).filter(|_| !found.contains(&name)) {
            references(&schema.0, &mut |name| open.push(name.to_owned()));
            found.insert(name);
        }
    }
    found
}

/// Visits what a service behind the tools answers, and the operation's pointer. What tools without
/// one give is their own contract.
fn result_schemas_mut(api: &mut Api, visit: &mut dyn FnMut(&mut Value, &str)) {
    for operation in &mut api.operations {
        let Some(http) = &mut operation.http else { continue };
        let schemas = http.responses.iter_mut().filter_map(|response| response.schema.as_mut());
        for schema in schemas.chain(&mut operation.result) {
            visit(&mut schema.0, &operation.pointer);
        }
    }
}

impl Pass<'_, '_> {
    fn visit(&mut self, schema: &mut Value, at: &str, way: Way) {
        const COMPOSED: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];
        let Value::Object(members) = schema else {
            return;
        };
        self.complete(members, at, way);
        keywords_mut(members, &mut |key, child| {
            if !COMPOSED.contains(&key) {
                self.visit(child, at, way);
            }
        });
    }

    fn complete(&mut self, members: &mut Map, at: &str, way: Way) {
        let composed = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties"];
        if composed.iter().any(|key| members.contains_key(key)) {
            return;
        }
        let properties = members.get("properties").and_then(Value::as_object);
        let declared = |name: &str| properties.is_some_and(|own| own.contains_key(name));
        let Some(Value::Array(required)) = members.get("required") else {
            return;
        };
        let (kept, undeclared): (Vec<&str>, Vec<&str>) =
            required.iter().filter_map(Value::as_str).partition(|name| declared(name));
        if undeclared.is_empty() {
            return;
        }
        let known: Vec<&str> =
            properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let message = told(&undeclared, &known, way);
        if self.said.insert((at.to_owned(), message.clone())) {
            self.cx.report(code::REQUIRED, at, message);
        }
        let kept = (way == Way::Received).then(|| json!(kept));
        let others = match members.get("additionalProperties") {
            Some(Value::Object(schema)) => Value::Object(schema.clone()),
            _ => json!({}),
        };
        let undeclared: Vec<String> = undeclared.into_iter().map(str::to_owned).collect();
        if let Some(kept) = kept {
            if kept.as_array().is_none_or(|kept| kept.is_empty()) {
                members.remove("required");
            } else {
                members.insert("required", kept);
            }
        }
        members.insert_new("properties", || json!({}));
        members.update_one("properties", |properties| {
            if let Value::Object(properties) = properties {
                for name in undeclared {
                    properties.insert(name, others.clone());
                }
            }
        });
    }
}

/// One sentence for all names of a schema.
fn told(undeclared: &[&str], known: &[&str], way: Way) -> String {
    // Of a letter or two any other is one away.
    let meant =
        |name: &str| (name.len() > 2).then(|| nearest(name, known.iter().copied())).flatten();
    let name = |name: &&str| match meant(name) {
        Some(meant) => format!("`{name}` (is `{meant}` meant?)"),
        None => format!("`{name}`"),
    };
    let names: Vec<String> = undeclared.iter().map(name).collect();
    let (are, they, them) = match names.as_slice() {
        [_] => ("is", "it is", "it"),
        _ => ("are", "they are", "them"),
    };
    let names = names.join(", ");
    let without = match way {
        Way::Received => format!(", and results may come without {them}"),
        Way::Sent => String::new(),
    };
    format!(
        "`required` names {names}, which {are} not declared; {they} declared as anything{without}"
    )
}

#[cfg(test)]
mod tests {
    use crate::json::json;
    use crate::source::Document;
    use crate::{Options, pass};

    /// Whatever results consist of may come without what only `required` names; arguments may not.
    #[test]
    fn names_that_nothing_declares_are_demanded_of_arguments_only() {
        let document = "{openapi: 3.1.0, paths: {/files: {
            get: {operationId: get, responses: {200: {content: {application/json: {schema:
                {$ref: '#/components/schemas/File'}}}}}},
            post: {operationId: post, requestBody: {required: true, content: {application/json:
                {schema: {$ref: '#/components/schemas/Order'}}}},
                responses: {200: {content: {application/json: {schema:
                {type: object, required: [a, b], properties: {a: {type: string}}}}}}}}}},
            components: {schemas: {
                File: {type: object, required: [name, Size], properties: {Name: {type: string},
                    Size: {type: integer}, owner: {$ref: '#/components/schemas/Owner'}}},
                Owner: {type: object, required: [id, mail]},
                Order: {type: object, required: [title]}}}}";
        let document = Document::parse("files.yaml", document.as_bytes()).unwrap();
        let outcome = pass::lower(&document, &Options::default().select);
        let api = outcome.api.unwrap();
        let required = |name: &str| api.definitions[name].0.get("required").cloned();
        assert_eq!(required("File"), Some(json!(["Size"])));
        assert_eq!(required("Owner"), None);
        assert_eq!(required("Order"), Some(json!(["title"])));
        assert!(api.definitions["Owner"].0["properties"].get("mail").is_some());
        let inline = api.operations[1].result.as_ref().unwrap();
        assert_eq!(inline.0["required"], json!(["a"]));
        let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.message.as_str()).collect();
        let declared = "not declared";
        let one = "`required` names `name` (is `Name` meant?), which is not declared; it is \
                   declared as anything, and results may come without it";
        assert!(said.contains(&one), "{said:#?}");
        let two = "`required` names `id`, `mail`, which are not declared; they are declared as \
                   anything, and results may come without them";
        assert!(said.contains(&two), "{said:#?}");
        assert_eq!(said.iter().filter(|one| one.contains(declared)).count(), 4, "{said:#?}");
    }
}
