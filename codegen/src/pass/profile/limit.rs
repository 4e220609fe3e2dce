//! How much there may be of something in one schema.

use crate::json::{Map, Text, Value};

use super::typed::each;
use super::{Lost, value};

/// From here on, a list of values is long.
const LONG: usize = 250;

/// Leaves out the members after the first `most`.
pub(super) fn properties(schema: &mut Value, most: usize, lost: &mut Lost) {
    let mut left = most;
    each(schema, &mut |members| {
        let Some(Value::Object(properties)) = members.get_mut("properties") else {
            return;
        };
        let gone: Vec<Text> = properties.keys().skip(left).cloned().collect();
        left = left.saturating_sub(properties.len());
        for name in &gone {
            properties.remove(name);
            lost.one("members over the limit");
        }
        if let Some(Value::Array(required)) = members.get_mut("required") {
            required.retain(|name| !gone.iter().any(|gone| name == gone));
        }
    });
}

/// Takes the longest lists of values out until all together have no more than they may.
pub(super) fn enumerations(schema: &mut Value, (most, text): (usize, usize), lost: &mut Lost) {
    let mut lengths = Vec::new();
    each(schema, &mut |members| lengths.extend(length(members)));
    lengths.sort_unstable();
    let mut total = 0_usize;
    let fits = |length: &&usize| {
        total = total.saturating_add(**length);
        total <= most
    };
    let longest = lengths.iter().take_while(fits).last().copied().unwrap_or(0);
    // Lists of the same length may be too many together.
    let mut left = most;
    each(schema, &mut |members| {
        let Some(length) = length(members) else {
            return;
        };
        let long = length > LONG && characters(members) > text;
        if length > longest || length > left || long {
            value::tell(members);
            lost.one("long enum");
        } else {
            left -= length;
        }
    });
}

fn length(members: &Map) -> Option<usize> {
    members.get("enum").and_then(Value::as_array).map(|values| values.len())
}

fn characters(members: &Map) -> usize {
    let values = members.get("enum").and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(|text| text.chars().count()).sum()
}
