//! Whatever bytes an upstream sends, clients get a message that they can read.

use http::StatusCode;
use http::header::HeaderMap;

use super::*;
use crate::rest::descriptor::Reply;
use crate::rest::promise::Promise;
use crate::rest::received::Received;
use crate::rest::reply::{Asked, failure, read};
use crate::rest::result::result;
use crate::secret::Secret;

impl Numbers {
    /// Pieces of JSON, of what is nearly JSON, and of what is none.
    fn body(&mut self) -> Vec<u8> {
        const PIECES: [&[u8]; 34] = [
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\"a\"",
            b"\"a\":",
            b"1",
            b"-0",
            b"1e400",
            b"1.50",
            b"null",
            b"true",
            b"\"\\ud800\"",
            b"\"\\udc00\\ud83d\\ude00\"",
            b"\"\\u0000\"",
            b" ",
            b"\r\n",
            b"\xff",
            b"\xc3\xa9",
            b"\xc3",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\\",
            b"\"",
            b"data: ",
            b"\n\n",
            b"\x1e",
            b"NaN",
            b"\"canary-secret\"",
            b"\"canary\\u002dsecret\"",
            b"<",
            b"\0",
        ];
        let open = self.below(4);
        let mut body = [&b""[..], b"{\"a\":", b"[", b"{\"title\":\"x\",\"b\":"][open].to_vec();
        for _ in 0..self.below(8) {
            body.extend_from_slice(PIECES[self.below(PIECES.len())]);
        }
        body.extend_from_slice([&b""[..], b"}", b"]", b"}"][open]);
        body
    }

    fn received(&mut self) -> Received {
        const TYPES: [&str; 12] = [
            "",
            "application/json",
            "application/problem+json",
            "text/plain; charset=latin1",
            "text/html",
            "application/octet-stream",
            "image/png",
            "application/x-thing",
            "application/json; charset=utf-16",
            "image/svg+xml",
            "x",
            "application/jwt; charset=é",
        ];
        let content_type = TYPES[self.below(TYPES.len())];
        Received {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
            body: self.body(),
            ..Received::default()
        }
    }
}

#[test]
fn whatever_comes_is_a_message_that_clients_read() {
    let mut numbers = Numbers(7);
    let secrets = [Secret::new("canary-secret")];
    let schema = RawValue::from_string(r#"{"type":"object","required":["a"]}"#.to_owned()).unwrap();
    let promise = Promise::new(Some(schema));
    let replies = [
        Reply::Empty,
        Reply::Text,
        Reply::Binary,
        Reply::Json { wrapped: false },
        Reply::Json { wrapped: true },
    ];
    let mut structured = 0;
    for round in 0..20_000 {
        let declared = replies[numbers.below(replies.len())];
        let received = numbers.received();
        let what = format!("{round}: {received:?} as {declared:?}");
        let asked = Asked { label: "GET /", variables: "", secrets: &secrets, limit: 40 };
        assert!(!failure(&asked, &received).contains("canary-secret"), "{what}");
        let mut read = read(declared, false, received).without(&secrets);
        read.trim(numbers.below(60) + 1);
        let promise = if numbers.below(2) == 0 { &promise } else { &Promise::default() };
        let (result, _) = result(declared, promise, read);
        let message = serde_json::to_string(&result).unwrap();
        // This reader takes no halves of surrogate pairs; what it has no room for are numbers.
        let message = message.replace("e400", "");
        let message: Value =
            serde_json::from_str(&message).unwrap_or_else(|error| panic!("{error} {what}"));
        assert!(!message.to_string().contains("canary-secret"), "{what}: {message}");
        structured += usize::from(message.get("structuredContent").is_some());
    }
    assert!(structured > 100, "{structured}");
}
