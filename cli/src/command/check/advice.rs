//! What could be better about the tools of a document, and what to write to make it so.

use std::collections::{BTreeMap, HashSet};

use toolwright_codegen::ir::Api;
use toolwright_codegen::suggest::{self, Setting};

use super::Row;

/// A tool that takes more tokens than this is worth a look.
const LARGE: usize = 2_000;
/// Characters of a description beyond which a model reads more than it needs.
const LONG: usize = 600;
/// Arguments beyond which a model begins to mix them up.
const MANY: usize = 15;
/// Bytes of an output schema that promise large results.
const LARGE_RESULT: usize = 8 * 1024;
/// How many tools a suggestion names.
pub(super) const NAMED: usize = 5;
/// The setting that leaves a tool out.
const DROP: &str = "drop";

/// Something to do.
pub(super) struct Advice {
    /// What kind it is, for programs: `deprecated`.
    pub(super) kind: &'static str,
    pub(super) message: String,
    /// The tools that it is about, by their operations' names.
    pub(super) tools: Vec<String>,
    /// What to write in `toolwright.toml`, for as many of the tools as there is.
    pub(super) settings: Vec<Setting>,
}

/// What to write in `toolwright.toml`, for the first `tools` of each suggestion. Nothing more is said
/// of a tool that is left out.
pub(super) fn settings(advice: &[Advice], tools: usize) -> Vec<Setting> {
    let dropped =
        |setting: &Setting| setting.path.len() == 3 && setting.path.ends_with(&[DROP.to_owned()]);
    let mut settings = Vec::new();
    let mut gone = HashSet::new();
    for one in advice {
        let mut keys = Vec::new();
        for setting in &one.settings {
            let key = setting.path.get(1);
            if !keys.contains(&key) {
                keys.push(key);
            }
            if keys.len() > tools {
                break;
            }
            if dropped(setting) {
                gone.insert(setting.path.get(..2));
            }
            settings.push(setting.clone());
        }
    }
    settings.retain(|setting| dropped(setting) || !gone.contains(&setting.path.get(..2)));
    settings
}

/// Everything there is to say, the most important first.
pub(super) fn advice(api: &Api, rows: &[Row<'_>], total: usize, budget: usize) -> Vec<Advice> {
    let mut found = Vec::new();
    if total > budget {
        found.push(Advice {
            kind: "over-budget",
            message: format!(
                "this is more than {budget} tokens: choose operations with --include and \
                 --exclude, or let `serve` put them behind search_tools"
            ),
            tools: Vec::new(),
            settings: biggest_tag(rows).map(|tag| Setting::drop(&tag)).into_iter().collect(),
        });
    }
    for (kind, what, concerned, write) in CHECKS {
        let mut rows: Vec<&Row<'_>> = rows.iter().filter(|row| concerned(row)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.tokens));
        if !rows.is_empty() {
            found.push(Advice {
                kind,
                message: (*what).to_owned(),
                tools: rows.iter().map(|row| row.tool.name.clone()).collect(),
                settings: rows.iter().filter_map(|row| write(row)).collect(),
            });
        }
    }
    found.extend(large_results(api, rows));
    found.extend(pages(api));
    found.extend(duplicates(rows));
    found
}

/// Kind, message, whom it concerns, what to write for each of these.
type Check = (&'static str, &'static str, fn(&Row<'_>) -> bool, fn(&Row<'_>) -> Option<Setting>);

const CHECKS: &[Check] = &[
    (
        "deprecated",
        "deprecated; leave them out",
        |row| row.operation.deprecated,
        |row| Some(Setting::of_tool(&row.key(), &[DROP], "true")),
    ),
    ("large", "over 2000 tokens each; hide arguments that no model needs", is_large, hide),
    (
        "no-description",
        "without a description, so that a model has only the name to go by",
        |row| row.description().is_empty(),
        describe,
    ),
    (
        "long-description",
        "descriptions of more than 600 characters; say it shorter",
        |row| row.description().chars().count() > LONG,
        describe,
    ),
    (
        "many-arguments",
        "more than 15 arguments; hide or preset some",
        |row| row.arguments().len() > MANY,
        hide,
    ),
    (
        "no-operation-id",
        "named after method and path, as the document has no operationId for them",
        |row| row.operation.http.is_some() && row.operation.operation_id.is_none(),
        |row| Some(Setting::open(&row.key(), "name")),
    ),
];

fn hide(row: &Row<'_>) -> Option<Setting> {
    let longest = row.longest_optional()?;
    Some(Setting::of_tool(&row.key(), &["parameters", &longest, "hide"], "true"))
}

fn describe(row: &Row<'_>) -> Option<Setting> {
    Some(Setting::open(&row.key(), "description"))
}

fn is_large(row: &Row<'_>) -> bool {
    row.tokens > LARGE
}

/// Results that could be smaller.
fn large_results(api: &Api, rows: &[Row<'_>]) -> Option<Advice> {
    let large = |row: &&Row<'_>| {
        let is_said = row.operation.http.as_ref().is_some_and(|http| http.fields.is_some());
        row.result_bytes() > LARGE_RESULT && !is_said
    };
    let mut rows: Vec<&Row<'_>> = rows.iter().filter(large).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.result_bytes()));
    let mut keys = HashSet::new();
    let once = rows.iter().filter(|row| keys.insert(row.key()));
    let settings = once.filter_map(|row| Some(suggest::fields(api, row.operation)?.settings));
    let advice = Advice {
        kind: "large-result",
        message: "large results; keep the fields that matter, these for example".to_owned(),
        tools: rows.iter().map(|row| row.tool.name.clone()).collect(),
        settings: settings.flatten().collect(),
    };
    (!rows.is_empty()).then_some(advice)
}

/// Listings whose pages could be gathered.
fn pages(api: &Api) -> Option<Advice> {
    let suggested = suggest::paging(api);
    let advice = Advice {
        kind: "pages",
        message: "listings in pages; several can be gathered in one call".to_owned(),
        tools: suggested.iter().map(|one| one.tool.to_owned()).collect(),
        settings: suggested.into_iter().flat_map(|one| one.settings).collect(),
    };
    (!advice.tools.is_empty()).then_some(advice)
}

/// The tag whose operations cost most.
fn biggest_tag(rows: &[Row<'_>]) -> Option<String> {
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        for tag in &row.operation.tags {
            *tags.entry(tag).or_default() += row.tokens;
        }
    }
    let all = tags.len();
    let biggest = tags.into_iter().max_by_key(|(_, tokens)| *tokens)?;
    (all > 1).then(|| biggest.0.to_owned())
}

/// Tools that say the same of themselves.
fn duplicates(rows: &[Row<'_>]) -> Option<Advice> {
    let mut same: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.description().is_empty()) {
        same.entry(row.description()).or_default().push(row);
    }
    let twice: Vec<&Row<'_>> = same.into_values().filter(|rows| rows.len() > 1).flatten().collect();
    if twice.is_empty() {
        return None;
    }
    Some(Advice {
        kind: "duplicate",
        message: "the same description as another tool; say what is different".to_owned(),
        tools: twice.iter().map(|row| row.tool.name.clone()).collect(),
        settings: twice.iter().filter_map(|row| describe(row)).collect(),
    })
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if !self.tools.is_empty() {
            let shown: Vec<&str> = self.tools.iter().take(NAMED).map(String::as_str).collect();
            write!(f, ": {}", shown.join(", "))?;
        }
        match self.tools.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
