//! Resources.

use serde_json::{Value, json};
use toolwright_core::resource::{Directory, Resources, TemplateError};
use toolwright_core::{BuildError, Failure, Server};
use toolwright_spec::{Resource, ResourceTemplate};

use crate::both::askers;
use crate::support::connect;

#[derive(serde::Deserialize)]
struct Book {
    isbn: u32,
}

fn library() -> Resources {
    Resources::new()
        .text(Resource::new("hours", "shop://hours").with_mime_type("text/plain"), "9 to 5")
        .bytes(Resource::new("logo", "shop://logo").with_mime_type("image/png"), [0_u8, 255])
        .resource(Resource::new("stock", "shop://stock"), |_| async { "42".to_owned() })
        .resource(Resource::new("broken", "shop://broken"), |_| async {
            Err::<String, _>(std::io::Error::other("canary"))
        })
        .resource(Resource::new("panic", "shop://panic"), |cx| async move {
            assert!(cx.is_cancelled(), "canary");
            ""
        })
        .template(
            ResourceTemplate::new("book", "shop://books/{isbn}").with_mime_type("text/markdown"),
            |_, book: Book| async move {
                match book.isbn {
                    7 => Ok("# Solaris"),
                    13 => Err(Failure::invalid("this one is cursed")),
                    _ => Err(Failure::not_found()),
                }
            },
        )
}

fn server() -> Server {
    let more = Resources::new().template(
        ResourceTemplate::new("any", "shop://{+path}"),
        |_, path: std::collections::BTreeMap<String, String>| async move {
            match path.get("path") {
                Some(path) if path.starts_with("second/") => Ok(path.clone()),
                _ => Err(Failure::not_found()),
            }
        },
    );
    Server::new("test", "1").resources(library()).resources(more)
}

#[tokio::test]
async fn lists_are_the_same_in_every_revision() {
    for mut asker in askers(server).await {
        let listed = asker.ask("resources/list", json!({})).await["result"].take();
        let uris: Vec<_> =
            listed["resources"].as_array().unwrap().iter().map(|item| &item["uri"]).collect();
        let expected =
            ["shop://hours", "shop://logo", "shop://stock", "shop://broken", "shop://panic"];
        assert_eq!(uris, expected);
        assert_eq!(listed["resources"][0]["mimeType"], "text/plain");
        assert_eq!(listed.get("ttlMs").is_some(), asker.is_modern());

        let listed = asker.ask("resources/templates/list", json!({})).await["result"].take();
        assert_eq!(listed["resourceTemplates"][0]["uriTemplate"], "shop://books/{isbn}");
        assert_eq!(listed["resourceTemplates"][1]["name"], "any");
        for method in ["resources/list", "resources/templates/list"] {
            assert_eq!(asker.code(method, json!({ "cursor": "" })).await, -32602);
        }
    }
}

