//! Tokens that expire, and how they are renewed.

use std::time::Duration;

use toolwright_auth::client::{FileStore, MemoryStore, StoreKey, TokenStore};
use toolwright_auth::testing::{Endpoint, Fault};
use toolwright_core::client::{Denied, MemoryCache, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_http::client::{ConnectWith, Http};

use crate::stores::Folder;
use crate::world::World;

/// Kinds of grants, in the order in which they were asked for.
fn grants(world: &World) -> Vec<String> {
    let asked = world.login.asked(Endpoint::Token);
    asked.iter().map(|asked| asked.parameter("grant_type").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_has_expired_is_renewed_before_it_is_used() {
    let world = World::new().await;
    world.login.change(|it| it.lifetime = Duration::ZERO);
    let client = world.connect(&world.oauth()).await;
    // The first token is tried as soon as it is there.
    let client = client.unwrap();
    world.login.change(|it| it.lifetime = Duration::from_secs(600));
    client.list_tools().await.unwrap();
    let before = grants(&world).len();
    client.call("x", &()).await.unwrap();
    client.call("x", &()).await.unwrap();
    assert_eq!(grants(&world).len(), before);
    assert!(grants(&world).iter().skip(1).all(|grant| grant == "refresh_token"));
    assert_eq!(world.pages.lock().unwrap().len(), 1);
    let refresh = world.login.asked(Endpoint::Token)[1].clone();
    assert_eq!(refresh.parameter("resource"), Some(&*world.server.url()));
}

#[tokio::test]
async fn what_is_refused_is_renewed_once_for_all() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    let calls: Vec<_> =
        (0..10).map(|_| tokio::spawn(client.call("x", &()).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(grants(&world), ["authorization_code", "refresh_token"]);
    assert_eq!(world.pages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refresh_token_lasts_until_there_is_another() {
    let world = World::new().await;
    world.login.change(|it| it.rotates = false);
    let client = world.connect(&world.oauth()).await.unwrap();
    for _ in 0..3 {
        let used = world.server.state().tokens.last().unwrap().clone();
        world.server.state().refused.insert(used);
        client.call("x", &()).await.unwrap();
    }
    assert_eq!(grants(&world).len(), 4);
}

#[tokio::test]
async fn what_cannot_be_renewed_leads_to_a_login() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    world.login.revoke_all();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    client.call("x", &()).await.unwrap();
    assert_eq!(grants(&world), ["authorization_code", "refresh_token", "authorization_code"]);
}

#[tokio::test]
async fn what_cannot_be_renewed_now_can_be_later() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    for fault in [Fault::status(500), Fault::status(503), Fault::Closes] {
        world.login.change(|it| drop(it.faults.insert(Endpoint::Token, fault)));
        let error = client.call("x", &()).await.unwrap_err();
        let is_failed = matches!(error, ClientError::Unauthorized { why: Denied::Failed, .. });
        assert!(is_failed, "{error}");
    }
    world.login.change(|it| it.faults.clear());
    client.call("x", &()).await.unwrap();
    assert_eq!(world.pages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_that_is_forgotten_registers_again() {
    let world = World::new().await;
    let client = world.connect(&world.oauth()).await.unwrap();
    let id = world.login.asked(Endpoint::Authorize)[0].parameter("client_id").unwrap().to_owned();
    world.login.forget(&id);
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    client.call("x", &()).await.unwrap();
    assert_eq!(world.asked(Endpoint::Register), 2);
}

#[tokio::test]
async fn a_server_that_takes_no_token_is_given_up() {
    let world = World::new().await;
    world.server.state().refuses_all = true;
    let (why, reason) = world.denied(&world.oauth()).await;
    assert_eq!(why, Denied::Login);
    assert!(reason.contains("refuses a new access token") && !reason.contains("clock"), "{reason}");
    assert_eq!(world.pages.lock().unwrap().len(), 1);
    // Its clock is wrong, and that may be why.
    let world = World::new().await;
    world.server.state().refuses_all = true;
    world.server.state().headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned();
    let (_, reason) = world.denied(&world.oauth()).await;
    assert!(reason.contains("seconds apart"), "{reason}");
}

#[tokio::test]
async fn what_is_kept_is_used_by_the_next_process() {
    let folder = Folder::new();
    let world = World::new().await;
    let store = || FileStore::new(folder.path().join("tokens"));
    world.connect(&world.oauth().store(store())).await.unwrap();
    let client = world.connect(&world.oauth().store(store())).await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(grants(&world), ["authorization_code"]);
    // The first request carried it already.
    let text = world.server.recorder.text();
    assert_eq!(text.split("POST /mcp").skip(1).filter(|sent| !sent.contains("Bearer")).count(), 1);
    let kept = std::fs::read(folder.path().join("tokens")).unwrap();
    let token = world.server.state().tokens[0].clone();
    assert!(!String::from_utf8_lossy(&kept).contains(&token[..40]));
}

#[tokio::test]
async fn two_processes_renew_once() {
    let folder = Folder::new();
    let world = World::new().await;
    let store = || FileStore::new(folder.path().join("tokens"));
    let one = world.connect(&world.oauth().store(store())).await.unwrap();
    let other = world.connect(&world.oauth().store(store())).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    let (first, second) = tokio::join!(one.call("x", &()), other.call("x", &()));
    first.unwrap();
    second.unwrap();
    assert_eq!(grants(&world), ["authorization_code", "refresh_token"]);
}

#[tokio::test]
async fn what_another_process_renewed_is_renewed_further() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let one = world.connect(&world.oauth().store(store.clone())).await.unwrap();
    let other = world.connect(&world.oauth().store(store)).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    // What the one has then has expired when the other needs it.
    world.login.change(|it| it.lifetime = Duration::ZERO);
    one.call("x", &()).await.unwrap();
    world.login.change(|it| it.lifetime = Duration::from_secs(600));
    other.call("x", &()).await.unwrap();
    one.call("x", &()).await.unwrap();
    assert!(grants(&world).iter().skip(1).all(|grant| grant == "refresh_token"));
    assert_eq!(world.pages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn who_logged_out_elsewhere_is_not_renewed() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let one = world.oauth().store(store.clone());
    world.connect(&one).await.unwrap();
    let other = world.connect(&world.oauth().store(store)).await.unwrap();
    one.log_out(&world.server.url()).await.unwrap();
    let old = world.server.state().tokens[0].clone();
    world.server.state().refused.insert(old);
    other.call("x", &()).await.unwrap();
    assert_eq!(grants(&world), ["authorization_code", "authorization_code"]);
}

#[tokio::test]
async fn logging_out_waits_for_who_renews() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let (oauth, url) = (world.oauth().store(store.clone()), world.server.url());
    world.connect(&oauth).await.unwrap();
    let page = world.login.asked(Endpoint::Authorize)[0].clone();
    let key = StoreKey::Tokens {
        issuer: world.login.issuer().to_owned(),
        resource: url.clone(),
        client: page.parameter("client_id").unwrap().to_owned(),
    };
    let turn = store.lock(&key).await.unwrap();
    let mut leaving = Box::pin(oauth.log_out(&url));
    assert!(tokio::time::timeout(Duration::from_millis(20), &mut leaving).await.is_err());
    drop(turn);
    leaving.await.unwrap();
    assert_eq!(store.load(&key).await.unwrap(), None);
    assert_eq!(store.load(&StoreKey::Server { url }).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_logs_in_next_is_not_told_what_was_kept() {
    let world = World::new().await;
    world.server.state().ttl = 60_000;
    let oauth = world.oauth();
    let http = Http::new(&world.server.url()).authorize(oauth.clone());
    let builder = Client::builder().era(Speak::Modern).cache(MemoryCache::new());
    let client = builder.connect_http(http).await.unwrap();
    let lists = || world.server.recorder.text().matches("\"tools/list\"").count();
    client.list_tools().await.unwrap();
    client.list_tools().await.unwrap();
    let before = lists();
    world.login.change(|it| it.person = "bob".to_owned());
    oauth.log_in(&world.server.url()).await.unwrap();
    client.call("x", &()).await.unwrap();
    client.list_tools().await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(lists(), before + 1);
    // Tokens that are renewed are the same person's.
    let used = world.server.state().tokens.last().unwrap().clone();
    world.server.state().refused.insert(used);
    client.call("x", &()).await.unwrap();
    client.list_tools().await.unwrap();
    assert_eq!(lists(), before + 1);
}

#[tokio::test]
async fn stores_are_shared_by_servers_and_their_tokens_are_not() {
    let store = MemoryStore::new();
    let (one, other) = (World::new().await, World::new().await);
    let oauth = one.oauth().store(store);
    one.connect(&oauth).await.unwrap();
    other.connect(&oauth).await.unwrap();
    let token = one.server.state().tokens[0].clone();
    assert!(!other.server.recorder.text().contains(&token));
    assert_eq!((grants(&one).len(), grants(&other).len()), (1, 1));
}
