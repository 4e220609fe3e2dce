//! Between replicas.

use std::fmt;
use std::sync::Weak;

use super::change::Change;

/// Carries changes between the replicas of a server, so that a change that one of them sees
/// reaches the clients of all.
///
/// Without one, changes stay in the process. [`Change`] is `Serialize` and `Deserialize`.
///
/// ```
/// use std::sync::Mutex;
/// use toolwright_core::Server;
/// use toolwright_core::watch::{Bus, Change, Inbox};
///
/// /// In place of a message broker: all replicas are in this process.
/// #[derive(Clone, Default)]
/// struct Local(std::sync::Arc<Mutex<Vec<Inbox>>>);
///
/// impl Bus for Local {
///     fn publish(&self, change: &Change) {
///         for replica in &*self.0.lock().unwrap() {
///             replica.deliver(change);
///         }
///     }
///
///     fn connect(&self, inbox: Inbox) {
///         self.0.lock().unwrap().push(inbox);
///     }
/// }
///
/// let bus = Local::default();
/// let one = Server::new("shop", "1.0.0").bus(bus.clone()).build().unwrap();
/// let two = Server::new("shop", "1.0.0").bus(bus).build().unwrap();
/// // Clients of both are told.
/// one.publisher().tools_changed();
/// ```
pub trait Bus: Send + Sync + 'static {
    /// Sends a change to every replica, this one included. It is called from handlers and must
    /// not block: queue the change for a task that sends it.
    fn publish(&self, change: &Change);

    /// Called once, when the bus is given to a server: from now on, what arrives from any replica
    /// goes into the inbox.
    fn connect(&self, inbox: Inbox);
}

/// Where a [`Bus`] puts what arrives.
#[derive(Clone)]
pub struct Inbox(pub(super) Weak<dyn Deliver>);

/// Takes what a bus brings.
pub(super) trait Deliver: Send + Sync {
    fn deliver(&self, change: &Change);
}

impl Inbox {
    /// Tells the clients of this replica. Does not block.
    pub fn deliver(&self, change: &Change) {
        if let Some(hub) = self.0.upgrade() {
            hub.deliver(change);
        }
    }

    /// Whether the server is gone: nothing need be delivered any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.strong_count() == 0
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("is_closed", &self.is_closed()).finish()
    }
}
