//! HTTP for Toolwright.
