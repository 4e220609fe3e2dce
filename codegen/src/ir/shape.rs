//! What becomes of a reply before it reaches the model: pages gathered, members left out.

use serde::Serialize;

/// How the pages of a listing are gathered. Configured, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paging {
    /// How the next page is found.
    #[serde(flatten)]
    pub kind: PagingKind,
    /// Where the items stand in a page, as a JSON pointer; empty: the page itself is the list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub items: String,
    /// Member of the tool's arguments that says how many pages to gather: a whole number, 1
    /// unless given.
    pub argument: String,
    /// The most pages of one call.
    pub max: u32,
    /// The kind's parameter is a member of the body, and what names it a JSON pointer into the body.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_body: bool,
}

impl Paging {
    /// Pages of `kind` with their items at the JSON pointer `items`; the argument is `pages`, at
    /// most 10 of them. The kind's parameter is one of the query, or a member of the body:
    /// `body.page.cursor`.
    #[must_use]
    pub fn new(kind: PagingKind, items: impl Into<String>) -> Self {
        let argument = "pages".to_owned();
        Self { kind, items: items.into(), argument, max: 10, in_body: false }
    }
}

/// How the next page is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum PagingKind {
    /// The page names a cursor, which the next request sends.
    Cursor {
        /// JSON pointer to the cursor in a page; absent, `null`, `false` or empty: the last one.
        next: String,
        /// Parameter that takes it, by its name on the wire.
        parameter: String,
    },
    /// Pages are numbered; one without items is the last.
    Page {
        /// Parameter that takes the number, by its name on the wire.
        parameter: String,
        /// Number of the first page, where the call names none.
        first: u32,
    },
    /// The next page starts after as many items as came so far; one without items is the last.
    Offset {
        /// Parameter that takes the number of items to skip, by its name on the wire.
        parameter: String,
    },
    /// A `Link` header with `rel="next"` (RFC 8288), of the same origin.
    Link,
    /// The page holds the URL of the next one, of the same origin.
    Next {
        /// JSON pointer to the URL in a page.
        next: String,
    },
}

/// Which parts of a JSON reply are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fields {
    /// Paths such as `/books/title`: member names as in a JSON pointer. Lists are passed through,
    /// so no place in a list is named; `*` stands for any member. Empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Member of the tool's arguments with which the model chooses among these, if it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument: Option<String>,
}
