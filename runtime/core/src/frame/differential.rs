//! The scanner against serde_json: both have to agree on what is JSON and where things are.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::check::{Root, check};
use super::lines::{Line, Lines};
use super::rescue::Rescue;

const SEEDS: [&str; 8] = [
    r#"{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"x","arguments":{"a":[1,2.5e-3,{"b":null}]}}}"#,
    r#"{"id":"a\"bc","params":{},"x":[[],{},""],"y":-0.0}"#,
    r#"[{"id":1},[true,false],"\ud83d\ude00",1E+9]"#,
    r#" { "a" : [ ] , "b" : { } , "c" : "\\\/\b\f\n\r\t" } "#,
    r#"{"result":{"content":[{"type":"text","text":"ünï"}]},"id":null}"#,
    "0",
    r#""text""#,
    r#"{"":{"":{"":[[[[0]]]]}}}"#,
];

/// Bytes that matter to JSON, so that changes hit something.
const PIECES: &[u8] = b"{}[]\",:\\ 0123456789.eE+-truefalsn\t\x00\x1f\xff\xc3";

/// A generator of numbers, the same ones in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn change(&mut self, text: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(text.len() + 1);
            let piece = PIECES[self.below(PIECES.len())];
            match self.below(4) {
                0 => text.insert(at, piece),
                1 if at < text.len() => text[at] = piece,
                2 if at < text.len() => drop(text.remove(at)),
                3 => text.truncate(at),
                _ => {}
            }
        }
    }
}

fn changed(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut numbers = Numbers(7);
    (0..count).map(move |index| {
        let mut text = SEEDS[index % SEEDS.len()].as_bytes().to_vec();
        numbers.change(&mut text);
        text
    })
}

#[test]
fn both_agree_on_what_is_json() {
    let mut valid = 0;
    for text in changed(100_000) {
        let theirs = serde_json::from_slice::<IgnoredAny>(&text).is_ok();
        let ours = check(&text, 128).is_ok();
        assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&text));
        valid += usize::from(ours);
    }
    assert!(valid > 1000, "{valid}");
}

#[test]
fn members_are_where_serde_json_finds_them() {
    for text in changed(100_000) {
        let (Ok(text), Ok(Root::Object(members))) = (str::from_utf8(&text), check(&text, 128))
        else {
            continue;
        };
        if members.duplicate || members.other_fault.is_some() || members.params_fault.is_some() {
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let same = |name: &str, range: &Option<Range<usize>>| {
            let ours = range.clone().map(|range| serde_json::from_str(&text[range]).unwrap());
            assert_eq!(ours.as_ref(), value.get(name), "{name} of {text}");
        };
        same("jsonrpc", &members.jsonrpc);
        same("id", &members.id);
        same("method", &members.method);
        same("params", &members.params);
        same("result", &members.result);
        same("error", &members.error);
    }
}

#[test]
fn a_rescued_id_is_the_one_that_was_sent() {
    for text in changed(50_000) {
        let mut rescue = Rescue::default();
        for piece in text.chunks(7) {
            rescue.feed(piece);
        }
        let Some(id) = rescue.finish() else { continue };
        if let Ok(Root::Object(members)) = check(&text, 128)
            && !members.two_ids
            && members.other_fault.is_none()
        {
            let range = members.id.unwrap();
            let sent = super::message::request_id(&text[range]);
            assert_eq!(Some(id), sent, "{}", String::from_utf8_lossy(&text));
        }
    }
}

#[test]
fn pieces_of_any_size_give_the_same_lines() {
    let input: Vec<u8> = changed(200).flat_map(|text| [text, b"\r\n".to_vec()].concat()).collect();
    let cut = |numbers: &mut Numbers, most: usize| {
        let mut lines = Lines::new(90);
        let mut found = Vec::new();
        let mut rest = &input[..];
        while !rest.is_empty() {
            let room = lines.room();
            let count = (1 + numbers.below(most)).min(rest.len()).min(room.len());
            room[..count].copy_from_slice(&rest[..count]);
            lines.filled(count);
            rest = &rest[count..];
            while let Some(line) = lines.next() {
                found.push(match line {
                    Line::Text(text) => text.to_vec(),
                    Line::TooLong(id) => format!("{id:?}").into_bytes(),
                });
            }
        }
        found
    };
    let mut numbers = Numbers(3);
    let whole = cut(&mut numbers, 1 << 20);
    for most in [1, 3, 50, 1000] {
        assert_eq!(cut(&mut numbers, most), whole);
    }
}
