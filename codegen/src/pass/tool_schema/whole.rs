//! Schemas as large as one tool may have them, for tools that are looked for and not listed: a root
//! and definitions, which all share. Together they take little more than the definitions; put
//! together, they would be a hundred times as large.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::json::{Map, Value, json};

use super::bundle::{HOPELESS, LEAST_SHARE, Library, cost};
use super::prune::prune;
use super::size::size;
use super::{Cut, INPUT_BUDGET, OUTPUT_BUDGET, files, output_root, root};
use crate::ir::{Assembly, Body, BodyKind, Operation, Reply, Whole};

/// What schemas are put together from, each once.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Definitions in the forms that schemas use: position among the texts, and bytes of the schema.
    known: HashMap<(String, Form), (usize, usize)>,
    /// Positions by what stands there.
    places: HashMap<u64, Vec<usize>>,
    texts: Vec<String>,
}

/// How much of a definition there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Full,
    /// With short descriptions.
    Brief,
    /// Cut to so many bytes.
    Cut(usize),
}

/// The schemas of `operation` that were cut, as large as one tool may have them.
pub(super) fn build(
    parts: &mut Parts,
    library: &mut Library<'_>,
    operation: &Operation,
    cut: Cut,
) -> Option<Whole> {
    let input = cut.input.then(|| {
        let (mut members, _) = root::root(library, &operation.arguments.0);
        members.insert_new("properties", || json!({}));
        match operation.http.as_ref().and_then(|http| http.body.as_ref()) {
            // The files among its members, which definitions may have, are told of.
            Some(body) if body.kind == BodyKind::Multipart => {
                let bundle = library.bundle(members, INPUT_BUDGET);
                let mut schema = Value::Object(bundle.schema);
                files::tell_in(&mut schema, body);
                Assembly { root: parts.place("", schema), parts: Vec::new() }
            }
            body => parts.assemble(library, members, INPUT_BUDGET, body),
        }
    });
    let result = operation.result.as_ref().filter(|_| cut.output);
    let output = result.map(|result| {
        let wrapped = matches!(operation.reply, Reply::Json { wrapped: true });
        let members = output_root(library, &result.0, wrapped);
        parts.assemble(library, members, OUTPUT_BUDGET, None)
    });
    (input.is_some() || output.is_some()).then_some(Whole { input, output })
}

impl Parts {
    /// A name and a schema each, as JSON.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }

    /// Where a schema stands.
    fn place(&mut self, name: &str, schema: Value) -> usize {
        let text = json!([name, schema]).to_string();
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let places = self.places.entry(hasher.finish()).or_default();
        let known = places.iter().find(|place| self.texts.get(**place) == Some(&text));
        if let Some(place) = known {
            return *place;
        }
        places.push(self.texts.len());
        self.texts.push(text);
        self.texts.len() - 1
    }

    /// Chooses definitions as a schema for the list does ([`Library::bundle`]). References to those
    /// that have no room are left for whoever puts the schema together.
    fn assemble(
        &mut self,
        library: &mut Library<'_>,
        root: Map,
        budget: usize,
        body: Option<&Body>,
    ) -> Assembly {
        let mut fitted = library.fitted(root, budget);
        let mut parts = Vec::new();
        if fitted.full_size <= budget {
            let names = fitted.levels.iter().flatten();
            parts.extend(names.filter_map(|name| Some(self.part(library, name, Form::Full)?.0)));
        } else {
            let room = budget.saturating_sub(size(&fitted.root) + 12);
            self.choose(library, &fitted.levels, room, &mut parts);
        }
        if let Some(body) = body {
            files::tell_in(&mut fitted.root, body);
        }
        Assembly { root: self.place("", fitted.root), parts }
    }

    /// The closest definitions; of the first level that does not fit, the first ones get a share
    /// each.
    fn choose(
        &mut self,
        library: &mut Library<'_>,
        levels: &[Vec<String>],
        mut room: usize,
        parts: &mut Vec<usize>,
    ) {
        for level in levels {
            let sizes = level.iter().filter_map(|name| Some(library.entry(name)?.size));
            let hopeless = sizes.sum::<usize>() / HOPELESS > room;
            let candidates = if hopeless { room / LEAST_SHARE } else { level.len() };
            let level = level.get(..candidates.min(level.len())).unwrap_or_default();
            let brief: Vec<(usize, usize)> = match hopeless {
                true => Vec::new(),
                false => level
                    .iter()
                    .filter_map(|name| {
                        let (index, bytes) = self.part(library, name, Form::Brief)?;
                        Some((index, bytes + cost(name)))
                    })
                    .collect(),
            };
            let needed: usize = brief.iter().map(|(_, bytes)| bytes).sum();
            if !hopeless && needed <= room {
                room -= needed;
                parts.extend(brief.iter().map(|(index, _)| index));
                continue;
            }
            let level = level.get(..(room / LEAST_SHARE).min(level.len())).unwrap_or_default();
            self.share(library, level, room, parts);
            return;
        }
    }

