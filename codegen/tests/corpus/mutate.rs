//! Broken documents: whatever a document says, generating ends, and what comes out is Rust.
//!
//! `TOOLWRIGHT_MUTATIONS` is the number of documents to try (300 without it), `TOOLWRIGHT_SEED` the
//! first seed; a failure names the seed that leads to it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::{Map, Value, json};
use toolwright_codegen::{Options, generate, source::Document};

/// Larger documents are cut down to a few paths, but have to be read first.
const LARGEST: u64 = 400_000;
const PATHS: usize = 3;

#[test]
fn no_mutation_makes_the_generator_panic() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (count, first) = (number("TOOLWRIGHT_MUTATIONS", 300), number("TOOLWRIGHT_SEED", 1));
    let sources = sources();
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let sources = &sources;
                let seeds = (first..first + count).skip(worker as usize).step_by(threads as usize);
                scope.spawn(move || seeds.filter_map(|seed| attempt(sources, seed)).collect())
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|_| vec!["a worker died".to_owned()]))
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Documents of the repository, and those of the corpus where it is there.
fn sources() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files: Vec<_> =
        ["cli/assets/bookshop.yaml", "tests/it/shapes.yaml", "tests/it/farm.tools.json"]
            .iter()
            .map(|name| root.join(name))
            .collect();
    let mut corpus = super::corpus();
    corpus.retain(|file| std::fs::metadata(file).is_ok_and(|meta| meta.len() < LARGEST));
    // Reading takes longer than generating; a sample is enough.
    let step = (corpus.len() / 40).max(1);
    files.extend(corpus.into_iter().step_by(step));
    files
        .iter()
        .filter_map(|file| {
            let bytes = std::fs::read(file).ok()?;
            Some(Document::parse("source", &bytes).ok()?.root().into())
        })
        .collect()
}

/// What went wrong with the document of one seed.
fn attempt(sources: &[Value], seed: u64) -> Option<String> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut document = sources.get(dice.below(sources.len()))?.clone();
    fewer_paths(&mut document, &mut dice);
    for _ in 0..=dice.below(12) {
        mutate(&mut document, &mut dice);
    }
    let bytes = document.to_string().into_bytes();
    let made =
        catch_unwind(AssertUnwindSafe(|| generate("mutant.json", &bytes, &Options::default())));
    let problem = match made {
        Err(_) => "panics".to_owned(),
        Ok(outcome) => match outcome.module {
            Some(module) => match syn::parse_file(&module.text) {
                Ok(file) => twice(&file)?,
                Err(error) => format!("gives no Rust: {error}"),
            },
            None if outcome.has_errors() => return None,
            None => "gives neither a module nor an error".to_owned(),
        },
    };
    let file = std::env::temp_dir().join(format!("toolwright-mutant-{seed}.json"));
    let _ = std::fs::write(&file, &bytes);
    Some(format!("seed {seed} {problem}: {}", file.display()))
}

/// A type that the module declares twice.
fn twice(file: &syn::File) -> Option<String> {
    let mut seen = std::collections::HashSet::new();
    let names = file.items.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        _ => None,
    });
    names
        .into_iter()
        .find(|name| !seen.insert(*name))
        .map(|name| format!("declares `{name}` twice"))
}

fn fewer_paths(document: &mut Value, dice: &mut Dice) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let mut kept = Map::new();
    for _ in 0..PATHS {
        let names: Vec<&String> = paths.keys().collect();
        if let Some(name) = names.get(dice.below(names.len())) {
            kept.insert((*name).clone(), paths[*name].clone());
        }
    }
    *paths = kept;
}

