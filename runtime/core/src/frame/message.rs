//! One line as a JSON-RPC message.

use std::borrow::Cow;
use std::ops::Range;

use toolwright_spec::RequestId;

use super::check::{Members, Root, check};
use crate::error::ProtocolError;
use crate::limits::Limits;

/// Longest id that is a string, as written, in bytes.
const LONGEST_ID: usize = 16 * 1024;

/// A line, understood.
#[derive(Debug)]
pub enum Message<'a> {
    /// A request. Its parameters, if any, are a JSON object.
    Request {
        /// To be answered under this.
        id: RequestId,
        /// Not necessarily a method that exists.
        method: Cow<'a, str>,
        /// As they came.
        params: Option<&'a str>,
    },
    /// A notification, likewise.
    Notification {
        /// Not necessarily one that exists.
        method: Cow<'a, str>,
        /// As they came.
        params: Option<&'a str>,
    },
    /// A response to a request of this side.
    Response {
        /// The request it answers, if that can be read.
        id: Option<RequestId>,
        /// What it says.
        answer: Answer<'a>,
    },
    /// An array of messages.
    Batch(Vec<&'a [u8]>),
    /// To be refused with this error, with the id if there is one.
    Invalid {
        /// The request's id, if it could be read.
        id: Option<RequestId>,
        /// Why.
        error: ProtocolError,
    },
    /// A notification that is none: nobody waits for an answer.
    Ignored,
}

/// What a response says.
#[derive(Debug)]
pub enum Answer<'a> {
    /// `result`.
    Result(&'a str),
    /// `error`.
    Error(&'a str),
    /// Both, or text that cannot be taken: no answer at all.
    Unusable(&'static str),
}

/// Reads one line.
pub(crate) fn parse<'a>(line: &'a [u8], limits: &Limits) -> Message<'a> {
    let root = match check(line, limits.depth) {
        Ok(root) => root,
        Err(broken) => {
            let error = ProtocolError::parse(format!("not valid JSON at byte {}", broken.at + 1));
            return Message::Invalid {
                id: broken.id.and_then(|id| request_id(line.get(id)?)),
                error,
            };
        }
    };
    match (root, str::from_utf8(line)) {
        (Root::Object(members), Ok(text)) => Envelope { text, members: *members }.message(),
        (Root::Object(members), Err(error)) => {
            let id = members.id.filter(|_| !members.two_ids);
            let id = id.and_then(|id| request_id(line.get(id)?));
            Message::Invalid { id, error: not_utf8(&error) }
        }
        (_, Err(error)) => Message::Invalid { id: None, error: not_utf8(&error) },
        (Root::Array(elements), Ok(_)) => {
            Message::Batch(elements.into_iter().filter_map(|element| line.get(element)).collect())
        }
        (Root::Scalar, Ok(_)) => Message::Invalid { id: None, error: not_a_request() },
    }
}

/// An id: a string, or an integer of at most 32 digits.
pub(super) fn request_id(text: &[u8]) -> Option<RequestId> {
    let plausible = match text {
        [b'"', ..] => text.len() <= LONGEST_ID + 2,
        [b'-', digits @ ..] | digits => {
            (1..=32).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
    };
    if !plausible {
        return None;
    }
    // Nearly all ids there are; no number of so few digits is too large.
    if (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit) {
        let number = text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        return Some(RequestId::Number(number));
    }
    toolwright_spec::from_str(str::from_utf8(text).ok()?).ok()
}

fn not_utf8(error: &std::str::Utf8Error) -> ProtocolError {
    ProtocolError::parse(format!("not UTF-8 at byte {}", error.valid_up_to() + 1))
}

fn not_a_request() -> ProtocolError {
    ProtocolError::invalid_request("a message is a JSON object with `jsonrpc` and `method`")
}

/// What `id` is.
enum Id {
    Absent,
    Unusable,
    Given(RequestId),
}

struct Envelope<'a> {
    text: &'a str,
    members: Members,
}

impl<'a> Envelope<'a> {
    fn message(self) -> Message<'a> {
        let has_answer = self.members.result.is_some() || self.members.error.is_some();
        match (self.id(), self.members.method.is_some()) {
            (id, false) if has_answer => self.response(id),
            (Id::Given(id), _) => match self.request() {
                Ok((method, params)) => Message::Request { id, method, params },
                Err(error) => Message::Invalid { id: Some(id), error },
            },
            (Id::Unusable, _) => {
                let error = ProtocolError::invalid_request(
                    "`id` must be a string of at most 16 KiB or an integer of at most 32 digits",
                );
                Message::Invalid { id: None, error }
            }
            (Id::Absent, false) => Message::Invalid { id: None, error: not_a_request() },
            (Id::Absent, true) => match self.request() {
                Ok((method, params)) => Message::Notification { method, params },
                Err(_) => Message::Ignored,
            },
        }
    }

    fn id(&self) -> Id {
        match self.part(self.members.id.as_ref()) {
            _ if self.members.two_ids => Id::Unusable,
            None => Id::Absent,
            Some(text) => request_id(text.as_bytes()).map_or(Id::Unusable, Id::Given),
        }
    }

    /// What a request and a notification share.
    fn request(&self) -> Result<(Cow<'a, str>, Option<&'a str>), ProtocolError> {
        let members = &self.members;
        if members.duplicate {
            return Err(ProtocolError::invalid_request("a member of the message occurs twice"));
        }
        if self.part(members.jsonrpc.as_ref()) != Some("\"2.0\"") {
            return Err(ProtocolError::invalid_request("`jsonrpc` must be \"2.0\""));
        }
        if members.result.is_some() || members.error.is_some() {
            let message = "a message with `method` has neither `result` nor `error`";
            return Err(ProtocolError::invalid_request(message));
        }
        if let Some(fault) = members.other_fault {
            return Err(ProtocolError::invalid_request(fault.to_string()));
        }
        let method = self.part(members.method.as_ref()).and_then(string);
        let Some(method) = method else {
            return Err(ProtocolError::invalid_request("`method` must be a string"));
        };
        let params = self.part(members.params.as_ref());
        if params.is_some_and(|params| !params.starts_with('{')) {
            return Err(ProtocolError::invalid_params("`params` must be an object"));
        }
        match members.params_fault {
            Some(fault) => Err(ProtocolError::invalid_params(format!("in `params`: {fault}"))),
            None => Ok((method, params)),
        }
    }

    fn response(&self, id: Id) -> Message<'a> {
        let members = &self.members;
        let result = self.part(members.result.as_ref());
        let error = self.part(members.error.as_ref());
        let answer = match (result, error) {
            _ if members.duplicate => Answer::Unusable("a member occurs twice"),
            _ if members.other_fault.is_some() => Answer::Unusable("it cannot be taken as it is"),
            (Some(result), None) => Answer::Result(result),
            (None, Some(error)) => Answer::Error(error),
            _ => Answer::Unusable("it has both `result` and `error`"),
        };
        let id = match id {
            Id::Given(id) => Some(id),
            Id::Absent | Id::Unusable => None,
        };
        Message::Response { id, answer }
    }

    fn part(&self, range: Option<&Range<usize>>) -> Option<&'a str> {
        self.text.get(range?.clone())
    }
}

/// A JSON string, decoded.
fn string(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}
