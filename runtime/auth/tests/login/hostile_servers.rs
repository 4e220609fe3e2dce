//! Servers and authorization servers that lie, or lead elsewhere. What is refused is refused before
//! anything that is secret was sent; nobody has a reason to ask the server `evil`.

use serde_json::{Value, json};
use toolwright_auth::client::{Client as Registered, MemoryStore};
use toolwright_auth::testing::{self, AuthorizationServer, Endpoint, Fault};
use toolwright_core::ClientError;
use toolwright_core::client::Denied;

use crate::lies::{Case, RESOURCES, Reach, SERVERS, case, metadata, plain, secretive};
use crate::world::{HERE, World};

/// Of tokens, and of those that they are given to.
const TOKENS: &[Case] = &[
    case!(
        "secret to another origin",
        |w| metadata(w, "token_endpoint", format!("{}/token", w.evil.origin).into()),
        secretive,
        Untrusted,
        "would go to",
        Metadata
    ),
    case!(
        "tokens in a private network",
        |w| metadata(w, "token_endpoint", "https://192.168.1.1/token".into()),
        Untrusted,
        "not public",
        Page
    ),
    case!(
        "tokens by a redirect",
        |w| {
            let to = format!("{}/token", w.evil.origin);
            w.login.change(|it| {
                it.faults.insert(Endpoint::Token, Fault::Redirect(307, to));
            });
        },
        secretive,
        Failed,
        "redirects",
        Token
    ),
    case!(
        "registration by a redirect",
        |w| {
            let to = format!("{}/register", w.evil.origin);
            w.login.change(|it| {
                it.faults.insert(Endpoint::Register, Fault::Redirect(308, to));
            });
        },
        Failed,
        "redirects",
        Registration
    ),
    case!(
        "registration refused",
        |w| w.login.change(|it| {
            it.faults.insert(Endpoint::Register, Fault::error("invalid_redirect_uri"));
        }),
        Setup,
        "invalid_redirect_uri",
        Registration
    ),
    case!(
        "no registration",
        |w| w.login.change(|it| it.registration = false),
        Setup,
        "OAuth::client",
        Metadata
    ),
    case!(
        "registration is not wanted",
        |_| {},
        |_, oauth| oauth.never_register(),
        Setup,
        "OAuth::client",
        Metadata
    ),
    case!(
        "registration with other redirects",
        |w| {
            let body = json!({ "client_id": "x", "redirect_uris": [w.evil.origin.clone()] });
            let (media, body) = ("application/json".to_owned(), body.to_string());
            w.login.change(|it| {
                let fault = Fault::answer(201, &media, &body);
                it.faults.insert(Endpoint::Register, fault);
            });
        },
        Setup,
        "other redirect URIs",
        Registration
    ),
    case!(
        "registered elsewhere",
        |_| {},
        |_, oauth| oauth.client(Registered::new("https://login.example", "me").secret("canary")),
        Setup,
        "was registered with",
        Metadata
    ),
    case!(
        "token of another type",
        |w| w.login.change(|it| {
            it.token_response.insert("token_type".to_owned(), "mac".into());
        }),
        Failed,
        "gives no token",
        Token
    ),
    case!(
        "token that is none for servers",
        |w| w.login.change(|it| {
            it.token_response.insert("token_type".to_owned(), "N_A".into());
        }),
        Failed,
        "has no access token",
        Token
    ),
    case!(
        "token without a type",
        |w| w.login.change(|it| {
            it.token_response.insert("token_type".to_owned(), Value::Null);
        }),
        Failed,
        "gives no token",
        Token
    ),
    case!(
        "token with line ends",
        |w| w.login.change(|it| {
            it.token_response.insert("access_token".to_owned(), "a\r\nX-Evil: 1".into());
        }),
        Failed,
        "gives no token",
        Token
    ),
    case!(
        "no token",
        |w| w.login.change(|it| {
            it.token_response.insert("access_token".to_owned(), "".into());
        }),
        Failed,
        "gives no token",
        Token
    ),
    case!(
        "tokens without end",
        |w| w.login.change(|it| {
            it.faults.insert(Endpoint::Token, Fault::Huge(300 << 10));
        }),
        Failed,
        "more than",
        Token
    ),
    case!(
        "an error that is a success",
        |w| w.login.change(|it| {
            it.faults.insert(
                Endpoint::Token,
                Fault::answer(200, "application/json", "{\"error\":\"invalid_grant\"}"),
            );
        }),
        Failed,
        "gives no token",
        Token
    ),
    case!(
        "a page instead of tokens",
        |w| w.login.change(|it| {
            it.faults.insert(Endpoint::Token, Fault::answer(200, "text/html", "<html>"));
        }),
        Failed,
        "gives no token",
        Token
    ),
];

