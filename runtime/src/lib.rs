//! Build MCP servers and clients from schemas.
