//! Files named by the URI of a resource.

use std::sync::Arc;

use toolwright_core::descriptor::Descriptor;
use toolwright_core::resource::Resources;
use toolwright_core::visibility::Item;
use toolwright_core::{Client, Server};
use toolwright_spec::Resource;

use super::*;
use crate::rest::{RestTools, Upstream};

fn descriptor() -> Descriptor {
    let file = json!({"contentType": "*/*", "style": "form", "explode": true, "base64": true});
    let named = |name: &str, body: Value| {
        let http = json!({"method": "POST", "path": "/", "body": body});
        let tool = tool(json!({"kind": "empty"}), http);
        tool.replace("\"name\":\"tool\"", &format!("\"name\":\"{name}\"")).into()
    };
    let form = json!({"argument": "body", "mediaType": "multipart/form-data",
                      "kind": "multipart", "encoding": {"f": file, "l": file}});
    let binary = json!({"argument": "body", "mediaType": "image/*", "kind": "binary"});
    let tools = vec![named("form", form), named("binary", binary)];
    Descriptor { api: api().into(), tools: tools.into() }
}

fn shelf() -> Resources {
    Resources::new()
        .text(Resource::new("notes", "shelf://a/notes.txt").with_mime_type("text/plain"), "hé")
        .text(Resource::new("secret", "shelf://secret"), "canary")
}

async fn client(url: &str, resources: bool) -> Client {
    let descriptor = descriptor();
    let mut upstream = Upstream::builder(&descriptor).base_url(url);
    if resources {
        upstream = upstream.files(Arc::new(shelf()));
    }
    let tools = RestTools::new(&descriptor, upstream.build().unwrap());
    let server = Server::new("shop", "1")
        .tools(tools)
        .visibility(|_, item| !matches!(item, Item::Resource("shelf://secret")));
    Client::in_memory(server).await.unwrap()
}

#[tokio::test]
async fn resources_that_the_caller_may_read_are_files() {
    let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
    let client = client(&server.url, true).await;
    let body = json!({"body": {"f": "shelf://a/notes.txt", "l": ["aGk=", "shelf://a/notes.txt"], "t": "shelf://secret"}});
    client.call("form", &body).await.unwrap();
    let request = server.requests().remove(0);
    let file = |name: &str| {
        format!("name=\"{name}\"; filename=\"notes.txt\"\r\nContent-Type: text/plain\r\n\r\nhé\r\n")
    };
    assert!(request.contains(&file("f")) && request.contains(&file("l")), "{request}");
    assert!(
        request.contains("filename=\"l\"\r\nContent-Type: application/octet-stream\r\n\r\nhi\r\n")
    );
    // What is no file is text as before.
    assert!(request.contains("name=\"t\"\r\n\r\nshelf://secret\r\n"), "{request}");
    client.call("binary", &json!({"body": "shelf://a/notes.txt"})).await.unwrap();
    assert!(server.requests().remove(1).ends_with("\r\n\r\nhé"));
}

#[tokio::test]
async fn other_resources_are_not() {
    let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
    for (resources, uri) in [
        (true, "shelf://secret"),
        (true, "shelf://none"),
        (true, "file:///etc/passwd"),
        (true, "http://169.254.169.254/"),
        (false, "shelf://a/notes.txt"),
    ] {
        let client = client(&server.url, resources).await;
        for (tool, arguments) in
            [("form", json!({"body": {"f": uri}})), ("binary", json!({"body": uri}))]
        {
            let result = client.call(tool, &arguments).await.unwrap();
            assert_eq!(result.is_error, Some(true), "{tool} {uri}");
            let said = serde_json::to_string(&result.content).unwrap();
            assert!(said.contains("cannot be sent") && !said.contains("canary"), "{said}");
        }
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}
