//! Resources: fixed text and bytes, one that changes, and a family behind a template.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use toolwright::completion::Partial;
use toolwright::spec::{Resource, ResourceTemplate};
use toolwright::{Failure, Resources};

use super::media::PNG;

/// How often the watched resource was changed.
#[derive(Default)]
pub(super) struct Changed(pub(super) AtomicU32);

/// Where the resource is that clients may watch.
pub(super) const WATCHED: &str = "test://watched-resource";

pub(super) fn resources() -> Resources {
    let text = Resource::new("static-text", "test://static-text")
        .with_description("Text that stays as it is")
        .with_mime_type("text/plain");
    let image = Resource::new("static-binary", "test://static-binary")
        .with_description("An image that stays as it is")
        .with_mime_type("image/png");
    let watched = Resource::new("watched", WATCHED)
        .with_description("A resource that clients may watch")
        .with_mime_type("text/plain");
    let family = ResourceTemplate::new("data", "test://template/{id}/data")
        .with_description("Data by id")
        .with_mime_type("application/json");
    Resources::new()
        .text(text, "This is the content of the static text resource.")
        .bytes(image, PNG)
        .resource(watched, |cx| async move {
            let changed = cx.state::<Changed>()?.0.load(Ordering::Relaxed);
            Ok::<_, Failure>(format!("This is watched, and has changed {changed} times."))
        })
        .template(family, |_, variables: HashMap<String, String>| async move {
            let id = variables.get("id").map_or("", String::as_str);
            let data = format!("Data for ID: {id}");
            json!({ "id": id, "templateTest": true, "data": data }).to_string()
        })
        .complete("id", |_, partial: Partial| async move { Ok(partial.filter(["123", "124"])) })
}
