//! What may come instead of a result.

use crate::{
    CallToolOutcome, CallToolResult, GetPromptOutcome, GetPromptResult, ReadResourceOutcome,
    ReadResourceResult,
};

/// Gives an outcome a way to its result.
macro_rules! complete {
    ($($outcome:ident => $result:ident),* $(,)?) => {$(
        impl $outcome {
            /// The result, if that is what came.
            #[must_use]
            pub fn complete(self) -> Option<$result> {
                match self {
                    Self::Complete(result) => Some(result),
                    _ => None,
                }
            }
        }
    )*};
}

complete! {
    CallToolOutcome => CallToolResult,
    GetPromptOutcome => GetPromptResult,
    ReadResourceOutcome => ReadResourceResult,
}
