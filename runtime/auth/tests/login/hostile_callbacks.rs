//! Browsers that come back with what they should not.

use serde_json::json;
use toolwright_auth::testing::{Endpoint, Issuer};
use toolwright_core::client::Denied;

use crate::world::World;

/// A name, what becomes of what a browser comes back with, and what the error says.
type Bent = (&'static str, fn(String) -> String, &'static str);

/// What becomes of what a browser comes back with, and what the error says then. Nothing is asked at
/// the token endpoint.
const BENT: &[Bent] = &[
    ("no query", |_| crate::world::HERE.to_owned(), "`state`"),
    ("no state", |url| url.replace("state=", "x="), "`state`"),
    ("foreign state", |url| url.replace("state=", "state=x"), "`state`"),
    ("empty state", |url| format!("{}&x=", url.replace("state=", "state=&y=")), "`state`"),
    ("state twice", |url| format!("{url}&state=x"), "twice"),
    ("code twice", |url| format!("{url}&code=x"), "twice"),
    ("issuer twice", |url| format!("{url}&iss=https%3A%2F%2Fevil.example"), "twice"),
    ("no code", |url| url.replace("code=", "x="), "no code"),
    ("another place", |url| url.replace("127.0.0.1:9", "evil.example"), "another address"),
    ("another port", |url| url.replace(":9/", ":99/"), "another address"),
    ("another path", |url| url.replace("/callback", "/other"), "another address"),
    ("no text", |url| format!("{url}&x=%ff"), "cannot be read"),
    ("too long", |url| format!("{url}&x={}", "x".repeat(20_000)), "too long"),
];

#[tokio::test]
async fn what_does_not_belong_to_a_login_is_not_taken() {
    for (name, bend, says) in BENT {
        let world = World::new().await;
        world.bend(*bend);
        let (why, reason) = world.denied(&world.oauth()).await;
        assert_eq!(why, Denied::Untrusted, "{name}: {reason}");
        assert!(reason.contains(says), "{name}: {reason}");
        assert_eq!(world.asked(Endpoint::Token), 0, "{name}");
    }
}

#[tokio::test]
async fn the_server_that_answers_is_the_one_that_was_asked() {
    for (promises, issuer, is_taken) in [
        (true, Some("ISSUER"), true),
        (true, None, false),
        (true, Some("https://evil.example"), false),
        (true, Some("ISSUER/"), false),
        (true, Some("HTTP://127.0.0.1"), false),
        (true, Some(""), false),
        (false, Some("ISSUER"), true),
        (false, Some("https://evil.example"), false),
        (false, None, true),
    ] {
        let world = World::new().await;
        let given = issuer.map(|issuer| issuer.replace("ISSUER", world.login.issuer()));
        world.login.change(|it| {
            it.promises_iss = promises;
            it.iss = given.map_or(Issuer::Missing, Issuer::Other);
        });
        if is_taken {
            world.connect(&world.oauth()).await.unwrap();
            continue;
        }
        let (why, reason) = world.denied(&world.oauth()).await;
        assert_eq!(why, Denied::Untrusted, "{issuer:?}: {reason}");
        assert!(reason.contains("another authorization server"), "{issuer:?}: {reason}");
        assert_eq!(world.asked(Endpoint::Token), 0);
    }
}

#[tokio::test]
async fn errors_are_told_only_if_they_are_genuine() {
    let world = World::new().await;
    world.login.change(|it| it.consents = false);
    let (why, reason) = world.denied(&world.oauth()).await;
    assert_eq!(why, Denied::Failed);
    assert!(reason.contains("access_denied"), "{reason}");
    world.login.change(|it| it.iss = Issuer::Other("https://evil.example".to_owned()));
    let (why, reason) = world.denied(&world.oauth()).await;
    assert_eq!(why, Denied::Untrusted);
    assert!(!reason.contains("access_denied") && !reason.contains("agree"), "{reason}");
    assert_eq!(world.asked(Endpoint::Token), 0);
}

#[tokio::test]
async fn a_code_that_was_used_brings_nothing() {
    let world = World::new().await;
    let oauth = world.oauth();
    world.connect(&oauth).await.unwrap();
    let used = world.token_request(0, "code").unwrap();
    world.server.state().refuses_all = true;
    let replayed = used.clone();
    world.bend(move |url| {
        let (begin, rest) = url.split_once("code=").unwrap();
        let rest = rest.split_once('&').map_or("", |(_, rest)| rest);
        format!("{begin}code={replayed}&{rest}")
    });
    let (why, reason) = world.denied(&world.oauth()).await;
    assert_eq!((why, world.token_request(1, "code").unwrap()), (Denied::Failed, used));
    assert!(reason.contains("invalid_grant"), "{reason}");
}

#[tokio::test]
async fn no_error_shows_a_credential() {
    let world = World::new().await;
    world.login.change(|it| {
        it.token_response.insert("scope".to_owned(), json!(["canary"]));
    });
    let (_, reason) = world.denied(&world.oauth()).await;
    let request = &world.login.asked(Endpoint::Token)[0];
    for name in ["code", "code_verifier"] {
        assert!(!reason.contains(request.parameter(name).unwrap()));
    }
    let oauth = world.oauth();
    assert!(!format!("{oauth:?}").contains(request.parameter("code").unwrap()));
}
