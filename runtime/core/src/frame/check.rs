//! Checks a message once, from the first byte to the last, and notes where its parts are.
//!
//! serde_json stops at the first fault, lets the last of two equal members win and recurses into
//! values; none of this will do for input from a stranger, who is owed an answer with the right
//! id. So this is a scanner of its own: no recursion, no copy, linear time.

use std::ops::Range;

use super::keys::Keys;
use super::text;

/// What a message is, outermost.
#[derive(Debug, PartialEq)]
pub(super) enum Root {
    /// An object.
    Object(Box<Members>),
    /// An array, and where its elements are.
    Array(Vec<Range<usize>>),
    /// A string, a number, `true`, `false`, `null`.
    Scalar,
}

/// Where the members of an envelope are, and what is wrong with them beyond syntax.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Members {
    pub(super) jsonrpc: Option<Range<usize>>,
    pub(super) id: Option<Range<usize>>,
    pub(super) method: Option<Range<usize>>,
    pub(super) params: Option<Range<usize>>,
    pub(super) result: Option<Range<usize>>,
    pub(super) error: Option<Range<usize>>,
    /// A member of the envelope occurs twice.
    pub(super) duplicate: bool,
    /// `id` occurs twice, so it names nothing.
    pub(super) two_ids: bool,
    /// What is wrong inside `params`.
    pub(super) params_fault: Option<Fault>,
    /// What is wrong elsewhere.
    pub(super) other_fault: Option<Fault>,
}

/// Legal JSON that cannot be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// A member occurs twice.
    #[error("a member occurs twice in one object")]
    Duplicate,
    /// Arrays and objects in each other, too many.
    #[error("the nesting is too deep")]
    Depth,
    /// A string is not Unicode.
    #[error("a string has half of a surrogate pair")]
    Surrogate,
    /// A number is beyond what a double holds.
    #[error("a number is too large")]
    Number,
}

/// The text is not JSON; what was read of the envelope before that.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Broken {
    pub(super) at: usize,
    /// Where a complete `id` is.
    pub(super) id: Option<Range<usize>>,
}

/// Scans `text`, a whole message. `depth` levels of nesting are allowed, the root being the first.
pub(super) fn check(text: &[u8], depth: usize) -> Result<Root, Broken> {
    let mut scanner = Scanner::new(text, depth);
    match scanner.run() {
        Ok(()) => Ok(scanner.root()),
        Err(at) => {
            let members = scanner.members;
            let id = members.id.filter(|id| !members.two_ids && is_complete(text, id));
            Err(Broken { at, id })
        }
    }
}

/// A number at the very end may have lost digits.
fn is_complete(text: &[u8], id: &Range<usize>) -> bool {
    id.end < text.len() || text.last() == Some(&b'"')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
}

