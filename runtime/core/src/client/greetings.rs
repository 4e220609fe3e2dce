//! What a server said of itself, one time after the other. What was lent out stays.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use toolwright_spec::{Implementation, Revision, ServerCapabilities};

/// How many are kept. A server that says more is not listened to.
const MOST: usize = 16;

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Greeting {
    pub(super) revision: Revision,
    pub(super) info: Option<Arc<Implementation>>,
    pub(super) capabilities: ServerCapabilities,
    pub(super) instructions: Option<String>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Greetings {
    first: OnceLock<Box<Known>>,
    turn: Mutex<()>,
}

#[derive(Debug)]
struct Known {
    greeting: Greeting,
    next: OnceLock<Box<Known>>,
}

impl Greetings {
    /// The last one.
    pub(super) fn last(&self) -> Option<&Greeting> {
        self.iter().last()
    }

    pub(super) fn count(&self) -> usize {
        self.iter().count()
    }

    pub(super) fn are_too_many(&self) -> bool {
        self.count() >= MOST
    }

    /// Adds one; whether it says anything else than the last one.
    pub(super) fn push(&self, greeting: &Greeting) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slot = &self.first;
        let mut last = None;
        while let Some(known) = slot.get() {
            last = Some(&known.greeting);
            slot = &known.next;
        }
        let is_new = last != Some(greeting) && !self.are_too_many();
        if is_new {
            let known = Known { greeting: greeting.clone(), next: OnceLock::new() };
            // There is one turn, so nobody else has set it.
            let _ = slot.set(Box::new(known));
        }
        is_new
    }

    fn iter(&self) -> impl Iterator<Item = &Greeting> {
        let mut slot = &self.first;
        std::iter::from_fn(move || {
            let known = slot.get()?;
            slot = &known.next;
            Some(&known.greeting)
        })
    }
}
