//! Server-sent events, piece by piece.
//!
//! Specification: the HTML standard, section "Server-sent events".

use std::time::Duration;

/// The longest time that a server may ask to wait before reconnecting.
const LONGEST_WAIT: u64 = 60_000;
/// Longest id that is kept, in bytes.
const LONGEST_ID: usize = 4096;

/// An event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event<'a> {
    /// Its kind; `message` if it says nothing.
    pub(super) kind: &'a str,
    pub(super) data: &'a str,
}

/// An event, or a line of one, is larger than allowed, or no UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    TooLarge,
    NotUtf8,
}

/// Takes a stream apart.
#[derive(Debug)]
pub(super) struct Parser {
    limit: usize,
    line: Vec<u8>,
    kind: String,
    data: String,
    has_data: bool,
    /// The last line ended with a carriage return, so that a line feed may belong to it.
    after_return: bool,
    /// Nothing has come yet, so that a byte order mark may.
    at_start: bool,
    last_id: Option<String>,
    retry: Option<Duration>,
}

impl Parser {
    /// For events of at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            kind: String::new(),
            data: String::new(),
            has_data: false,
            after_return: false,
            at_start: true,
            last_id: None,
            retry: None,
        }
    }

    /// The id of the last event that had one; what a reconnection names.
    pub(super) fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// How long the server wants a client to wait before it reconnects.
    pub(super) fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Takes in the next piece and hands out the events that end in it.
    pub(super) fn feed(
        &mut self,
        mut piece: &[u8],
        mut each: impl FnMut(Event<'_>),
    ) -> Result<(), Broken> {
        while !piece.is_empty() {
            if std::mem::take(&mut self.after_return)
                && let Some(rest) = piece.strip_prefix(b"\n")
            {
                piece = rest;
                continue;
            }
            let end = piece.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (text, rest) = piece.split_at(end.unwrap_or(piece.len()));
            if self.line.len() + text.len() > self.limit {
                return Err(Broken::TooLarge);
            }
            self.line.extend_from_slice(text);
            let Some((end, rest)) = rest.split_first() else {
                return Ok(());
            };
            self.after_return = *end == b'\r';
            piece = rest;
            let line = std::mem::take(&mut self.line);
            self.line(&line, &mut each)?;
            self.line = line;
            self.line.clear();
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], each: &mut impl FnMut(Event<'_>)) -> Result<(), Broken> {
        let mut text = str::from_utf8(line).map_err(|_| Broken::NotUtf8)?;
        if std::mem::take(&mut self.at_start) {
            text = text.strip_prefix('\u{feff}').unwrap_or(text);
        }
        if text.is_empty() {
            self.dispatch(each);
            return Ok(());
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.data.len() + value.len() >= self.limit {
                    return Err(Broken::TooLarge);
                }
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.kind),
            "id" if !value.contains('\0') && value.len() <= LONGEST_ID => {
                self.last_id = (!value.is_empty()).then(|| value.to_owned());
            }
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                let wait = value.parse().unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
                self.retry = Some(Duration::from_millis(wait));
            }
            _ => {}
        }
        Ok(())
    }

    fn dispatch(&mut self, each: &mut impl FnMut(Event<'_>)) {
        if std::mem::take(&mut self.has_data) && !self.data.is_empty() {
            let kind = if self.kind.is_empty() { "message" } else { &self.kind };
            each(Event { kind, data: &self.data });
        }
        self.data.clear();
        self.kind.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(String, String)>;

    fn events(stream: &[u8], size: usize) -> (Seen, Option<String>, Option<Duration>) {
        let mut parser = Parser::new(1000);
        let mut seen = Vec::new();
        for piece in stream.chunks(size) {
            parser
                .feed(piece, |event| seen.push((event.kind.to_owned(), event.data.to_owned())))
                .unwrap();
        }
        (seen, parser.last_id().map(str::to_owned), parser.retry())
    }

    #[test]
    fn streams_are_read_however_they_are_cut() {
        let stream = "\u{feff}: hello\r\ndata: one\rdata:two\n\nid: 7\r\nevent: endpoint\r\n\
            data:  ä\r\n\r\nid: a\0b\nretry: 500\ndata\n\ndata:\n\n:\n\nretry: x\ndata: last\n\n\
            data: never ended\n";
        for size in 1..stream.len() {
            let (seen, id, retry) = events(stream.as_bytes(), size);
            let expected = [("message", "one\ntwo"), ("endpoint", " ä"), ("message", "last")];
            let expected = expected.map(|(kind, data)| (kind.to_owned(), data.to_owned()));
            assert_eq!(seen, expected, "in pieces of {size}");
            assert_eq!(id.as_deref(), Some("7"));
            assert_eq!(retry, Some(Duration::from_millis(500)));
        }
    }

    #[test]
    fn sizes_are_bounded() {
        let line = [b"data: ".as_slice(), &[b'x'; 2000]].concat();
        assert_eq!(Parser::new(1000).feed(&line, |_| {}), Err(Broken::TooLarge));
        let event = b"data: 0123456789\n".repeat(100);
        assert_eq!(Parser::new(1000).feed(&event, |_| {}), Err(Broken::TooLarge));
        assert_eq!(Parser::new(1000).feed(b"data: \xff\n\n", |_| {}), Err(Broken::NotUtf8));
        let mut many = Parser::new(1000);
        for _ in 0..100_000 {
            many.feed(b": nothing\n\n", |_| panic!("a comment is no event")).unwrap();
        }
        many.feed(b"retry: 99999999999999999999\n", |_| {}).unwrap();
        assert_eq!(many.retry(), Some(Duration::from_millis(LONGEST_WAIT)));
    }
}
