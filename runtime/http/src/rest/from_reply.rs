//! Replies as Rust values.

use serde::de::DeserializeOwned;
use toolwright_core::{Json, ToolCall, ToolError};

use super::reply::{Binary, Payload, Read};
use super::trim;

/// What a reply can be read as: [`Json`], `String`, [`Binary`] or `()`.
pub trait FromReply: Sized + sealed::Read {}

impl<T: sealed::Read> FromReply for T {}

/// Why a reply is not what was wanted, and what it is as far as it can be shown.
pub(crate) struct Unread {
    reason: String,
    came: Option<String>,
}

pub(crate) mod sealed {
    use super::{Payload, Unread};

    /// Implemented here only, so that how a reply is held stays free to change.
    pub trait Read: Sized {
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed")]
        fn read(payload: Payload) -> Result<Self, Unread>;
    }
}

/// Bytes of a reply that are shown where it cannot be read.
const SHOWN: usize = 4 << 10;

/// Characters of what is wrong with it.
const WHAT: usize = 160;

/// Reads a reply. The error's text is for the model, which is shown what came all the same: the
/// service has done what it was asked.
pub(crate) fn typed<R: FromReply>(read: Read) -> Result<R, ToolError> {
    R::read(read.payload).map_err(|Unread { reason, came }| {
        let mut text = reason;
        if let Some(note) = read.note {
            text.push(' ');
            text.push_str(&note);
        }
        if let Some(came) = came {
            let (shown, remark) = trim::text(&came, SHOWN).unwrap_or((came, String::new()));
            text.push_str(format!(" This is what came. {remark}").trim_end());
            text.push('\n');
            text.push_str(&shown);
        }
        ToolError::new(text)
    })
}

/// What is wrong and where; the value, which may be long, is shown by itself.
fn brief(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    if what.len() <= WHAT {
        return text;
    }
    format!("{}…{place}", what.chars().take(WHAT).collect::<String>())
}

fn unexpected(wanted: &str, why: Option<String>, came: Option<String>) -> Unread {
    let why = why.map_or_else(String::new, |why| format!(" ({why})"));
    let reason = format!(
        "The service did as it was asked, but its reply is not the {wanted} that its description \
         promises{why}."
    );
    Unread { reason, came }
}

#[expect(private_interfaces, reason = "sealed")]
impl<T: DeserializeOwned> sealed::Read for Json<T> {
    fn read(payload: Payload) -> Result<Self, Unread> {
        let json = match payload {
            Payload::Json(json) => json,
            Payload::Text(text) => return Err(unexpected("JSON", None, Some(text))),
            Payload::Empty | Payload::Binary(_) => return Err(unexpected("JSON", None, None)),
        };
        match serde_json::from_str(json.get()) {
            Ok(value) => Ok(Self(value)),
            // Integers may have a fraction of zero; a second look is only worth it then.
            Err(error) => ToolCall::new(0, "", &json)
                .parse()
                .map(Self)
                .map_err(|_| unexpected("JSON", Some(brief(&error)), Some(json.get().to_owned()))),
        }
    }
}

#[expect(private_interfaces, reason = "sealed")]
impl sealed::Read for String {
    fn read(payload: Payload) -> Result<Self, Unread> {
        match payload {
            Payload::Text(text) => Ok(text),
            Payload::Json(json) => Ok(json.get().to_owned()),
            Payload::Empty => Ok(Self::new()),
            Payload::Binary(_) => Err(unexpected("text", None, None)),
        }
    }
}

#[expect(private_interfaces, reason = "sealed")]
impl sealed::Read for Binary {
    fn read(payload: Payload) -> Result<Self, Unread> {
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
    fn read(_: Payload) -> Result<Self, Unread> {
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
        // Written again, these are the same digits.
        for text in ["939167018948.5865", "23.308445025757262", "0.009221885624698875"] {
            let number: f64 = json(text).unwrap();
            assert_eq!(number.to_string(), text);
        }
        let error = json::<Vec<u8>>("[\"x\"]").unwrap_err();
        assert!(error.contains("not the JSON") && error.contains("column 4"), "{error}");
        assert!(error.ends_with("\n[\"x\"]"), "{error}");
        let long = json::<u8>(&format!("\"{}\"", "x".repeat(9000))).unwrap_err();
        assert!(long.contains("first 4096 of 9002 bytes") && long.len() < 4500, "{long}");
    }

    #[test]
    fn the_note_says_what_came_instead() {
        let note = Some("It is text/html.".to_owned());
        let read = Read::new(Payload::Text("<html>".to_owned()), note);
        let error = typed::<Json<u8>>(read).err().unwrap().to_string();
        let end = "promises. It is text/html. This is what came.\n<html>";
        assert!(error.ends_with(end), "{error}");
    }
}