/// Changes one place: anything, but schemas most of the time.
fn mutate(document: &mut Value, dice: &mut Dice) {
    let mut pointers = Vec::new();
    places(document, &mut String::new(), &mut pointers);
    let schemas: Vec<String> = pointers
        .iter()
        .filter(|at| at.contains("chema") || at.contains("defin"))
        .cloned()
        .collect();
    let from = if dice.below(4) > 0 && !schemas.is_empty() { &schemas } else { &pointers };
    let (at, other) = (from[dice.below(from.len())].clone(), from[dice.below(from.len())].clone());
    let other_value = document.pointer(&other).cloned().unwrap_or_default();
    let odd = odd(dice, &other, &other_value);
    let Some(place) = document.pointer_mut(&at) else { return };
    match (dice.below(4), place) {
        (0, place) => *place = odd,
        (1, Value::Object(members)) => {
            let keys: Vec<String> = members.keys().cloned().collect();
            if !keys.is_empty() {
                let key = &keys[dice.below(keys.len())];
                if let Some(value) = members.remove(key)
                    && dice.below(2) == 0
                {
                    members.insert(dice.pick(&NAMES).to_owned(), value);
                }
            }
        }
        (1, Value::Array(items)) => items.push(odd),
        (2, Value::Object(members)) => {
            members.insert(dice.pick(&KEYWORDS).to_owned(), odd);
        }
        (_, Value::Object(members)) => {
            if let Value::Object(more) = odd {
                members.extend(more);
            }
        }
        (_, place) => *place = other_value,
    }
}

const NAMES: [&str; 12] =
    ["", "self", "Self", "type", "a b", "-", "1", "Vec", "json", "ü", "$ref", "a\"#\\\n*/"];
const KEYWORDS: [&str; 24] = [
    "type",
    "properties",
    "required",
    "items",
    "prefixItems",
    "enum",
    "const",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "nullable",
    "discriminator",
    "additionalProperties",
    "patternProperties",
    "default",
    "description",
    "title",
    "format",
    "minimum",
    "$ref",
    "readOnly",
    "writeOnly",
    "name",
];

/// A value that does not belong where it will be put.
fn odd(dice: &mut Dice, at: &str, value: &Value) -> Value {
    let here = json!({ "$ref": format!("#{at}") });
    let object = json!({ "type": "object", "properties": { "a": value } });
    match dice.below(26) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!([]),
        4 => json!({}),
        5 => json!(""),
        6 => json!(-1),
        7 => json!(u64::MAX),
        8 => json!(1e300),
        9 => here,
        10 => json!({ "allOf": [here, value] }),
        11 => json!({ "oneOf": [here, value, { "type": "null" }] }),
        12 => json!({ "anyOf": [here, object, [], { "type": ["array", "string"] }] }),
        13 => json!({ "oneOf": [here, object], "discriminator": { "propertyName": "a" } }),
        14 => json!({ "oneOf": [here, object],
            "discriminator": { "propertyName": "a", "mapping": { "": at, "x": 1, "y": "#" } } }),
        15 => json!({ "enum": ["a", "A", 1, 1.5, true, null, {}, "", "1", "Unknown", "unknown"] }),
        16 => json!({ "enum": ["+", "-", "<=", "a\"b", "\u{0}", "self", "Self", "Other", "ß"] }),
        17 => json!({ "type": "array", "prefixItems": [here, value, true], "items": false }),
        18 => json!({ "type": ["integer", "null", "object"], "properties": { "a": here } }),
        19 => json!({ "const": value }),
        20 => json!({ "not": here, "nullable": true }),
        21 => json!({ "patternProperties": { "(": value }, "additionalProperties": here }),
        22 => (0..80).fold(here, |inner, _| json!({ "properties": { "a": inner } })),
        23 => (0..80).fold(here, |inner, _| json!({ "type": "array", "items": inner })),
        24 => json!({ "properties": { "a": {}, "A": {}, "a_": {}, "": here, "extra": value },
            "required": ["a", "gone"], "additionalProperties": { "type": "string" } }),
        _ => value.clone(),
    }
}

fn places(value: &Value, at: &mut String, found: &mut Vec<String>) {
    found.push(at.clone());
    let length = at.len();
    let mut inside = |key: &str, inner: &Value| {
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        places(inner, at, found);
        at.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| inside(key, inner)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| inside(&index.to_string(), inner));
        }
        _ => {}
    }
}

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        (high as usize) % limit.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}
