//! The one integration binary: what crosses crates, lower level first.

#[cfg(test)]
mod generated;
mod peers;
#[cfg(test)]
mod whole_apis;