#[tokio::test]
async fn resources_are_read() {
    for mut asker in askers(server).await {
        for (uri, contents) in [
            ("shop://hours", json!({ "text": "9 to 5", "mimeType": "text/plain" })),
            ("shop://logo", json!({ "blob": "AP8=", "mimeType": "image/png" })),
            ("shop://stock", json!({ "text": "42" })),
            ("shop://books/7", json!({ "text": "# Solaris", "mimeType": "text/markdown" })),
            ("shop://second/set", json!({ "text": "second/set" })),
        ] {
            let mut result =
                asker.ask("resources/read", json!({ "uri": uri })).await["result"].take();
            let mut contents = contents;
            contents["uri"] = uri.into();
            assert_eq!(result["contents"], json!([contents]), "{}", asker.revision());
            let hints = (result["ttlMs"].take(), result["cacheScope"].take());
            let ttl = if uri == "shop://hours" || uri == "shop://logo" { 300_000 } else { 0 };
            let expected = if asker.is_modern() {
                (json!(ttl), json!("private"))
            } else {
                (Value::Null, Value::Null)
            };
            assert_eq!(hints, expected);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_words_of_the_era() {
    for mut asker in askers(server).await {
        let missing = if asker.is_modern() { -32602 } else { -32002 };
        for (params, code) in [
            (json!({ "uri": "shop://nothing" }), missing),
            (json!({ "uri": "shop://books/8" }), missing),
            (json!({ "uri": "shop://books/..%2fhours" }), missing),
            (json!({ "uri": "shop://books/x" }), -32602),
            (json!({ "uri": "shop://books/13" }), -32602),
            (json!({ "uri": "hours" }), -32602),
            (json!({ "uri": "shop://a b" }), -32602),
            (json!({ "uri": "shop://a\0" }), -32602),
            (json!({ "uri": "" }), -32602),
            (json!({ "uri": 7 }), -32602),
            (json!({}), -32602),
            (json!({ "uri": format!("shop://{}", "a".repeat(1 << 20)) }), -32602),
            (json!({ "uri": "shop://broken" }), -32603),
            (json!({ "uri": "shop://panic" }), -32603),
        ] {
            let answer = asker.ask("resources/read", params.clone()).await;
            assert_eq!(answer["error"]["code"], code, "{} {answer}", asker.revision());
            assert!(!answer.to_string().contains("canary"), "{answer}");
        }
        let answer = asker.ask("resources/read", json!({ "uri": "shop://nothing" })).await;
        assert_eq!(answer["error"]["data"], json!({ "uri": "shop://nothing" }));
        let answer = asker.ask("resources/read", json!({ "uri": "shop://books/x" })).await;
        assert!(answer["error"]["message"].as_str().unwrap().contains("isbn"), "{answer}");
    }
}

#[tokio::test]
async fn a_server_says_whether_it_has_resources() {
    let mut peer = connect(server());
    peer.modern(1.into(), "server/discover", json!({})).await;
    assert_eq!(peer.next().await["result"]["capabilities"], json!({ "resources": {} }));
    for mut asker in askers(|| Server::new("empty", "1")).await {
        for method in ["resources/list", "resources/templates/list", "resources/read"] {
            let params = json!({ "uri": "shop://hours" });
            assert_eq!(asker.code(method, params).await, -32601, "{method}");
        }
    }
}

#[tokio::test]
async fn directories_end_at_their_walls() {
    let root = std::env::temp_dir().join(format!("toolwright-features-{}", std::process::id()));
    std::fs::create_dir_all(root.join("open/deep")).unwrap();
    std::fs::write(root.join("open/deep/a.md"), "# A").unwrap();
    std::fs::write(root.join("open/raw"), [0xff]).unwrap();
    std::fs::write(root.join("secret"), "canary").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.join("secret"), root.join("open/link")).unwrap();
    let open = root.join("open");
    let server = || {
        let single = Resource::new("a", "one://a");
        Server::new("test", "1")
            .resources(Directory::new("docs", "file:///docs/", &open))
            .resources(Resources::new().file(single, open.join("deep/a.md")))
    };
    for mut asker in askers(server).await {
        for uri in ["file:///docs/deep/a.md", "one://a"] {
            let answer = asker.ask("resources/read", json!({ "uri": uri })).await;
            let expected = json!([{ "uri": uri, "text": "# A", "mimeType": "text/markdown" }]);
            assert_eq!(answer["result"]["contents"], expected, "{answer}");
        }
        let raw = asker.ask("resources/read", json!({ "uri": "file:///docs/raw" })).await;
        assert_eq!(raw["result"]["contents"][0]["blob"], "/w==");
        for path in [
            "../secret",
            "%2e%2e/secret",
            "..%2fsecret",
            "%2e%2e%2fsecret",
            "link",
            "deep",
            "x",
            "%252e%252e/secret",
            "/etc/passwd",
            "deep/../../secret",
            "raw%00",
            ".",
            "",
        ] {
            let uri = format!("file:///docs/{path}");
            let answer = asker.ask("resources/read", json!({ "uri": uri })).await;
            let missing = if asker.is_modern() { -32602 } else { -32002 };
            assert_eq!(answer["error"]["code"], missing, "{path} {answer}");
        }
    }
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn resources_are_checked_when_the_server_is_built() {
    let with = |set: Resources| Server::new("test", "1").resources(set).build();
    let twice = server().resources(library()).build();
    assert!(matches!(twice, Err(BuildError::DuplicateResource { uri }) if uri == "shop://hours"));
    let template = |text: &str| {
        let read = |_, (): ()| async { "" };
        Resources::new().template(ResourceTemplate::new("x", text), read)
    };
    let twice = server().resources(template("shop://{+path}")).build();
    assert!(matches!(twice, Err(BuildError::DuplicateResource { .. })));
    let bad = with(template("shop://{a}{b}"));
    let Err(BuildError::UriTemplate { reason: TemplateError::Adjacent(name), .. }) = bad else {
        panic!("{bad:?}");
    };
    assert_eq!(name, "b");
    let bad = with(Resources::new().text(Resource::new("x", "no uri"), ""));
    assert!(matches!(bad, Err(BuildError::ResourceUri { .. })));
}
