//! Files that an argument names by the URI of a resource, as far as the caller may read it.

use std::fmt;
use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};
use toolwright_core::Context;
use toolwright_core::resource::ResourceSet;
use toolwright_core::visibility::Item;
use toolwright_spec::ResourceContents;

use super::base64::encode;
use super::descriptor::{Body, BodyKind};
use super::encode::QueryPart;
use super::error::CallError;
use super::json::Members;

/// The resources that may be named.
#[derive(Clone)]
pub(crate) struct Files(pub(crate) Arc<dyn ResourceSet>);

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files")
    }
}

impl Files {
    /// The arguments with the contents of resources in place of their URIs; `None` where there are
    /// none.
    pub(crate) async fn fill(
        &self,
        cx: &Context,
        body: &Body,
        arguments: &RawValue,
    ) -> Result<Option<Box<RawValue>>, CallError> {
        let unread = |error: serde_json::Error| CallError::Arguments(error.to_string());
        let mut members = Members::parse(arguments.get()).map_err(unread)?;
        let Some((_, value)) = members.0.iter_mut().find(|(name, _)| *name == body.argument) else {
            return Ok(None);
        };
        let filled = match body.kind {
            BodyKind::Binary => self.file(cx, &body.argument, value).await?,
            BodyKind::Multipart if value.get().starts_with('{') => {
                self.form(cx, body, value).await?
            }
            _ => None,
        };
        let Some(filled) = filled else { return Ok(None) };
        *value = &filled;
        object(&members).map(Some)
    }

    async fn form(
        &self,
        cx: &Context,
        body: &Body,
        value: &RawValue,
    ) -> Result<Option<Box<RawValue>>, CallError> {
        let unread = |error: serde_json::Error| CallError::Arguments(error.to_string());
        let members = Members::parse(value.get()).map_err(unread)?;
        let mut filled: Vec<(usize, Box<RawValue>)> = Vec::new();
        for (index, (name, value)) in members.0.iter().enumerate() {
            if !body.encoding.get(name).is_some_and(|encoding| encoding.base64) {
                continue;
            }
            let argument = format!("{}.{name}", body.argument);
            let file = if value.get().starts_with('[') {
                self.list(cx, &argument, value).await?
            } else {
                self.file(cx, &argument, value).await?
            };
            filled.extend(file.map(|file| (index, file)));
        }
        if filled.is_empty() {
            return Ok(None);
        }
        let mut whole = Members(members.0.clone());
        for (index, file) in &filled {
            if let Some((_, value)) = whole.0.get_mut(*index) {
                *value = file;
            }
        }
        object(&whole).map(Some)
    }

    async fn list(
        &self,
        cx: &Context,
        argument: &str,
        value: &RawValue,
    ) -> Result<Option<Box<RawValue>>, CallError> {
        let unread = |error: serde_json::Error| CallError::Arguments(error.to_string());
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(unread)?;
        let (mut filled, mut any) = (Vec::with_capacity(items.len()), false);
        for item in items {
            let file = self.file(cx, argument, item).await?;
            any |= file.is_some();
            filled.push(file.unwrap_or_else(|| item.to_owned()));
        }
        if any { to_raw_value(&filled).map(Some).map_err(unread) } else { Ok(None) }
    }

    /// The resource's contents as a `data:` URI, if the value is the URI of one.
    async fn file(
        &self,
        cx: &Context,
        argument: &str,
        value: &RawValue,
    ) -> Result<Option<Box<RawValue>>, CallError> {
        let Ok(uri) = serde_json::from_str::<String>(value.get()) else { return Ok(None) };
        if !is_link(&uri) {
            return Ok(None);
        }
        // One text for what is not there and for what the caller must not see.
        let missing = || CallError::refused(argument, "there is no such resource");
        if !cx.shows(&Item::Resource(&uri)) {
            return Err(missing());
        }
        let read = self.0.read(cx, &uri).await.map_err(|_| missing())?;
        let (media_type, data) = match read.contents.into_iter().next().ok_or_else(missing)? {
            ResourceContents::Text(text) => {
                let usual = || "text/plain;charset=utf-8".to_owned();
                (text.mime_type.unwrap_or_else(usual), encode(text.text.as_bytes()))
            }
            ResourceContents::Blob(blob) => (blob.mime_type.unwrap_or_default(), blob.blob),
            _ => return Err(missing()),
        };
        let name = uri.split(['?', '#']).next().and_then(|path| path.rsplit('/').next());
        let name = QueryPart::data(name.unwrap_or_default());
        // What would end the head of the URI is no media type.
        let media_type = if media_type.contains(',') { String::new() } else { media_type };
        let uri = format!("data:{media_type};name={};base64,{data}", name.as_str());
        let unread = |error: serde_json::Error| CallError::Arguments(error.to_string());
        to_raw_value(&uri).map(Some).map_err(unread)
    }
}

/// Whether a text is a URI other than `data:`; base64 has no colon.
fn is_link(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && !scheme.eq_ignore_ascii_case("data")
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

fn object(members: &Members<'_>) -> Result<Box<RawValue>, CallError> {
    let unread = |error: serde_json::Error| CallError::Arguments(error.to_string());
    let mut text = String::from("{");
    for (name, value) in &members.0 {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(name).map_err(unread)?);
        text.push(':');
        text.push_str(value.get());
    }
    text.push('}');
    RawValue::from_string(text).map_err(unread)
}
