//! Names of tools and of arguments.

use std::collections::HashSet;

use crate::json::{Text, Value};

use super::super::context::Context;
use super::Lost;
use crate::code;
use crate::ir::Api;
use crate::profile::Rules;

/// Changes the names of tools that do not fit; they stay different from one another.
pub(super) fn build(cx: &mut Context<'_>, api: &mut Api, rules: &Rules) {
    let mut taken: HashSet<String> =
        api.operations.iter().map(|operation| operation.name.clone()).collect();
    for operation in &mut api.operations {
        let first = operation.name.chars().next();
        let begins = first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if operation.name.len() <= rules.name_limit && (begins || !rules.name_letter) {
            continue;
        }
        let prefix = if begins || !rules.name_letter { "" } else { "_" };
        let wanted = format!("{prefix}{}", operation.name);
        let name = free(&mut taken, &wanted, rules.name_limit);
        let message =
            format!("the name {} does not fit; the tool is called {name}", operation.name);
        cx.report(code::NAME_CHANGED, &operation.pointer, message);
        operation.name = name;
    }
}

fn free(taken: &mut HashSet<String>, wanted: &str, limit: usize) -> String {
    let mut name: String = wanted.chars().take(limit).collect();
    let mut number = 2_usize;
    while !taken.insert(name.clone()) {
        let suffix = format!("_{number}");
        let kept = limit.saturating_sub(suffix.len());
        name = wanted.chars().take(kept).collect::<String>() + &suffix;
        number += 1;
    }
    name
}

/// Leaves out arguments whose names do not fit: under another name no call would arrive. The tools
/// of an HTTP API have none such.
pub(super) fn arguments(schema: &mut Value, lost: &mut Lost) {
    let legal = |name: &&Text| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        (1..=64).contains(&name.len()) && name.chars().all(plain)
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let wrong: Vec<Text> = properties.keys().filter(|name| !legal(name)).cloned().collect();
    for name in &wrong {
        properties.remove(name);
        lost.one("arguments with such names");
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !wrong.iter().any(|wrong| name == wrong));
    }
}