#[tokio::test]
async fn whoever_lies_gets_nothing() {
    let cases: Vec<_> = [RESOURCES, SERVERS, TOKENS].into_iter().flatten().collect();
    assert!(cases.len() >= 50, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let world = World::new().await;
        (case.tell)(&world);
        let oauth = (case.oauth)(&world, world.oauth());
        let (why, reason) = world.denied(&oauth).await;
        let reached = [
            (Endpoint::Token, Reach::Token),
            (Endpoint::Authorize, Reach::Page),
            (Endpoint::Register, Reach::Registration),
            (Endpoint::OAuthMetadata, Reach::Metadata),
        ];
        let reached = reached.into_iter().find(|(endpoint, _)| world.asked(*endpoint) > 0);
        let reached = reached.map_or(Reach::Nothing, |(_, reach)| reach);
        for (is_right, what) in [
            (why == case.why, format!("{why:?}: {reason}")),
            (reason.contains(case.says), reason.clone()),
            (!reason.contains("canary"), reason.clone()),
            (world.evil.is_untouched(), world.evil.text()),
            (world.server.state().tokens.is_empty(), "the server was shown a token".to_owned()),
            (reached == case.reaches, format!("it reached {reached:?}: {reason}")),
        ] {
            if !is_right {
                wrong.push(format!("{}: {what}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn challenges_that_cannot_be_read_say_nothing() {
    for challenge in [
        "Bearer resource_metadata=\"http://evil.example".to_owned(),
        format!("Bearer x=\"{}\"", "x".repeat(20_000)),
        "Bearer resource_metadata=\"http://a.example\", resource_metadata=\"EVIL\"".to_owned(),
        "Bearer realm=\"x, resource_metadata=\\\"EVIL\\\"\"".to_owned(),
        "Basic realm=\"EVIL\", Negotiate abc=".to_owned(),
    ] {
        let world = World::new().await;
        world.server.state().challenge = challenge.replace("EVIL", &world.evil.origin);
        world.connect(&world.oauth()).await.unwrap_or_else(|error| panic!("{challenge}: {error}"));
        assert!(world.evil.is_untouched(), "{challenge}");
    }
}

#[tokio::test]
async fn a_secret_may_leave_its_origin_if_it_is_told_to() {
    let world = World::new().await;
    let other = AuthorizationServer::start().await.unwrap();
    metadata(&world, "token_endpoint", other.url(Endpoint::Token).into());
    other.register(testing::Client::with_secret("me", "canary-secret"));
    world.login.register(testing::Client::with_secret("me", "canary-secret").redirect(HERE));
    let known = Registered::new(world.login.issuer(), "me").secret("canary-secret");
    let oauth = world.oauth().client(known.allow_other_origin());
    // The code is not known there, but the secret came.
    world.denied(&oauth).await;
    assert!(other.asked(Endpoint::Token)[0].header("authorization").is_some());
}

#[tokio::test]
async fn tokens_go_nowhere_else() {
    for location in ["EVIL/mcp", "//EVIL/mcp", "https://127.0.0.1/mcp", "http://localhost/mcp"] {
        let world = World::new().await;
        let to = location.replace("//EVIL", &world.evil.origin[5..]);
        let to = to.replace("EVIL", &world.evil.origin);
        world.server.state().redirect = Some(to);
        let error = world.connect(&world.oauth()).await.unwrap_err();
        assert!(matches!(error, ClientError::Redirected { .. }), "{location}: {error}");
        assert!(world.evil.is_untouched());
    }
}

#[tokio::test]
async fn a_server_that_moves_takes_nothing_along() {
    let world = World::new().await;
    let oauth = world.oauth();
    let client = world.connect(&oauth).await.unwrap();
    let first = world.server.state().tokens[0].clone();
    let new = AuthorizationServer::start().await.unwrap();
    world.says("authorization_servers", json!([new.issuer()]));
    world.server.state().refused.insert(first.clone());
    client.list_tools().await.unwrap();
    assert_eq!((new.asked(Endpoint::Register).len(), new.asked(Endpoint::Authorize).len()), (1, 1));
    let old = world.login.asked(Endpoint::Authorize)[0].parameter("client_id").unwrap().to_owned();
    for asked in new.requests() {
        let all = format!("{asked:?}{}", String::from_utf8_lossy(&asked.body));
        assert!(!all.contains(&old) && !all.contains(&first), "{all}");
        assert_ne!(asked.parameter("grant_type"), Some("refresh_token"));
    }
    assert_eq!(world.asked(Endpoint::Token), 1);
}

#[tokio::test]
async fn a_secret_does_not_move_with_the_server() {
    for loose in [false, true] {
        let world = World::new().await;
        let secret = "canary-secret";
        world.login.register(testing::Client::with_secret("me", secret).redirect(HERE));
        let known = match loose {
            true => Registered::wherever_the_server_says("me"),
            false => Registered::new(world.login.issuer(), "me"),
        };
        let client = world.connect(&world.oauth().client(known.secret(secret))).await.unwrap();
        let new = AuthorizationServer::start().await.unwrap();
        new.register(testing::Client::with_secret("me", secret).redirect(HERE));
        world.says("authorization_servers", json!([new.issuer()]));
        world.server.state().refuses_all = true;
        let error = client.list_tools().await.unwrap_err();
        let is_setup = matches!(error, ClientError::Unauthorized { why: Denied::Setup, .. });
        assert!(is_setup, "{error}");
        assert_eq!(new.asked(Endpoint::Token).len() + new.asked(Endpoint::Authorize).len(), 0);
    }
}

#[tokio::test]
async fn an_issuer_that_was_named_counts_even_if_the_server_says_nothing() {
    let world = World::new().await;
    let origin = world.is_of_2025_03_26();
    world.login.change(|it| it.iss = testing::Issuer::Missing);
    let known = Registered::wherever_the_server_says("me").secret("canary-secret");
    let oauth = world.oauth().allow_2025_03_26();
    let pinned = oauth.clone().client(known).issuer("https://login.example");
    let (why, reason) = world.denied(&pinned).await;
    assert!(why == Denied::Failed && reason.contains("is not `https://login.example`"), "{reason}");
    assert!(world.login.requests().is_empty());
    world.connect(&oauth.issuer(&origin)).await.unwrap();
}

#[tokio::test]
async fn kept_tokens_of_another_issuer_are_not_used() {
    let world = World::new().await;
    let oauth = world.oauth().store(MemoryStore::new());
    world.connect(&oauth).await.unwrap();
    let shown = world.server.state().tokens.len();
    let (_, reason) = world.denied(&oauth.issuer("https://login.example")).await;
    assert!(reason.contains("does not name"), "{reason}");
    assert_eq!((world.server.state().tokens.len(), world.asked(Endpoint::Token)), (shown, 1));
}

#[tokio::test]
async fn who_logs_out_may_follow_the_server() {
    let world = World::new().await;
    let secret = "canary-secret";
    world.login.register(testing::Client::with_secret("me", secret).redirect(HERE));
    let known = Registered::wherever_the_server_says("me").secret(secret);
    let oauth = world.oauth().client(known);
    world.connect(&oauth).await.unwrap();
    let new = AuthorizationServer::start().await.unwrap();
    new.register(testing::Client::with_secret("me", secret).redirect(HERE));
    world.says("authorization_servers", json!([new.issuer()]));
    let error = oauth.log_in(&world.server.url()).await.unwrap_err();
    assert!(error.to_string().contains("log out first"), "{error}");
    oauth.log_out(&world.server.url()).await.unwrap();
    oauth.log_in(&world.server.url()).await.unwrap();
    assert_eq!(new.asked(Endpoint::Token).len(), 1);
}

#[tokio::test]
async fn servers_in_the_clear_are_not_logged_in_to() {
    let world = World::new().await;
    let error = world.oauth().log_in("http://mcp.example/mcp").await.unwrap_err();
    assert_eq!(error.why(), Denied::Untrusted);
    assert_eq!(world.login.requests().len(), 0);
}
