//! Members of bodies that are hidden, preset or described anew.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::super::context::Context;
use super::super::selection::{Said, Selection};
use super::super::walk::reference;
use super::fate::{Fate, Spot, describe, fate, resolved};
use super::kept::{hides, rule};
use crate::curate::EXTENSION;
use crate::ir::{Body, Preset, Schema};
use crate::pointer::join;
use crate::select::{ParameterRule, Placed};

type Definitions = BTreeMap<String, Schema>;

/// The step into the items of a list; in pointers it is one of its own.
const ITEMS: &str = "[]";

/// How deep members are looked for, and how many of them.
const DEPTH: usize = 8;
const MOST: usize = 5_000;

/// Applies what is said of members of a body: by `body.NAME` in rules, by `x-mcp` in its schema.
pub(super) fn apply(
    cx: &mut Context<'_>,
    body: &mut Body,
    (said, definitions): (&Said, &Definitions),
    selection: &mut Selection<'_>,
    at: &str,
) {
    // The last word counts, so the most important comes last.
    for Placed { what: (name, rule), origin } in said.by_document.iter().chain(&said.by_file).rev()
    {
        let Some(path) = name.strip_prefix("body").filter(|path| path.starts_with(['.', '[']))
        else {
            continue;
        };
        let path: Vec<&str> = path.trim_start_matches('.').split('.').collect();
        if let Some(place) = inlined(&mut body.schema.0, definitions, &path) {
            selection.hit(origin);
            if rule.name.is_some() {
                let message = "members of a body keep their names; only parameters can be renamed";
                let place = Spot { what: name, at, origin: Some(origin) };
                place.report(cx, message.to_owned());
            }
            if let Some(text) = &rule.description {
                describe(cx, place, text, at);
            }
            cx.curated |= say(place, rule);
        }
    }
    if cx.curated {
        settle(cx, body, definitions, at);
    }
}

/// Writes a rule into a member's schema; whether there is anything to do for it.
fn say(schema: &mut Value, rule: &ParameterRule) -> bool {
    if schema == &Value::Bool(true) {
        *schema = json!({});
    }
    let Value::Object(members) = schema else { return false };
    if rule.hide.is_none() && rule.preset.is_none() {
        return false;
    }
    members.insert_new(EXTENSION, || json!({}));
    if let Some(Value::Object(kept)) = members.get_mut(EXTENSION) {
        if let Some(hide) = rule.hide {
            kept.insert("hide", json!(hide));
            kept.remove("preset");
        }
        if let Some(preset) = &rule.preset {
            kept.insert("preset", preset.clone());
        }
    }
    true
}

/// The member at `path`, where `items[]` are the items of a list; named schemas on the way there
/// become the body's own.
fn inlined<'v>(
    schema: &'v mut Value,
    definitions: &Definitions,
    path: &[&str],
) -> Option<&'v mut Value> {
    let Some((name, rest)) = path.split_first() else {
        return Some(schema);
    };
    if name.is_empty() {
        return None;
    }
    if *name == ITEMS && has_items(schema, definitions) {
        if rest.is_empty() {
            return None; // what is said is said of members
        }
        own(schema, definitions);
        return inlined(schema.get_mut("items")?, definitions, rest);
    }
    if !has(schema, definitions, name, 0) {
        // `items[]` unless a member is called so.
        let list = name.strip_suffix(ITEMS)?;
        let path: Vec<&str> = match list {
            "" => return None,
            list => [list, ITEMS].into_iter().chain(rest.iter().copied()).collect(),
        };
        return inlined(schema, definitions, &path);
    }
    own(schema, definitions);
    let members = schema.as_object_mut()?;
    let is_here = members.get("properties").and_then(|members| members.get(name)).is_some();
    if is_here {
        let member = members.get_mut("properties")?.get_mut(*name)?;
        return inlined(member, definitions, rest);
    }
    let branches = members.get_mut("allOf")?.as_array_mut()?;
    let branch = branches.iter().position(|branch| has(branch, definitions, name, 0))?;
    inlined(branches.get_mut(branch)?, definitions, path)
}

/// Makes a named schema the place's own.
fn own(schema: &mut Value, definitions: &Definitions) {
    if schema.get("$ref").is_none() {
        return;
    }
    if let Some(target) = resolved(schema, definitions) {
        let mut own = target.clone();
        if let Value::Object(beside) = schema {
            beside.remove("$ref");
            own.extend(std::mem::take(beside));
        }
        *schema = Value::Object(own);
    }
}

