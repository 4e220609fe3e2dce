//! Proofs that a token's key is there.

use std::error::Error;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use http::request::Parts;
use http::{HeaderValue, Method, Request};
use serde_json::{Value, json};
use toolwright_core::BoxFuture;
use toolwright_core::ask::{ConsumedStates, MemoryStates};
use toolwright_core::context::Principal;

use super::{RESOURCE, Table, at, forged, key, reaction, signed, with};
use crate::dpop::Checker;
use crate::jose::{Algorithm, SigningKey, sha256_text};
use crate::verify::{InboundToken, Scheme, Verified, VerifyError};

pub(super) const CASES: usize = 37;

const TOKEN: &str = "an.access.token";

fn wrong(reason: &str) -> String {
    format!("401 invalid_dpop_proof: the DPoP proof is not taken: {reason}")
}

/// A request with proofs.
fn request(proofs: &[&str]) -> Parts {
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    for proof in proofs {
        request.headers_mut().append("dpop", HeaderValue::from_str(proof).unwrap());
    }
    request.into_parts().0
}

/// A good proof, but for its header and claims.
fn proof(header: Value, changes: Value) -> String {
    proof_by(&key("p256"), header, changes)
}

fn proof_by(key: &SigningKey, header: Value, changes: Value) -> String {
    let good = json!({ "typ": "dpop+jwt", "jwk": key.public().to_json() });
    let claims = json!({ "htm": "POST", "htu": RESOURCE, "iat": at(0),
        "jti": crate::jose::random_text().unwrap(), "ath": sha256_text(TOKEN) });
    let header = Value::Object(with(good, header));
    signed(key, key.algorithm(), header, &with(claims, changes))
}

fn bound() -> Verified {
    Verified::new(Principal::new(super::ISSUER, "ann")).bound_to(key("p256").thumbprint())
}

/// What a checker makes of proofs for the good token.
fn checked(checker: &Checker, proofs: &[&str]) -> Result<Verified, VerifyError> {
    check(checker, proofs, Scheme::Dpop, bound())
}

fn check(
    checker: &Checker,
    proofs: &[&str],
    scheme: Scheme,
    verified: Verified,
) -> Result<Verified, VerifyError> {
    let token = InboundToken::new(scheme, TOKEN, RESOURCE);
    let request = request(proofs);
    let checked = {
        let checking = std::pin::pin!(checker.check(&request, RESOURCE, &token, &verified));
        checking.poll(&mut Context::from_waker(Waker::noop()))
    };
    match checked {
        Poll::Ready(checked) => checked.map(|()| verified),
        Poll::Pending => panic!("nobody else is asked"),
    }
}

#[test]
fn proofs_of_keys() {
    let mut table = Table::default();
    headers(&mut table);
    claims(&mut table);
    uses(&mut table);
    shared(&mut table);
    nonces(&mut table);
    table.judge(CASES);
}

