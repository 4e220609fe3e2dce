//! The engine without HTTP.
