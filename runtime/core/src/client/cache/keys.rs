//! Under which keys results are kept.
//!
//! `mcp1/SERVER/METHOD/ITEM/WHO/REST`, all but the method digests, so that whatever a change
//! touches, for whomever, has a beginning of its own.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::partition::Partition;
use crate::seal::digest;
use crate::watch::Change;

/// Parts of a URI that a change of it concerns too.
const PARENTS: usize = 32;

/// A request whose result may be kept, as far as the result depends on it.
pub(in crate::client) struct Asked<'a> {
    pub(in crate::client) method: &'a str,
    /// The text of an object.
    pub(in crate::client) params: &'a str,
    /// What every request says of the client.
    pub(in crate::client) client: &'a str,
    /// What this one says besides.
    pub(in crate::client) meta: &'a str,
}

/// Whether results of a method may be kept at all.
pub(in crate::client) fn is_cacheable(method: &str) -> bool {
    matches!(
        method,
        "server/discover"
            | "tools/list"
            | "prompts/list"
            | "resources/list"
            | "resources/templates/list"
            | "resources/read"
    )
}

/// A server, and who asks it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    server: String,
    who: String,
}

impl Place {
    pub(super) fn new(partition: &Partition, caller: &str) -> Self {
        let server = written(&partition.server);
        let who = written(&digest(&[b"who", &partition.authorization, caller.as_bytes()]));
        Self { server, who }
    }

    /// The keys of a result: for this caller alone, and for everybody.
    pub(super) fn keys(&self, asked: &Asked<'_>) -> Keys {
        let Self { server, who } = self;
        let (method, item, rest) = (asked.method, asked.item(), asked.rest());
        let key = |who: &str| format!("mcp1/{server}/{method}/{item}/{who}/{rest}");
        Keys { private: key(who), public: key("all") }
    }

    /// How all keys begin that `doomed` concerns.
    pub(super) fn doomed(&self, doomed: &Doomed) -> String {
        let server = &self.server;
        match doomed {
            Doomed::Everything => format!("mcp1/{server}/"),
            Doomed::List(method) => format!("mcp1/{server}/{method}/"),
            Doomed::Resource(uri) => format!("mcp1/{server}/resources/read/{}/", item(uri)),
        }
    }
}

/// Where a result is, for whom.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) private: String,
    pub(super) public: String,
}

/// What is not to be used any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doomed {
    Everything,
    /// All pages of a list, or all resources.
    List(&'static str),
    Resource(String),
}

impl Doomed {
    /// What a change concerns.
    pub(super) fn of(change: &Change) -> Vec<Self> {
        match change {
            Change::Tools => vec![Self::List("tools/list")],
            Change::Prompts => vec![Self::List("prompts/list")],
            Change::Resources => {
                vec![Self::List("resources/list"), Self::List("resources/templates/list")]
            }
            Change::Resource(uri) => {
                parents(uri).map(|uri| Self::Resource(uri.to_owned())).collect()
            }
        }
    }
}

impl Asked<'_> {
    /// What is read, of resources.
    fn item(&self) -> String {
        #[derive(Deserialize)]
        struct Read<'a> {
            #[serde(borrow)]
            uri: Cow<'a, str>,
        }
        let read = (self.method == "resources/read").then_some(self.params);
        let read = read.and_then(|params| serde_json::from_str::<Read<'_>>(params).ok());
        read.map_or_else(|| "-".to_owned(), |read| item(&read.uri))
    }

    /// Everything else that the result depends on.
    fn rest(&self) -> String {
        let [params, client, meta] = [self.params, self.client, self.meta].map(str::as_bytes);
        written(&digest(&[params, client, meta]))
    }
}

/// A URI and what it is a part of: of those, somebody may have read more than one.
fn parents(uri: &str) -> impl Iterator<Item = &str> {
    let ends = uri.char_indices().rev().filter(|(_, letter)| matches!(letter, '/' | '?' | '#'));
    let above = ends.flat_map(|(end, _)| [uri.get(..=end), uri.get(..end)]).flatten();
    std::iter::once(uri).chain(above.filter(|part| !part.is_empty()).take(PARENTS))
}

fn item(uri: &str) -> String {
    written(&digest(&[b"uri", uri.as_bytes()]))
}

fn written(digest: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &'static str, params: &'static str) -> Asked<'static> {
        Asked { method, params, client: "c", meta: "" }
    }

    fn place(token: &[u8], who: &str) -> Place {
        Place::new(&Partition::new("https://a/", &[token]), who)
    }

    #[test]
    fn whatever_differs_has_another_key() {
        let mine = place(b"Bearer canary", "me");
        let keys = [
            asked("tools/list", "{}"),
            asked("prompts/list", "{}"),
            asked("tools/list", "{\"cursor\":\"a\"}"),
            Asked { client: "d", ..asked("tools/list", "{}") },
            Asked { meta: ",\"x\":1", ..asked("tools/list", "{}") },
        ]
        .map(|asked| mine.keys(&asked).private);
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key}");
        }
        let mine = mine.keys(&asked("tools/list", "{}"));
        assert!(!format!("{mine:?}").contains("canary"));
        for other in [place(b"Bearer other", "me"), place(b"Bearer canary", "you")] {
            let other = other.keys(&asked("tools/list", "{}"));
            assert_ne!(mine.private, other.private);
            assert_eq!(mine.public, other.public);
        }
    }

    #[test]
    fn changes_concern_what_they_are_a_part_of() {
        let place = place(b"", "");
        let concerned = |change: Change, asked: Asked<'_>| {
            let keys = place.keys(&asked);
            assert!(keys.private.len() < 256);
            let begins = Doomed::of(&change).iter().any(|doomed| {
                let begin = place.doomed(doomed);
                keys.private.starts_with(&begin) && keys.public.starts_with(&begin)
            });
            assert!(keys.private.starts_with(&place.doomed(&Doomed::Everything)));
            begins
        };
        let read = || asked("resources/read", r#"{"uri":"file:///a/b"}"#);
        let changed = |uri: &str| Change::Resource(uri.to_owned());
        assert!(concerned(changed("file:///a/b"), read()));
        assert!(concerned(changed("file:///a/b/c/d"), read()));
        assert!(concerned(changed("file:///a/b?x#y"), read()));
        assert!(!concerned(changed("file:///a/bc"), read()));
        assert!(!concerned(changed("file:///a"), read()));
        assert!(!concerned(Change::Resources, read()));
        assert!(concerned(Change::Resources, asked("resources/list", "{}")));
        assert!(concerned(Change::Resources, asked("resources/templates/list", "{}")));
        assert!(concerned(Change::Tools, asked("tools/list", "{\"cursor\":\"2\"}")));
        assert!(!concerned(Change::Tools, asked("prompts/list", "{}")));
        assert!(parents(&"/".repeat(10_000)).count() <= PARENTS + 1);
    }
}
