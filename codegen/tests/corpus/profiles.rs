//! Every tool of the corpus obeys the rules of each profile. The rules stand here a second time,
//! written down independently of the table in the crate.

use serde_json::{Map, Value};
use toolwright_codegen::Profile;
use toolwright_codegen::ir::Operation;
use toolwright_codegen::pass;
use toolwright_codegen::select::Options;
use toolwright_codegen::source::Document;

#[test]
fn every_tool_obeys_the_rules_of_each_profile() {
    let files = super::corpus();
    if files.is_empty() {
        println!("skipped: ../shared/openapi is not there");
        return;
    }
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let chunks: Vec<Vec<_>> =
        (0..threads).map(|i| files.iter().skip(i).step_by(threads).collect()).collect();
    let found = std::thread::scope(|scope| {
        let workers: Vec<_> =
            chunks.iter().map(|chunk| scope.spawn(move || sweep(chunk))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let tools: usize = found.iter().map(|(tools, _)| tools).sum();
    let problems: Vec<String> = found.into_iter().flat_map(|(_, problems)| problems).collect();
    println!("{tools} tools in all profiles, {} problems", problems.len());
    let shown: Vec<&str> = problems.iter().take(40).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), shown.join("\n"));
    assert!(tools > 4 * 4000, "{tools}");
}

fn sweep(files: &[&std::path::PathBuf]) -> (usize, Vec<String>) {
    let (mut tools, mut problems) = (0, Vec::new());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy();
        let Ok(document) = Document::parse(&name, &std::fs::read(file).unwrap()) else {
            continue;
        };
        let Some(common) = pass::lower(&document, &Options::default()).api else {
            continue;
        };
        // The common profile is what the other test of the corpus looks at.
        for profile in Profile::ALL.into_iter().skip(1) {
            let api = if profile == Profile::Full {
                let options = Options { profile: Some(profile), ..Options::default() };
                pass::lower(&document, &options).api.unwrap()
            } else {
                let mut api = common.clone();
                pass::shape(&document, &mut api, profile);
                api
            };
            tools += api.operations.len();
            for operation in &api.operations {
                let mut found = check(operation, profile);
                found.truncate(3);
                let place = format!("{name} {profile} {}", operation.name);
                problems.extend(found.into_iter().map(|text| format!("{place}: {text}")));
            }
        }
    }
    (tools, problems)
}

/// What is wrong with a tool.
fn check(operation: &Operation, profile: Profile) -> Vec<String> {
    let schema = &Value::from(operation.input_schema.value());
    let mut found = Vec::new();
    if operation.contract.is_some()
        && let Err(error) = jsonschema::meta::validate(schema)
    {
        found.push(format!("no schema: {error}"));
    }
    if schema["type"] != "object" || !schema["properties"].is_object() {
        found.push("the root is no object".to_owned());
    }
    if profile != Profile::Full {
        let unions = ["anyOf", "oneOf", "allOf", "not", "enum", "$ref"];
        found.extend(
            unions
                .iter()
                .filter(|key| schema.get(*key).is_some())
                .map(|key| format!("{key} at the root")),
        );
    }
    let first = operation.name.chars().next().unwrap();
    if profile == Profile::Gemini
        && (operation.name.len() > 63 || !(first.is_ascii_alphabetic() || first == '_'))
    {
        found.push("bad name".to_owned());
    }
    let description = operation.description.as_deref().unwrap_or_default();
    if description.chars().count() > 1024 {
        found.push("long description".to_owned());
    }
    let mut walk = Walk { profile, found, properties: 0, values: 0 };
    walk.schema(schema, 0);
    if profile == Profile::Strict && (walk.properties > 5000 || walk.values > 1000) {
        walk.found.push(format!("{} members, {} values", walk.properties, walk.values));
    }
    walk.found
}

struct Walk {
    profile: Profile,
    found: Vec<String>,
    properties: usize,
    values: usize,
}

impl Walk {
    fn schema(&mut self, schema: &Value, depth: usize) {
        let Value::Object(members) = schema else {
            return;
        };
        match self.profile {
            Profile::Common | Profile::Anthropic | Profile::Full => {}
            Profile::OpenAi => self.items(members),
            Profile::Gemini => self.gemini(members, depth),
            Profile::Strict => self.strict(members, depth),
        }
        if let Some(Value::Object(properties)) = members.get("properties") {
            self.properties += properties.len();
            for (name, property) in properties {
                let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
                if depth == 0 && !(name.chars().all(plain) && (1..=64).contains(&name.len())) {
                    self.found.push(format!("argument {name}"));
                }
                self.schema(property, depth + 1);
            }
        }
        for key in ["anyOf", "oneOf", "allOf", "prefixItems"] {
            for branch in members.get(key).and_then(Value::as_array).into_iter().flatten() {
                self.schema(branch, depth + 1);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = members.get(key) {
                self.schema(inner, depth + 1);
            }
        }
        for definition in members.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            self.schema(definition.1, depth + 1);
        }
    }

    fn items(&mut self, members: &Map<String, Value>) {
        if kinds(members).contains(&"array") && !members.contains_key("items") {
            self.found.push("an array without items".to_owned());
        }
    }

    fn only(&mut self, members: &Map<String, Value>, allowed: &str, depth: usize) {
        for key in members.keys() {
            if !allowed.split(' ').any(|known| known == key) {
                self.found.push(format!("the keyword {key}"));
            }
        }
        if members.contains_key("type") == members.contains_key("anyOf") {
            self.found.push(format!("neither type nor anyOf: {}", Value::from(members.clone())));
        }
        if depth > 10 {
            self.found.push("more than ten levels".to_owned());
        }
        if let Some(Value::Array(values)) = members.get("enum") {
            self.values += values.len();
        }
        let members = members.get("properties").and_then(Value::as_object);
        if members.is_some_and(Map::is_empty) && depth > 0 {
            self.found.push("an object without members".to_owned());
        }
    }

    fn gemini(&mut self, members: &Map<String, Value>, depth: usize) {
        let allowed = "type format title description enum maxItems minItems properties required \
                       minProperties maxProperties minLength maxLength pattern anyOf default items \
                       minimum maximum";
        self.only(members, allowed, depth);
        self.items(members);
        if members.get("type").is_some_and(|kind| !kind.is_string()) {
            self.found.push("more than one type".to_owned());
        }
        if let Some(Value::Array(values)) = members.get("enum")
            && (members["type"] != "string"
                || values.iter().any(|value| value.as_str().is_none_or(str::is_empty)))
        {
            self.found.push("an enumeration of other values than strings".to_owned());
        }
        if let Some(format) = members.get("format").and_then(Value::as_str)
            && !["date-time", "float", "double", "int32", "int64"].contains(&format)
        {
            self.found.push(format!("the format {format}"));
        }
    }

    fn strict(&mut self, members: &Map<String, Value>, depth: usize) {
        let allowed = "type format description enum const properties required \
                       additionalProperties anyOf items";
        self.only(members, allowed, depth);
        self.items(members);
        if !kinds(members).contains(&"object") {
            return;
        }
        let names = members.get("properties").and_then(Value::as_object).unwrap();
        let required = members["required"].as_array().unwrap();
        if members["additionalProperties"] != false
            || names.len() != required.len()
            || !names.keys().all(|name| required.iter().any(|one| one == name))
        {
            self.found.push("an open object".to_owned());
        }
    }
}

fn kinds(members: &Map<String, Value>) -> Vec<&str> {
    match members.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.and_then(Value::as_str).into_iter().collect(),
    }
}
