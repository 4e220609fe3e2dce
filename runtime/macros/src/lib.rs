//! Attribute macros of Toolwright.
