//! The one integration binary: what crosses crates, lower level first.

mod peers;
