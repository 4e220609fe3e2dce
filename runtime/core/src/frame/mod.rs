//! From bytes to messages and back: lines, JSON, the JSON-RPC envelope. Nothing here knows MCP.

mod check;
#[cfg(test)]
mod differential;
mod keys;
mod lines;
mod message;
mod params;
mod rescue;
mod text;
mod write;

pub(crate) use lines::{Line, Lines};
pub(crate) use message::parse;
pub use message::{Answer, Message};
pub(crate) use params::{Kept, Params};
pub(crate) use write::{
    TooLarge, write_bounded, write_call, write_error, write_notification, write_request,
    write_result,
};
