//! The page in the documentation, of which each test writes a part.

use std::sync::{Mutex, PoisonError};

use toolwright_tests::place;

/// What the second part begins with.
const SECOND: &str = "## Our client with official servers";

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Clients,
    Servers,
}

/// Compares a part with the one in the documentation, or writes it if the environment says so.
pub(super) fn check(part: Part, text: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let path = place::root().join("docs/interop.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let (first, second) = page.split_at(page.find(SECOND).unwrap_or(page.len()));
    let committed = if part == Part::Clients { first.trim_end() } else { second };
    if std::env::var_os("INTEROP_WRITE").is_some() {
        let (first, second) = match part {
            Part::Clients => (text.trim_end(), second),
            Part::Servers => (first.trim_end(), text),
        };
        let page = format!("{first}\n\n{second}");
        std::fs::write(&path, page.trim_end().to_owned() + "\n").unwrap();
    } else {
        let advice = "docs/interop.md is old: run this test with INTEROP_WRITE=1";
        assert_eq!(committed.trim_end(), text.trim_end(), "{advice}");
    }
}
