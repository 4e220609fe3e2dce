//! Streams of an upstream, folded into one reply: server-sent events, JSON lines, JSON sequences.

mod events;

use serde_json::Value;

use super::json::compact;
use events::{Event, Events};

/// The most items of one stream.
const ITEMS: usize = 100_000;

/// How a stream is divided into items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `text/event-stream`
    Events,
    /// One JSON text per line.
    Lines,
    /// JSON texts that begin with a record separator (RFC 7464).
    Sequence,
}

impl Format {
    /// The format of a media type's essence, if that is a stream's.
    pub(crate) fn of(essence: &str) -> Option<Self> {
        match essence {
            "text/event-stream" => Some(Self::Events),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonl"
            | "application/jsonlines"
            | "application/x-jsonlines"
            | "application/json-lines"
            | "application/stream+json" => Some(Self::Lines),
            "application/json-seq" => Some(Self::Sequence),
            other if other.ends_with("+json-seq") => Some(Self::Sequence),
            _ => None,
        }
    }
}

/// Why a stream is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The upstream closed it as it should.
    Whole,
    /// The connection broke.
    Broken,
    /// The call's time was up.
    Time,
    /// There was more than is taken.
    Size,
}

/// A stream that is over.
#[derive(Debug)]
pub(crate) struct Stream {
    items: Vec<Item>,
    pub(crate) end: End,
}

#[derive(Debug)]
enum Item {
    Text(String),
    Event(Event),
}

/// A stream that is being read.
#[derive(Debug)]
pub(crate) struct Fold {
    reading: Reading,
    items: Vec<Item>,
}

#[derive(Debug)]
enum Reading {
    Events(Events),
    Texts { separator: u8, pending: Vec<u8> },
}

impl Fold {
    pub(crate) fn new(format: Format) -> Self {
        let texts = |separator| Reading::Texts { separator, pending: Vec::new() };
        let reading = match format {
            Format::Events => Reading::Events(Events::default()),
            Format::Lines => texts(b'\n'),
            Format::Sequence => texts(0x1e),
        };
        Self { reading, items: Vec::new() }
    }

    /// How many items came so far.
    pub(crate) fn count(&self) -> usize {
        self.items.len()
    }

    /// Whether no more items are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.items.len() >= ITEMS
    }

    /// Takes what came, however it is divided.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        match &mut self.reading {
            Reading::Events(events) => events.push(bytes, |event| {
                if self.items.len() < ITEMS {
                    self.items.push(Item::Event(event));
                }
            }),
            Reading::Texts { separator, pending } => {
                let mut parts = bytes.split(|byte| byte == separator).peekable();
                while let Some(part) = parts.next() {
                    pending.extend_from_slice(part);
                    if parts.peek().is_some() && self.items.len() < ITEMS {
                        self.items.extend(item(&std::mem::take(pending)));
                    }
                }
            }
        }
    }

    /// The end; what was begun counts only if the stream ended as it should.
    pub(crate) fn finish(mut self, end: End) -> Stream {
        if end == End::Whole {
            match self.reading {
                Reading::Events(events) => self.items.extend(events.finish().map(Item::Event)),
                Reading::Texts { pending, .. } => self.items.extend(item(&pending)),
            }
        }
        Stream { items: self.items, end }
    }
}

fn item(bytes: &[u8]) -> Option<Item> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    (!text.is_empty()).then(|| Item::Text(text.to_owned()))
}

impl Stream {
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All items as a JSON array; of events their data, or they themselves if `events`.
    pub(crate) fn json(&self, events: bool) -> String {
        let mut out = "[".to_owned();
        for item in &self.items {
            let json = match item {
                Item::Event(event) if event.is_sentinel() => continue,
                Item::Event(event) if events => event.json(),
                Item::Event(event) => value(&event.data),
                Item::Text(text) => value(text),
            };
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&json);
        }
        out.push(']');
        out
    }

    /// All items as lines.
    pub(crate) fn text(&self) -> String {
        let mut lines = Vec::with_capacity(self.items.len());
        for item in &self.items {
            lines.push(match item {
                Item::Event(event) if event.is_sentinel() => continue,
                Item::Event(event) => event.line(),
                Item::Text(text) => text.clone(),
            });
        }
        lines.join("\n")
    }

    /// Whether there is more than was read, in words.
    pub(crate) fn note(&self) -> Option<String> {
        let why = match self.end {
            End::Whole => return None,
            End::Broken => "the connection to the service broke",
            End::Time => "the time for the call was up",
            End::Size => "it has more than is read",
        };
        Some(format!("The stream was left after {} items: {why}.", self.items.len()))
    }
}

/// JSON as it is, anything else as a string.
fn value(text: &str) -> String {
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(_) => compact(text),
        Err(_) => Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(format: Format, bytes: &[u8], size: usize, end: End) -> Stream {
        let mut fold = Fold::new(format);
        bytes.chunks(size).for_each(|chunk| fold.push(chunk));
        fold.finish(end)
    }

    #[test]
    fn streams_are_divided_however_they_arrive() {
        let events =
            b"\xef\xbb\xbf: hi\r\ndata: {\"n\": 1}\r\n\r\nevent: add\nid: 7\ndata:a\ndata: b\n\n\
            retry: 5\n\ndata: [DONE]\n\n";
        let lines = b"{\"n\": 1}\r\n\n\"\xc3\xa9\"\nno json\n3";
        let sequence = b"\x1e{\"n\":\n1}\n\x1e2\n";
        for size in [1, 2, 3, 7, 1000] {
            let stream = folded(Format::Events, events, size, End::Whole);
            assert_eq!(stream.json(false), r#"[{"n":1},"a\nb"]"#, "{size}");
            assert_eq!(
                stream.json(true),
                r#"[{"data":"{\"n\": 1}"},{"data":"a\nb","event":"add","id":"7"}]"#
            );
            assert_eq!(stream.text(), "{\"n\": 1}\nadd: a\nb");
            let stream = folded(Format::Lines, lines, size, End::Whole);
            assert_eq!(stream.json(false), r#"[{"n":1},"é","no json",3]"#, "{size}");
            assert_eq!(stream.note(), None);
            let stream = folded(Format::Sequence, sequence, size, End::Whole);
            assert_eq!(stream.json(false), r#"[{"n":1},2]"#, "{size}");
        }
    }

    #[test]
    fn what_a_cut_stream_began_does_not_count() {
        let stream = folded(Format::Lines, b"1\n22", 9, End::Broken);
        assert_eq!(stream.json(false), "[1]");
        assert!(stream.note().unwrap().contains("after 1 items"));
        let stream = folded(Format::Events, b"data: 1\n\ndata: 2\n", 9, End::Time);
        assert_eq!(stream.json(false), "[1]");
        let stream = folded(Format::Events, b"data: 1\n\ndata: 2", 9, End::Whole);
        assert_eq!(stream.json(false), "[1,2]");
    }
}
