//! `toolwright check`

mod advice;
mod report;

use std::io::Write as _;

use clap::{Args, ValueEnum};
use toolwright::spec::Tool;
use toolwright_codegen::code;
use toolwright_codegen::diagnostic::Diagnostic;
use toolwright_codegen::ir::Operation;
use toolwright_codegen::json::{Map, Value};
use toolwright_codegen::select::BUDGET;
use toolwright_codegen::suggest;

use crate::definition;
use crate::failure::Failure;
use crate::input::Input;
use report::Report;

/// Show the tools that a document becomes, what they cost a model to read, and what could be
/// better; warnings about the document go to standard error
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    input: Input,
    /// Fail if all definitions together take more tokens than this (four bytes each)
    #[arg(long, value_name = "TOKENS")]
    budget: Option<usize>,
    /// A table for people, or JSON for programs, which has the warnings as well
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the outcome is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

impl Check {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let loaded = self.input.load()?;
        let (api, findings) = loaded.lower_with_findings()?;
        let tools = definition::descriptor(&api)?.tools();
        let rows: Vec<Row<'_>> = tools
            .iter()
            .zip(&api.operations)
            .map(|(tool, operation)| Row::new(tool, operation, &findings))
            .collect();
        let asked = self.budget.or(loaded.options.budget());
        let total = rows.iter().map(|row| row.tokens).sum();
        let budget = asked.unwrap_or(BUDGET);
        let file = loaded.config.as_ref().map(|file| String::from_utf8_lossy(&file.bytes));
        let file = file.unwrap_or_default();
        let report = Report {
            api: &api,
            rows: &rows,
            findings: &findings,
            advice: &advice::advice(&api, &rows, total, budget),
            file: &file,
            total,
            budget,
            profile: loaded.options.profile().name(),
        };
        let text = match self.format {
            Format::Table => report.text(),
            Format::Json => report.json(),
        };
        std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(|error| Failure::other("writing to standard output", error))?;
        match asked {
            Some(budget) if total > budget => Err(Failure::OverBudget { total, budget }),
            _ => Ok(()),
        }
    }
}

/// A tool, its operation, its tokens, and what a profile left out of it.
struct Row<'a> {
    tool: &'a Tool,
    operation: &'a Operation,
    tokens: usize,
    lost: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn new(tool: &'a Tool, operation: &'a Operation, findings: &'a [Diagnostic]) -> Self {
        let own = |finding: &&Diagnostic| {
            finding.code == code::PROFILE.id && finding.pointer == operation.pointer
        };
        let lost = findings.iter().filter(own).map(|finding| {
            let message = finding.message.as_str();
            message.split_once("goes without: ").map_or(message, |(_, lost)| lost)
        });
        Row { tool, operation, tokens: definition::tokens(tool), lost: lost.collect() }
    }

    fn calls(&self) -> String {
        match &self.operation.http {
            Some(http) => format!("{} {}", http.method, http.path),
            None => "(written by hand)".to_owned(),
        }
    }

    /// What the operation is called where it is configured.
    fn key(&self) -> String {
        suggest::key(self.operation)
    }

    fn description(&self) -> &str {
        self.tool.description.as_deref().unwrap_or_default()
    }

    fn arguments(&self) -> Map {
        match self.operation.input_schema.value().get("properties") {
            Some(Value::Object(properties)) => properties.clone(),
            _ => Map::new(),
        }
    }

    /// The largest argument that calls can do without, as it is called where it is configured.
    fn longest_optional(&self) -> Option<String> {
        let required = self.operation.arguments.0.get("required");
        let required = required.and_then(Value::as_array);
        let needed = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let arguments = self.arguments().into_iter().filter(|(name, _)| !needed(name));
        let known = arguments.filter_map(|(name, schema)| Some((self.configured(&name)?, schema)));
        let longest = known.max_by_key(|(_, schema)| schema.to_string().len());
        longest.map(|(name, _)| name)
    }

    /// What an argument is called where it is configured; nothing for those that come from there.
    fn configured(&self, argument: &str) -> Option<String> {
        let Some(http) = &self.operation.http else { return Some(argument.to_owned()) };
        let mut parameters = http.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.argument == argument);
        let body = http.body.as_ref().filter(|body| body.argument == argument);
        parameter.map(|parameter| parameter.name.clone()).or(body.map(|_| "body".to_owned()))
    }

    fn result_bytes(&self) -> usize {
        self.tool.output_schema.as_ref().map_or(0, |schema| schema.as_str().len())
    }
}
