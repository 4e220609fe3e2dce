//! An MCP server behind access tokens, by hand.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::recorder::{Answer, Recorder, Seen};

/// See the module. It is found under `/mcp`.
pub(crate) struct Protected {
    pub(crate) recorder: Recorder,
    state: Arc<Mutex<State>>,
}

/// What it does.
#[derive(Default)]
pub(crate) struct State {
    /// Documents by path: status, headers with their line ends, body.
    pub(crate) documents: HashMap<String, (u16, String, String)>,
    /// What `WWW-Authenticate` says to those without a token.
    pub(crate) challenge: String,
    /// Scopes that tools want, by name.
    pub(crate) scopes: HashMap<String, String>,
    /// Tokens that are not taken.
    pub(crate) refused: HashSet<String>,
    /// No token is taken.
    pub(crate) refuses_all: bool,
    /// More headers of every answer, with its number for `{}`.
    pub(crate) headers: String,
    /// The number of answers.
    pub(crate) answers: usize,
    /// Where requests with a token are sent instead of being answered.
    pub(crate) redirect: Option<String>,
    /// How long lists may be kept, in milliseconds.
    pub(crate) ttl: u64,
    /// The tokens that it was shown.
    pub(crate) tokens: Vec<String>,
}

impl Protected {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let answering = Arc::clone(&state);
        let recorder = Recorder::start(move |seen| answering.lock().unwrap().answer(seen)).await;
        Self { recorder, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/mcp", self.recorder.origin)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Serves the metadata of a resource under a path of its own, or wherever it belongs.
    pub(crate) fn describe(&self, path: &str, document: &Value) {
        let found = (200, "Content-Type: application/json\r\n".to_owned(), document.to_string());
        self.state().documents.insert(path.to_owned(), found);
    }
}

impl State {
    fn answer(&mut self, seen: &Seen) -> Answer {
        let Answer(status, headers, body) = self.plain_answer(seen);
        self.answers += 1;
        let more = self.headers.replace("{}", &self.answers.to_string());
        Answer(status, format!("{headers}{more}"), body)
    }

    fn plain_answer(&mut self, seen: &Seen) -> Answer {
        if let Some((status, headers, body)) = self.documents.get(&seen.path) {
            return Answer(*status, headers.clone(), body.clone());
        }
        if !seen.path.starts_with("/mcp") {
            return Answer(404, String::new(), String::new());
        }
        let Some(token) = seen.header("authorization").and_then(|is| is.split_once(' ')) else {
            return self.challenge(401, &self.challenge);
        };
        self.tokens.push(token.1.to_owned());
        if self.refuses_all || self.refused.contains(token.1) {
            return self.challenge(401, "Bearer error=\"invalid_token\"");
        }
        if let Some(to) = &self.redirect {
            return Answer(307, format!("Location: {to}\r\n"), String::new());
        }
        let message: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
        let wanted = message["params"]["name"].as_str().and_then(|name| self.scopes.get(name));
        if let Some(wanted) = wanted {
            let claims = claims(token.1);
            let has: HashSet<_> = claims["scope"].as_str().unwrap_or_default().split(' ').collect();
            if !wanted.split(' ').all(|scope| has.contains(scope)) {
                let text = format!("Bearer error=\"insufficient_scope\", scope=\"{wanted}\"");
                return self.challenge(403, &text);
            }
        }
        let result = match message["method"].as_str() {
            Some("server/discover") => json!({ "resultType": "complete",
                "supportedVersions": ["2026-07-28"], "capabilities": { "tools": {} } }),
            Some("initialize") => json!({ "protocolVersion": "2025-11-25", "capabilities": {},
                "serverInfo": { "name": "protected", "version": "0" } }),
            Some("tools/list") => json!({ "resultType": "complete", "tools": [],
                "ttlMs": self.ttl, "cacheScope": "private" }),
            Some(method) if method.starts_with("notifications/") => {
                return Answer(202, String::new(), String::new());
            }
            None => return Answer(405, String::new(), String::new()),
            _ => json!({ "resultType": "complete", "content": [] }),
        };
        let body = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
        Answer(200, "Content-Type: application/json\r\n".to_owned(), body.to_string())
    }

    fn challenge(&self, status: u16, challenge: &str) -> Answer {
        let header = match challenge {
            "" => String::new(),
            challenge => format!("WWW-Authenticate: {challenge}\r\n"),
        };
        Answer(status, header, String::new())
    }
}

/// The claims of a token, unchecked.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_default();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap_or_default()).unwrap_or_default()
}
