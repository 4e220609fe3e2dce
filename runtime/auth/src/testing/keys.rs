//! Keys and tokens. This shares no code with what it tests: it is there to disagree.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ED25519,
    EcdsaKeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value, json};

/// A key for ES256.
pub(super) struct Key {
    id: String,
    pair: EcdsaKeyPair,
    pub(super) public: Value,
}

/// A token, taken apart.
pub(super) struct Token {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl Key {
    pub(super) fn new() -> io::Result<Self> {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let failed = |_| io::Error::other("no key can be made");
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).map_err(failed)?;
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random)
            .map_err(|_| io::Error::other("the key cannot be read"))?;
        let id = random_text()?;
        // An uncompressed point: a byte that says so, then the coordinates.
        let point = pair.public_key().as_ref();
        let part = |range| URL_SAFE_NO_PAD.encode(point.get(range).unwrap_or_default());
        let public = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": part(1..33), "y": part(33..65),
        });
        Ok(Self { id, pair, public })
    }

    /// A token of a type, with these claims.
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> io::Result<String> {
        self.sign_with(&json!({"alg": "ES256", "typ": typ, "kid": self.id}), claims)
    }

    /// A token with this header.
    pub(super) fn sign_with(&self, header: &Value, claims: &Value) -> io::Result<String> {
        let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = parts.join(".");
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| io::Error::other("the token cannot be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What a token says, without asking who signed it.
pub(super) fn peek(token: &str) -> Option<Token> {
    let mut parts = token.split('.');
    let (header, claims) = (object(parts.next()?)?, object(parts.next()?)?);
    let _signature = parts.next()?;
    parts.next().is_none().then_some(Token { header, claims })
}

/// What a token says, if one of the keys signed it: a JWK, or a set of them.
pub(super) fn verify(token: &str, keys: &Value) -> Option<Token> {
    let one = std::slice::from_ref(keys);
    let keys = keys.get("keys").and_then(Value::as_array).map_or(one, Vec::as_slice);
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let token = peek(token)?;
    let algorithm = token.header.get("alg")?.as_str()?;
    let wanted = token.header.get("kid");
    keys.iter()
        .filter(|key| wanted.is_none() || key.get("kid").is_none() || key.get("kid") == wanted)
        .any(|key| fits(algorithm, key, signed.as_bytes(), &signature).unwrap_or(false))
        .then_some(token)
}

fn fits(algorithm: &str, key: &Value, signed: &[u8], signature: &[u8]) -> Option<bool> {
    let member = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
    let kind = key.get("kty")?.as_str()?;
    let point = || Some([vec![4], member("x")?, member("y")?].concat());
    Some(match (algorithm, kind) {
        ("ES256", "EC") => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point()?)
            .verify(signed, signature)
            .is_ok(),
        ("ES384", "EC") => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point()?)
            .verify(signed, signature)
            .is_ok(),
        ("EdDSA" | "Ed25519", "OKP") => {
            UnparsedPublicKey::new(&ED25519, member("x")?).verify(signed, signature).is_ok()
        }
        ("RS256" | "PS256", "RSA") => {
            let how = match algorithm {
                "RS256" => &RSA_PKCS1_2048_8192_SHA256,
                _ => &RSA_PSS_2048_8192_SHA256,
            };
            let key = RsaPublicKeyComponents { n: member("n")?, e: member("e")? };
            key.verify(how, signed, signature).is_ok()
        }
        _ => false,
    })
}

/// What stands for a key in `cnf` (RFC 7638), for the kinds that have coordinates.
pub(super) fn thumbprint(key: &Value) -> Option<String> {
    let member = |name: &str| key.get(name)?.as_str();
    let text = match member("kty")? {
        "EC" => format!(
            r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
            member("crv")?,
            member("x")?,
            member("y")?
        ),
        "OKP" => format!(r#"{{"crv":"{}","kty":"OKP","x":"{}"}}"#, member("crv")?, member("x")?),
        "RSA" => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, member("e")?, member("n")?),
        _ => return None,
    };
    Some(digest(&text))
}

/// SHA-256, in base64url.
pub(super) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

/// A text that nobody can guess.
pub(super) fn random_text() -> io::Result<String> {
    let mut bytes = [0; 18];
    toolwright_core::random::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_believed_from_their_key_alone() {
        let (key, other) = (Key::new().unwrap(), Key::new().unwrap());
        let token = key.sign("JWT", &json!({"sub": "alice"})).unwrap();
        assert_eq!(verify(&token, &key.public).unwrap().claims["sub"], "alice");
        let set = json!({"keys": [other.public, key.public]});
        assert_eq!(verify(&token, &set).unwrap().header["typ"], "JWT");
        assert!(verify(&token, &other.public).is_none());
        let mut parts: Vec<&str> = token.split('.').collect();
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"mallory"}"#);
        parts[1] = &claims;
        assert!(verify(&parts.join("."), &key.public).is_none());
    }

    #[test]
    fn the_thumbprint_of_the_rfc() {
        let key = json!({
            "kty": "RSA", "e": "AQAB", "kid": "2011-04-29",
            "n": concat!(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS",
                "oc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65",
                "YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrd",
                "kt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            ),
        });
        assert_eq!(thumbprint(&key).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