fn headers(table: &mut Table) {
    let private = with(key("p256").public().to_json(), json!({ "d": "AAAA" }));
    let stranger = key("other").public().to_json();
    let by_p384 = proof_by(&key("p384"), json!({}), json!({}));
    let hs = json!({ "alg": "HS256", "typ": "dpop+jwt", "jwk": { "kty": "oct", "k": "AAAA" } });
    let none = json!({ "alg": "none", "typ": "dpop+jwt" }).to_string();
    let again = proof(json!({}), json!({}));
    for (name, proofs, reason) in [
        ("no proof", vec![], "there is none"),
        ("two proofs", vec![again.clone(), again], "there are several"),
        ("a proof that is a word", vec!["proof".to_owned()], "it is no signed token"),
        ("an unsigned proof", vec![forged(&none, "{}", |_| vec![])], "it is no signed token"),
        (
            "a proof by a shared secret",
            vec![forged(&hs.to_string(), "{}", |_| vec![0; 32])],
            "it is no signed token",
        ),
        (
            "a proof of 9 KiB",
            vec![proof(json!({}), json!({ "x": "x".repeat(9 << 10) }))],
            "it is no signed token",
        ),
        (
            "an access token as a proof",
            vec![proof(json!({ "typ": "at+jwt" }), json!({}))],
            "its `typ` is not `dpop+jwt`",
        ),
        (
            "a proof without a type",
            vec![proof(json!({ "typ": null }), json!({}))],
            "its `typ` is not `dpop+jwt`",
        ),
        ("a proof by an algorithm off the list", vec![by_p384], "its algorithm is not allowed"),
        (
            "a proof without a key",
            vec![proof(json!({ "jwk": null }), json!({}))],
            "it has no public key (`jwk`)",
        ),
        (
            "a proof with a private key",
            vec![proof(json!({ "jwk": private }), json!({}))],
            "it contains a private key",
        ),
        (
            "a proof with half a key",
            vec![proof(json!({ "jwk": { "kty": "EC", "crv": "P-256" } }), json!({}))],
            "its key is none",
        ),
        (
            "a proof with a stranger's key",
            vec![proof(json!({ "jwk": stranger }), json!({}))],
            "its signature is wrong",
        ),
        (
            "a proof by another key",
            vec![proof_by(&key("ed25519"), json!({}), json!({}))],
            "it is by another key than the token is bound to",
        ),
    ] {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        table.row(name, reaction(&checked(&Checker::new(), &proofs)), &wrong(reason));
    }
}

fn claims(table: &mut Table) {
    let late = "it was not made just now: do the clocks differ?";
    for (name, changes, reason) in [
        ("a proof for GET", json!({ "htm": "GET" }), "it is for another method"),
        ("a proof for no method", json!({ "htm": null }), "it is for another method"),
        ("a proof for `post`", json!({ "htm": "post" }), "it is for another method"),
        (
            "a proof for another host",
            json!({ "htu": "https://evil.example/mcp" }),
            "it is for another URL",
        ),
        (
            "a proof for another path",
            json!({ "htu": "https://mcp.example.com/admin" }),
            "it is for another URL",
        ),
        (
            "a proof for plain HTTP",
            json!({ "htu": "http://mcp.example.com/mcp" }),
            "it is for another URL",
        ),
        ("a proof of 70 seconds ago", json!({ "iat": at(-70) }), late),
        ("a proof of in 70 seconds", json!({ "iat": at(70) }), late),
        ("a proof without a time", json!({ "iat": null }), late),
        ("a proof whose time is a text", json!({ "iat": at(0).to_string() }), late),
        ("a proof without a number", json!({ "jti": null }), "it has no `jti`"),
        ("a proof with a long number", json!({ "jti": "x".repeat(257) }), "it has no `jti`"),
        ("a proof for no token", json!({ "ath": null }), "it is for another token"),
        (
            "a proof for another token",
            json!({ "ath": sha256_text("another") }),
            "it is for another token",
        ),
        ("a nonce that is a number", json!({ "nonce": 7 }), "its `nonce` is no text"),
    ] {
        let proof = proof(json!({}), changes);
        table.row(name, reaction(&checked(&Checker::new(), &[&proof])), &wrong(reason));
    }
}

fn uses(table: &mut Table) {
    let checker = Checker::new();
    let once = proof(json!({}), json!({}));
    assert!(checked(&checker, &[&once]).is_ok());
    let again = checked(&checker.clone(), &[&once]);
    table.row("a proof that was used", reaction(&again), &wrong("it was used before"));
    let full = Checker::new().capacity(1);
    assert!(checked(&full, &[&once]).is_ok());
    let more = checked(&full, &[&proof(json!({}), json!({}))]);
    let expected = "503 -: the token cannot be verified now: too many DPoP proofs at once";
    table.row("more proofs than can be remembered", reaction(&more), expected);
    let downgraded = check(&checker, &[], Scheme::Bearer, bound());
    let expected = "401 invalid_token: the token is bound to a key and came without a proof for it";
    table.row("a bound token as a bearer token", reaction(&downgraded), expected);
    let unbound = Verified::new(Principal::new(super::ISSUER, "ann"));
    let pretended = check(&checker, &[&proof(json!({}), json!({}))], Scheme::Dpop, unbound.clone());
    let expected =
        "401 invalid_token: the token is refused: it is presented as bound to a key, but is not";
    table.row("a bearer token with a proof", reaction(&pretended), expected);
    assert!(check(&checker, &[], Scheme::Bearer, unbound).is_ok());
}

