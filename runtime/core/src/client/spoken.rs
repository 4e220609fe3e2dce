//! How a client writes its requests, once it knows in which revision.

use std::io::Write as _;

use serde::Serialize;
use toolwright_spec::{ClientCapabilities, Fit, Implementation, Revision};

use crate::era::Era;

/// The revision that is spoken, and what every request says of the client in it.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) revision: Revision,
    pub(super) era: Era,
    /// Members of `_meta`, each behind a comma; nothing in a session.
    description: String,
}

/// What is to be said in `_meta` besides.
#[derive(Debug, Default)]
pub(super) struct Extra<'a> {
    /// Members, each behind a comma.
    pub(super) meta: &'a str,
    /// Members of the parameters, each behind a comma.
    pub(super) params: &'a str,
}

impl Spoken {
    pub(super) fn new(
        revision: Revision,
        info: &Implementation,
        capabilities: &ClientCapabilities,
    ) -> Self {
        #[derive(Serialize)]
        struct Description<'a> {
            #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
            version: &'a str,
            #[serde(rename = "io.modelcontextprotocol/clientInfo")]
            info: &'a Implementation,
            #[serde(rename = "io.modelcontextprotocol/clientCapabilities")]
            capabilities: &'a ClientCapabilities,
        }
        let era = Era::of(revision);
        let info = info.clone().fit(revision).unwrap_or_else(|_| info.clone());
        let description = Description { version: revision.as_str(), info: &info, capabilities };
        let description = match era {
            Era::Session => String::new(),
            Era::Stateless => members(&description),
        };
        Self { revision, era, description }
    }

    /// What every request says of the client; nothing in a session.
    pub(super) fn description(&self) -> &str {
        &self.description
    }

    /// Appends parameters: `params`, the text of an object, with `_meta` in front.
    pub(super) fn write(&self, out: &mut Vec<u8>, token: i64, params: &str, extra: &Extra<'_>) {
        // Writing into memory does not fail.
        let _ = write!(out, "{{\"_meta\":{{\"progressToken\":{token}");
        out.extend_from_slice(self.description.as_bytes());
        out.extend_from_slice(extra.meta.as_bytes());
        out.push(b'}');
        out.extend_from_slice(extra.params.as_bytes());
        let rest = params.trim().strip_prefix('{').map_or("}", str::trim_start);
        if !rest.starts_with('}') {
            out.push(b',');
        }
        out.extend_from_slice(rest.as_bytes());
    }
}

/// The members of an object, each behind a comma.
pub(super) fn members(object: &impl Serialize) -> String {
    let text = serde_json::to_string(object).unwrap_or_default();
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        None | Some("") => String::new(),
        Some(members) => format!(",{members}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(revision: Revision, params: &str, extra: &Extra<'_>) -> Value {
        let info = Implementation::new("n", "1");
        let mut out = Vec::new();
        Spoken::new(revision, &info, &ClientCapabilities::default())
            .write(&mut out, 7, params, extra);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn parameters_get_their_meta() {
        let extra = Extra { meta: ",\"x\":1", params: ",\"y\":2" };
        assert_eq!(
            written(Revision::V2025_11_25, " { \"a\": 1 } ", &extra),
            json!({ "_meta": { "progressToken": 7, "x": 1 }, "y": 2, "a": 1 })
        );
        assert_eq!(
            written(Revision::V2025_11_25, "{ }", &Extra::default()),
            json!({ "_meta": { "progressToken": 7 } })
        );
        assert_eq!(
            written(Revision::LATEST, "{}", &Extra::default()),
            json!({ "_meta": { "progressToken": 7,
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "n", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {} } })
        );
    }
}
