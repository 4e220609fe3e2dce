//! Servers and authorization servers that lie, or lead elsewhere. What is refused is refused before
//! anything that is secret was sent; nobody has a reason to ask the server `evil`.

use serde_json::{Value, json};
use toolwright_auth::client::{Client as Registered, OAuth};
use toolwright_auth::testing::{self, AuthorizationServer, Endpoint, Fault};
use toolwright_core::ClientError;
use toolwright_core::client::Denied;

use crate::world::{HERE, PLACE, World};

/// A lie, and what comes of it.
struct Case {
    name: &'static str,
    tell: fn(&World),
    /// The person's side, if it is not the plain one.
    oauth: fn(&World, OAuth) -> OAuth,
    why: Denied,
    /// What the error says.
    says: &'static str,
    /// Up to where it gets, as requests to the authorization server.
    reaches: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nothing,
    Metadata,
    Registration,
    Page,
    Token,
}

fn plain(_: &World, oauth: OAuth) -> OAuth {
    oauth
}

/// A client with a secret for the true authorization server.
fn secretive(world: &World, oauth: OAuth) -> OAuth {
    let (id, secret) = ("me", "canary-secret");
    world.login.register(testing::Client::with_secret(id, secret).redirect(HERE));
    oauth.client(Registered::new(world.login.issuer(), id).secret(secret))
}

fn hint(world: &World, url: &str) {
    world.server.state().challenge = format!("Bearer resource_metadata=\"{url}\"");
}

fn metadata(world: &World, member: &str, value: Value) {
    world.login.change(|it| {
        it.metadata.insert(member.to_owned(), value);
    });
}

macro_rules! case {
    ($name:literal, $tell:expr, $why:ident, $says:literal, $reaches:ident) => {
        case!($name, $tell, plain, $why, $says, $reaches)
    };
    ($name:literal, $tell:expr, $oauth:expr, $why:ident, $says:literal, $reaches:ident) => {
        Case {
            name: $name,
            tell: $tell,
            oauth: $oauth,
            why: Denied::$why,
            says: $says,
            reaches: Reach::$reaches,
        }
    };
}

fn resources() -> Vec<Case> {
    vec![
        case!(
            "resource of another origin",
            |w| w.says("resource", format!("{}/mcp", w.evil.origin)),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource beside the server",
            |w| w.says("resource", format!("{}x", w.server.url())),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource below the server",
            |w| w.says("resource", format!("{}/x", w.server.url())),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource above, not from its own place",
            |w| w.says("resource", w.server.recorder.origin.clone()),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource with a query",
            |w| w.says("resource", format!("{}?x", w.server.url())),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource with a fragment",
            |w| w.says("resource", format!("{}#x", w.server.url())),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "resource by another scheme",
            |w| w.says("resource", w.server.url().replace("http:", "https:")),
            Untrusted,
            "which is not the server",
            Nothing
        ),
        case!(
            "metadata at another origin",
            |w| hint(w, &format!("{}/x", w.evil.origin)),
            Untrusted,
            "another origin",
            Nothing
        ),
        case!(
            "metadata of the cloud",
            |w| hint(w, "http://169.254.169.254/latest/meta-data"),
            Untrusted,
            "does not begin with https",
            Nothing
        ),
        case!(
            "metadata of the cloud, by TLS",
            |w| hint(w, "https://169.254.169.254/latest"),
            Untrusted,
            "another origin",
            Nothing
        ),
        case!(
            "metadata at an address in another form",
            |w| hint(w, &w.server.url().replace("127.0.0.1", "[::ffff:127.0.0.1]")),
            Untrusted,
            "https",
            Nothing
        ),
        case!(
            "metadata in a file",
            |w| hint(w, "file:///etc/passwd"),
            Untrusted,
            "not used",
            Nothing
        ),
        case!(
            "metadata behind a name",
            |w| hint(w, &format!("http://127.0.0.1@{}/", &w.evil.origin[7..])),
            Untrusted,
            "a name or password",
            Nothing
        ),
        case!(
            "metadata redirects away",
            |w| {
                let location = format!("Location: {}/x\r\n", w.evil.origin);
                w.server.state().documents.insert(PLACE.to_owned(), (302, location, String::new()));
            },
            Failed,
            "redirects",
            Nothing
        ),
        case!(
            "metadata without end",
            |w| {
                let huge = "x".repeat(300 << 10);
                w.server.state().documents.insert(PLACE.to_owned(), (200, String::new(), huge));
            },
            Failed,
            "more than",
            Nothing
        ),
        case!(
            "metadata is broken",
            |w| {
                w.server
                    .state()
                    .documents
                    .insert(PLACE.to_owned(), (500, String::new(), String::new()));
            },
            Failed,
            "status 500",
            Nothing
        ),
        case!(
            "metadata of the wrong kind",
            |w| w.says("authorization_servers", 5),
            Failed,
            "no metadata",
            Nothing
        ),
        case!(
            "nobody logs people in",
            |w| w.says("authorization_servers", json!([])),
            Failed,
            "names none",
            Nothing
        ),
        case!(
            "there is no metadata",
            |w| w.server.state().documents.clear(),
            Failed,
            "allow_2025_03_26",
            Nothing
        ),
    ]
}

