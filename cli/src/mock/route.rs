//! From a request's path to an operation.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use toolwright_codegen::ir::{Api, Binding, Operation};

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Route<'a> {
    /// An operation with its values from the path, as they came.
    Found(&'a Operation, &'a Binding, BTreeMap<String, String>),
    /// The path exists, with these methods.
    OtherMethods(Vec<&'a str>),
    /// Nothing is there.
    Nothing,
}

/// Finds the operation; templates with more literal text win.
pub(super) fn find<'a>(api: &'a Api, method: &str, path: &str) -> Route<'a> {
    let bound =
        api.operations.iter().filter_map(|operation| Some((operation, operation.http.as_ref()?)));
    let mut fitting: Vec<_> = bound
        .filter_map(|(operation, http)| Some((operation, http, matched(&http.path, path)?)))
        .collect();
    let Some(best) = fitting.iter().map(|(_, http, _)| literals(&http.path)).max() else {
        return Route::Nothing;
    };
    fitting.retain(|(_, http, _)| literals(&http.path) == best);
    let methods = fitting.iter().map(|(_, http, _)| http.method.as_str()).collect();
    fitting
        .into_iter()
        .find(|(_, http, _)| http.method == method)
        .map_or(Route::OtherMethods(methods), |(operation, http, values)| {
            Route::Found(operation, http, values)
        })
}

/// Segments without placeholders.
fn literals(template: &str) -> usize {
    template.split('/').filter(|segment| !segment.contains('{')).count()
}

/// The values of a template's placeholders, if the path fits.
fn matched(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let template = template.split(['?', '#']).next()?;
    let mut values = BTreeMap::new();
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Some(values),
            (Some(pattern), Some(segment)) => segment_values(pattern, segment, &mut values)?,
            _ => return None,
        }
    }
}

/// One segment: literal text before and after each placeholder, which takes as little as fits.
fn segment_values(
    pattern: &str,
    segment: &str,
    values: &mut BTreeMap<String, String>,
) -> Option<()> {
    let (mut pattern, mut rest) = (pattern, segment);
    while let Some((before, after)) = pattern.split_once('{') {
        let (name, after) = after.split_once('}')?;
        rest = rest.strip_prefix(before)?;
        let until = after.split('{').next().unwrap_or_default();
        let end = if until.is_empty() { rest.len() } else { rest.rfind(until)? };
        let (value, remaining) = rest.split_at_checked(end)?;
        if value.is_empty() {
            return None;
        }
        values.insert(name.to_owned(), value.to_owned());
        (pattern, rest) = (after, remaining);
    }
    let literal = percent_decode_str(rest).decode_utf8_lossy();
    (literal == pattern).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &str, path: &str) -> Option<Vec<String>> {
        Some(matched(template, path)?.into_values().collect())
    }

    #[test]
    fn templates_match_whole_segments() {
        let some = |values: &[&str]| Some(values.iter().map(|v| (*v).to_owned()).collect());
        assert_eq!(values("/a/{b}", "/a/x%2Fy"), some(&["x%2Fy"]));
        assert_eq!(values("/a/{b}", "/a/x/y"), None);
        assert_eq!(values("/a/{b}", "/a/"), None);
        assert_eq!(values("/a/{b}.json", "/a/1.json"), some(&["1"]));
        assert_eq!(values("/{a}-{b}", "/1-2"), some(&["1", "2"]));
        assert_eq!(values("/a b", "/a%20b"), some(&[]));
    }
}
