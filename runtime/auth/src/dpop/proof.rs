//! One proof.

use http::{HeaderMap, Uri};
use serde_json::Value;

use crate::jose::{Algorithm, Compact, Jwk, is_same, sha256_text};
use crate::verify::VerifyError;

/// Bytes of a proof.
const LONGEST: usize = 8 << 10;
/// Members that only private and shared keys have.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A proof, of which nothing is checked yet.
pub(super) struct Proof<'a>(Compact<'a>);

/// What a proof has to be for.
pub(super) struct Wanted<'a> {
    pub(super) algorithms: &'a [Algorithm],
    /// The key that the token is bound to.
    pub(super) thumbprint: &'a str,
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) token: &'a str,
    /// Seconds since 1970.
    pub(super) now: f64,
    /// Seconds.
    pub(super) window: f64,
}

/// What remains to be looked at.
pub(super) struct Checked {
    pub(super) id: String,
    pub(super) nonce: Option<String>,
    /// Seconds since 1970.
    pub(super) made: f64,
}

impl<'a> Proof<'a> {
    /// Finds the proof of a request.
    ///
    /// # Errors
    /// There is none, or several, or it is none.
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, VerifyError> {
        let mut all = headers.get_all("dpop").iter();
        let proof = all.next().ok_or(VerifyError::Proof("there is none"))?;
        if all.next().is_some() {
            return Err(VerifyError::Proof("there are several"));
        }
        let proof = proof.to_str().ok().filter(|proof| proof.len() <= LONGEST);
        let compact = proof.and_then(|proof| Compact::read(proof).ok());
        Ok(Self(compact.ok_or(VerifyError::Proof("it is no signed token"))?))
    }

    /// Checks everything but the nonce, and whether it was used before.
    ///
    /// # Errors
    /// What is not as it has to be.
    pub(super) fn check(&self, wanted: &Wanted<'_>) -> Result<Checked, VerifyError> {
        let no = VerifyError::Proof;
        let header = &self.0.header;
        if header.kind.as_deref() != Some("dpop+jwt") {
            return Err(no("its `typ` is not `dpop+jwt`"));
        }
        if !wanted.algorithms.contains(&header.algorithm) {
            return Err(no("its algorithm is not allowed"));
        }
        let key = self.key()?;
        let claims = self.0.payload(&key).map_err(|_| no("its signature is wrong"))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("htm") != Some(wanted.method) {
            return Err(no("it is for another method"));
        }
        if !text("htu").is_some_and(|url| is_same_place(url, wanted.url)) {
            return Err(no("it is for another URL"));
        }
        let made = claims.get("iat").and_then(Value::as_f64);
        let made = made.filter(|made| (wanted.now - made).abs() <= wanted.window);
        let made = made.ok_or(no("it was not made just now: do the clocks differ?"))?;
        let id = text("jti").filter(|id| (1..=256).contains(&id.len()));
        let id = id.ok_or(no("it has no `jti`"))?.to_owned();
        if !text("ath").is_some_and(|ath| is_same(ath, sha256_text(wanted.token))) {
            return Err(no("it is for another token"));
        }
        if !is_same(key.thumbprint(), wanted.thumbprint) {
            return Err(no("it is by another key than the token is bound to"));
        }
        let nonce = match claims.get("nonce") {
            None => None,
            Some(Value::String(nonce)) => Some(nonce.clone()),
            Some(_) => return Err(no("its `nonce` is no text")),
        };
        Ok(Checked { id, nonce, made })
    }

    fn key(&self) -> Result<Jwk, VerifyError> {
        let no = VerifyError::Proof;
        let key = self.0.header.member("jwk").and_then(Value::as_object);
        let key = key.ok_or(no("it has no public key (`jwk`)"))?;
        if PRIVATE.iter().any(|name| key.contains_key(*name)) {
            return Err(no("it contains a private key"));
        }
        Jwk::read(key).map_err(|_| no("its key is none"))
    }
}

/// Whether two URLs are the same but for query and fragment.
fn is_same_place(one: &str, other: &str) -> bool {
    let place = |url: &str| {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let usual = if scheme == "https" { 443 } else { 80 };
        let (authority, port) = (uri.authority()?, uri.port_u16().unwrap_or(usual));
        let is_plain = !authority.as_str().contains('@');
        let host = authority.host().to_ascii_lowercase();
        is_plain.then(|| (scheme, host, port, uri.path().to_owned()))
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_compared_without_queries() {
        let ours = "https://mcp.example.com/mcp";
        for same in [
            ours,
            "https://mcp.example.com/mcp?x=1",
            "https://mcp.example.com:443/mcp",
            "HTTPS://MCP.example.com/mcp#x",
        ] {
            assert!(is_same_place(same, ours), "{same}");
        }
        for other in [
            "",
            "/mcp",
            "http://mcp.example.com/mcp",
            "https://mcp.example.com/mcp/",
            "https://mcp.example.com/MCP",
            "https://mcp.example.com/%6dcp",
            "https://mcp.example.com:8443/mcp",
            "https://mcp.example.com@evil.example/mcp",
            "https://evil@mcp.example.com/mcp",
            "https://mcp.example.com.evil.example/mcp",
        ] {
            assert!(!is_same_place(other, ours), "{other}");
        }
    }
}
