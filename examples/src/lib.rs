//! Servers and clients to learn from.
