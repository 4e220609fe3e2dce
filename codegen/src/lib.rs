//! From OpenAPI documents and tool descriptions to typed MCP servers.

pub mod code;
pub mod diagnostic;
pub mod ir;
pub mod source;
