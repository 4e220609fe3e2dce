//! The page of results.

use super::measure::Cost;
use super::state::{Row, State};

const HEAD: &str = "\
# The corpus

What becomes of 475 public documents, from whole APIs of well-known services to odd and invalid
files that other projects test with: `cargo xtask corpus` makes a module of each and compiles it.
The documents are no part of this repository. This page is written by that command.

- *Operations* stand in the document, *tools* are what they became, *lines* are those of the module.
  *List* is what `tools/list` says of all tools together.
- *Generate* is a process of its own that reads the document, lowers it and prints the module, by a
  generator built without optimisation, as build scripts have it.
- *Check* is `cargo check` of a crate that has this module alone, its dependencies done, incremental
  compilation off. Modules are compiled without the lints that they allow (`dead_code` and others
  that say nothing about generated code), so that *compiles* means: without an error, and without
  any warning that the compiler gives by itself.
- Seconds are processor time in user mode, measured once on a machine with two cores that others
  used as well; peaks are of the largest process, in MB of 1024 KB.

What doesn't depend on the machine is compared by `cargo xtask corpus --check`, which is part of the
CI. It forgives a twentieth of the lines, so that a change of the printers needs no new page. It also
fails where generating from a document of a megabyte or more takes over ten times its size and a MB of memory,
above what the process takes for most small ones.

";

const COLUMNS: &str = "\
| Document | KB | Operations | Tools | Lines | List, KB | Generate, s | Peak, MB | Check, s | Peak, MB | Compiles |
|---|---|---|---|---|---|---|---|---|---|---|
";

/// The whole page, about these documents.
pub(super) fn page(state: &State, names: &[String]) -> String {
    let mut rows: Vec<_> = names.iter().filter_map(|name| state.rows.get_key_value(name)).collect();
    rows.sort_by_key(|(name, row)| (std::cmp::Reverse(row.facts.lines), (*name).clone()));
    let mut text = HEAD.to_owned();
    text.push_str(&totals(&rows));
    text.push_str(&failed(&rows));
    text.push_str("\n## Document by document\n\n");
    text.push_str(COLUMNS);
    for (name, row) in rows {
        text.push_str(&line(name, row));
    }
    text
}

fn totals(rows: &[(&String, &Row)]) -> String {
    let count = |of: fn(&Row) -> bool| rows.iter().filter(|(_, row)| of(row)).count();
    let sum = |of: fn(&Row) -> usize| rows.iter().map(|(_, row)| of(row)).sum::<usize>();
    let (generate, check) = (
        costs(rows.iter().filter_map(|(_, row)| row.generate)),
        costs(rows.iter().filter_map(|(_, row)| row.verdict()?.cost)),
    );
    let list = rows.iter().map(|(_, row)| row.facts.list.div_ceil(1024)).max().unwrap_or_default();
    let lines = [
        ("Documents", rows.len().to_string()),
        ("of these APIs", count(|row| row.facts.refused.is_none()).to_string()),
        ("Operations", sum(|row| row.facts.operations).to_string()),
        ("Tools", sum(|row| row.facts.tools).to_string()),
        ("Lines of Rust", sum(|row| row.facts.lines).to_string()),
        ("Largest `tools/list`", format!("{list} KB")),
        ("Modules compiled", count(|row| row.verdict().is_some()).to_string()),
        (
            "without an error",
            count(|row| row.verdict().is_some_and(|one| one.errors == 0)).to_string(),
        ),
        (
            "without a warning",
            count(|row| row.verdict().is_some_and(|one| one.is_clean())).to_string(),
        ),
        ("Generate", generate),
        ("Check", check),
    ];
    let lines = lines.iter().map(|(name, value)| format!("| {name} | {value} |\n"));
    format!("| | |\n|---|---|\n{}", lines.collect::<String>())
}

fn costs(costs: impl Iterator<Item = Cost>) -> String {
    let mut costs: Vec<Cost> = costs.collect();
    costs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let sum: f64 = costs.iter().map(|cost| cost.seconds).sum();
    let median = costs.get(costs.len() / 2).map_or(0.0, |cost| cost.seconds);
    let most = costs.last().map_or(0.0, |cost| cost.seconds);
    let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
    format!("{sum:.0} s in all, {median:.2} s in the median, at most {most:.1} s and {peak} MB")
}

fn failed(rows: &[(&String, &Row)]) -> String {
    let mut text = "\n## What failed\n\n".to_owned();
    let mut failed = String::new();
    for (name, row) in rows {
        for said in row.verdict().into_iter().flat_map(|checked| &checked.said) {
            failed.push_str(&format!("- {name}: {said}\n"));
        }
    }
    let less = rows.iter().filter(|(_, row)| row.facts.tools != row.facts.operations);
    for (name, row) in less {
        let facts = &row.facts;
        failed.push_str(&format!(
            "- {name}: {} operations, but {} tools\n",
            facts.operations, facts.tools
        ));
    }
    let open =
        rows.iter().filter(|(_, row)| row.facts.refused.is_none() && row.verdict().is_none());
    match open.count() {
        0 => {}
        open => failed.push_str(&format!("- {open} modules were not compiled yet.\n")),
    }
    text.push_str(if failed.is_empty() {
        "No module has a warning, and no operation is missing among the tools.\n"
    } else {
        &failed
    });
    let mut refused =
        rows.iter().filter_map(|(name, row)| Some((name, row.facts.refused.as_ref()?)));
    if let Some(first) = refused.next() {
        text.push_str("\nNo module is made of documents that are no APIs:\n\n");
        for (name, why) in std::iter::once(first).chain(refused) {
            text.push_str(&format!("- {name}: {why}\n"));
        }
    }
    text
}

