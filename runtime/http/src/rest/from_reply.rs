//! Replies as Rust values.

use serde::de::DeserializeOwned;
use toolwright_core::{Json, ToolCall, ToolError};

use super::reply::{Binary, Payload, Read};

/// What a reply can be read as: [`Json`], `String`, [`Binary`] or `()`.
pub trait FromReply: Sized + sealed::Read {}

impl<T: sealed::Read> FromReply for T {}

pub(crate) mod sealed {
    use super::{Payload, ToolError};

    /// Implemented here only, so that how a reply is held stays free to change.
    pub trait Read: Sized {
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed")]
        fn read(payload: Payload) -> Result<Self, ToolError>;
    }
}

/// Reads a reply; the error's text is for the model.
pub(crate) fn typed<R: FromReply>(read: Read) -> Result<R, ToolError> {
    R::read(read.payload).map_err(|error| match read.note {
        Some(note) => ToolError::new(format!("{error} {note}")),
        None => error,
    })
}

fn unexpected(wanted: &str) -> ToolError {
    ToolError::new(format!(
        "The service did as it was asked, but its reply is not the {wanted} that its \
         description promises."
    ))
}

#[expect(private_interfaces, reason = "sealed")]
impl<T: DeserializeOwned> sealed::Read for Json<T> {
    fn read(payload: Payload) -> Result<Self, ToolError> {
        let Payload::Json(json) = payload else {
            return Err(unexpected("JSON"));
        };
        match serde_json::from_str(json.get()) {
            Ok(value) => Ok(Self(value)),
            // Integers may have a fraction of zero; a second look is only worth it then.
            Err(error) => ToolCall::new(0, "", &json).parse().map(Self).map_err(|_| {
                let place = unexpected("JSON");
                ToolError::new(format!("{place} ({error})"))
            }),
        }
    }
}

#[expect(private_interfaces, reason = "sealed")]
impl sealed::Read for String {
    fn read(payload: Payload) -> Result<Self, ToolError> {
        match payload {
            Payload::Text(text) => Ok(text),
            Payload::Json(json) => Ok(json.get().to_owned()),
            Payload::Empty => Ok(Self::new()),
            Payload::Binary(_) => Err(unexpected("text")),
        }
    }
}

#[expect(private_interfaces, reason = "sealed")]
impl sealed::Read for Binary {
    fn read(payload: Payload) -> Result<Self, ToolError> {
        let of =
            |media_type: &str, bytes: Vec<u8>| Self { media_type: media_type.to_owned(), bytes };
        Ok(match payload {
            Payload::Binary(binary) => binary,
            Payload::Text(text) => of("text/plain", text.into_bytes()),
            Payload::Json(json) => of("application/json", json.get().as_bytes().to_vec()),
            Payload::Empty => of("application/octet-stream", Vec::new()),
        })
    }
}

#[expect(private_interfaces, reason = "sealed")]
impl sealed::Read for () {
    fn read(_: Payload) -> Result<Self, ToolError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    fn json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
        let json = RawValue::from_string(text.to_owned()).unwrap();
        let read = Read::new(Payload::Json(json), None);
        typed::<Json<T>>(read).map(|json| json.0).map_err(|error| error.to_string())
    }

    #[test]
    fn json_is_read_leniently_and_its_faults_are_named() {
        assert_eq!(json::<Vec<u8>>("[1,2.0]"), Ok(vec![1, 2]));
        let error = json::<Vec<u8>>("[\"x\"]").unwrap_err();
        assert!(error.contains("not the JSON") && error.contains("column 4"), "{error}");
    }

    #[test]
    fn the_note_says_what_came_instead() {
        let note = Some("It is text/html.".to_owned());
        let read = Read::new(Payload::Text("<html>".to_owned()), note);
        let error = typed::<Json<u8>>(read).err().unwrap().to_string();
        assert!(error.ends_with("promises. It is text/html."), "{error}");
    }
}
