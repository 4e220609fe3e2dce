//! The members of `params` that the engine looks at itself.

use serde::Deserialize;
use serde_json::value::RawValue;

/// A first, shallow look at `params`: what is not needed stays unread.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Params<'a> {
    /// `_meta`.
    #[serde(borrow, rename = "_meta")]
    pub(crate) meta: Option<&'a RawValue>,
    /// The tool of a `tools/call`, or the prompt of a `prompts/get`.
    #[serde(borrow)]
    pub(crate) name: Option<&'a RawValue>,
    /// Its arguments.
    #[serde(borrow)]
    pub(crate) arguments: Option<&'a RawValue>,
    /// The resource of a `resources/read`.
    #[serde(borrow)]
    pub(crate) uri: Option<&'a RawValue>,
    /// The task of a `tasks/get` and the like.
    #[serde(borrow, rename = "taskId")]
    pub(crate) task: Option<&'a RawValue>,
    /// The wish of a session's `tools/call` to become a task.
    #[serde(borrow, rename = "task")]
    pub(crate) as_task: Option<&'a RawValue>,
    /// Answers to the questions of an earlier round.
    #[serde(borrow, rename = "inputResponses")]
    pub(crate) responses: Option<&'a RawValue>,
    /// What the server remembers of the earlier rounds.
    #[serde(borrow, rename = "requestState")]
    pub(crate) state: Option<&'a RawValue>,
    /// Where a list goes on.
    #[serde(borrow)]
    pub(crate) cursor: Option<&'a RawValue>,
}

impl<'a> Params<'a> {
    /// Reads the members; `params` is known to be a JSON object without faults.
    pub(crate) fn read(params: Option<&'a str>) -> Self {
        params.and_then(|params| serde_json::from_str(params).ok()).unwrap_or_default()
    }
}

/// What a call says, kept until its handler runs, so that it is not looked for twice.
#[derive(Debug)]
pub(crate) struct Kept {
    name: Option<Box<RawValue>>,
    arguments: Option<Box<RawValue>>,
    as_task: Option<Box<RawValue>>,
    responses: Option<Box<RawValue>>,
    state: Option<Box<RawValue>>,
}

impl Kept {
    /// Copies what the handler of a call needs.
    pub(crate) fn new(params: &Params<'_>) -> Self {
        let own = |raw: Option<&RawValue>| raw.map(ToOwned::to_owned);
        Self {
            name: own(params.name),
            arguments: own(params.arguments),
            as_task: own(params.as_task),
            responses: own(params.responses),
            state: own(params.state),
        }
    }

    /// The members that were kept, and none besides.
    pub(crate) fn params(&self) -> Params<'_> {
        Params {
            name: self.name.as_deref(),
            arguments: self.arguments.as_deref(),
            as_task: self.as_task.as_deref(),
            responses: self.responses.as_deref(),
            state: self.state.as_deref(),
            ..Params::default()
        }
    }
}
