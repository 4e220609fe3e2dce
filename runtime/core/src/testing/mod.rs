//! For tests of your own servers and clients.
//!
//! It is there with the feature `testing`, which belongs into `[dev-dependencies]`.
//!
//! - [`Pair`]: a client and a server in memory, in any revision.
//! - [`Script`]: a server of a few lines for tests of a client, or a client of a few lines for
//!   tests of a server. What differs from the script is told with both sides of the difference.
//! - [`Transcript`]: everything that was said, to look into or to take a snapshot of.
//! - [`Faults`]: streams that end, stall, and say things twice.
//! - [`WallClock`]: simulated time.
//!
//! # Time
//! Every timer of clients and servers goes by tokio's clock. With `start_paused`, which needs
//! tokio's feature `test-util`, a minute passes as soon as nothing else is left to do:
//!
//! ```
//! use std::time::Duration;
//! use toolwright_core::testing::Script;
//! use toolwright_core::{Client, ClientError};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! // #[tokio::test(start_paused = true)]
//! let script = Script::new().expect("tools/call").expect("notifications/cancelled");
//! let (client, peer) = script.connect(Client::builder()).await?;
//! let Err(ClientError::Timeout { after }) = client.call("slow", &()).await else {
//!     panic!("nobody answered");
//! };
//! assert_eq!(after, Duration::from_secs(60)); // and this took no time
//! peer.finish().await?;
//! # Ok(())
//! # }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() { run().await.unwrap() }
//! ```

mod contains;
mod faults;
mod mismatch;
mod pair;
mod script;
mod tap;
mod transcript;

pub use faults::{Faults, FaultyReader, FaultyWriter};
pub use mismatch::Mismatch;
pub use pair::Pair;
pub use script::{Peer, Script};
pub use transcript::{Entry, Side, Transcript};

pub use crate::wall::WallClock;
