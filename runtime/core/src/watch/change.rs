//! What can change while a server runs.

use serde::{Deserialize, Serialize};

/// Something is not as it was.
///
/// As JSON, for a [`Bus`](super::Bus): `"tools"`, `"prompts"`, `"resources"` or
/// `{"resource":"shop://stock"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources, or of their templates.
    Resources,
    /// What is under this URI.
    Resource(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_travel_as_json() {
        for (change, text) in [
            (Change::Tools, r#""tools""#),
            (Change::Resource("a:b".to_owned()), r#"{"resource":"a:b"}"#),
        ] {
            assert_eq!(serde_json::to_string(&change).unwrap(), text);
            assert_eq!(serde_json::from_str::<Change>(text).unwrap(), change);
        }
    }
}
