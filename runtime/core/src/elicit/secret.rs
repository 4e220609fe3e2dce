//! Names that tell of secrets.

/// What secrets are called, in small letters and without `_` and `-`.
const NAMES: [&str; 15] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "creditcard",
    "cardnumber",
    "cvv",
    "bearer",
];

/// Whether a name tells of a secret (`password`, `api_key`, `accessToken`, …): such a thing is
/// not asked for in a form, and not mirrored in a header.
///
/// ```
/// use toolwright_core::elicit::is_secret;
///
/// const _: () = assert!(is_secret("githubApi-Key"));
/// assert!(!is_secret("key"));
/// ```
#[must_use]
pub const fn is_secret(name: &str) -> bool {
    let mut names: &[&str] = &NAMES;
    while let [known, rest @ ..] = names {
        if contains(name.as_bytes(), known.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

const fn contains(mut name: &[u8], word: &[u8]) -> bool {
    while let [_, rest @ ..] = name {
        if begins(name, word) {
            return true;
        }
        name = rest;
    }
    false
}

/// Whether a name begins with a word, whatever the case of letters and however they are joined.
const fn begins(mut name: &[u8], mut word: &[u8]) -> bool {
    while let [expected, after @ ..] = word {
        match name {
            [b'_' | b'-' | b'.' | b' ', rest @ ..] => name = rest,
            [byte, rest @ ..] if byte.to_ascii_lowercase() == *expected => {
                name = rest;
                word = after;
            }
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_however_they_are_spelt() {
        for name in ["password", "PASSWORD", "user_password", "apiKey", "API-KEY", "refreshToken"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["name", "key", "email", "pass", "", "_", "api", "card"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
