//! The table, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use toolwright_codegen::curate::FILE;
use toolwright_codegen::ir::Api;
use toolwright_codegen::suggest::written;

use super::super::tools_of;
use super::Row;
use super::advice::{self, Advice, NAMED};

/// What was found.
pub(super) struct Report<'a> {
    pub(super) api: &'a Api,
    pub(super) rows: &'a [Row<'a>],
    pub(super) findings: &'a [toolwright_codegen::diagnostic::Diagnostic],
    pub(super) advice: &'a [Advice],
    /// The `toolwright.toml` that there is; empty without one.
    pub(super) file: &'a str,
    pub(super) total: usize,
    pub(super) budget: usize,
    pub(super) profile: &'static str,
}

impl Report<'_> {
    /// A table, a summary, what a profile cost, and what to do.
    pub(super) fn text(&self) -> String {
        let width = self.rows.iter().map(|row| row.tool.name.len()).chain([4]).max().unwrap_or(4);
        let mut out = format!("{:>6}  {:<width$}  calls\n", "tokens", "tool");
        for row in self.rows {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{:>6}  {:<width$}  {}", row.tokens, row.tool.name, row.calls());
        }
        let (title, count, total) = (&self.api.title, tools_of(self.rows.len()), self.total);
        let _ = writeln!(out, "\n{title}: {count}, about {total} tokens of definitions");
        let simplified: Vec<&Row<'_>> =
            self.rows.iter().filter(|row| !row.lost.is_empty()).collect();
        if !simplified.is_empty() {
            let profile = self.profile;
            let are = if simplified.len() == 1 { "is" } else { "are" };
            let count = tools_of(simplified.len());
            let _ = writeln!(out, "\n{count} {are} simplified for {profile}:");
            for row in simplified {
                let _ = writeln!(out, "  {}: {}", row.tool.name, row.lost.join("; "));
            }
        }
        for advice in self.advice {
            let _ = writeln!(out, "- {advice}");
        }
        let paste = written(self.file, &advice::settings(self.advice, NAMED)).paste;
        if !paste.is_empty() {
            let _ =
                write!(out, "\nFor {FILE} (where a value is missing, it is a comment):\n\n{paste}");
        }
        out
    }

    /// The same as JSON.
    pub(super) fn json(&self) -> String {
        let tools: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.tool.name, "calls": row.calls(), "tokens": row.tokens,
                    "lost": row.lost,
                })
            })
            .collect();
        let advice: Vec<Value> = self
            .advice
            .iter()
            .map(|one| {
                json!({
                    "kind": one.kind, "message": one.message, "tools": one.tools,
                    "write": written(self.file, &one.settings).paste,
                })
            })
            .collect();
        let report = json!({
            "title": self.api.title, "profile": self.profile, "tools": tools,
            "tokens": self.total, "budget": self.budget, "findings": self.findings,
            "suggestions": advice,
            "write": written(self.file, &advice::settings(self.advice, usize::MAX)).paste,
        });
        format!("{report:#}\n")
    }
}
