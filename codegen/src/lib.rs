//! From OpenAPI documents and tool descriptions to typed MCP servers.

pub mod diagnostic;
pub mod ir;
