//! Logins that succeed.

use serde_json::json;
use toolwright_auth::client::{Client as Registered, Dpop};
use toolwright_auth::testing::{self, Endpoint};
use toolwright_core::Client;
use toolwright_core::client::Speak;
use toolwright_http::client::{ConnectWith, Http};

use crate::protected::claims;
use crate::world::{HERE, PLACE, World};

#[tokio::test]
async fn whoever_has_to_log_in_is_logged_in_once() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(world.pages.lock().unwrap().len(), 1);
    let token = world.server.state().tokens[0].clone();
    assert_eq!(claims(&token)["aud"], world.server.url());
    assert!(world.server.state().tokens.iter().all(|shown| *shown == token));
    let page = &world.login.asked(Endpoint::Authorize)[0];
    for (name, value) in [
        ("response_type", "code"),
        ("redirect_uri", HERE),
        ("resource", &*world.server.url()),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(page.parameter(name), Some(value));
    }
    assert_eq!(page.parameter("scope"), None);
    assert_eq!(world.token_request(0, "resource").unwrap(), world.server.url());
    let registration = &world.login.asked(Endpoint::Register)[0];
    let registration: serde_json::Value = serde_json::from_slice(&registration.body).unwrap();
    assert_eq!(registration["application_type"], "native");
    assert_eq!(registration["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert!(world.evil.is_untouched());
}

#[tokio::test]
async fn sessions_and_their_streams_are_authorized_too() {
    let world = World::new().await;
    let http = Http::new(&world.server.url()).authorize(world.oauth());
    let builder = Client::builder().era(Speak::newest_session().unwrap());
    let client = builder.connect_http(http).await.unwrap();
    client.call("x", &()).await.unwrap();
    client.shutdown().await;
    let text = world.server.recorder.text();
    let bare = text.split("POST /mcp").skip(1).filter(|request| !request.contains("Bearer "));
    assert_eq!(bare.count(), 1, "only the first request is without a token");
    let end = text.split("DELETE /mcp").nth(1).unwrap();
    assert!(end.contains("Bearer "), "{end}");
}

#[tokio::test]
async fn metadata_is_found_wherever_it_may_be() {
    for (hint, place, resource) in [
        (true, PLACE, "/mcp"),
        (false, PLACE, "/mcp"),
        (true, "/custom/metadata.json", "/mcp"),
        // At the root, it is the root's.
        (false, "/.well-known/oauth-protected-resource", ""),
        (false, "/.well-known/oauth-protected-resource", "/mcp"),
        (true, "/.well-known/oauth-protected-resource", "/"),
        // Spelt otherwise, and sent as it is spelt.
        (true, PLACE, "/mcp/"),
    ] {
        let world = World::new().await;
        world.server.state().documents.clear();
        let origin = world.server.recorder.origin.clone();
        let mut metadata = world.metadata();
        metadata["resource"] = format!("{origin}{resource}").into();
        world.server.describe(place, &metadata);
        if hint {
            world.server.state().challenge =
                format!("Basic realm=\"x\", Bearer resource_metadata=\"{origin}{place}\"");
        }
        world.connect(&world.oauth()).await.unwrap();
        let asked = world.token_request(0, "resource").unwrap();
        assert_eq!(asked, format!("{origin}{resource}"), "{hint} {place}");
    }
}

#[tokio::test]
async fn issuers_may_have_paths() {
    for openid in [false, true] {
        let mut world = World::new().await;
        let address = ([127, 0, 0, 1], 0).into();
        world.login = testing::AuthorizationServer::start_at(address, "/tenant1").await.unwrap();
        world.login.change(|it| it.oauth_metadata = !openid);
        world.says("authorization_servers", json!([world.login.issuer()]));
        world.connect(&world.oauth()).await.unwrap();
    }
}

#[tokio::test]
async fn who_is_known_beforehand_is_not_registered() {
    for far in ["client_secret_basic", "client_secret_post"] {
        let world = World::new().await;
        world.login.change(|it| it.authentication = vec![far.to_owned()]);
        let authentication = match far {
            "client_secret_basic" => testing::Authentication::Basic("s:ecret canary".to_owned()),
            _ => testing::Authentication::Post("s:ecret canary".to_owned()),
        };
        world.login.register(testing::Client::new("me & you", authentication).redirect(HERE));
        let known = Registered::new(world.login.issuer(), "me & you").secret("s:ecret canary");
        world.connect(&world.oauth().client(known)).await.unwrap();
        assert_eq!(world.asked(Endpoint::Register), 0);
        assert!(!world.server.recorder.text().contains("ecret"));
    }
}

#[tokio::test]
async fn a_url_of_metadata_comes_before_registration() {
    let url = "https://app.example/client.json";
    for supported in [true, false] {
        let world = World::new().await;
        world.login.change(|it| it.client_id_metadata_documents = supported);
        world.connect(&world.oauth().client_metadata(url)).await.unwrap();
        let page = &world.login.asked(Endpoint::Authorize)[0];
        assert_eq!(page.parameter("client_id") == Some(url), supported);
        assert_eq!(world.asked(Endpoint::Register), usize::from(!supported));
    }
}

#[tokio::test]
async fn servers_of_2025_03_26_need_say_nothing() {
    let world = World::new().await;
    world.is_of_2025_03_26();
    world.connect(&world.oauth().allow_2025_03_26()).await.unwrap_err();
    // `iss` is that of somebody else; it would be refused in any case.
    world.login.change(|it| it.iss = testing::Issuer::Missing);
    world.connect(&world.oauth().allow_2025_03_26()).await.unwrap();
}

#[tokio::test]
async fn tokens_can_be_bound_to_a_key() {
    let world = World::new().await;
    world.login.change(|it| it.needs_dpop = true);
    let oauth = world.oauth().dpop(Dpop::new().unwrap());
    let client = world.connect(&oauth).await.unwrap();
    client.list_tools().await.unwrap();
    let text = world.server.recorder.text().to_ascii_lowercase();
    assert!(text.contains("authorization: dpop ") && !text.contains("bearer ey"));
    let proofs: Vec<_> = text.lines().filter(|line| line.starts_with("dpop: ")).collect();
    assert_eq!(proofs.len(), 2);
    assert_ne!(proofs[0], proofs[1]);
}

#[tokio::test]
async fn revoked_tokens_are_renewed_by_servers_with_a_new_nonce_each_time_too() {
    let world = World::new().await;
    world.login.change(|it| it.needs_dpop = true);
    world.server.state().headers = "DPoP-Nonce: n{}\r\n".to_owned();
    let oauth = world.oauth().dpop(Dpop::new().unwrap());
    let client = world.connect(&oauth).await.unwrap();
    {
        let mut state = world.server.state();
        let token = state.tokens.last().unwrap().clone();
        state.refused.insert(token);
    }
    client.list_tools().await.unwrap();
    assert_eq!(world.asked(Endpoint::Token), 2);
    assert_eq!(world.pages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_may_log_in_beforehand_and_log_out() {
    let world = World::new().await;
    let oauth = world.oauth();
    oauth.log_in(&world.server.url()).await.unwrap();
    let client = world.connect(&oauth).await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(world.pages.lock().unwrap().len(), 1);
    oauth.log_out(&world.server.url()).await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(world.pages.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn many_calls_lead_to_one_login() {
    let world = World::new().await;
    let oauth = world.oauth();
    let client = world.connect(&oauth).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.login.revoke_all();
    world.server.state().refused.insert(old);
    let calls: Vec<_> =
        (0..10).map(|_| tokio::spawn(client.call("x", &()).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.pages.lock().unwrap().len(), 2);
}
