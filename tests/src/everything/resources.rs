//! Resources: fixed text and bytes, one that changes, and a family behind a template.

use std::collections::HashMap;

use serde_json::json;
use toolwright::Resources;
use toolwright::completion::Partial;
use toolwright::spec::{Resource, ResourceTemplate};

use super::media::PNG;

pub(super) fn resources() -> Resources {
    let text = Resource::new("static-text", "test://static-text")
        .with_description("Text that stays as it is")
        .with_mime_type("text/plain");
    let image = Resource::new("static-binary", "test://static-binary")
        .with_description("An image that stays as it is")
        .with_mime_type("image/png");
    let watched = Resource::new("watched", "test://watched-resource")
        .with_description("A resource that clients may watch")
        .with_mime_type("text/plain");
    let family = ResourceTemplate::new("data", "test://template/{id}/data")
        .with_description("Data by id")
        .with_mime_type("application/json");
    Resources::new()
        .text(text, "This is the content of the static text resource.")
        .bytes(image, PNG)
        .resource(watched, |_| async { "This is watched." })
        .template(family, |_, variables: HashMap<String, String>| async move {
            let id = variables.get("id").map_or("", String::as_str);
            let data = format!("Data for ID: {id}");
            json!({ "id": id, "templateTest": true, "data": data }).to_string()
        })
        .complete("id", |_, partial: Partial| async move { Ok(partial.filter(["123", "124"])) })
}
