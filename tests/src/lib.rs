//! Helpers of the tests that cross crates: where things are, and the official SDKs as peers.

pub mod peer;
pub mod place;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