/// The member of the envelope that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Jsonrpc,
    Id,
    Method,
    Params,
    Result,
    Error,
    Other,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    open: Vec<Kind>,
    keys: Keys<'a>,
    root: Option<Kind>,
    members: Box<Members>,
    member: Member,
    /// Where the current member of the root, or element of a root array, began.
    began: usize,
    elements: Vec<Range<usize>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a [u8], depth: usize) -> Self {
        Self {
            text,
            at: 0,
            depth,
            open: Vec::with_capacity(8),
            keys: Keys::default(),
            root: None,
            members: Box::default(),
            member: Member::Other,
            began: 0,
            elements: Vec::new(),
        }
    }

    fn root(self) -> Root {
        match self.root {
            Some(Kind::Object) => Root::Object(self.members),
            Some(Kind::Array) => Root::Array(self.elements),
            None => Root::Scalar,
        }
    }

    /// `Err` is where the text stops being JSON.
    fn run(&mut self) -> Result<(), usize> {
        loop {
            let opened = self.value()?;
            if opened && !self.first()? {
                continue;
            }
            if self.after_value()? {
                break;
            }
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.at),
        }
    }

    /// Reads a scalar, or the opening of an object or array (`true`).
    fn value(&mut self) -> Result<bool, usize> {
        let first = self.peek().ok_or(self.at)?;
        if self.open.len() == 1 {
            self.began = self.at;
        }
        match first {
            b'{' => self.descend(Kind::Object),
            b'[' => self.descend(Kind::Array),
            b'"' => {
                let string = text::string(self.text, self.at + 1)?;
                self.at = string.end;
                if string.lone_surrogate {
                    self.fault(Fault::Surrogate);
                }
                Ok(false)
            }
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => {
                let (end, infinite) = text::number(self.text, self.at)?;
                self.at = end;
                if infinite {
                    self.fault(Fault::Number);
                }
                Ok(false)
            }
        }
    }

    /// After an opening: whether it is closed at once. Else the first member's name is read.
    fn first(&mut self) -> Result<bool, usize> {
        match (self.open.last().copied(), self.peek()) {
            (Some(Kind::Object), Some(b'}')) | (Some(Kind::Array), Some(b']')) => {
                self.ascend();
                Ok(true)
            }
            (Some(Kind::Object), _) => self.name().map(|()| false),
            _ => Ok(false),
        }
    }

    /// After a value: closes what ends here and goes on to the next value. Whether the root has
    /// ended.
    fn after_value(&mut self) -> Result<bool, usize> {
        loop {
            if self.open.len() == 1 {
                self.note();
            }
            let Some(kind) = self.open.last().copied() else {
                return Ok(true);
            };
            match (kind, self.peek()) {
                (Kind::Object, Some(b',')) => {
                    self.at += 1;
                    self.peek();
                    self.name()?;
                    return Ok(false);
                }
                (Kind::Array, Some(b',')) => {
                    self.at += 1;
                    return Ok(false);
                }
                (Kind::Object, Some(b'}')) | (Kind::Array, Some(b']')) => self.ascend(),
                _ => return Err(self.at),
            }
        }
    }

    fn descend(&mut self, kind: Kind) -> Result<bool, usize> {
        if self.open.len() >= self.depth {
            self.fault(Fault::Depth);
            self.at = skip(self.text, self.at)?;
            return Ok(false);
        }
        self.root.get_or_insert(kind);
        self.open.push(kind);
        if kind == Kind::Object {
            self.keys.open();
        }
        self.at += 1;
        Ok(true)
    }

    fn ascend(&mut self) {
        if self.open.pop() == Some(Kind::Object) {
            self.keys.close();
        }
        self.at += 1;
    }

    /// Reads a member's name and the colon.
    fn name(&mut self) -> Result<(), usize> {
        if self.text.get(self.at) != Some(&b'"') {
            return Err(self.at);
        }
        let begin = self.at + 1;
        let string = text::string(self.text, begin)?;
        self.at = string.end;
        let raw = self.text.get(begin..string.end - 1).unwrap_or_default();
        let duplicate = self.keys.add(raw, string.escaped);
        if self.open.len() == 1 {
            self.member = member(raw, string.escaped);
            if duplicate {
                self.members.duplicate = true;
                self.members.two_ids |= self.member == Member::Id;
            }
        } else if duplicate {
            self.fault(Fault::Duplicate);
        }
        if string.lone_surrogate {
            self.fault(Fault::Surrogate);
        }
        if self.peek() != Some(b':') {
            return Err(self.at);
        }
        self.at += 1;
        Ok(())
    }

    /// The member of the root, or the element of a root array, ends here.
    fn note(&mut self) {
        let span = self.began..self.at;
        if self.root == Some(Kind::Array) {
            self.elements.push(span);
            return;
        }
        let members = &mut self.members;
        let slot = match self.member {
            Member::Jsonrpc => &mut members.jsonrpc,
            Member::Id => &mut members.id,
            Member::Method => &mut members.method,
            Member::Params => &mut members.params,
            Member::Result => &mut members.result,
            Member::Error => &mut members.error,
            Member::Other => return,
        };
        slot.get_or_insert(span);
    }

    fn fault(&mut self, fault: Fault) {
        let slot = match self.member {
            Member::Params if !self.open.is_empty() => &mut self.members.params_fault,
            _ => &mut self.members.other_fault,
        };
        slot.get_or_insert(fault);
    }

    fn literal(&mut self, literal: &[u8]) -> Result<bool, usize> {
        let end = self.at + literal.len();
        if self.text.get(self.at..end) != Some(literal) {
            return Err(self.at);
        }
        self.at = end;
        Ok(false)
    }

    /// Skips white space; the byte behind it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }
}

/// Which member of the envelope a name is. Names are compared exactly.
fn member(raw: &[u8], escaped: bool) -> Member {
    let decoded;
    let name = if escaped {
        decoded = super::keys::unescaped(raw);
        &*decoded
    } else {
        raw
    };
    match name {
        b"jsonrpc" => Member::Jsonrpc,
        b"id" => Member::Id,
        b"method" => Member::Method,
        b"params" => Member::Params,
        b"result" => Member::Result,
        b"error" => Member::Error,
        _ => Member::Other,
    }
}

