//! Descriptions of callers that came lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use super::meta::Meta;
use crate::context::Caller;

/// How many are remembered.
const MOST: usize = 16;
/// Bytes of the largest that is.
const LARGEST: usize = 4096;

/// Requests stand alone, but most repeat a description that was read before, word for word. The
/// text decides, so nothing leaks from one caller to another.
#[derive(Debug, Default)]
pub(crate) struct Callers(Mutex<Vec<Known>>);

/// A description as it came and what it means.
#[derive(Debug)]
struct Known {
    version: Box<str>,
    client: Option<Box<str>>,
    capabilities: Option<Box<str>>,
    caller: Arc<Caller>,
}

impl Callers {
    /// What a description means, if that is remembered.
    pub(super) fn find(&self, meta: &Meta<'_>) -> Option<Arc<Caller>> {
        let mut known = self.lock();
        let at = known.iter().position(|known| known.is(meta))?;
        let caller = known.get(at).map(|known| Arc::clone(&known.caller));
        if at > 0 {
            // What comes often moves to the front, away from where room is made.
            known.swap(at - 1, at);
        }
        caller
    }

    /// Remembers what a description means.
    pub(super) fn keep(&self, meta: &Meta<'_>, caller: &Arc<Caller>) {
        let text = |raw: Option<&RawValue>| raw.map(|raw| Box::<str>::from(raw.get()));
        let parts = [meta.version, meta.client, meta.capabilities];
        let size: usize = parts.iter().flatten().map(|raw| raw.get().len()).sum();
        let (Some(version), true) = (text(meta.version), size <= LARGEST) else {
            return;
        };
        let (client, capabilities) = (text(meta.client), text(meta.capabilities));
        let mut known = self.lock();
        known.truncate(MOST - 1);
        known.push(Known { version, client, capabilities, caller: Arc::clone(caller) });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is(&self, meta: &Meta<'_>) -> bool {
        let same = |known: Option<&str>, raw: Option<&RawValue>| known == raw.map(RawValue::get);
        same(Some(&self.version), meta.version)
            && same(self.client.as_deref(), meta.client)
            && same(self.capabilities.as_deref(), meta.capabilities)
    }
}

#[cfg(test)]
mod tests {
    use toolwright_spec::{ClientCapabilities, Revision};

    use super::*;

    fn check(callers: &Callers, text: &str, then: impl FnOnce(&Meta<'_>)) -> Option<Arc<Caller>> {
        let raw = RawValue::from_string(text.to_owned()).unwrap();
        let meta = Meta::read(Some(&raw)).unwrap();
        then(&meta);
        callers.find(&meta)
    }

    fn described(client: &str) -> String {
        format!(
            r#"{{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientInfo":{client},
                "io.modelcontextprotocol/clientCapabilities":{{}}}}"#
        )
    }

    fn caller() -> Arc<Caller> {
        let capabilities = ClientCapabilities::default();
        Arc::new(Caller { revision: Revision::LATEST, client: None, capabilities })
    }

    #[test]
    fn only_the_same_text_is_the_same_caller() {
        let (callers, one) = (Callers::default(), caller());
        assert!(check(&callers, &described("1"), |_| {}).is_none());
        let found = check(&callers, &described("1"), |meta| callers.keep(meta, &one));
        assert!(Arc::ptr_eq(&found.unwrap(), &one));
        for other in [described("2"), described("1 "), "{}".to_owned()] {
            assert_eq!(check(&callers, &other, |_| {}).is_some(), other == described("1 "));
        }
    }

    #[test]
    fn memory_is_bounded_and_who_comes_often_stays() {
        let (callers, regular) = (Callers::default(), caller());
        check(&callers, &described("0"), |meta| callers.keep(meta, &regular));
        for other in 1..100 {
            let text = described(&other.to_string());
            check(&callers, &text, |meta| callers.keep(meta, &caller()));
            assert!(check(&callers, &described("0"), |_| {}).is_some(), "{other}");
        }
        assert_eq!(callers.lock().len(), MOST);
        let large = described(&format!("\"{}\"", "x".repeat(LARGEST)));
        assert!(check(&callers, &large, |meta| callers.keep(meta, &regular)).is_none());
    }
}
