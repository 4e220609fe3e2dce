//! The port that a browser comes back to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use toolwright_auth::client::{Browser, LoginError, OAuth};
use toolwright_auth::testing::Endpoint;

use crate::world::{World, get, visit};

/// Somebody who logs in with a browser that is told to, by hand.
async fn begin(
    world: &World,
    patience: Duration,
) -> (OAuth, String, JoinHandle<Result<(), LoginError>>) {
    let (told, tell) = tokio::sync::oneshot::channel();
    let told = Arc::new(Mutex::new(Some(told)));
    let browser = Browser::new().patience(patience).only_announce().announce(move |url| {
        let told = told.lock().unwrap().take();
        told.unwrap().send(url.as_str().to_owned()).unwrap();
    });
    let oauth = OAuth::new().handler(browser);
    let (another, server) = (oauth.clone(), world.server.url());
    let login = tokio::spawn(async move { another.log_in(&server).await });
    let page = tell.await.unwrap();
    (oauth, visit(&page).await.unwrap(), login)
}

fn parts(callback: &str) -> (&str, &str) {
    let rest = callback.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_at(rest.find('/').unwrap());
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    (host, target)
}

async fn ask(host: &str, target: &str) -> String {
    get(host, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await
}

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_browser_comes_back_once() {
    let world = World::new().await;
    let (_, callback, login) = begin(&world, PATIENCE).await;
    let (host, target) = parts(&callback);
    let answer = ask(host, target).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for header in ["Content-Security-Policy: default-src 'none'", "Cache-Control: no-store"] {
        assert!(answer.contains(header), "{answer}");
    }
    login.await.unwrap().unwrap();
    // Nobody listens any more.
    assert!(TcpStream::connect(host).await.is_err());
}

#[tokio::test]
async fn what_others_send_changes_nothing() {
    let world = World::new().await;
    let (_, callback, login) = begin(&world, PATIENCE).await;
    let (host, target) = parts(&callback);
    let foreign = target.replace("state=", "state=x");
    let script = "/callback?error=%3Cscript%3Ealert(1)%3C/script%3E&state=canary";
    for (target, status) in [
        ("/", "404"),
        ("/callback", "404"),
        ("/favicon.ico", "404"),
        ("http://evil.example/callback?x", "404"),
        ("/callback?", "400"),
        ("/callback?code=a", "400"),
        (&*foreign, "400"),
        (&*target.replace("iss=http", "iss=https"), "400"),
        (script, "400"),
    ] {
        let answer = ask(host, target).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {answer}");
        assert!(!answer.contains("script") && !answer.contains("canary"), "{answer}");
    }
    for request in ["POST / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "GET /callback?x\r\n\r\n"] {
        assert!(get(host, request).await.starts_with("HTTP/1.1 404"), "{request}");
    }
    // Connections that say nothing do not stand in the way.
    let idle = TcpStream::connect(host).await.unwrap();
    assert!(ask(host, target).await.starts_with("HTTP/1.1 200"));
    drop(idle);
    login.await.unwrap().unwrap();
    assert_eq!(world.asked(Endpoint::Token), 1);
}

#[tokio::test]
async fn of_two_that_race_one_wins() {
    let world = World::new().await;
    let (_, callback, login) = begin(&world, PATIENCE).await;
    let (host, target) = parts(&callback);
    let (one, other) = tokio::join!(ask(host, target), ask(host, target));
    let wins = [&one, &other].into_iter().filter(|answer| answer.contains("You are logged in"));
    assert_eq!(wins.count(), 1, "{one}\n{other}");
    login.await.unwrap().unwrap();
    assert_eq!(world.asked(Endpoint::Token), 1);
}

#[tokio::test]
async fn nobody_is_waited_for_without_end() {
    let world = World::new().await;
    let (_, callback, login) = begin(&world, Duration::from_millis(200)).await;
    assert_eq!(login.await.unwrap(), Err(LoginError::Late));
    assert!(TcpStream::connect(parts(&callback).0).await.is_err());
    // Who came from the wrong server is told of, rather than that nobody came.
    let (_, callback, login) = begin(&world, Duration::from_millis(500)).await;
    let (host, target) = parts(&callback);
    ask(host, &target.replace("iss=http", "iss=https")).await;
    assert!(matches!(login.await.unwrap(), Err(LoginError::MixedUp { .. })));
    assert_eq!(world.asked(Endpoint::Token), 0);
}

#[tokio::test]
async fn a_refusal_is_shown_plainly() {
    let world = World::new().await;
    world.login.change(|it| it.consents = false);
    let (_, callback, login) = begin(&world, PATIENCE).await;
    let (host, target) = parts(&callback);
    let answer = ask(host, target).await;
    assert!(answer.contains("You are not logged in") && !answer.contains("access_denied"));
    let error = login.await.unwrap().unwrap_err();
    assert!(matches!(error, LoginError::Refused { .. }), "{error}");
}
