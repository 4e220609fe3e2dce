//! Signed tokens.

use ring::hmac;
use serde_json::{Map, Value, json};

use super::{RESOURCE, Table, at, claims, forged, key, reaction, signed, verified};
use crate::jose::{Algorithm, encode};
use crate::verify::JwtVerifier;

pub(super) const CASES: usize = 85;

const MALFORMED: &str = "401 invalid_token: the token is malformed: ";
const FORM: &str = "it is no signed token: that has three parts of base64url, divided by dots";
const HEADER: &str = "its header is no JSON object with an `alg`";
const PAYLOAD: &str = "its payload is no JSON object in which every name appears once";
const CRITICAL: &str = "its header names critical extensions (`crit`), of which none is known";
const ALGORITHM: &str = "401 invalid_token: the token's algorithm is not allowed";
const KEY: &str = "401 invalid_token: the token names a key that the issuer does not have";
const SIGNATURE: &str = "401 invalid_token: the token's signature is wrong";
const TYPE: &str =
    "401 invalid_token: the token is no access token, by its `typ` or what else it says";
const ISSUER: &str = "401 invalid_token: the token was issued by somebody else";
const EXPIRED: &str = "401 invalid_token: the token has expired";
const EARLY: &str = "401 invalid_token: the token is not valid yet";
const BOUND: &str =
    "401 invalid_token: the token is bound to a key and came without a proof for it";

fn malformed(reason: &str) -> String {
    format!("{MALFORMED}{reason}")
}

fn claim(name: &str) -> String {
    format!("401 invalid_token: the token's claim `{name}` is missing or of a wrong type")
}

fn audience(hint: &str) -> String {
    format!("401 invalid_token: the token was issued for another audience than `{RESOURCE}`{hint}")
}

/// Two keys for RS256, one of which is for PS256 alone in truth, and one for each other family.
fn keys() -> Value {
    let public = |name: &str| key(name).public().clone().named(name);
    let mut encryption = public("rsa").named("encryption").to_json();
    encryption["use"] = "enc".into();
    json!({ "keys": [
        public("rsa").to_json(),
        public("other").to_json(),
        public("other").named("only").only_for(Algorithm::Ps256).to_json(),
        public("p256").to_json(),
        public("ed25519").to_json(),
        encryption,
        { "kty": "oct", "kid": "shared", "k": encode("secret"), "alg": "HS256" },
    ] })
}

fn verifier() -> JwtVerifier {
    JwtVerifier::new(super::ISSUER).jwks(&keys().to_string())
}

/// A good token, but for its header and claims.
fn token(header: Value, changes: Value) -> String {
    let good = json!({ "typ": "at+jwt", "kid": "p256" });
    let header = super::with(good, header);
    signed(&key("p256"), Algorithm::Es256, Value::Object(header), &claims(changes))
}

