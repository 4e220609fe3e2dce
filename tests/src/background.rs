//! Servers that run while a test does.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A child process that ends with the test.
#[derive(Debug)]
pub struct Background {
    child: Child,
    first_line: String,
}

impl Background {
    /// Starts a program that says on its first line that it is ready, and waits for that line.
    ///
    /// # Errors
    /// The program cannot be started, or ends without a line.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let mut first_line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut first_line).map_err(|error| error.to_string())?;
        }
        let background = Self { child, first_line: first_line.trim().to_owned() };
        if background.first_line.is_empty() {
            return Err(format!("{command:?} ended before it was ready"));
        }
        Ok(background)
    }

    /// What it said first: where it listens.
    #[must_use]
    pub fn first_line(&self) -> &str {
        &self.first_line
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
