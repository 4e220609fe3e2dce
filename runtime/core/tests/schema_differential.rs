//! Our validator against the `jsonschema` crate, on generated schemas and documents.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use serde_json::{Map, Value, json};
use toolwright_core::schema::Validator;

/// Enough for every keyword to meet every other; deterministic, so a failure can be repeated.
const SCHEMAS: u64 = 4_000;
const DOCUMENTS: usize = 12;

/// A generator of small pseudo-random choices (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    fn name(&mut self) -> String {
        (*self.pick(&["a", "b", "c", "ab", "x-y"])).to_owned()
    }

    fn document(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(self.roll(7)),
            3 => json!(*self.pick(&[-1.5, 0.5, 1.0, 2.5, 3.0])),
            4 | 5 => json!(*self.pick(&["", "a", "ab", "abc", "é🐒", "x-y", "12"])),
            6 => (0..self.roll(4)).map(|_| self.document(depth - 1)).collect(),
            _ => Value::Object(
                (0..self.roll(4)).map(|_| (self.name(), self.document(depth - 1))).collect(),
            ),
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth == 0 {
            return match self.roll(4) {
                0 => json!(true),
                1 => json!(false),
                _ => json!({ "type": *self.pick(&["integer", "string", "object", "null"]) }),
            };
        }
        let mut schema = Map::new();
        for _ in 0..=self.roll(3) {
            let (keyword, value) = self.keyword(depth - 1);
            schema.insert(keyword.to_owned(), value);
        }
        Value::Object(schema)
    }

    fn keyword(&mut self, depth: usize) -> (&'static str, Value) {
        const TYPES: [&str; 7] =
            ["null", "boolean", "integer", "number", "string", "array", "object"];
        match self.roll(36) {
            0 => ("type", json!(*self.pick(&TYPES))),
            1 => ("type", json!(["object", *self.pick(&TYPES[..6])])),
            2 => ("enum", (0..3).map(|_| self.document(1)).collect()),
            3 => ("const", self.document(1)),
            4 => ("minimum", json!(self.roll(4))),
            5 => ("maximum", json!(self.roll(4))),
            6 => ("exclusiveMinimum", json!(self.roll(4))),
            7 => ("exclusiveMaximum", json!(self.roll(4))),
            8 => ("multipleOf", json!(*self.pick(&[0.5, 1.0, 2.0]))),
            9 => ("minLength", json!(self.roll(4))),
            10 => ("maxLength", json!(self.roll(4))),
            11 => (
                "pattern",
                json!(*self.pick(&["^a", "b$", "^\\w+$", "^[^-]*$", "\\d", "^.{2}$", "^(a|b)+$"])),
            ),
            12 => ("items", self.schema(depth)),
            13 => ("prefixItems", self.schemas(depth)),
            14 => ("contains", self.schema(depth)),
            15 => ("minContains", json!(self.roll(3))),
            16 => ("maxContains", json!(self.roll(3))),
            17 => ("minItems", json!(self.roll(3))),
            18 => ("maxItems", json!(self.roll(3))),
            19 => ("uniqueItems", json!(true)),
            20 => ("required", json!([self.name()])),
            21 | 22 => ("properties", self.named(depth)),
            23 => {
                ("patternProperties", json!({ *self.pick(&["^a", "-", "b"]): self.schema(depth) }))
            }
            24 => ("additionalProperties", self.schema(depth)),
            25 => ("propertyNames", self.schema(depth)),
            26 => ("minProperties", json!(self.roll(3))),
            27 => ("dependentRequired", json!({ self.name(): [self.name()] })),
            28 => ("dependentSchemas", self.named(depth)),
            29 => ("allOf", self.schemas(depth)),
            30 => ("anyOf", self.schemas(depth)),
            31 => ("oneOf", self.schemas(depth)),
            32 => ("not", self.schema(depth)),
            33 => (*self.pick(&["if", "then", "else"]), self.schema(depth)),
            34 => (*self.pick(&["unevaluatedProperties", "unevaluatedItems"]), self.schema(depth)),
            _ => ("$ref", json!(*self.pick(&["#/$defs/one", "#/$defs/two"]))),
        }
    }

    fn schemas(&mut self, depth: usize) -> Value {
        (0..=self.roll(3)).map(|_| self.schema(depth)).collect()
    }

    fn named(&mut self, depth: usize) -> Value {
        Value::Object((0..=self.roll(3)).map(|_| (self.name(), self.schema(depth))).collect())
    }
}

#[test]
fn both_say_the_same() {
    let (mut accepted, mut refused) = (0, 0);
    for seed in 1..=SCHEMAS {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut schema = dice.schema(3);
        schema["$defs"] = json!({ "one": dice.schema(2), "two": dice.schema(2) });
        // Circles that never end are refused here and not there.
        let Ok(ours) = Validator::new(&schema.to_string()) else { continue };
        let theirs = jsonschema::validator_for(&schema).unwrap();
        for _ in 0..DOCUMENTS {
            let document = dice.document(3);
            let verdict = ours.validate_value(&document);
            assert_eq!(
                verdict.is_ok(),
                theirs.is_valid(&document),
                "{document} under {schema}: {verdict:?}"
            );
            *if verdict.is_ok() { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert!(
        accepted > 5_000 && refused > 5_000,
        "one-sided: {accepted} accepted, {refused} refused"
    );
}
