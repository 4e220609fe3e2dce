//! Cuts a byte stream into lines of bounded length.

use std::ops::Range;

use toolwright_spec::RequestId;

use super::rescue::Rescue;

/// What is read at once, and what is kept allocated.
const CHUNK: usize = 64 * 1024;

/// The buffer between a reader and the messages in it.
#[derive(Debug)]
pub(crate) struct Lines {
    limit: usize,
    /// Always initialised; the bytes in `start..end` count.
    buffer: Vec<u8>,
    start: usize,
    /// Up to here there is no line end.
    searched: usize,
    end: usize,
    /// In a line that is too long, whose rest is thrown away.
    discarding: Option<Rescue>,
}

/// A line.
#[derive(Debug)]
pub(crate) enum Line<'a> {
    /// Its bytes, without the end; not blank.
    Text(&'a [u8]),
    /// It was too long; the id of the request in it, as far as it could be made out.
    TooLong(Option<RequestId>),
}

impl Lines {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, buffer: vec![0; CHUNK], start: 0, searched: 0, end: 0, discarding: None }
    }

    /// Room for the next read; never empty.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.searched, self.end) = (0, 0, 0);
            if self.buffer.len() > 4 * CHUNK {
                self.buffer = vec![0; CHUNK];
            }
        } else if self.buffer.len() - self.end < CHUNK / 4 {
            self.make_room();
        }
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// `count` bytes were read into [`Lines::room`].
    pub(crate) fn filled(&mut self, count: usize) {
        self.end = (self.end + count).min(self.buffer.len());
    }

    /// The next whole line.
    pub(crate) fn next(&mut self) -> Option<Line<'_>> {
        loop {
            let unseen = self.buffer.get(self.searched..self.end).unwrap_or_default();
            let Some(found) = memchr::memchr(b'\n', unseen) else {
                self.searched = self.end;
                self.bound();
                return None;
            };
            let line = self.start..self.searched + found;
            self.start = line.end + 1;
            self.searched = self.start;
            if let Some(mut rescue) = self.discarding.take() {
                rescue.feed(self.bytes(&line));
                return Some(Line::TooLong(rescue.finish()));
            }
            let text = trimmed(self.bytes(&line));
            if text.len() > self.limit {
                let mut rescue = Rescue::default();
                rescue.feed(text);
                return Some(Line::TooLong(rescue.finish()));
            }
            if text.is_empty() {
                continue;
            }
            // Looked up again because the loop may not borrow it.
            return Some(Line::Text(trimmed(self.bytes(&line))));
        }
    }

    /// The last line at the end of the stream, which has no line end.
    pub(crate) fn rest(&mut self) -> Option<Line<'_>> {
        let line = self.start..self.end;
        self.start = self.end;
        if let Some(mut rescue) = self.discarding.take() {
            rescue.feed(self.bytes(&line));
            return Some(Line::TooLong(rescue.finish()));
        }
        let text = trimmed(self.bytes(&line));
        (!text.is_empty()).then_some(Line::Text(text))
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.buffer.get(range.clone()).unwrap_or_default()
    }

    /// Starts throwing away an unfinished line that is too long, and goes on with it.
    fn bound(&mut self) {
        // One more than the limit for a carriage return.
        if self.discarding.is_none() && self.end - self.start <= self.limit + 1 {
            return;
        }
        let mut rescue = self.discarding.take().unwrap_or_default();
        rescue.feed(self.bytes(&(self.start..self.end)));
        self.discarding = Some(rescue);
        (self.start, self.searched, self.end) = (0, 0, 0);
        if self.buffer.len() > 4 * CHUNK {
            self.buffer = vec![0; CHUNK];
        }
    }

    /// Moves the unfinished line to the front, or makes the buffer larger.
    fn make_room(&mut self) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.searched -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK / 4 {
            let most = self.limit.saturating_add(2 * CHUNK);
            let larger = (self.buffer.len() * 2).min(most).max(self.end + CHUNK);
            self.buffer.resize(larger, 0);
        }
    }
}

/// Without JSON's white space at both ends, the carriage return of a line end among it.
fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `input` in pieces of `size` bytes and returns the lines as text.
    fn cut(input: &[u8], size: usize, limit: usize) -> Vec<String> {
        let mut lines = Lines::new(limit);
        let mut found = Vec::new();
        for piece in input.chunks(size) {
            let mut piece = piece;
            while !piece.is_empty() {
                let room = lines.room();
                let count = room.len().min(piece.len());
                room[..count].copy_from_slice(&piece[..count]);
                lines.filled(count);
                piece = &piece[count..];
                while let Some(line) = lines.next() {
                    found.push(shown(&line));
                }
            }
        }
        found.extend(lines.rest().iter().map(shown));
        found
    }

    fn shown(line: &Line<'_>) -> String {
        match line {
            Line::Text(text) => String::from_utf8_lossy(text).into_owned(),
            Line::TooLong(id) => format!("too long {id:?}"),
        }
    }

    #[test]
    fn pieces_make_no_difference() {
        let input = "one\n\n  \r\ntwö\r\n three \nrest".as_bytes();
        for size in 1..input.len() {
            assert_eq!(cut(input, size, 100), ["one", "twö", "three", "rest"], "{size}");
        }
    }

    #[test]
    fn the_limit_is_exact() {
        for size in [1, 7, 1000] {
            for end in ["\n", "\r\n"] {
                let input = format!(
                    "{}{end}{}{end}{}{end}ok\n",
                    "a".repeat(19),
                    "b".repeat(20),
                    "c".repeat(21)
                );
                let lines = cut(input.as_bytes(), size, 20);
                assert_eq!(lines[0].len(), 19);
                assert_eq!(lines[1].len(), 20);
                assert_eq!(lines[2..], ["too long None", "ok"], "{size} {end:?}");
            }
        }
    }

    #[test]
    fn a_long_line_costs_no_memory_beyond_the_limit_and_gives_its_id() {
        let limit = 200_000;
        let mut input = br#"{"jsonrpc":"2.0","method":"x","params":{"a":""#.to_vec();
        input.extend(std::iter::repeat_n(b'x', 3_000_000));
        input.extend(b"\"},\"id\":7}\nok\n");
        let mut lines = Lines::new(limit);
        let mut rest = &input[..];
        let mut found = Vec::new();
        while !rest.is_empty() {
            let room = lines.room();
            let count = room.len().min(rest.len());
            room[..count].copy_from_slice(&rest[..count]);
            lines.filled(count);
            rest = &rest[count..];
            assert!(lines.buffer.len() <= limit + 4 * CHUNK);
            while let Some(line) = lines.next() {
                found.push(shown(&line));
            }
        }
        assert_eq!(found, ["too long Some(Number(7))", "ok"]);
        assert!(lines.buffer.len() <= 4 * CHUNK);
    }
}
