//! Typed structs for every revision of the [Model Context Protocol], on serde and serde_json
//! alone.
//!
//! # When to use it
//!
//! * You write or read MCP messages and want types for them, without a runtime: a proxy, a
//!   recorder, a test, an SDK of your own.
//! * You speak with peers of different revisions. The types at the crate root are one superset of
//!   all revisions; [`Fit`] turns a value into what a given [`Revision`] has.
//!
//! To write a server or a client, use the crate `toolwright`, which speaks in these types.
//!
//! # Example
//!
//! ```
//! use toolwright_spec::{CallToolResult, ClientRequest, ContentBlock, Fit, Revision};
//! use serde_json::value::RawValue;
//!
//! // A message has been taken apart into its method and the raw text of its parameters.
//! let params = RawValue::from_string(r#"{"name":"add","arguments":{"a":1,"b":2}}"#.into())?;
//! let ClientRequest::CallTool(call) = ClientRequest::decode("tools/call", Some(&params))? else {
//!     unreachable!("another method");
//! };
//! assert_eq!(call.name, "add");
//!
//! // The same result, as a peer of 2024 and one of 2026 want it.
//! let result = CallToolResult::new([ContentBlock::text("3")]);
//! let old = result.clone().fit(Revision::V2024_11_05)?;
//! let new = result.fit(Revision::V2026_07_28)?;
//! let text = |value: &CallToolResult| serde_json::to_string(value);
//! assert_eq!(text(&old)?, r#"{"content":[{"type":"text","text":"3"}]}"#);
//! assert_eq!(
//!     text(&new)?,
//!     r#"{"resultType":"complete","content":[{"type":"text","text":"3"}]}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How the types read and write
//!
//! * Nothing is lost: absent, `{}`, `[]` and `null` stay four different things, unknown members
//!   are kept in `extra`, unknown kinds of content in an `Unknown` variant, and what belongs to
//!   the user (arguments, structured content, schemas) stays as text ([`RawJson`],
//!   [`JsonSchema`]).
//! * Unions look at their discriminator, never at what happens to fit. Constants such as `type`
//!   are no fields; they are checked and written.
//! * A member that only some revisions require is optional on reading.
//! * A failure says where and what was expected ([`DecodeError`]), if it is read with
//!   [`from_str`], [`from_slice`] or [`from_raw`]. The types implement serde's traits as well and
//!   are meant for JSON: other formats have no raw text.
//!
//! # Map
//!
//! | where | what |
//! | --- | --- |
//! | crate root | the types of all revisions in one, and how to read them |
//! | [`method`] | a marker for each method, tying name, parameters and result together |
//! | [`code`] | error codes |
//! | [`rt`] | what the generated types stand on |
//! | `v2024_11_05` … `v2026_07_28`, `ext_tasks` | the exact types of one revision or extension, with envelopes; each behind a feature of its name, all of them behind `exact` |
//!
//! [Model Context Protocol]: https://modelcontextprotocol.io/specification

mod ergonomics;
#[rustfmt::skip]
mod r#gen;
pub mod rt;

/// A marker for each method, tying its name, parameters and result together; and the messages of
/// each side by method.
///
/// ```
/// use toolwright_spec::{CallToolRequestParams, Request, method};
///
/// fn name<R: Request<Params = CallToolRequestParams>>(_: R) -> &'static str {
///     R::NAME
/// }
/// assert_eq!(name(method::CallTool), "tools/call");
/// ```
pub mod method {
    pub use crate::r#gen::methods::*;
}

pub use r#gen::model::*;
pub use r#gen::revision::Revision;
pub use r#gen::*;
pub use method::{ClientNotification, ClientRequest, ServerNotification, ServerRequest};
pub use rt::{
    DecodeError, Extra, Fit, FitError, JsonSchema, Map, Notification, Object, OneOrMany, Payload,
    ProgressToken, RawJson, Request, RequestId, UnknownRevision, from_raw, from_slice, from_str,
};
