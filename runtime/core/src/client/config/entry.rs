//! The servers of a configuration.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Map;
use tokio::process::Command;

use super::error::ConfigError;
use super::expand::Variables;
use super::raw::{Raw, Sort};

/// The servers that a configuration names, in its order.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Servers {
    /// Each of them.
    pub entries: Vec<Entry>,
    /// What the user is to be asked for `${input:…}`, as VS Code has it.
    pub inputs: Vec<Input>,
}

/// Something that the user is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// What stands behind `input:`.
    pub id: String,
    /// The question.
    pub description: Option<String>,
    /// Whether it must not be shown while it is typed.
    pub password: bool,
}

/// One server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// What the configuration calls it.
    pub name: String,
    /// It is not to be used.
    pub disabled: bool,
    /// How long it may take to answer.
    pub timeout: Option<Duration>,
    /// Members that are not known here, as they are.
    pub rest: Map<String, serde_json::Value>,
    pub(super) way: Result<Raw, ConfigError>,
}

/// How a server is come to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// It is started.
    Command(Launch),
    /// It runs somewhere.
    Url(Remote),
}

/// A server that is started.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Launch {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables of its environment; those without a value are taken away.
    pub env: Vec<(String, Option<String>)>,
    /// The directory that it begins in.
    pub cwd: Option<PathBuf>,
}

/// A server that runs somewhere.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remote {
    /// Its address.
    pub url: String,
    /// Headers of every request.
    pub headers: Vec<(String, String)>,
    /// What is spoken there.
    pub sort: Sort,
}

impl Servers {
    /// The server of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl Entry {
    /// How the server is come to, with all variables put in.
    ///
    /// # Errors
    /// The server is described wrongly, or a variable is not set.
    pub fn way(&self, variables: &Variables) -> Result<Way, ConfigError> {
        match self.way.as_ref().map_err(Clone::clone)? {
            Raw::Command { program, args, env, cwd } => {
                let cwd = cwd.as_ref().map(|cwd| cwd.path(variables)).transpose()?;
                let args = args.iter().map(|arg| arg.expand(variables));
                let env = env.iter().map(|(name, value)| {
                    let value = value.as_ref().map(|value| value.expand(variables));
                    Ok((name.clone(), value.transpose()?))
                });
                Ok(Way::Command(Launch {
                    program: program.path(variables)?,
                    args: args.collect::<Result<_, _>>()?,
                    env: env.collect::<Result<_, ConfigError>>()?,
                    cwd: cwd.map(PathBuf::from),
                }))
            }
            Raw::Url { url, headers, sort } => {
                let headers = headers
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), value.expand(variables)?)));
                Ok(Way::Url(Remote {
                    url: url.expand(variables)?,
                    headers: headers.collect::<Result<_, ConfigError>>()?,
                    sort: *sort,
                }))
            }
        }
    }
}

impl Launch {
    /// What to give to [`Client::spawn`](crate::Client::spawn).
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(cwd) = &self.cwd {
            command.current_dir(cwd);
        }
        command
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys are handed over in arguments and variables.
        let env: Vec<&str> = self.env.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Launch")
            .field("program", &self.program)
            .field("env", &env)
            .field("cwd", &self.cwd)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Remote")
            .field("url", &url)
            .field("headers", &headers)
            .field("sort", &self.sort)
            .finish()
    }
}
