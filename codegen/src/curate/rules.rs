//! What is said of a document as a whole.

use std::path::{Component, Path};

use crate::json::Value;

use super::reader::{Reader, plain};
use super::tool;
use crate::pointer::join;
use crate::profile::Profile;
use crate::select::{Filter, Placed, Rules};

const KNOWN: [&str; 7] = ["keep", "drop", "group", "groups", "tools", "parameters", "name"];
/// What only a file says.
const OF_FILES: [&str; 3] = ["profile", "budget", "overlays"];

/// Reads the mapping `value` at the pointer `at`.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value, at: &str, is_file: bool) -> Rules {
    let mut rules = Rules::default();
    for (key, value) in reader.members(value, at, "this") {
        let at = &join(at, key);
        match plain(key).as_str() {
            "keep" | "include" => rules.keep = filters(reader, value, at),
            "drop" | "exclude" => rules.drop = filters(reader, value, at),
            "group" => rules.group = reader.text(value, at),
            "groups" => rules.groups = groups(reader, value, at),
            "tools" => rules.tools = tools(reader, value, at),
            "parameters" => rules.parameters = tool::parameters(reader, value, at),
            "name" => rules.name = reader.text(value, at),
            "profile" if is_file => rules.profile = profile(reader, value, at),
            "budget" if is_file => rules.budget = reader.count(value, at),
            "overlays" if is_file => rules.overlays = overlays(reader, value, at),
            _ if is_file => reader.unknown(at, key, &[&KNOWN[..], &OF_FILES].concat()),
            _ => reader.unknown(at, key, &KNOWN),
        }
    }
    rules
}

fn filters(reader: &mut Reader<'_>, value: &Value, at: &str) -> Vec<Placed<Filter>> {
    let mut filters = Vec::new();
    for (text, at) in reader.texts(value, at) {
        match text.parse::<Filter>() {
            Ok(filter) => filters.push(reader.placed(filter, &at)),
            Err(error) => reader.wrong(&at, error.to_string()),
        }
    }
    filters
}

fn profile(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<Profile> {
    match reader.text(value, at)?.parse::<Profile>() {
        Ok(profile) => Some(profile),
        Err(error) => {
            reader.wrong(at, error.to_string());
            None
        }
    }
}

fn overlays(reader: &mut Reader<'_>, value: &Value, at: &str) -> Vec<String> {
    let mut overlays = Vec::new();
    for (path, at) in reader.texts(value, at) {
        let mut parts = Path::new(&path).components();
        if path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_))) {
            reader.wrong(&at, "overlays lie in the folder of this file, or below it");
        } else {
            overlays.push(path);
        }
    }
    overlays
}

fn groups(reader: &mut Reader<'_>, value: &Value, at: &str) -> Vec<Placed<(String, String)>> {
    let mut groups = Vec::new();
    for (tag, value) in reader.members(value, at, "`groups`") {
        let at = join(at, tag);
        if let Some(group) = reader.text(value, &at) {
            groups.push(reader.placed((tag.to_owned(), group), &at));
        }
    }
    groups
}

/// Tools by `operationId`, or by a filter.
fn tools(
    reader: &mut Reader<'_>,
    value: &Value,
    at: &str,
) -> Vec<Placed<(Filter, crate::select::ToolRule)>> {
    let mut tools = Vec::new();
    for (key, value) in reader.members(value, at, "`tools`") {
        let at = join(at, key);
        let filter = key.parse().unwrap_or_else(|_| Filter::Id(key.to_owned()));
        let rule = tool::read(reader, value, &at);
        tools.push(reader.placed((filter, rule), &at));
    }
    tools
}
