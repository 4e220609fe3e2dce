//! `toolwright check`

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Args;
use toolwright::spec::Tool;
use toolwright_codegen::ir::{Api, Operation};

use crate::definition::{self, BUDGET};
use crate::failure::Failure;
use crate::input::Input;

/// A tool that takes more tokens than this is worth a look.
const LARGE: usize = 2_000;
/// How many tools a suggestion names.
const NAMED: usize = 5;

/// Show the tools that a document becomes, what they cost a model to read, and what could be
/// better; warnings about the document go to standard error
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    input: Input,
    /// Fail if all definitions together take more tokens than this (four bytes each)
    #[arg(long, value_name = "TOKENS")]
    budget: Option<usize>,
}

/// A tool, its operation, and its tokens.
struct Row<'a> {
    tool: &'a Tool,
    operation: &'a Operation,
    tokens: usize,
}

impl Check {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let loaded = self.input.load()?;
        let api = loaded.lower()?;
        let tools = definition::descriptor(&api)?.tools();
        let rows: Vec<Row<'_>> = tools
            .iter()
            .zip(&api.operations)
            .map(|(tool, operation)| Row { tool, operation, tokens: definition::tokens(tool) })
            .collect();
        let total = rows.iter().map(|row| row.tokens).sum();
        let text = table(&rows) + &summary(&api, &rows, total, self.budget.unwrap_or(BUDGET));
        std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(|error| Failure::other("writing to standard output", error))?;
        match self.budget {
            Some(budget) if total > budget => Err(Failure::OverBudget { total, budget }),
            _ => Ok(()),
        }
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let width = rows.iter().map(|row| row.tool.name.len()).chain([4]).max().unwrap_or(4);
    let mut out = format!("{:>6}  {:<width$}  calls\n", "tokens", "tool");
    for Row { tool, operation, tokens } in rows {
        let calls = match &operation.http {
            Some(http) => format!("{} {}", http.method, http.path),
            None => "(written by hand)".to_owned(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(out, "{tokens:>6}  {:<width$}  {calls}", tool.name);
    }
    out
}

fn summary(api: &Api, rows: &[Row<'_>], total: usize, budget: usize) -> String {
    let mut out =
        format!("\n{}: {} tools, about {total} tokens of definitions\n", api.title, rows.len());
    for suggestion in suggestions(rows, total, budget) {
        let _ = writeln!(out, "- {suggestion}");
    }
    out
}

fn suggestions(rows: &[Row<'_>], total: usize, budget: usize) -> Vec<String> {
    let mut found = Vec::new();
    if total > budget {
        found.push(format!(
            "this is more than {budget} tokens: choose operations with --include and --exclude, \
             or let `serve` put them behind search_tools"
        ));
    }
    let mut large: Vec<_> = rows.iter().filter(|row| row.tokens > LARGE).collect();
    large.sort_by_key(|row| std::cmp::Reverse(row.tokens));
    let large: Vec<_> = large.iter().map(|row| row.tool.name.as_str()).collect();
    if !large.is_empty() {
        found.push(format!("over {LARGE} tokens each: {}", named(&large)));
    }
    let described = |tool: &Tool| tool.description.as_deref().is_some_and(|text| !text.is_empty());
    let silent = rows.iter().filter(|row| !described(row.tool));
    let silent: Vec<_> = silent.map(|row| row.tool.name.as_str()).collect();
    if !silent.is_empty() {
        found.push(format!(
            "without a description, so that a model has only the name to go by: {}",
            named(&silent)
        ));
    }
    found
}

fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
