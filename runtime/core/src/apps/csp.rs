//! What a page may reach.

use serde_json::{Value, json};

/// Origins that a page may reach, such as `https://api.example.com`. What is not listed is
/// blocked by the client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Csp {
    connect: Vec<String>,
    resource: Vec<String>,
    frame: Vec<String>,
    base_uri: Vec<String>,
}

impl Csp {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An origin that scripts may call, `https` or `wss`.
    #[must_use]
    pub fn connect(mut self, origin: impl Into<String>) -> Self {
        self.connect.push(origin.into());
        self
    }

    /// An origin that images, scripts, styles, fonts and media may come from.
    #[must_use]
    pub fn resource(mut self, origin: impl Into<String>) -> Self {
        self.resource.push(origin.into());
        self
    }

    /// An origin that frames within the page may show.
    #[must_use]
    pub fn frame(mut self, origin: impl Into<String>) -> Self {
        self.frame.push(origin.into());
        self
    }

    /// An origin that the page may take as the base of its links.
    #[must_use]
    pub fn base_uri(mut self, origin: impl Into<String>) -> Self {
        self.base_uri.push(origin.into());
        self
    }

    pub(super) fn fault(&self) -> Option<String> {
        let mut all = self.connect.iter().chain(&self.resource).chain(&self.frame);
        let wrong = all.find(|origin| !is_origin(origin));
        let wrong = wrong.or_else(|| self.base_uri.iter().find(|origin| !is_origin(origin)))?;
        let wrong: String = wrong.escape_debug().take(128).collect();
        Some(format!("`{wrong}` is no origin; write it like `https://api.example.com`"))
    }

    pub(super) fn into_json(self) -> Option<Value> {
        let lists = [
            ("connectDomains", self.connect),
            ("resourceDomains", self.resource),
            ("frameDomains", self.frame),
            ("baseUriDomains", self.base_uri),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let lists: serde_json::Map<_, _> =
            lists.map(|(name, list)| (name.to_owned(), json!(list))).collect();
        (!lists.is_empty()).then(|| lists.into())
    }
}

/// Whether it is a scheme, a host that may begin with `*.`, and perhaps a port: nothing that could
/// mean more within a policy.
fn is_origin(source: &str) -> bool {
    let Some((scheme, rest)) = source.split_once("://") else {
        return false;
    };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let host = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    matches!(scheme, "https" | "wss" | "http" | "ws")
        && host.split('.').all(is_label)
        && port.is_none_or(|port| {
            (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_origins() {
        for legal in [
            "https://api.example.com",
            "wss://x.io:8443",
            "https://*.example.com",
            "http://localhost:3000",
        ] {
            assert!(is_origin(legal), "{legal}");
        }
        for illegal in [
            "*",
            "https:",
            "https://",
            "example.com",
            "https://a.b/path",
            "https://a.b ;script-src *",
            "https://a.b;",
            "'unsafe-inline'",
            "https://a.b' *",
            "https://*",
            "https://a.*.b",
            "data://x",
            "https://user@a.b",
            "https://a.b:",
            "https://a..b",
            "https://a.b\n",
        ] {
            assert!(!is_origin(illegal), "{illegal}");
        }
    }
}
