//! The one integration binary: what crosses crates, lower level first.

mod peers;
#[cfg(test)]
mod whole_apis;
