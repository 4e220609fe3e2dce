//! Configuration of servers, as hosts write it: `mcpServers` and its relatives.
//!
//! [`Servers::read`] understands the files of Claude Desktop and Claude Code, Cursor, Windsurf,
//! Cline, Gemini CLI, LM Studio (`mcpServers`), VS Code (`servers`, or `mcp` in its settings), Zed
//! (`context_servers`), Amp (`amp.mcpServers`) and opencode (`mcp`), with comments and trailing
//! commas. [`Group`](crate::Group) connects to what they name.
//!
//! ```
//! use toolwright_core::client::config::{Servers, Variables, Way};
//!
//! let servers = Servers::read(r#"{
//!     "mcpServers": {
//!         "shop": { "command": "npx", "args": ["-y", "shop-server", "${HOME}/books"] },
//!         // not at the moment
//!         "mail": { "url": "https://mail.example/mcp", "disabled": true },
//!     }
//! }"#)?;
//! let shop = servers.find("shop").unwrap();
//! let Way::Command(command) = shop.way(&Variables::new().set("HOME", "/home/ada"))? else {
//!     panic!("it is started");
//! };
//! assert_eq!(command.args, ["-y", "shop-server", "/home/ada/books"]);
//! assert!(servers.find("mail").unwrap().disabled);
//! # Ok::<(), toolwright_core::client::config::ConfigError>(())
//! ```
//!
//! # What is understood
//! - `command` (text, or a list with the arguments), `args`, `env` (or `environment`), `cwd`;
//! - `url` (or `serverUrl`, `httpUrl`), `headers`;
//! - `type` (or `transport`): `stdio`, `local`, `http`, `streamable-http`, `sse`, `remote`;
//! - `disabled`, or `enabled`; `timeout`: milliseconds, below 1000 seconds.
//!
//! Anything else is kept in [`Entry::rest`]. Values may hold variables: `${NAME}`, `${env:NAME}`,
//! `${NAME:-otherwise}`, `${input:id}`, `${userHome}`, `${workspaceFolder}` and what else
//! [`Variables`] knows; `~/` begins a `command` or `cwd` in the home directory. Nothing is taken
//! from the environment of this process unless [`Variables::of_process`] says so.

mod entry;
mod error;
mod expand;
mod jsonc;
mod members;
mod raw;
mod read;

pub use entry::{Entry, Input, Launch, Remote, Servers, Way};
pub use error::ConfigError;
pub use expand::Variables;
pub use raw::Sort;

#[cfg(test)]
mod tests;
