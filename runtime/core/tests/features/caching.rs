//! For how long results may be kept.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::cache::{CacheHint, Cacheable};
use toolwright_core::tool::{DynamicTools, FnTools};
use toolwright_core::{Context, Prompts, Resources, Server};
use toolwright_spec::{
    CacheScope, ReadResourceResult, Resource, ResourceTemplate, TextResourceContents,
};

use crate::both::askers;

const PUBLIC: CacheHint = CacheHint::public(Duration::from_secs(7));

fn server() -> Server {
    let saying = |_: Context| async {
        let contents = TextResourceContents::new("x://saying", "");
        let result = ReadResourceResult::new([contents.into()]).with_ttl_ms(3);
        result.with_cache_scope(CacheScope::Public)
    };
    let resources = Resources::new()
        .text(Resource::new("x", "x://plain"), "")
        .text(Resource::new("x", "x://hinted"), "")
        .cache(PUBLIC)
        .resource(Resource::new("x", "x://closure"), |_| async { "" })
        .resource(Resource::new("x", "x://saying"), saying)
        .cache(PUBLIC)
        .template(ResourceTemplate::new("x", "x://made/{a}"), |_, (): ()| async { "" })
        .cache(PUBLIC);
    Server::new("test", "1").resources(resources).tools(FnTools::new()).prompts(Prompts::new())
}

fn hint(answer: &Value) -> (Option<i64>, Option<&str>) {
    (answer["result"]["ttlMs"].as_i64(), answer["result"]["cacheScope"].as_str())
}

#[tokio::test]
async fn hints_are_given_by_method() {
    let server = || {
        server()
            .cache(Cacheable::Tools, CacheHint::public(Duration::from_secs(1)))
            .cache(Cacheable::Prompts, CacheHint::private(Duration::ZERO))
            .cache(Cacheable::Templates, PUBLIC)
            .cache(Cacheable::Discover, PUBLIC)
            .cache(Cacheable::Read, CacheHint::private(Duration::from_millis(5)))
    };
    for mut asker in askers(server).await {
        for (method, ttl, scope) in [
            ("tools/list", 1000, "public"),
            ("prompts/list", 0, "private"),
            ("resources/list", 300_000, "private"),
            ("resources/templates/list", 7000, "public"),
            ("server/discover", 7000, "public"),
        ] {
            if asker.is_modern() {
                let answer = asker.ask(method, json!({})).await;
                assert_eq!(hint(&answer), (Some(ttl), Some(scope)), "{method}");
            } else if method != "server/discover" {
                assert_eq!(hint(&asker.ask(method, json!({})).await), (None, None), "{method}");
            }
        }
        let read = asker.ask("resources/read", json!({ "uri": "x://closure" })).await;
        let expected = (Some(5), Some("private"));
        assert_eq!(hint(&read), if asker.is_modern() { expected } else { (None, None) });
    }
}

#[tokio::test]
async fn hints_are_given_by_item() {
    for mut asker in askers(server).await {
        for (uri, ttl, scope) in [
            ("x://plain", 300_000, "private"),
            ("x://hinted", 7000, "public"),
            ("x://closure", 0, "private"),
            ("x://saying", 3, "public"),
            ("x://made/y", 7000, "public"),
        ] {
            let read = asker.ask("resources/read", json!({ "uri": uri })).await;
            let expected = (Some(ttl), Some(scope));
            assert_eq!(hint(&read), if asker.is_modern() { expected } else { (None, None) });
        }
    }
}

#[tokio::test]
async fn nothing_is_shared_that_a_filter_looks_at() {
    let server = || server().visibility(|_, _| true).cache(Cacheable::Tools, PUBLIC);
    let mut asker = askers(server).await.pop().unwrap();
    assert_eq!(hint(&asker.ask("tools/list", json!({})).await).1, Some("private"));
    for uri in ["x://hinted", "x://saying"] {
        let read = asker.ask("resources/read", json!({ "uri": uri })).await;
        assert_eq!(hint(&read).1, Some("private"));
    }
}

#[tokio::test]
async fn what_may_change_is_kept_for_a_short_time() {
    let server = || server().tools(DynamicTools::new());
    let mut asker = askers(server).await.pop().unwrap();
    assert_eq!(hint(&asker.ask("tools/list", json!({})).await), (Some(10_000), Some("private")));
    assert_eq!(hint(&asker.ask("prompts/list", json!({})).await).0, Some(300_000));
}
