//! Results that need not be asked for again.
//!
//! Specification: `server/utilities/caching`.

mod hint;
mod keeper;
mod keys;
mod memory;
mod partition;
mod store;

pub use memory::MemoryCache;
pub use partition::Partition;
pub use store::CacheStore;

pub(super) use hint::mended;
pub(super) use keeper::Keeper;
pub(super) use keys::{Asked, is_cacheable};