fn hs256(secret: &[u8]) -> impl FnOnce(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

fn text(claims: Map<String, Value>) -> String {
    Value::Object(claims).to_string()
}

async fn add(table: &mut Table, name: &str, token: &str, expected: &str) {
    table.row(name, reaction(&verified(&verifier(), token).await), expected);
}

#[tokio::test]
async fn signed_tokens() {
    let mut table = Table::default();
    forms(&mut table).await;
    algorithms(&mut table).await;
    key_confusion(&mut table).await;
    signatures(&mut table).await;
    kinds(&mut table).await;
    names(&mut table).await;
    times(&mut table).await;
    claim_types(&mut table).await;
    table.judge(CASES);
}

async fn forms(table: &mut Table) {
    let good = token(json!({}), json!({}));
    for (name, token, reason) in [
        ("an empty token", String::new(), FORM),
        ("an opaque token", "2YotnFZFEjr1zCsicMWpAA".to_owned(), FORM),
        ("an encrypted token", "e30.e30.e30.e30.e30".to_owned(), FORM),
        ("a signature with padding", format!("{good}="), FORM),
        ("a token with a line end", format!("{good}\n"), FORM),
        ("a token of 17 KiB", token(json!({}), json!({ "x": "x".repeat(17 << 10) })), FORM),
        ("a header that is an array", forged("[]", "{}", |_| vec![0; 64]), HEADER),
        (
            "a header that names two algorithms",
            forged(r#"{"alg":"ES256","alg":"none"}"#, "{}", |_| vec![0; 64]),
            HEADER,
        ),
        ("a `kid` that is a number", token(json!({ "kid": 7 }), json!({})), HEADER),
        ("a `typ` that is a number", token(json!({ "typ": 7 }), json!({})), HEADER),
        ("critical extensions", token(json!({ "crit": ["exp"] }), json!({})), CRITICAL),
        (
            "an unencoded payload",
            token(json!({ "crit": ["b64"], "b64": false }), json!({})),
            CRITICAL,
        ),
    ] {
        add(table, name, &token, &malformed(reason)).await;
    }
}

async fn algorithms(table: &mut Table) {
    let payload = text(claims(json!({})));
    for (name, algorithm) in
        [("no signature", "none"), ("no signature, in capitals", "NONE"), ("HS256", "HS256")]
    {
        let header = json!({ "alg": algorithm, "kid": "p256" }).to_string();
        add(table, name, &forged(&header, &payload, |_| Vec::new()), ALGORITHM).await;
    }
    let header = json!({ "alg": "HS256", "kid": "rsa" }).to_string();
    let modulus = key("rsa").public().to_json()["n"].as_str().unwrap().to_owned();
    let modulus = crate::jose::decode(&modulus).unwrap();
    let public = key("rsa").public().to_json().to_string();
    for (name, secret) in [
        ("HS256 with the public key's modulus", modulus.as_slice()),
        ("HS256 with the public key as JSON", public.as_bytes()),
        ("HS256 with an empty secret", b""),
    ] {
        add(table, name, &forged(&header, &payload, hs256(secret)), ALGORITHM).await;
    }
    let shared = json!({ "alg": "HS256", "kid": "shared" }).to_string();
    let token = forged(&shared, &payload, hs256(b"secret"));
    add(table, "HS256 with a secret of the key set", &token, ALGORITHM).await;
    for (name, algorithm) in
        [("RS512", Algorithm::Rs512), ("PS384", Algorithm::Ps384), ("RS384", Algorithm::Rs384)]
    {
        let token = signed(&key("rsa"), algorithm, json!({ "kid": "rsa" }), &claims(json!({})));
        add(table, &format!("{name}, which is not on the list"), &token, ALGORITHM).await;
    }
}

async fn key_confusion(table: &mut Table) {
    let good = claims(json!({}));
    let by = |name: &str, algorithm, kid: &str| {
        signed(&key(name), algorithm, json!({ "kid": kid }), &good)
    };
    let stranger = key("p384");
    let embedded = json!({ "jwk": key("other").public().to_json(), "kid": "nobody" });
    let elsewhere = json!({ "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x",
        "kid": "nobody" });
    let nameless = signed(&key("rsa"), Algorithm::Rs256, json!({}), &good);
    for (name, token, expected) in [
        ("a key of another family", by("p256", Algorithm::Es256, "rsa"), KEY),
        ("a key for another algorithm", by("other", Algorithm::Rs256, "only"), KEY),
        ("a key for encryption", by("rsa", Algorithm::Rs256, "encryption"), KEY),
        ("a key that nobody has", by("p256", Algorithm::Es256, "nobody"), KEY),
        ("a key by a path", by("p256", Algorithm::Es256, "../../dev/null"), KEY),
        ("a key by a statement", by("p256", Algorithm::Es256, "' OR '1'='1"), KEY),
        ("no name where there is a choice", nameless, KEY),
        (
            "a key in the token itself",
            signed(&key("other"), Algorithm::Rs256, embedded, &good),
            KEY,
        ),
        ("a key elsewhere", signed(&key("other"), Algorithm::Rs256, elsewhere, &good), KEY),
        ("a stranger's key under our name", by("other", Algorithm::Rs256, "rsa"), SIGNATURE),
        (
            "a curve that is not on the list",
            signed(&stranger, Algorithm::Es384, json!({ "kid": "p256" }), &good),
            ALGORITHM,
        ),
    ] {
        add(table, name, &token, expected).await;
    }
}

async fn signatures(table: &mut Table) {
    let good = token(json!({}), json!({}));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let short = &signature[..80];
    let payload = encode(text(claims(json!({ "sub": "root" }))));
    let header_changed = encode(r#"{"alg":"ES256","kid":"p256","typ":"JWT"}"#);
    let claims = signed.split_once('.').unwrap().1;
    // As X.509 writes it: a sequence of two numbers.
    let der = [&[0x30, 6, 2, 1, 1, 2, 1, 1][..], &[0; 56]].concat();
    for (name, token) in [
        ("a signature that was cut off", format!("{signed}.")),
        ("a signature that was cut short", format!("{signed}.{short}")),
        ("a signature of zeros", format!("{signed}.{}", encode([0; 64]))),
        ("a signature in another form", format!("{signed}.{}", encode(der))),
        ("claims that were exchanged", format!("{header}.{payload}.{signature}")),
        ("a header that was exchanged", format!("{header_changed}.{claims}.{signature}")),
    ] {
        add(table, name, &token, SIGNATURE).await;
    }
    let by = key("p256");
    for (name, payload) in [
        ("claims that are an array", "[]"),
        ("claims that are no JSON", "sub=ann"),
        ("a claim that appears twice", r#"{"aud":"x","aud":"y"}"#),
    ] {
        let header = json!({ "alg": "ES256", "kid": "p256" });
        let token = forged(&header.to_string(), payload, |message| by.raw(message));
        add(table, name, &token, &malformed(PAYLOAD)).await;
    }
}

async fn kinds(table: &mut Table) {
    for (name, kind) in [
        ("a DPoP proof as a token", "dpop+jwt"),
        ("an identity assertion as a token", "oauth-id-jag+jwt"),
        ("a logout token as a token", "logout+jwt"),
        ("a client's assertion as a token", "client-authentication+jwt"),
    ] {
        add(table, name, &token(json!({ "typ": kind }), json!({})), TYPE).await;
    }
    for (name, changes) in [
        ("an identity by its digest", json!({ "at_hash": "x" })),
        ("an identity of a code", json!({ "c_hash": "x" })),
        ("an identity of Keycloak", json!({ "typ": "ID" })),
        ("a token for refreshing", json!({ "typ": "Refresh" })),
        ("an identity of Cognito", json!({ "token_use": "id" })),
    ] {
        let identity = token(json!({ "typ": "JWT" }), changes);
        add(table, name, &identity, TYPE).await;
    }
    let plain = token(json!({ "typ": "JWT" }), json!({}));
    let typed = verifier().typed_only();
    table.row("`JWT` where types are wanted", reaction(&verified(&typed, &plain).await), TYPE);
}

async fn names(table: &mut Table) {
    let slash = "; they differ by the slash at the end, and are compared byte by byte: give the \
                 resource the URI that the authorization server puts into tokens";
    for (name, changes, expected) in [
        ("another issuer", json!({ "iss": "https://evil.example" }), ISSUER.to_owned()),
        (
            "the issuer with a slash",
            json!({ "iss": "https://login.example.com/" }),
            ISSUER.to_owned(),
        ),
        ("no issuer", json!({ "iss": null }), claim("iss")),
        ("issuers in an array", json!({ "iss": [super::ISSUER] }), claim("iss")),
        ("another audience", json!({ "aud": "https://other.example/mcp" }), audience("")),
        ("the audience with a slash", json!({ "aud": format!("{RESOURCE}/") }), audience(slash)),
        ("the audience's parent", json!({ "aud": "https://mcp.example.com" }), audience("")),
        ("the audience in capitals", json!({ "aud": "https://MCP.example.com/mcp" }), audience("")),
        ("a client as the audience", json!({ "aud": "editor" }), audience("")),
        ("no audience", json!({ "aud": null }), claim("aud")),
        ("audiences, of which there are none", json!({ "aud": [] }), claim("aud")),
        ("an audience that is a number", json!({ "aud": [RESOURCE, 7] }), claim("aud")),
    ] {
        add(table, name, &token(json!({}), changes), &expected).await;
    }
}

async fn times(table: &mut Table) {
    for (name, changes, expected) in [
        ("an end 61 seconds ago", json!({ "exp": at(-62) }), EXPIRED.to_owned()),
        ("an end in 1970", json!({ "exp": 0 }), EXPIRED.to_owned()),
        ("an end before 1970", json!({ "exp": -1e300 }), EXPIRED.to_owned()),
        ("no end", json!({ "exp": null }), claim("exp")),
        ("an end that is a text", json!({ "exp": at(600).to_string() }), claim("exp")),
        ("an end that is an object", json!({ "exp": {} }), claim("exp")),
        ("an end that is true", json!({ "exp": true }), claim("exp")),
        ("a start in 70 seconds", json!({ "nbf": at(70) }), EARLY.to_owned()),
        ("a start that is a text", json!({ "nbf": "0" }), claim("nbf")),
        ("issued in 70 seconds", json!({ "iat": at(70) }), EARLY.to_owned()),
        ("issued at a text", json!({ "iat": "now" }), claim("iat")),
    ] {
        add(table, name, &token(json!({}), changes), &expected).await;
    }
}

async fn claim_types(table: &mut Table) {
    let nobody = json!({ "sub": null, "client_id": null });
    for (name, changes, expected) in [
        ("nobody", nobody, claim("sub")),
        ("a subject that is a number", json!({ "sub": 7 }), claim("sub")),
        ("an empty subject", json!({ "sub": "" }), claim("sub")),
        ("a subject with a line end", json!({ "sub": "ann\n" }), claim("sub")),
        ("a program's subject", json!({ "sub": "client\u{1f}editor" }), claim("sub")),
        ("a client that is an object", json!({ "client_id": {} }), claim("client_id")),
        ("scopes that are a number", json!({ "scope": 7 }), claim("scope")),
        ("a bound token as if it were not", json!({ "cnf": { "jkt": "x" } }), BOUND.to_owned()),
        (
            "a token that is bound to a certificate",
            json!({ "cnf": { "x5t#S256": "x" } }),
            BOUND.to_owned(),
        ),
        ("a bond that is a text", json!({ "cnf": "x" }), claim("cnf")),
    ] {
        add(table, name, &token(json!({}), changes), &expected).await;
    }
}

/// Whatever is changed, it is no token any more.
#[tokio::test]
async fn no_letter_can_be_changed() {
    let good = token(json!({}), json!({}));
    let verifier = verifier();
    assert!(verified(&verifier, &good).await.is_ok());
    for at in 0..good.len() {
        for letter in [b'A', b'B', b'_', b'.', b'=', 0x80, 0] {
            let mut changed = good.clone().into_bytes();
            let old = std::mem::replace(&mut changed[at], letter);
            let Ok(changed) = String::from_utf8(changed) else { continue };
            if letter != old {
                assert!(verified(&verifier, &changed).await.is_err(), "{changed}");
            }
        }
        assert!(verified(&verifier, &good[..at]).await.is_err());
        assert!(verified(&verifier, &good[at + 1..]).await.is_err());
    }
}

/// What is refused above is refused for what is wrong with it.
#[tokio::test]
async fn good_tokens_are_taken() {
    for (by, algorithm) in [
        ("rsa", Algorithm::Rs256),
        ("rsa", Algorithm::Ps256),
        ("p256", Algorithm::Es256),
        ("ed25519", Algorithm::EdDsa),
    ] {
        let token = signed(&key(by), algorithm, json!({ "kid": by }), &claims(json!({})));
        let verified = verified(&verifier(), &token).await.unwrap();
        assert_eq!(verified.scopes(), ["files:read", "files:write"]);
        assert_eq!(verified.client(), Some("editor"));
        assert_eq!(verified.audiences(), [RESOURCE]);
        assert!(verified.expires().unwrap() > std::time::SystemTime::now());
        assert_eq!(verified.principal().issuer(), super::ISSUER);
    }
    for (header, changes, subject) in [
        (json!({ "typ": null }), json!({}), "ann"),
        (json!({ "typ": "application/AT+JWT" }), json!({}), "ann"),
        (json!({ "kid": null }), json!({}), "ann"),
        (json!({}), json!({ "exp": at(-50), "nbf": at(50), "iat": at(50) }), "ann"),
        (json!({}), json!({ "exp": 1e300, "iat": 0.5 }), "ann"),
        (json!({}), json!({ "aud": ["https://other.example", RESOURCE] }), "ann"),
        (json!({}), json!({ "scope": null, "scp": ["files:read", "files:write"] }), "ann"),
        (json!({ "typ": "JWT" }), json!({ "typ": "Bearer", "nonce": "x" }), "ann"),
        (json!({}), json!({ "sub": "client:editor" }), "client:editor"),
        (json!({}), json!({ "sub": null }), "client\u{1f}editor"),
        (json!({}), json!({ "sub": null, "client_id": null, "azp": "x" }), "client\u{1f}x"),
    ] {
        let verified = verified(&verifier(), &token(header, changes)).await.unwrap();
        assert_eq!(verified.principal().subject(), subject);
        assert_eq!(verified.scopes(), ["files:read", "files:write"]);
    }
    let other = token(json!({}), json!({ "aud": "api://mcp" }));
    assert!(verified(&verifier().audience("api://mcp"), &other).await.is_ok());
    assert!(verified(&verifier().danger_any_audience(), &other).await.is_ok());
    let named = verifier().audience("api://mcp");
    assert!(verified(&named, &token(json!({}), json!({}))).await.is_err());
}
