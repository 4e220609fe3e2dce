//! From OpenAPI documents and tool descriptions to typed MCP servers.