fn has_items(schema: &Value, definitions: &Definitions) -> bool {
    resolved(schema, definitions).is_some_and(|members| members.contains_key("items"))
}

fn has(schema: &Value, definitions: &Definitions, name: &str, depth: usize) -> bool {
    let Some(members) = resolved(schema, definitions).filter(|_| depth < DEPTH) else {
        return false;
    };
    members.get("properties").and_then(|members| members.get(name)).is_some()
        || members
            .get("allOf")
            .and_then(Value::as_array)
            .is_some_and(|all| all.iter().any(|one| has(one, definitions, name, depth + 1)))
}

/// Presets of all members that have one, and of those that are hidden and have a default.
fn settle(cx: &mut Context<'_>, body: &mut Body, definitions: &Definitions, at: &str) {
    let mut found = Found { definitions, left: MOST, members: Vec::new() };
    found.search(&body.schema.0, "", 0);
    let members = std::mem::take(&mut found.members);
    for Member { pointer, rule, schema, is_required } in members {
        let what = pointer.trim_start_matches('/').replace("/[]", "[]").replace('/', ".");
        let what = format!("the member `{what}` of the body");
        let place = Spot { what: &what, at, origin: None };
        match fate(cx, &rule, (&schema, definitions), is_required, &place) {
            Fate::Preset(preset) => {
                body.presets.insert(pointer, preset);
            }
            Fate::Gone => {}
            Fate::Shown if rule.hide == Some(true) => {
                let tokens: Vec<String> = crate::pointer::tokens(&pointer).collect();
                let path: Vec<&str> = tokens.iter().map(String::as_str).collect();
                if let Some(place) = inlined(&mut body.schema.0, definitions, &path) {
                    say(place, &ParameterRule { hide: Some(false), ..ParameterRule::default() });
                }
            }
            Fate::Shown => {}
        }
    }
    relax(body, definitions);
}

/// A body whose presets are all that it needs is no required argument, and none at all if there is
/// nothing else in it.
fn relax(body: &mut Body, definitions: &Definitions) {
    if body.presets.is_empty() {
        return;
    }
    let Some(members) = resolved(&body.schema.0, definitions) else { return };
    let preset = |name: &str| body.presets.contains_key(&join("", name));
    let required = members.get("required").and_then(Value::as_array);
    let mut required = required.into_iter().flatten().filter_map(Value::as_str);
    let is_plain =
        ["allOf", "anyOf", "oneOf", "items"].iter().all(|key| !members.contains_key(key));
    if !is_plain || !required.all(preset) {
        return;
    }
    let empty = Map::new();
    let properties = members.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    if properties.keys().all(|name| preset(name)) {
        let json = body.presets.values().any(|preset| preset.json);
        if !json {
            let whole = properties.keys().filter_map(|name| {
                Some((name.clone(), body.presets.get(&join("", name))?.value.clone()))
            });
            let value = Value::Object(whole.collect());
            body.presets.clear();
            body.preset = Some(Preset { value, json: false });
            return;
        }
    }
    body.required = false;
}

/// A member with an `x-mcp`.
struct Member {
    pointer: String,
    rule: ParameterRule,
    schema: Value,
    is_required: bool,
}

struct Found<'d> {
    definitions: &'d Definitions,
    left: usize,
    members: Vec<Member>,
}

impl<'d> Found<'d> {
    fn search(&mut self, schema: &'d Value, pointer: &str, depth: usize) {
        let Some(members) = resolved(schema, self.definitions).filter(|_| depth < DEPTH) else {
            return;
        };
        let required = members.get("required").and_then(Value::as_array);
        let properties = members.get("properties").and_then(Value::as_object);
        for (name, member) in properties.into_iter().flatten() {
            let Some(left) = self.left.checked_sub(1) else { return };
            self.left = left;
            let at = join(pointer, name);
            let own = member.get(EXTENSION);
            let named = || {
                let name = reference(member.as_object()?)?;
                self.definitions.get(name)?.0.get(EXTENSION)
            };
            match own.or_else(named) {
                Some(kept) if hides(kept) => {
                    let is_required = required.is_some_and(|names| names.contains(&json!(name)));
                    let (schema, rule) = (member.clone(), rule(kept));
                    self.members.push(Member { pointer: at, rule, schema, is_required });
                }
                _ => self.search(member, &at, depth + 1),
            }
        }
        for branch in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.search(branch, pointer, depth + 1);
        }
        if let Some(items) = members.get("items") {
            self.search(items, &join(pointer, ITEMS), depth + 1);
        }
    }
}
