//! The one integration binary: what crosses crates, lower level first.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests may fail like tests"
)]

#[cfg(test)]
mod callers;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod curated;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod generated_clients;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod interop;
mod peers;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod requirements;
#[cfg(test)]
mod schemathesis;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod whole_apis;
#[cfg(test)]
mod wire;