fn shared(table: &mut Table) {
    #[derive(Clone, Default)]
    struct Store(Arc<MemoryStates>);
    impl ConsumedStates for Store {
        fn consume<'a>(
            &'a self,
            id: &'a str,
            expires: SystemTime,
        ) -> BoxFuture<'a, Result<bool, Box<dyn Error + Send + Sync>>> {
            self.0.consume(id, expires)
        }
    }
    struct Broken;
    impl ConsumedStates for Broken {
        fn consume<'a>(
            &'a self,
            _: &'a str,
            _: SystemTime,
        ) -> BoxFuture<'a, Result<bool, Box<dyn Error + Send + Sync>>> {
            Box::pin(async { Err("no connection".into()) })
        }
    }
    let store = Store::default();
    let replica = || Checker::new().shared(store.clone());
    let once = proof(json!({}), json!({}));
    assert!(checked(&replica(), &[&once]).is_ok());
    let again = checked(&replica(), &[&once]);
    table.row("a proof that another replica took", reaction(&again), &wrong("it was used before"));
    assert!(checked(&replica(), &[&proof(json!({}), json!({}))]).is_ok());
    let unknown = checked(&Checker::new().shared(Broken), &[&proof(json!({}), json!({}))]);
    let expected = "503 -: the token cannot be verified now: the store of DPoP proofs fails: no \
                    connection";
    table.row("a store that fails", reaction(&unknown), expected);
}

fn nonces(table: &mut Table) {
    let checker = Checker::new().with_nonces().unwrap();
    let foreign = Checker::new().with_nonces().unwrap().nonce();
    let expected = "401 use_dpop_nonce: the DPoP proof has no current nonce of this server";
    for (name, nonce) in [("no nonce", Value::Null), ("a foreign nonce", json!(foreign))] {
        let proof = proof(json!({}), json!({ "nonce": nonce }));
        table.row(name, reaction(&checked(&checker, &[&proof])), expected);
    }
    let proof = proof(json!({}), json!({ "nonce": checker.nonce() }));
    assert!(checked(&checker, &[&proof]).is_ok());
}

#[test]
fn good_proofs_are_taken() {
    for name in ["rsa", "p256", "ed25519"] {
        let by = key(name);
        let verified = Verified::new(Principal::new("x", "ann")).bound_to(by.thumbprint());
        let proof = proof_by(&by, json!({}), json!({ "htu": format!("{RESOURCE}?x=1") }));
        let taken = check(&Checker::new(), &[&proof], Scheme::Dpop, verified);
        assert!(taken.is_ok(), "{name}: {taken:?}");
    }
    let strict = Checker::new().algorithms([Algorithm::EdDsa]);
    assert!(checked(&strict, &[&proof(json!({}), json!({}))]).is_err());
    assert_eq!(strict.allowed(), [Algorithm::EdDsa]);
}

/// What the client's half makes, the server's half takes.
#[test]
fn our_own_proofs_are_taken() {
    let dpop = crate::client::Dpop::with_key(key("p256"));
    let proof = dpop.proof(&Method::POST, &format!("{RESOURCE}?x=1"), Some(TOKEN)).unwrap();
    assert!(checked(&Checker::new(), &[proof.to_str().unwrap()]).is_ok());
}
