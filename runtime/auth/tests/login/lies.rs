//! What servers say of themselves that is not so, and what is not theirs to say.

use serde_json::{Value, json};
use toolwright_auth::client::{Client as Registered, OAuth};
use toolwright_auth::testing::{self, Endpoint, Fault};
use toolwright_core::client::Denied;

use crate::world::{HERE, PLACE, World};

/// A lie, and what comes of it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) tell: fn(&World),
    /// The person's side, if it is not the plain one.
    pub(crate) oauth: fn(&World, OAuth) -> OAuth,
    pub(crate) why: Denied,
    /// What the error says.
    pub(crate) says: &'static str,
    /// Up to where it gets, as requests to the authorization server.
    pub(crate) reaches: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Nothing,
    Metadata,
    Registration,
    Page,
    Token,
}

pub(crate) fn plain(_: &World, oauth: OAuth) -> OAuth {
    oauth
}

/// A client with a secret for the true authorization server.
pub(crate) fn secretive(world: &World, oauth: OAuth) -> OAuth {
    let (id, secret) = ("me", "canary-secret");
    world.login.register(testing::Client::with_secret(id, secret).redirect(HERE));
    oauth.client(Registered::new(world.login.issuer(), id).secret(secret))
}

fn hint(world: &World, url: &str) {
    world.server.state().challenge = format!("Bearer resource_metadata=\"{url}\"");
}

pub(crate) fn metadata(world: &World, member: &str, value: Value) {
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

pub(crate) use case;

/// Of the server itself.
pub(crate) const RESOURCES: &[Case] = &[
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
    case!("metadata in a file", |w| hint(w, "file:///etc/passwd"), Untrusted, "not used", Nothing),
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
];

/// Of its authorization server.
pub(crate) const SERVERS: &[Case] = &[
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
];
