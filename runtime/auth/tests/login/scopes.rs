//! Which scopes are asked for, and what follows from wanting more.

use serde_json::json;
use toolwright_auth::testing::Endpoint;
use toolwright_core::ClientError;
use toolwright_core::client::Denied;

use crate::world::World;

fn asked(world: &World) -> Vec<Option<String>> {
    let pages = world.login.asked(Endpoint::Authorize);
    pages.iter().map(|page| page.parameter("scope").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_challenge_counts_before_metadata() {
    for (challenge, supported, own, expected) in [
        ("Bearer scope=\"a b\"", Some(json!(["c"])), None, Some("a b")),
        ("Bearer", Some(json!(["c", "d"])), None, Some("c d")),
        ("Bearer scope=\"\"", Some(json!(["c"])), None, Some("c")),
        ("Bearer", None, None, None),
        ("Bearer", Some(json!([])), None, None),
        ("Bearer scope=\"a\"", Some(json!(["c"])), Some("mine"), Some("mine")),
        ("Bearer scope=\"a \\\" \u{e4} b\"", None, None, Some("a b")),
    ] {
        let world = World::new().await;
        world.server.state().challenge = challenge.replace('\u{e4}', "\\\\");
        if let Some(supported) = supported {
            world.says("scopes_supported", supported);
        }
        let oauth = world.oauth();
        let oauth = match own {
            Some(own) => oauth.scopes([own]),
            None => oauth,
        };
        world.connect(&oauth).await.unwrap();
        assert_eq!(asked(&world), [expected.map(str::to_owned)], "{challenge}");
    }
}

#[tokio::test]
async fn offline_access_is_asked_for_where_it_is_known() {
    for (known, wanted, expected) in
        [(true, true, "a offline_access"), (true, false, "a"), (false, true, "a")]
    {
        let world = World::new().await;
        world.server.state().challenge = "Bearer scope=a".to_owned();
        if known {
            world.login.change(|it| it.scopes = vec!["a".into(), "offline_access".into()]);
        }
        let oauth = world.oauth();
        world.connect(&if wanted { oauth } else { oauth.never_offline() }).await.unwrap();
        assert_eq!(asked(&world), [Some(expected.to_owned())]);
        let page = &world.login.asked(Endpoint::Authorize)[0];
        assert_eq!(page.parameter("prompt").is_some(), expected.contains("offline"));
    }
}

#[tokio::test]
async fn who_needs_more_asks_for_all_of_it() {
    let world = World::new().await;
    world.server.state().challenge = "Bearer scope=read".to_owned();
    for (tool, scope) in [("write", "write"), ("admin", "admin read")] {
        world.server.state().scopes.insert(tool.to_owned(), scope.to_owned());
    }
    let client = world.connect(&world.oauth()).await.unwrap();
    client.list_tools().await.unwrap();
    client.call("write", &()).await.unwrap();
    client.call("admin", &()).await.unwrap();
    client.call("write", &()).await.unwrap();
    let expected = ["read", "read write", "read write admin"];
    assert_eq!(asked(&world), expected.map(|scopes| Some(scopes.to_owned())));
}

#[tokio::test]
async fn nobody_is_asked_twice_for_one_thing() {
    let world = World::new().await;
    world.server.state().challenge = "Bearer scope=read".to_owned();
    world.server.state().scopes.insert("write".to_owned(), "write".to_owned());
    world.login.change(|it| it.withheld = vec!["write".to_owned()]);
    let client = world.connect(&world.oauth()).await.unwrap();
    for _ in 0..3 {
        let error = client.call("write", &()).await.unwrap_err();
        let is_scope = matches!(error, ClientError::Unauthorized { why: Denied::Scope, .. });
        assert!(is_scope, "{error}");
        assert!(error.to_string().contains("write"), "{error}");
    }
    assert_eq!(asked(&world).len(), 2);
    // What needs no more still works.
    client.call("x", &()).await.unwrap();
}

#[tokio::test]
async fn whoever_wants_more_each_time_is_given_up() {
    let world = World::new().await;
    world.server.state().scopes.insert("greedy".to_owned(), "s1".to_owned());
    world.login.change(|it| it.withheld = vec!["s1".to_owned()]);
    let client = world.connect(&world.oauth()).await.unwrap();
    for number in 2..6 {
        client.call("greedy", &()).await.unwrap_err();
        let more = format!("s1 s{number}");
        world.server.state().scopes.insert("greedy".to_owned(), more);
    }
    assert_eq!(asked(&world).len(), 2);
    // More scopes than anybody needs.
    let world = World::new().await;
    let many: Vec<_> = (0..100).map(|number| format!("s{number}")).collect();
    world.server.state().scopes.insert("greedy".to_owned(), many.join(" "));
    let client = world.connect(&world.oauth()).await.unwrap();
    client.call("greedy", &()).await.unwrap_err();
    assert_eq!(asked(&world).len(), 1);
}

#[tokio::test]
async fn other_refusals_are_left_as_they_are() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    let refused = (403, "WWW-Authenticate: Bearer error=\"access_denied\"\r\n".to_owned());
    let refused = (refused.0, refused.1, "no".to_owned());
    world.server.state().documents.insert("/mcp".to_owned(), refused);
    let error = client.call("x", &()).await.unwrap_err();
    assert!(matches!(error, ClientError::Http { status: 403, .. }), "{error}");
    assert_eq!(asked(&world).len(), 1);
}
