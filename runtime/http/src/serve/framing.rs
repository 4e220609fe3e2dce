//! Notices requests that announce their length in two ways, before the HTTP parser drops one.
//!
//! hyper follows `Transfer-Encoding` and closes the connection afterwards, as it may. But who
//! sends both headers tries to have two servers read two different requests, and is refused.

/// Longest name that matters.
const LONGEST: usize = "transfer-encoding".len();

/// Looks at the head of a request as it arrives.
#[derive(Debug, Default)]
pub(super) struct Framing {
    /// The name of the header on this line so far, in lower case.
    name: Vec<u8>,
    place: Place,
    length: bool,
    encoding: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Place {
    /// The request line, or a header's value.
    #[default]
    Skip,
    Name,
    /// Behind the empty line.
    End,
}

impl Framing {
    /// The next piece of the head; what follows the head is ignored.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if self.place == Place::Skip && *byte != b'\n' {
                // Values are most of a head, and only their ends matter.
                let Some(end) = memchr::memchr(b'\n', after) else {
                    return;
                };
                rest = after.get(end..).unwrap_or_default();
                continue;
            }
            match (&self.place, byte) {
                (Place::End, _) => return,
                (Place::Name, b'\n') if self.name.is_empty() => self.place = Place::End,
                (_, b'\n') => {
                    self.name.clear();
                    self.place = Place::Name;
                }
                (Place::Name, b':') => {
                    self.length |= self.name == b"content-length";
                    self.encoding |= self.name == b"transfer-encoding";
                    self.place = Place::Skip;
                }
                (Place::Name, b'\r') | (Place::Skip, _) => {}
                (Place::Name, first) if self.name.is_empty() && !may_matter(*first, after) => {
                    self.place = Place::Skip;
                }
                (Place::Name, _) if self.name.len() == LONGEST => self.place = Place::Skip,
                (Place::Name, byte) => self.name.push(byte.to_ascii_lowercase()),
            }
        }
    }

    /// Whether the head had both headers. The next head begins.
    pub(super) fn take_conflict(&mut self) -> bool {
        let conflict = self.length && self.encoding;
        *self = Self { name: std::mem::take(&mut self.name), ..Self::default() };
        self.name.clear();
        conflict
    }
}

/// Whether a name that begins like this may be one of the two, as far as it is there.
fn may_matter(first: u8, after: &[u8]) -> bool {
    let name = match first {
        b'c' | b'C' => &b"ontent-length"[..],
        b't' | b'T' => &b"ransfer-encoding"[..],
        _ => return false,
    };
    let differing = after.iter().zip(name).find(|(byte, known)| !byte.eq_ignore_ascii_case(known));
    differing.is_none_or(|(byte, _)| *byte == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(head: &str) -> bool {
        let mut whole = Framing::default();
        whole.feed(head.as_bytes());
        let mut pieces = Framing::default();
        for byte in head.as_bytes() {
            pieces.feed(&[*byte]);
        }
        let conflict = whole.take_conflict();
        assert_eq!(conflict, pieces.take_conflict());
        conflict
    }

    #[test]
    fn both_headers_are_noticed_in_any_order() {
        assert!(conflict(
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        ));
        assert!(conflict("POST / HTTP/1.1\nTRANSFER-ENCODING:x\ncontent-length:1\n\n"));
    }

    #[test]
    fn one_of_them_and_what_is_in_bodies_is_not() {
        assert!(!conflict("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nTransfer-Encoding: x\r\n"));
        assert!(!conflict(
            "POST /\r\nContent-Type: 1\r\nContent-Lengths: 1\r\nTransfer-Encoding: x\r\n"
        ));
        assert!(!conflict("POST /\r\nX-Content-Length: 1\r\nTransfer-Encoding: x\r\n\r\n"));
        assert!(!conflict("POST / HTTP/1.1\r\nX: Content-Length:\r\nTransfer-Encoding: x\r\n\r\n"));
    }
}
