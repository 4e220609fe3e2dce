//! What generating takes, for documents of three sizes.
//!
//! `cargo bench -p toolwright-codegen --bench generate`. The best of a few runs counts, and where the
//! system tells it, the time that this thread had the processor, as everything else is the work of
//! others on the machine. The documents are made here: collections with five operations each, over
//! definitions that refer to each other.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use toolwright_codegen::{Options, generate};

const RUNS: usize = 5;
const FIELDS: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let mut before: Option<f64> = None;
    for collections in [5, 50, 500] {
        let bytes = document(collections).to_string().into_bytes();
        let mut best = Duration::MAX;
        let mut lines = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            let worked = on_processor();
            let outcome = generate("made.json", black_box(&bytes), &Options::default());
            let worked = on_processor().zip(worked).map(|(end, start)| end.saturating_sub(start));
            best = best.min(worked.unwrap_or_else(|| start.elapsed()));
            lines = outcome.module.ok_or("no module")?.text.lines().count();
        }
        let seconds = best.as_secs_f64();
        let growth =
            before.map_or(String::new(), |before| format!(", {:.1} times", seconds / before));
        eprintln!(
            "{} operations, {} KB: {seconds:.3} s{growth}, {lines} lines",
            collections * 5,
            bytes.len() / 1024,
        );
        before = Some(seconds);
    }
    Ok(())
}

/// How long this thread has been at work, where the system tells.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn document(collections: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..collections {
        let name = format!("Thing{number}");
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        let content = json!({ "application/json": { "schema": schema } });
        let one = json!({ "200": { "description": "One.", "content": content } });
        let many = json!({ "200": { "description": "All.", "content": {
            "application/json": { "schema": { "type": "array", "items": schema } } } } });
        let id =
            json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
        let limit = json!({ "name": "limit", "in": "query", "description": "At most so many",
            "schema": { "type": "integer", "minimum": 1, "maximum": 100 } });
        let body = json!({ "required": true, "content": content });
        let operation = |verb: &str, replies: &Value| {
            json!({ "operationId": format!("{verb}{name}"), "summary": format!("{verb} things"),
                "responses": replies })
        };
        let mut list = operation("list", &many);
        let mut create = operation("create", &one);
        let mut update = operation("update", &one);
        set(&mut list, "parameters", json!([limit]));
        set(&mut create, "requestBody", body.clone());
        set(&mut update, "requestBody", body);
        let all = json!({ "get": list, "post": create });
        let gone = json!({ "204": { "description": "Gone." } });
        let single = json!({ "parameters": [id], "get": operation("get", &one), "patch": update,
            "delete": operation("delete", &gone) });
        paths.insert(format!("/things-{number}"), all);
        paths.insert(format!("/things-{number}/{{id}}"), single);
        schemas.insert(name, definition(number, collections));
    }
    json!({ "openapi": "3.1.0", "info": { "title": "Made", "version": "1" },
        "servers": [{ "url": "https://made.example" }], "paths": paths,
        "components": { "schemas": schemas } })
}

fn definition(number: usize, all: usize) -> Value {
    let link = |place: usize| {
        let to = (number * 31 + place * 17 + 1) % all;
        json!({ "$ref": format!("#/components/schemas/Thing{to}") })
    };
    let fields: Map<String, Value> = (0..FIELDS)
        .map(|place| {
            let value = match place % 6 {
                0 => json!({ "type": "string", "description": "What people call it" }),
                1 => json!({ "type": ["integer", "null"] }),
                2 => json!({ "type": "string", "enum": ["open", "closed", format!("s{}", number % 9)] }),
                3 => json!({ "type": "array", "items": { "type": "string" } }),
                4 => link(place),
                _ => json!({ "type": "array", "items": link(place) }),
            };
            (format!("field_{place}"), value)
        })
        .collect();
    json!({ "type": "object", "required": ["field_0"], "properties": fields })
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Value::Object(members) = value {
        members.insert(key.to_owned(), member);
    }
}
