//! What a server says of the credentials it wants: `WWW-Authenticate`.
//!
//! Specification: RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9728, section 5.1.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// Bytes of all challenges that are looked at.
const MOST_BYTES: usize = 8 << 10;
/// Challenges, and parameters of one.
const MOST: usize = 32;

/// A scheme and what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// In lower case.
    pub(crate) scheme: String,
    /// Names are in lower case, and differ.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The challenges of a response, those that can be read. What is beyond 8 KiB is ignored.
    pub(crate) fn all(headers: &HeaderMap) -> Vec<Self> {
        let mut all = Vec::new();
        let mut room = MOST_BYTES;
        for value in headers.get_all(WWW_AUTHENTICATE) {
            let Some(rest) = room.checked_sub(value.len()) else { break };
            room = rest;
            if let Ok(text) = value.to_str() {
                Reader { rest: text }.challenges(&mut all);
            }
        }
        all.truncate(MOST);
        all
    }

    /// The challenge for OAuth: the first one of `Bearer` or `DPoP` that says where the metadata
    /// is, or else the first one of these at all.
    pub(crate) fn of_oauth(headers: &HeaderMap) -> Option<Self> {
        let mut all = Self::all(headers);
        all.retain(|challenge| matches!(&*challenge.scheme, "bearer" | "dpop"));
        let named = all.iter().position(|challenge| challenge.get("resource_metadata").is_some());
        let first = named.unwrap_or_default();
        (first < all.len()).then(|| all.swap_remove(first))
    }

    /// The parameter of this name, in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads as far as there is something to be read.
    fn challenges(mut self, all: &mut Vec<Challenge>) {
        let mut current: Option<Challenge> = None;
        let mut is_ambiguous = false;
        loop {
            self.skip(|c| matches!(c, ' ' | '\t' | ','));
            let word = self.token();
            if word.is_empty() {
                break;
            }
            let here = self.rest;
            self.skip(is_space);
            if let Some(challenge) = &mut current
                && self.take('=')
            {
                let Some(value) = self.value() else { break };
                let name = word.to_ascii_lowercase();
                // Which of two counts, nobody can know.
                is_ambiguous |= challenge.get(&name).is_some();
                if challenge.parameters.len() < MOST {
                    challenge.parameters.push((name, value));
                }
                continue;
            }
            self.rest = here;
            let next = Challenge { scheme: word.to_ascii_lowercase(), parameters: Vec::new() };
            let done = current.replace(next);
            all.extend(done.filter(|_| !std::mem::take(&mut is_ambiguous)));
            self.credentials();
        }
        all.extend(current.filter(|_| !is_ambiguous));
    }

    /// Passes what a scheme may have instead of parameters (`token68`).
    fn credentials(&mut self) {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let rest = self.rest.trim_start_matches(is_space);
        let behind = rest.trim_start_matches(is_letter);
        if behind.len() == rest.len() {
            return;
        }
        let behind = behind.trim_start_matches('=').trim_start_matches(is_space);
        if behind.is_empty() || behind.starts_with(',') {
            self.rest = behind;
        }
    }

    /// The value of a parameter; none if it is not ended, or is not there.
    fn value(&mut self) -> Option<String> {
        self.skip(is_space);
        if !self.take('"') {
            let token = self.token();
            return (!token.is_empty()).then(|| token.to_owned());
        }
        let mut value = String::new();
        let mut letters = self.rest.chars();
        loop {
            match letters.next()? {
                '"' => break,
                '\\' => value.push(letters.next()?),
                letter => value.push(letter),
            }
        }
        self.rest = letters.as_str();
        Some(value)
    }

    fn token(&mut self) -> &'a str {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let behind = self.rest.trim_start_matches(is_letter);
        let token = self.rest.get(..self.rest.len() - behind.len()).unwrap_or_default();
        self.rest = behind;
        token
    }

    fn take(&mut self, letter: char) -> bool {
        let behind = self.rest.strip_prefix(letter);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(is_skipped);
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let told = |challenge: &Challenge| {
            let parameters = challenge.parameters.iter();
            let parameters = parameters.map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", challenge.scheme, parameters.collect::<String>())
        };
        Challenge::all(&headers).iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn challenges_are_read() {
        for (values, expected) in [
            (&["Bearer"][..], "bearer"),
            (&["Bearer realm=\"a, b\", scope=\"x y\""], "bearer realm=a, b scope=x y"),
            (&["bearer  SCOPE = x ,error=\"a\\\"b\""], "bearer scope=x error=a\"b"),
            (&["Basic realm=\"x\", Bearer scope=y"], "basic realm=x; bearer scope=y"),
            (&["Negotiate abc==, Bearer scope=y"], "negotiate; bearer scope=y"),
            (&["Negotiate, Bearer"], "negotiate; bearer"),
            (&["Basic", "Bearer scope=\"\""], "basic; bearer scope="),
            (&[", ,Bearer ,, a=b,, c=d ,"], "bearer a=b c=d"),
            (&["DPoP algs=\"ES256\", Bearer error=x"], "dpop algs=ES256; bearer error=x"),
        ] {
            assert_eq!(read(values), expected, "{values:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_ignored() {
        let long = format!("Bearer a=\"{}\"", "x".repeat(100_000));
        for (values, expected) in [
            (&[""][..], ""),
            (&["="], ""),
            (&["Bearer a=\"never ended"], "bearer"),
            (&["Bearer a=\"ends with \\"], "bearer"),
            (&["Bearer a=, b=c"], "bearer b=c"),
            (&["Bearer a=b, A=c, Basic x=y"], "basic x=y"),
            (&["Bearer \u{e4}=b"], ""),
            (&[&long], ""),
            (&["Basic", &long, "Bearer"], "basic"),
        ] {
            assert_eq!(read(values), expected, "{values:?}");
        }
        let many = "Bearer, ".repeat(1000);
        assert_eq!(read(&[&many]).split(';').count(), MOST);
    }

    #[test]
    fn the_one_with_metadata_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(Challenge::of_oauth(&headers), None);
        for value in ["Basic realm=x", "Bearer scope=a", "DPoP resource_metadata=\"u\", scope=b"] {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        let found = Challenge::of_oauth(&headers).unwrap();
        assert_eq!(found.get("scope"), Some("b"));
    }

    #[test]
    fn noise_does_no_harm() {
        let letters = ["Bearer", "a", "=", "\"", ",", " ", "\\", "==", "~", "\t", "(", "é"];
        let mut number = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(letters[(number >> 33) as usize % letters.len()]);
            }
            read(&[&text]);
        }
    }
}
