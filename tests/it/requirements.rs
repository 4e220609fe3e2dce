//! Every requirement has a test, or says why not: `tests/requirements.txt`.

use std::collections::{BTreeMap, BTreeSet};

use toolwright_tests::place;

/// How many are open may fall, but not rise. What comes with OAuth is counted apart.
const MOST_OPEN: usize = 9;
/// Areas of which all is open until there is OAuth, and what else belongs to it.
const OF_OAUTH: [&str; 4] = ["ARS-", "ACL-", "EXA-", "LEG-21"];
const OAUTH: &str = "comes with OAuth";

#[test]
fn every_requirement_has_a_test() {
    let manifest = std::fs::read_to_string(place::root().join("tests/requirements.txt")).unwrap();
    let (mut held, mut open, mut wrong) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut later = 0;
    for line in manifest.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [id, words, test] = parts[..] else { panic!("not three parts: {line}") };
        if held.insert(id.to_owned(), test).is_some() {
            wrong.push(format!("{id} is there twice"));
        }
        if words.is_empty() {
            wrong.push(format!("{id} has no words"));
        }
        match test.strip_prefix("open: ") {
            Some(OAUTH) if OF_OAUTH.iter().any(|area| id.starts_with(area)) => later += 1,
            Some(reason) => open.push(format!("{id}: {reason}")),
            None if !exists(test) => wrong.push(format!("{id}: there is no {test}")),
            None => {}
        }
    }
    for id in expected().difference(&held.keys().cloned().collect()) {
        wrong.push(format!("{id} is missing"));
    }
    println!("{} of {} are open:\n{}", open.len(), held.len(), open.join("\n"));
    println!("besides, {later} come with OAuth");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(open.len() <= MOST_OPEN, "{} are open, {MOST_OPEN} were", open.len());
}

/// Whether a test of that name stands in that file.
fn exists(test: &str) -> bool {
    let Some((file, function)) = test.split_once("::") else { return false };
    let text = std::fs::read_to_string(place::root().join(file)).unwrap_or_default();
    let head = format!("fn {function}()");
    let Some((before, _)) = text.split_once(&head) else { return false };
    // Some tests are a program of their own, which calls them.
    let program = text.contains("fn main()");
    let attributes = before.rsplit_once("\n\n").map_or(before, |(_, last)| last);
    program || attributes.contains("#[test]") || attributes.contains("#[tokio::test")
}

/// The ids of the list of requirements that concern servers or clients, where the list is at hand.
fn expected() -> BTreeSet<String> {
    let Some(path) = place::shared("requirements.md") else { return BTreeSet::new() };
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("- "));
    lines.filter_map(id_of_ours).collect()
}

/// The id of a line if its level names servers (S), clients (C), or both sides (B). What concerns
/// sessions only has no such letters.
fn id_of_ours(line: &str) -> Option<String> {
    let (head, _) = line.split_once(':')?;
    let (id, level) = head.split_once(' ').unwrap_or((head, ""));
    let (area, number) = id.split_once('-')?;
    let is_id = area.bytes().all(|byte| byte.is_ascii_uppercase())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    let concerns = level.split([' ', '/', '(']).any(|word| matches!(word, "S" | "C" | "B"));
    (is_id && (concerns || area == "LEG")).then(|| id.to_owned())
}

#[test]
fn made_up_tests_are_noticed() {
    assert!(exists("tests/it/requirements.rs::made_up_tests_are_noticed"));
    assert!(!exists("tests/it/requirements.rs::nothing_of_the_kind"));
    assert!(!exists("tests/it/requirements.rs::exists"));
    assert!(!exists("tests/it/nowhere.rs::made_up_tests_are_noticed"));
    assert_eq!(id_of_ours("TOOL-01 MUST S: declare").as_deref(), Some("TOOL-01"));
    assert_eq!(id_of_ours("ACL-01 MUST C: parse").as_deref(), Some("ACL-01"));
    assert_eq!(id_of_ours("AAS-01 MUST AS: issue"), None);
}
