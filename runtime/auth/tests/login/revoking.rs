//! Logging out, and what becomes of tokens then.

use serde_json::{Value, json};
use toolwright_auth::SigningKey;
use toolwright_auth::client::{
    Client as Registered, Credentials, LoggedOut, LoginError, MemoryStore,
};
use toolwright_auth::testing::{self, Endpoint, Fault};

use crate::world::{HERE, World};

/// What the revocation endpoint was asked: kinds of tokens and the tokens.
fn revoked(world: &World) -> Vec<(String, String)> {
    let asked = world.login.asked(Endpoint::Revoke);
    let of = |asked: &testing::Asked, name| asked.parameter(name).unwrap_or_default().to_owned();
    asked.iter().map(|asked| (of(asked, "token_type_hint"), of(asked, "token"))).collect()
}

/// The authorization server says this of itself instead.
fn says(world: &World, name: &str, value: Value) {
    world.login.change(|it| {
        it.metadata.insert(name.to_owned(), value);
    });
}

#[tokio::test]
async fn tokens_are_ended_by_who_gave_them_out() {
    let world = World::new().await;
    let oauth = world.oauth();
    let server = world.server.url();
    assert_eq!(oauth.log_out(&server).await, Ok(LoggedOut::Nobody));
    let client = world.connect(&oauth).await.unwrap();
    let access = world.server.state().tokens.last().unwrap().clone();
    assert_eq!(oauth.log_out(&server).await, Ok(LoggedOut::Revoked));
    let revoked = revoked(&world);
    assert_eq!(revoked.len(), 2);
    assert_eq!(revoked[0].0, "refresh_token");
    assert_eq!(revoked[1], ("access_token".to_owned(), access));
    assert!(world.login.asked(Endpoint::Revoke).iter().all(|asked| asked.status == 200));
    assert_eq!(oauth.log_out(&server).await, Ok(LoggedOut::Nobody));
    client.list_tools().await.unwrap();
    assert_eq!(world.pages.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_another_process_kept_is_ended_too() {
    let world = World::new().await;
    let store = MemoryStore::new();
    world.connect(&world.oauth().store(store.clone())).await.unwrap();
    let other = world.oauth().store(store);
    assert_eq!(other.log_out(&world.server.url()).await, Ok(LoggedOut::Revoked));
    assert_eq!(revoked(&world).len(), 2);
}

#[tokio::test]
async fn not_every_server_can_end_tokens() {
    let world = World::new().await;
    says(&world, "revocation_endpoint", Value::Null);
    let oauth = world.oauth();
    world.connect(&oauth).await.unwrap();
    assert_eq!(oauth.log_out(&world.server.url()).await, Ok(LoggedOut::Forgotten));
    assert_eq!(world.asked(Endpoint::Revoke), 0);

    // Those that can may not be able to end access tokens.
    let world = World::new().await;
    world.login.change(|it| {
        it.refreshes = false;
        let refusal = json!({ "error": "unsupported_token_type" }).to_string();
        let answer = Fault::Answer { status: 400, media: "application/json".into(), body: refusal };
        it.faults.insert(Endpoint::Revoke, answer);
    });
    let oauth = world.oauth();
    world.connect(&oauth).await.unwrap();
    assert_eq!(oauth.log_out(&world.server.url()).await, Ok(LoggedOut::Forgotten));
}

#[tokio::test]
async fn tokens_are_forgotten_whatever_becomes_of_them() {
    let refusal = json!({ "error": "invalid_client", "error_description": "canary" }).to_string();
    for (fault, told) in [
        (Fault::status(503), "HTTP 503"),
        (Fault::Closes, ""),
        (
            Fault::Answer { status: 401, media: "application/json".to_owned(), body: refusal },
            "`invalid_client`",
        ),
    ] {
        let world = World::new().await;
        world.login.change(|it| drop(it.faults.insert(Endpoint::Revoke, fault)));
        let oauth = world.oauth();
        let client = world.connect(&oauth).await.unwrap();
        let token = world.server.state().tokens[0].clone();
        let error = oauth.log_out(&world.server.url()).await.unwrap_err();
        assert!(matches!(error, LoginError::Revocation { .. }), "{error}");
        let error = format!("{error} {error:?}");
        assert!(error.contains(told) && !error.contains("canary"), "{error}");
        assert!(!error.contains(&token));
        assert_eq!(oauth.log_out(&world.server.url()).await, Ok(LoggedOut::Nobody));
        client.list_tools().await.unwrap();
        assert_eq!(world.pages.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn secrets_do_not_leave_their_origin_for_that() {
    for far in [false, true] {
        let world = World::new().await;
        says(&world, "revocation_endpoint", json!(format!("{}/revoke", world.evil.origin)));
        world.login.register(testing::Client::with_secret("app", "canary").redirect(HERE));
        let known = Registered::new(world.login.issuer(), "app").secret("canary");
        let known = if far { known.allow_other_origin() } else { known };
        let oauth = world.oauth().client(known);
        world.connect(&oauth).await.unwrap();
        let error = oauth.log_out(&world.server.url()).await.unwrap_err();
        assert!(matches!(error, LoginError::Revocation { .. }), "{error}");
        assert_eq!(world.evil.is_untouched(), !far, "{error}");
        assert_eq!(oauth.log_out(&world.server.url()).await, Ok(LoggedOut::Nobody));
    }
    for place in ["http://login.example/revoke", "file:///etc/passwd", ""] {
        let world = World::new().await;
        says(&world, "revocation_endpoint", json!(place));
        let oauth = world.oauth();
        world.connect(&oauth).await.unwrap();
        let error = oauth.log_out(&world.server.url()).await.unwrap_err();
        assert!(error.to_string().contains("is not used"), "{error}");
    }
}

#[tokio::test]
async fn whoever_logs_out_says_who_asks() {
    let key = SigningKey::generate().unwrap();
    let jwk: Value = serde_json::from_str(&key.public_jwk()).unwrap();
    for (known, credentials, says) in [
        (
            testing::Client::with_secret("app", "s:ecret"),
            Credentials::secret("app", "s:ecret"),
            None,
        ),
        (
            testing::Client::new("app", testing::Authentication::Post("s:ecret".to_owned())),
            Credentials::secret("app", "s:ecret").in_form(),
            Some("client_secret"),
        ),
        (
            testing::Client::with_key("app", jwk),
            Credentials::key("app", key),
            Some("client_assertion"),
        ),
    ] {
        let world = World::new().await;
        world.login.register(known.redirect(HERE));
        let client = Registered::with_credentials(world.login.issuer(), credentials);
        let oauth = world.oauth().client(client);
        let client = world.connect(&oauth).await.unwrap();
        let old = world.server.state().tokens[0].clone();
        world.server.state().refused.insert(old);
        client.list_tools().await.unwrap();
        assert_eq!(oauth.log_out(&world.server.url()).await, Ok(LoggedOut::Revoked));
        let mut asked = world.login.asked(Endpoint::Token);
        assert_eq!(asked.len(), 2, "a code, and a refresh token");
        asked.extend(world.login.asked(Endpoint::Revoke));
        let mut proofs = Vec::new();
        for asked in &asked {
            assert_eq!(asked.status, 200, "{asked:?}");
            assert_eq!(asked.header("authorization").is_some(), says.is_none());
            proofs.extend(says.and_then(|name| asked.parameter(name)));
        }
        if says == Some("client_assertion") {
            proofs.sort_unstable();
            proofs.dedup();
            assert_eq!(proofs.len(), 4, "each counts once");
        }
        assert_eq!(world.asked(Endpoint::Register), 0);
        assert!(!world.server.recorder.text().contains("ecret"));
    }
}
