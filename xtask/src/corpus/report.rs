//! The page of results.

use super::measure::Cost;
use super::state::{Row, State};

const HEAD: &str = "\
# The corpus

Every document of `../shared/openapi`, made into a module by `cargo xtask corpus` and compiled.
*Operations* are those that stand in `paths`, *tools* what they became. *Generate* is a process of
its own that reads the document, lowers it and prints the module, by a generator built without
optimisation, as build scripts have it. *Check* is `cargo check` of a crate that has this module
alone, its dependencies done, incremental compilation off; modules of fewer lines are compiled many
to a crate, and a dash stands where one was not alone. Seconds are processor time in user mode,
measured once on a machine that others used as well; peaks are of the largest process. The columns
up to *Lines* are the same everywhere: `cargo xtask corpus --check` compares them.

";

const COLUMNS: &str = "\
| Document | KB | Operations | Tools | Lines | Generate, s | Peak, MB | Check, s | Peak, MB | Compiles |
|---|---|---|---|---|---|---|---|---|---|
";

/// The whole page.
pub(super) fn page(state: &State) -> String {
    let mut rows: Vec<_> = state.rows.iter().collect();
    rows.sort_by_key(|(name, row)| (std::cmp::Reverse(row.facts.lines), (*name).clone()));
    let sum = |of: fn(&Row) -> usize| rows.iter().map(|(_, row)| of(row)).sum::<usize>();
    let clean = sum(|row| usize::from(row.verdict().is_some_and(|one| one.said.is_empty())));
    let seen = sum(|row| usize::from(row.verdict().is_some()));
    let refused = sum(|row| usize::from(row.facts.refused.is_some()));
    let mut text = HEAD.to_owned();
    text.push_str(&format!(
        "{} documents with {} operations became {} tools in {} lines; {refused} are no API \
         descriptions. {seen} modules were compiled, {clean} of them without a warning.\n\n",
        rows.len(),
        sum(|row| row.facts.operations),
        sum(|row| row.facts.tools),
        sum(|row| row.facts.lines),
    ));
    text.push_str(COLUMNS);
    for (name, row) in rows {
        text.push_str(&line(name, row));
    }
    text
}

/// Prints rows that are not what the page says; whether there is none.
pub(super) fn compare(page: &str, state: &State, names: &[String]) -> bool {
    let mut same = true;
    for name in names {
        let Some(row) = state.rows.get(name) else { continue };
        let start = fixed(name, row);
        if !page.lines().any(|line| line.starts_with(&start)) {
            eprintln!("docs/corpus.md says something else than {start}");
            same = false;
        }
    }
    same
}

/// Prints what does not compile cleanly; whether there is nothing.
pub(super) fn failures(state: &State, names: &[String]) -> bool {
    let mut good = true;
    for (name, row) in names.iter().filter_map(|name| state.rows.get_key_value(name)) {
        for said in row.verdict().into_iter().flat_map(|checked| &checked.said) {
            eprintln!("{name}: {said}");
            good = false;
        }
        if let Some(refused) = &row.facts.refused {
            eprintln!("{name}: no module: {refused}");
        }
    }
    good
}

fn line(name: &str, row: &Row) -> String {
    let compiles = match (&row.facts.refused, row.verdict()) {
        (Some(_), _) => "no API",
        (None, None) => "not tried",
        (None, Some(checked)) if checked.said.is_empty() => "yes",
        (None, Some(_)) => "**no**",
    };
    let check = row.verdict().and_then(|checked| checked.cost);
    let (start, generate, check) = (fixed(name, row), columns(row.generate), columns(check));
    format!("{start}{generate}{check} {compiles} |\n")
}

/// What is the same on every machine.
fn fixed(name: &str, row: &Row) -> String {
    let facts = &row.facts;
    format!(
        "| {name} | {} | {} | {} | {} |",
        facts.bytes.div_ceil(1024),
        facts.operations,
        facts.tools,
        facts.lines
    )
}

fn columns(cost: Option<Cost>) -> String {
    cost.map_or_else(
        || " – | – |".to_owned(),
        |cost| format!(" {:.1} | {} |", cost.seconds, cost.peak),
    )
}
