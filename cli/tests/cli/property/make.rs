//! Values of schemas: most of them valid, and other ones of nearly the same kind.

use serde_json::{Map, Value, json};

/// Beyond this depth there is only what has to be.
const DEPTH: usize = 4;
/// Deepest that references are followed.
const DEEPEST: usize = 12;

/// Makes arguments of one tool.
pub(super) struct Maker<'a> {
    schema: &'a Value,
    state: u64,
}

impl<'a> Maker<'a> {
    pub(super) fn new(schema: &'a Value, seed: u64) -> Self {
        Self { schema, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    pub(super) fn arguments(&mut self) -> Value {
        self.value(self.schema, 0)
    }

    /// Changes something somewhere in the arguments.
    pub(super) fn spoil(&mut self, arguments: &mut Value) {
        match arguments {
            Value::Object(members) if members.is_empty() => {
                members.insert("notDeclared".to_owned(), json!(1));
            }
            arguments => self.spoil_one(arguments),
        }
    }

    fn spoil_one(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let nth = self.below(members.len());
                let name = members.keys().nth(nth).unwrap().clone();
                match self.below(4) {
                    0 => drop(members.remove(&name)),
                    1 => drop(members.insert("notDeclared".to_owned(), json!(1))),
                    _ => self.spoil_one(members.get_mut(&name).unwrap()),
                }
            }
            Value::Array(items) if !items.is_empty() && self.below(2) == 0 => {
                let nth = self.below(items.len());
                self.spoil_one(&mut items[nth]);
            }
            other => {
                let others = [json!(null), json!("x"), json!(-1.5), json!([{}]), json!({"x": []})];
                *other = others[self.below(others.len())].clone();
            }
        }
    }

    /// Xorshift: nobody needs these numbers to be good.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % end.max(1) as u64) as usize
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let Some(members) = schema.as_object() else { return json!("any") };
        if let Some(target) = self.target(members)
            && depth < DEEPEST
        {
            return self.value(target, depth + 1);
        }
        if let Some(value) = members.get("const") {
            return value.clone();
        }
        if let Some(values) = members.get("enum").and_then(Value::as_array) {
            return values[self.below(values.len())].clone();
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(branches) = members.get(union).and_then(Value::as_array) {
                let nth =
                    if depth > DEPTH { branches.len() - 1 } else { self.below(branches.len()) };
                let chosen = self.value(&branches[nth], depth + 1);
                return self.joined(members, chosen, depth);
            }
        }
        if let Some(parts) = members.get("allOf").and_then(Value::as_array) {
            let mut whole = self.plain(members, depth);
            for part in parts {
                let part = self.value(part, depth + 1);
                match (&mut whole, part) {
                    (Value::Object(whole), Value::Object(part)) => whole.extend(part),
                    (whole, part) => *whole = part,
                }
            }
            return whole;
        }
        self.plain(members, depth)
    }

    fn joined(&mut self, members: &Map<String, Value>, chosen: Value, depth: usize) -> Value {
        match (chosen, members.contains_key("properties")) {
            (Value::Object(chosen), true) => {
                let mut whole = self.object(members, depth);
                whole.extend(chosen);
                Value::Object(whole)
            }
            (chosen, _) => chosen,
        }
    }

    fn target(&self, members: &Map<String, Value>) -> Option<&'a Value> {
        let name = members.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.schema["$defs"].get(name.replace("~1", "/").replace("~0", "~"))
    }

    fn plain(&mut self, members: &Map<String, Value>, depth: usize) -> Value {
        let kind = match members.get("type") {
            Some(Value::Array(kinds)) => kinds[self.below(kinds.len())].as_str().unwrap(),
            Some(kind) => kind.as_str().unwrap(),
            None if members.contains_key("properties") => "object",
            None if members.contains_key("items") => "array",
            None => "string",
        };
        match kind {
            "object" => Value::Object(self.object(members, depth)),
            "array" => self.array(members, depth),
            "integer" => json!(self.number(members, true) as i64),
            "number" => json!(self.number(members, false)),
            "boolean" => json!(self.below(2) == 0),
            "null" => Value::Null,
            _ => json!(self.text(members)),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let required = members.get("required").and_then(Value::as_array);
        let required: Vec<&str> =
            required.into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = members.get("properties").and_then(Value::as_object);
        let mut object = Map::new();
        for (name, property) in properties.into_iter().flatten() {
            let needed = required.contains(&name.as_str());
            if needed || (depth < DEPTH && self.below(2) == 0) {
                object.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        let more = members.get("additionalProperties").filter(|more| more.is_object());
        if let Some(more) = more
            && depth < DEPTH
        {
            object.insert("more".to_owned(), self.value(more, depth + 1));
        }
        object
    }

    fn array(&mut self, members: &Map<String, Value>, depth: usize) -> Value {
        let bound = |name: &str| members.get(name).and_then(Value::as_u64).map(|n| n as usize);
        let least = bound("minItems").unwrap_or(0);
        let most = bound("maxItems").unwrap_or(least + 2).max(least);
        let some = least.max(if depth < DEPTH { 1 + self.below(2) } else { 0 }).min(most);
        let first = members.get("prefixItems").and_then(Value::as_array);
        let any = json!({"type": "string"});
        let item = members.get("items").filter(|items| items.is_object()).unwrap_or(&any);
        let schema = |nth: usize| first.and_then(|first| first.get(nth)).unwrap_or(item);
        let some = some.max(first.map_or(0, Vec::len));
        Value::Array((0..some).map(|nth| self.value(schema(nth), depth + 1)).collect())
    }

    fn number(&mut self, members: &Map<String, Value>, whole: bool) -> f64 {
        let bound = |name: &str| members.get(name).and_then(Value::as_f64);
        let least = bound("minimum").or(bound("exclusiveMinimum").map(|n| n + 1.0)).unwrap_or(1.0);
        let most = bound("maximum").or(bound("exclusiveMaximum").map(|n| n - 1.0));
        let most = most.unwrap_or(least + 40.0);
        let step = bound("multipleOf").unwrap_or(if whole { 1.0 } else { 0.25 });
        let number = least + self.below(8) as f64 * step;
        let number = (number / step).ceil() * step;
        if number > most { (most / step).floor() * step } else { number }
    }

    fn text(&mut self, members: &Map<String, Value>) -> String {
        if members.get("contentEncoding").is_some_and(|one| one == "base64") {
            return "aGk=".to_owned();
        }
        let fixed = match members.get("format").and_then(Value::as_str).unwrap_or_default() {
            "date-time" => "2026-01-15T09:30:00Z",
            "date" => "2026-01-15",
            "time" => "09:30:00Z",
            "duration" => "PT15M",
            "email" => "reader@example.com",
            "hostname" => "example.com",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "uri" | "iri" => "https://example.com/a?b=c&d",
            "uri-reference" => "example",
            "uuid" => "01890a5d-ac96-774b-bcce-b302099a8057",
            _ => "",
        };
        if !fixed.is_empty() {
            return fixed.to_owned();
        }
        let texts = ["word", "two words", "a+b&c=d", "100%", "naïve", "\"quoted\"", "1", "a;b,c"];
        let bound = |name: &str| members.get(name).and_then(Value::as_u64).map(|n| n as usize);
        let mut text = texts[self.below(texts.len())].to_owned();
        while text.chars().count() < bound("minLength").unwrap_or(1) {
            text.push('x');
        }
        let most = bound("maxLength").unwrap_or(usize::MAX);
        text.chars().take(most).collect()
    }
}
