//! Operations that are read under URIs.

use serde_json::value::to_raw_value;
use serde_json::{Map, Value};
use toolwright_core::resource::IntoContents;
use toolwright_core::{Context, Failure};
use toolwright_spec::ReadResourceResult;

use super::Upstream;
use super::descriptor::{Binding, Place};
use super::readable::Readable;
use super::reply::{Payload, is_not_found};

impl Upstream {
    /// Reads the operation that is a resource under `uri`: JSON and text as text, all else as a
    /// blob.
    ///
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// [`Failure::not_found`] where no operation has this URI, or the service has nothing there;
    /// otherwise what kept the service from answering, which the log says and the peer is not told.
    pub async fn read(&self, cx: &Context, uri: &str) -> Result<ReadResourceResult, Failure> {
        let (index, values, mime_type) = self.readable(uri).ok_or_else(Failure::not_found)?;
        let arguments = to_raw_value(&values)?;
        let (_, read) = self.exchange(cx, index, &arguments).await.map_err(|text| {
            // The log learns what went wrong, and nothing that the service says itself.
            let told = text.lines().next().unwrap_or_default().to_owned();
            if is_not_found(&text) { Failure::not_found() } else { Failure::internal(told) }
        })?;
        match read.payload {
            Payload::Empty => "".into_contents(uri, mime_type),
            Payload::Json(json) => {
                json.get().into_contents(uri, mime_type.or(Some("application/json")))
            }
            Payload::Text(text) => text.into_contents(uri, mime_type.or(Some("text/plain"))),
            Payload::Binary(binary) => {
                binary.bytes.into_contents(uri, Some(binary.media_type.as_str()))
            }
        }
    }

    /// The operation with this URI, its arguments, and its media type. Those without variables go
    /// first: `books/new` is no book.
    fn readable(&self, uri: &str) -> Option<(usize, Map<String, Value>, Option<&str>)> {
        let plans = self.tools.iter().enumerate().filter_map(|(index, tool)| {
            let plan = tool.plan.as_ref().ok()?;
            Some((index, &plan.binding, plan.resource.as_ref()?))
        });
        let found = |(index, binding, readable): (usize, &Binding, &'_ Readable)| {
            let values = readable.template.matches(uri)?;
            Some((index, arguments(binding, values)))
        };
        let (index, values) = plans.filter_map(found).min_by_key(|(_, values)| values.len())?;
        let plan = self.tools.get(index)?.plan.as_ref().ok()?;
        Some((index, values, plan.resource.as_ref()?.mime_type.as_deref()))
    }
}

/// Variables of a template have no `-` where arguments have one.
fn arguments(binding: &Binding, values: Vec<(String, String)>) -> Map<String, Value> {
    let named = |variable: &str| {
        binding.parameters.iter().find(|parameter| {
            matches!(parameter.place, Place::Path | Place::Query)
                && parameter.preset.is_none()
                && parameter.argument.replace('-', "_") == *variable
        })
    };
    values
        .into_iter()
        .filter_map(|(name, value)| Some((named(&name)?.argument.clone(), Value::String(value))))
        .collect()
}