fn servers() -> Vec<Case> {
    vec![
        case!(
            "server in the clear",
            |w| w.says("authorization_servers", json!(["http://login.example"])),
            Untrusted,
            "https",
            Nothing
        ),
        case!(
            "server in a private network",
            |w| w.says("authorization_servers", json!(["https://10.0.0.1"])),
            Untrusted,
            "not public",
            Nothing
        ),
        case!(
            "server of the cloud",
            |w| w.says("authorization_servers", json!(["https://[::ffff:169.254.169.254]"])),
            Untrusted,
            "not public",
            Nothing
        ),
        case!(
            "server is a script",
            |w| w.says("authorization_servers", json!(["javascript:alert(1)"])),
            Untrusted,
            "is not used",
            Nothing
        ),
        case!(
            "server with a fragment",
            |w| w.says("authorization_servers", json!([format!("{}#x", w.login.issuer())])),
            Untrusted,
            "fragment",
            Nothing
        ),
        case!(
            "server with a slash too many",
            |w| w.says("authorization_servers", json!([format!("{}/", w.login.issuer())])),
            Untrusted,
            "about another",
            Metadata
        ),
        case!(
            "metadata says another issuer",
            |w| w.login.change(|it| it.metadata_issuer = Some("https://honest.example".into())),
            Untrusted,
            "about another",
            Metadata
        ),
        case!(
            "metadata says the issuer with another port",
            |w| w.login.change(|it| it.metadata_issuer = Some("http://127.0.0.1:1".into())),
            Untrusted,
            "about another",
            Metadata
        ),
        case!(
            "another server than the user wants",
            |_| {},
            |_, oauth| oauth.issuer("https://login.example"),
            Failed,
            "does not name `https://login.example`",
            Nothing
        ),
        case!(
            "no PKCE",
            |w| w.login.change(|it| it.challenge_methods.clear()),
            Untrusted,
            "PKCE",
            Registration
        ),
        case!(
            "plain PKCE",
            |w| w.login.change(|it| it.challenge_methods = vec!["plain".to_owned()]),
            Untrusted,
            "PKCE",
            Registration
        ),
        case!(
            "page is a script",
            |w| metadata(w, "authorization_endpoint", "javascript:alert(document.cookie)".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page is a file",
            |w| metadata(w, "authorization_endpoint", "file:///Applications/Calculator.app".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page is data",
            |w| metadata(w, "authorization_endpoint", "data:text/html,<script>".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page is a command",
            |w| metadata(w, "authorization_endpoint", "https://a.example/`calc`\"&calc&\"".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page has a line end",
            |w| metadata(w, "authorization_endpoint", "https://a.example/\r\nx".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page in the clear",
            |w| metadata(w, "authorization_endpoint", "http://login.example/authorize".into()),
            Untrusted,
            "the authorization endpoint",
            Metadata
        ),
        case!(
            "page behind a name",
            |w| metadata(w, "authorization_endpoint", "https://login.example@evil.example/".into()),
            Untrusted,
            "a name or password",
            Metadata
        ),
        case!(
            "metadata of the server redirects away",
            |w| {
                let to = format!("{}/x", w.evil.origin);
                w.login.change(|it| {
                    it.faults.insert(Endpoint::OAuthMetadata, Fault::Redirect(302, to));
                });
            },
            Failed,
            "redirects",
            Metadata
        ),
        case!(
            "metadata of the server without end",
            |w| w.login.change(|it| {
                it.faults.insert(Endpoint::OAuthMetadata, Fault::Huge(300 << 10));
            }),
            Failed,
            "more than",
            Metadata
        ),
    ]
}

fn tokens() -> Vec<Case> {
    vec![
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
            |_, oauth| oauth
                .client(Registered::new("https://login.example", "me").secret("canary")),
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
    ]
}

#[tokio::test]
async fn whoever_lies_gets_nothing() {
    let cases: Vec<_> = resources().into_iter().chain(servers()).chain(tokens()).collect();
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
async fn servers_in_the_clear_are_not_logged_in_to() {
    let world = World::new().await;
    let error = world.oauth().log_in("http://mcp.example/mcp").await.unwrap_err();
    assert_eq!(error.why(), Denied::Untrusted);
    assert_eq!(world.login.requests().len(), 0);
}
