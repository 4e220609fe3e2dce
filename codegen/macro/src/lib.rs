//! The openapi! macro.
