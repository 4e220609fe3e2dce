//! What the demo prints.

use std::io::{self, Write};
use std::path::Path;

use crate::failure::Failure;

/// Standard output, in numbered steps.
pub(super) struct Screen {
    steps: usize,
}

/// Longer lines are cut.
const WIDTH: usize = 110;

impl Screen {
    pub(super) fn new() -> Self {
        Self { steps: 0 }
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &str) -> Result<(), Failure> {
        self.steps += 1;
        print(&format!("\n{}. {title}\n", self.steps))
    }

    /// A line below the step.
    pub(super) fn line(&self, text: &str) -> Result<(), Failure> {
        let mut shown: String = text.chars().take(WIDTH).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        print(&format!("   {shown}\n"))
    }

    /// A text below the step, over as many lines as it takes.
    pub(super) fn text(&self, text: &str, indent: &str) -> Result<(), Failure> {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && indent.len() + line.len() + word.len() >= WIDTH {
                self.line(&format!("{indent}{line}"))?;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("{indent}{line}"))
    }

    /// A file's lines, indented.
    pub(super) fn file(&self, path: &Path) -> Result<(), Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Read { path: path.to_path_buf(), error })?;
        text.lines().try_for_each(|line| self.line(&format!("    {line}")))
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::other("writing to standard output", error))
}