    /// Adds what fits of each definition, in about equal parts of `room` bytes.
    fn share(
        &mut self,
        library: &mut Library<'_>,
        level: &[String],
        mut room: usize,
        parts: &mut Vec<usize>,
    ) {
        for (number, name) in level.iter().enumerate() {
            let share = (room / (level.len() - number)).saturating_sub(cost(name));
            let Some((index, bytes)) = self.part(library, name, Form::Cut(step(share))) else {
                continue;
            };
            if bytes + cost(name) <= room {
                room -= bytes + cost(name);
                parts.push(index);
            }
        }
    }

    /// Where a definition stands in this form, and its bytes.
    fn part(
        &mut self,
        library: &mut Library<'_>,
        name: &str,
        form: Form,
    ) -> Option<(usize, usize)> {
        let key = (name.to_owned(), form);
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let entry = library.entry(name)?;
        let mut schema = match form {
            Form::Full => entry.schema.clone(),
            Form::Brief | Form::Cut(_) => entry.brief().0.clone(),
        };
        if let (Form::Cut(bytes), Value::Object(members)) = (form, &mut schema) {
            prune(members, bytes, true);
        }
        let bytes = size(&schema);
        let found = (self.place(name, schema), bytes);
        self.known.insert(key, found);
        Some(found)
    }
}

/// The next of few sizes below, so that tools share what is cut.
fn step(share: usize) -> usize {
    let mut step = LEAST_SHARE;
    while step * 4 / 3 <= share {
        step = step * 4 / 3;
    }
    step.min(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass;
    use crate::select::Options;
    use crate::source::Document;

    /// Thousands of small operations, and one whose body reaches more than a schema may have.
    fn document(kind: &str) -> Document {
        let link = |to: usize| json!({"$ref": format!("#/components/schemas/D{to}")});
        let schemas: Map = (0..400)
            .map(|number| {
                let members = json!({"left": link(number * 2 + 1), "right": link(number * 2 + 2),
                    "text": {"type": "string", "description": "What it says. ".repeat(10)}});
                (format!("D{number}"), json!({"type": "object", "properties": members}))
            })
            .chain((400..801).map(|number| (format!("D{number}"), json!({"type": "string"}))))
            .collect();
        let mut paths: Map = (0..1999)
            .map(|number| {
                (format!("/p{number}"), json!({"get": {"operationId": format!("g{number}")}}))
            })
            .collect();
        let body = json!({"content": {kind: {"schema": link(0)}}});
        let reply = json!({"200": {"content": {"application/json": {"schema": link(0)}}}});
        let large = json!({"operationId": "large", "requestBody": body, "responses": reply});
        paths.insert("/large".to_owned(), json!({"post": large}));
        let document =
            json!({"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}});
        Document::parse("large.json", document.to_string().as_bytes()).unwrap()
    }

    fn large(document: &Document, budget: Option<usize>) -> (Operation, Vec<String>) {
        let options = Options { budget, ..Options::default() };
        let api = pass::lower(document, &options).api.unwrap();
        let rest = api.operations.iter().filter(|operation| operation.whole.is_some()).count();
        assert_eq!(rest, usize::from(budget.is_none_or(|tokens| tokens <= 20_000)));
        let large = api.operations.iter().find(|operation| operation.name == "large").unwrap();
        (large.clone(), api.parts)
    }

    #[test]
    fn what_is_looked_for_can_be_had_in_full() {
        let document = document("application/json");
        let (operation, parts) = large(&document, None);
        assert!(operation.input_schema.as_str().len() <= INPUT_BUDGET / 2);
        let whole = operation.whole.unwrap();
        for (assembly, budget) in
            [(whole.input.unwrap(), INPUT_BUDGET), (whole.output.unwrap(), OUTPUT_BUDGET)]
        {
            let mut bytes = parts[assembly.root].len() + 8;
            for part in &assembly.parts {
                let part: (String, Value) = serde_json::from_str(&parts[*part]).unwrap();
                bytes += size(&part.1) + cost(&part.0);
            }
            assert!((budget * 3 / 4..=budget).contains(&bytes), "{bytes} of {budget}");
        }
        let (operation, parts) = large(&document, Some(1_000_000));
        assert!(operation.whole.is_none() && parts.is_empty());
    }

    #[test]
    fn files_are_told_of_in_full_schemas_too() {
        let mut root = document("multipart/form-data").root().clone();
        let file = json!({"type": "string", "format": "binary"});
        *root.pointer_mut("/components/schemas/D0/properties/text").unwrap() = file;
        let document = Document::parse("large.json", root.to_string().as_bytes()).unwrap();
        let (operation, parts) = large(&document, None);
        let input = &parts[operation.whole.unwrap().input.unwrap().root];
        assert!(input.len() > INPUT_BUDGET / 2);
        assert!(input.contains("Base64, or a `data:` URI."), "{input}");
    }

    #[test]
    fn shares_are_of_few_sizes() {
        let steps: std::collections::BTreeSet<usize> = (0..INPUT_BUDGET).map(step).collect();
        assert!(steps.len() < LEAST_SHARE + 24, "{steps:?}");
        assert!((0..INPUT_BUDGET).all(|share| step(share) <= share && step(share) >= share / 2));
    }
}
