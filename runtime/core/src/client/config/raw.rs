//! Ways to servers, before their variables are put in.

use super::expand::Template;

/// What is spoken under a URL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sort {
    /// It is to be found out.
    #[default]
    Auto,
    /// Streamable HTTP.
    Streamable,
    /// HTTP+SSE, of 2024-11-05.
    Sse,
}

/// A way to a server, with its variables.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    Command {
        program: Template,
        args: Vec<Template>,
        env: Vec<(String, Option<Template>)>,
        cwd: Option<Template>,
    },
    Url {
        url: Template,
        headers: Vec<(String, Template)>,
        sort: Sort,
    },
}