/// Skips the object or array at `at`, however deep, by counting. Its insides are not checked
/// further: the message is refused anyway.
fn skip(text: &[u8], mut at: usize) -> Result<usize, usize> {
    let mut depth = 0_usize;
    loop {
        match text.get(at).ok_or(text.len())? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => at = text::string(text, at + 1)?.end - 1,
            0..=8 | 11 | 12 | 14..=31 => return Err(at),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Ok(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Members {
        match check(text.as_bytes(), 128) {
            Ok(Root::Object(members)) => *members,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn at<'a>(text: &'a str, range: Option<&Range<usize>>) -> Option<&'a str> {
        range.map(|range| &text[range.clone()])
    }

    #[test]
    fn parts_are_found() {
        let text = r#" {"jsonrpc" : "2.0","\u0069d":"id","i\u0064":[1],"method":"m","params":{"id":{},"x":[]} } "#;
        let members = members(text);
        assert_eq!(at(text, members.jsonrpc.as_ref()), Some("\"2.0\""));
        assert_eq!(at(text, members.id.as_ref()), Some("\"id\""));
        assert_eq!(at(text, members.method.as_ref()), Some("\"m\""));
        assert_eq!(at(text, members.params.as_ref()), Some(r#"{"id":{},"x":[]}"#));
        assert!(members.duplicate && members.two_ids);
        assert_eq!(members.params_fault, None);
    }

    #[test]
    fn roots() {
        assert_eq!(check(b"{}", 9), Ok(Root::Object(Box::default())));
        assert_eq!(check(b"[]", 9), Ok(Root::Array(vec![])));
        assert_eq!(check(b"[1, [],{}]", 9), Ok(Root::Array(vec![1..2, 4..6, 7..9])));
        for scalar in ["1", "\"x\"", "null", " true "] {
            assert_eq!(check(scalar.as_bytes(), 9), Ok(Root::Scalar));
        }
    }

    #[test]
    fn broken_text_is_refused_where_it_breaks() {
        for (text, at) in [
            ("", 0),
            ("hello", 0),
            ("{", 1),
            ("{]", 1),
            ("[1,]", 3),
            ("{\"a\":1,}", 7),
            ("{\"a\" 1}", 5),
            ("[1}", 2),
            ("{} x", 3),
            ("[nul]", 1),
            ("[01]", 2),
            ("{a:1}", 1),
        ] {
            assert_eq!(check(text.as_bytes(), 9).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn an_id_before_the_break_is_kept() {
        let broken = check(br#"{"id": 12, "method"#, 9).unwrap_err();
        assert_eq!(broken.id, Some(7..9));
        assert_eq!(check(br#"{"id": "12" "#, 9).unwrap_err().id, Some(7..11));
        assert_eq!(check(br#"{"id": "12""#, 9).unwrap_err().id, Some(7..11));
        assert_eq!(check(br#"{"id": 12"#, 9).unwrap_err().id, None);
        assert_eq!(check(br#"{"x":?,"id":12}"#, 9).unwrap_err().id, None);
        assert_eq!(check(br#"{"params":{"id":1},"x":?}"#, 9).unwrap_err().id, None);
        assert_eq!(check(br#"{"id":1,"id":2,?"#, 9).unwrap_err().id, None);
    }

    #[test]
    fn faults_are_told_apart_by_place() {
        let fault =
            |params: &str| members(&format!(r#"{{"params":{params},"id":1}}"#)).params_fault;
        assert_eq!(fault(r#"{"a":1,"b":{"a":1}}"#), None);
        assert_eq!(fault(r#"{"b":[{"a":1,"\u0061":1}]}"#), Some(Fault::Duplicate));
        assert_eq!(fault(r#"{"a":"\ud800"}"#), Some(Fault::Surrogate));
        assert_eq!(fault(r#"{"\ud800":1}"#), Some(Fault::Surrogate));
        assert_eq!(fault("[1e400]"), Some(Fault::Number));
        let elsewhere = members(r#"{"id":1,"x":{"a":1,"a":1}}"#);
        assert_eq!((elsewhere.params_fault, elsewhere.other_fault), (None, Some(Fault::Duplicate)));
    }

    #[test]
    fn depth_is_counted_not_recursed() {
        for (levels, fault) in
            [(127, None), (128, Some(Fault::Depth)), (5_000_000, Some(Fault::Depth))]
        {
            let text =
                format!(r#"{{"params":{}{},"id":7}}"#, "[".repeat(levels), "]".repeat(levels));
            let members = members(&text);
            assert_eq!(members.params_fault, fault, "{levels}");
            assert_eq!(at(&text, members.id.as_ref()), Some("7"));
        }
    }
}