/// Prints rows that are not what the page says; whether there is none.
pub(super) fn compare(page: &str, state: &State, names: &[String]) -> bool {
    let mut same = true;
    let (mut there, mut here) = (0, 0);
    for (name, row) in names.iter().filter_map(|name| state.rows.get_key_value(name)) {
        let start = fixed(name, row);
        let said = page.lines().find_map(|line| line.strip_prefix(&start)?.trim().split_once(' '));
        match said.and_then(|(lines, _)| lines.parse::<usize>().ok()) {
            Some(lines) => there += lines,
            None => {
                eprintln!("docs/corpus.md says something else than {start}");
                same = false;
            }
        }
        here += row.facts.lines;
    }
    if here.abs_diff(there) * 20 > here {
        eprintln!("docs/corpus.md says {there} lines, but there are {here}: cargo xtask corpus");
        same = false;
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
        (Some(_), _) => "no API".to_owned(),
        (None, None) => "not tried".to_owned(),
        (None, Some(checked)) => checked.word(),
    };
    let check = row.verdict().and_then(|checked| checked.cost);
    let (start, generate, check) = (fixed(name, row), columns(row.generate), columns(check));
    let list = row.facts.list.div_ceil(1024);
    format!("{start} {} | {list} |{generate}{check} {compiles} |\n", row.facts.lines)
}

/// What is the same on every machine, and with every printer.
fn fixed(name: &str, row: &Row) -> String {
    let facts = &row.facts;
    let kilobytes = facts.bytes.div_ceil(1024);
    format!("| {name} | {kilobytes} | {} | {} |", facts.operations, facts.tools)
}

fn columns(cost: Option<Cost>) -> String {
    cost.map_or_else(
        || " – | – |".to_owned(),
        |cost| format!(" {:.2} | {} |", cost.seconds, cost.peak),
    )
}

#[cfg(test)]
mod tests {
    use super::super::state::{Checked, Facts};
    use super::*;

    fn state() -> (State, Vec<String>) {
        let facts =
            |lines| Facts { bytes: 2000, operations: 3, tools: 3, lines, ..Facts::default() };
        let row = |lines, said: &[&str]| Row {
            facts: facts(lines),
            checked: Some(Checked {
                warnings: said.len(),
                said: said.iter().map(|said| (*said).to_owned()).collect(),
                ..Checked::default()
            }),
            ..Row::default()
        };
        let refused = Facts { refused: Some("no paths".to_owned()), ..Facts::default() };
        let mut state = State::default();
        state.rows.insert("a.yaml".to_owned(), row(100, &[]));
        state.rows.insert("b.yaml".to_owned(), row(200, &["warning unused import, line 3"]));
        state.rows.insert("c.yaml".to_owned(), Row { facts: refused, ..Row::default() });
        let open = Row { facts: facts(300), ..Row::default() };
        state.rows.insert("d.yaml".to_owned(), open);
        let names = state.rows.keys().cloned().collect();
        (state, names)
    }

    #[test]
    fn the_page_says_what_is_and_what_is_not() {
        let (state, names) = state();
        let page = page(&state, &names);
        for line in [
            "| Documents | 4 |",
            "| of these APIs | 3 |",
            "| Operations | 9 |",
            "| Modules compiled | 2 |",
            "| without a warning | 1 |",
            "- b.yaml: warning unused import, line 3",
            "- 1 modules were not compiled yet.",
            "- c.yaml: no paths",
            "| a.yaml | 2 | 3 | 3 | 100 | 0 | – | – | – | – | yes |",
            "| d.yaml | 2 | 3 | 3 | 300 | 0 | – | – | – | – | not tried |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }

    #[test]
    fn a_page_is_compared_but_for_a_few_lines() {
        let (mut state, names) = state();
        let page = page(&state, &names);
        assert!(compare(&page, &state, &names));
        let lines = |state: &mut State, lines| {
            if let Some(row) = state.rows.get_mut("d.yaml") {
                row.facts.lines = lines;
            }
        };
        lines(&mut state, 310);
        assert!(compare(&page, &state, &names));
        lines(&mut state, 400);
        assert!(!compare(&page, &state, &names));
        lines(&mut state, 300);
        if let Some(row) = state.rows.get_mut("a.yaml") {
            row.facts.tools = 2;
        }
        assert!(!compare(&page, &state, &names));
    }
}
