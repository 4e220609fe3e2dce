//! Values for the types of the superset model, made up from the model itself.

use serde_json::{Map, Value, json};

/// The superset model, as committed.
pub(crate) fn model() -> Value {
    read("mcp.json")
}

/// The model of an extension, as committed, with everything in it dated `revision`.
pub(crate) fn extension(name: &str, revision: &str) -> Value {
    let dated = read(&format!("{name}.json")).to_string();
    serde_json::from_str(&dated.replace(&format!("\"{name}\""), &format!("\"{revision}\"")))
        .unwrap()
}

fn read(file: &str) -> Value {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Which optional members a value has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    /// None.
    Minimal,
    /// All, of any revision.
    Full,
    /// About half of them.
    Random,
}

/// Whether something with a `since` and an `until` exists in a revision.
pub(crate) fn exists(thing: &Value, revision: &str) -> bool {
    let since = thing["since"].as_str().unwrap();
    let until = thing["until"].as_str();
    since <= revision && until.is_none_or(|until| revision <= until)
}

/// Makes values of the superset types that a revision can express.
pub(crate) struct Generator<'a> {
    model: &'a Value,
    revision: &'a str,
    mode: Mode,
    seed: u64,
    /// Nested values that would otherwise go on for ever end here.
    depth: usize,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(model: &'a Value, revision: &'a str, mode: Mode, seed: u64) -> Self {
        Self { model, revision, mode, seed, depth: 0 }
    }

    /// A value of the type called `name`; of its `variant`th alternative, if it is a union.
    pub(crate) fn named(&mut self, name: &str, variant: usize) -> Value {
        if matches!(name, "RequestId" | "ProgressToken") {
            return if self.chance() { json!(7) } else { json!("seven") };
        }
        let def = &self.model["types"][name];
        match def["kind"].as_str().unwrap_or_else(|| panic!("no type {name}")) {
            "struct" => self.structure(def),
            "union" => {
                let known = |thing: &&Value| exists(thing, self.revision);
                let variants: Vec<&Value> = def["variants"].as_array().unwrap().iter().collect();
                let usable: Vec<&Value> = variants.iter().copied().filter(known).collect();
                // A union that the revision does not have is dropped with its member.
                let pool = if usable.is_empty() { variants } else { usable };
                self.value(&pool[variant % pool.len()]["type"])
            }
            "string_enum" => {
                let known = |thing: &&Value| exists(thing, self.revision);
                let values = def["values"].as_array().unwrap();
                let usable: Vec<&Value> = values.iter().filter(known).collect();
                let pool = if usable.is_empty() { values.iter().collect() } else { usable };
                // Where a result says what it is, it has to say the truth.
                let index = if name == "ResultType" { 0 } else { self.next(pool.len()) };
                pool[index]["wire"].clone()
            }
            "alias" => self.value(&def["to"]),
            kind => panic!("unknown kind {kind}"),
        }
    }

    fn structure(&mut self, def: &Value) -> Value {
        self.depth += 1;
        let mut members = Map::new();
        for field in def["fields"].as_array().unwrap() {
            if self.wants(field) {
                let mut value = self.member(field);
                if field["nullable"] == true && self.chance() {
                    value = Value::Null;
                }
                members.insert(field["wire"].as_str().unwrap().to_owned(), value);
            }
        }
        self.depth -= 1;
        members.into()
    }

    /// Members without a value to be supplied have to be there; the others may be.
    fn wants(&mut self, field: &Value) -> bool {
        let required = |revision: &str| {
            field["required"].as_array().is_some_and(|all| all.iter().any(|one| one == revision))
        };
        let always = field["required"].as_array().is_some_and(|all| {
            let mut revisions = self.model["revisions"].as_array().unwrap().iter();
            revisions.all(|revision| !exists(field, id(revision)) || all.contains(&revision["id"]))
        });
        let lenient = field["lenient"] == true;
        if (required(self.revision) && field.get("supply").is_none()) || (always && !lenient) {
            return true;
        }
        match self.mode {
            _ if self.depth > 6 => false,
            Mode::Minimal => false,
            Mode::Full => true,
            Mode::Random => self.chance(),
        }
    }

    fn member(&mut self, field: &Value) -> Value {
        let rules = &field["rules"];
        match (rules["format"].as_str(), field["type"].as_str()) {
            (Some("uri"), _) => return json!("https://example.com/x"),
            (Some("uri-template"), _) => return json!("https://example.com/{x}"),
            (Some("byte"), _) => return json!("aGk="),
            (_, Some("raw")) if rules["object"] == true => return json!({"x": [1, null, "y"]}),
            (_, Some("schema")) => return json!({"type": "object", "properties": {}}),
            (_, Some("number")) if rules["maximum"] == 1.0 => return json!(0.25),
            _ => {}
        }
        // Where one of many has to do for older revisions, there is only one.
        if field.get("earlier").is_some() && field["type"].get("one_or_many").is_some() {
            let item = self.value(&field["type"]["one_or_many"]);
            return if self.chance() { json!([item]) } else { item };
        }
        self.value(&field["type"])
    }

    fn value(&mut self, ty: &Value) -> Value {
        if let Some(name) = ty.as_str() {
            return match name {
                "bool" => json!(self.chance()),
                "integer" => json!(self.next(100)),
                "number" => json!(self.next(100)),
                "string" => json!("text"),
                "object" => json!({"k": 1, "l": ["x", true]}),
                "any" | "raw" => json!({"any": "thing"}),
                "schema" => json!({"type": "object"}),
                other => panic!("unknown type {other}"),
            };
        }
        let (kind, inner) = ty.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "const" => inner.clone(),
            "ref" => {
                let variant = self.next(16);
                self.named(inner.as_str().unwrap(), variant)
            }
            "list" | "one_or_many" => {
                let length = if self.depth > 6 { 0 } else { 1 + self.next(2) };
                (0..length).map(|_| self.value(inner)).collect()
            }
            "map" => json!({"one": self.value(inner), "two/~": self.value(inner)}),
            other => panic!("unknown type {other}"),
        }
    }

    fn chance(&mut self) -> bool {
        self.next(2) == 0
    }

    /// A number below `limit`, from a linear congruential sequence.
    fn next(&mut self, limit: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % limit
    }
}

/// The name of a revision.
pub(crate) fn id(revision: &Value) -> &str {
    revision["id"].as_str().unwrap()
}
