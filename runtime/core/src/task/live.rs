//! A task that runs in this process.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot, watch};
use toolwright_spec::RawJson;

use super::record::{Outcome, TaskRecord};
use super::time;
use crate::ask::AskError;

/// What is known of it, and what it waits for.
#[derive(Debug)]
pub(crate) struct Live {
    state: Mutex<State>,
    cancelled: Notify,
    /// Whoever waits for something of it is told that there is something.
    news: watch::Sender<()>,
}

/// What comes of a question.
pub(super) type Answer = Result<RawJson, AskError>;

#[derive(Debug)]
struct State {
    record: TaskRecord,
    waiting: HashMap<String, oneshot::Sender<Answer>>,
    /// Every key that a client has seen.
    issued: HashSet<String>,
    /// Nobody can answer any more.
    deaf: bool,
}

impl Live {
    pub(super) fn new(record: TaskRecord) -> Self {
        let (waiting, issued) = (HashMap::new(), HashSet::new());
        let state = State { record, waiting, issued, deaf: false };
        let news = watch::Sender::new(());
        Self { state: Mutex::new(state), cancelled: Notify::new(), news }
    }

    /// How it stands.
    pub(crate) fn record(&self) -> TaskRecord {
        self.state().record.clone()
    }

    /// Completes when the client has ended it.
    pub(crate) async fn cancelled(&self) {
        self.cancelled.notified().await;
    }

    /// From now on tells whoever has this when something changes.
    pub(crate) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Something changed.
    pub(super) fn tell(&self) {
        self.news.send_replace(());
    }

    /// Puts a question; the key it got, and where the answer comes.
    pub(super) fn ask(&self, key: &str, request: RawJson) -> (String, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        if state.deaf {
            return (key.to_owned(), receiver);
        }
        // A key stands for one question as long as the task lives.
        let mut name = key.to_owned();
        let mut again = 1;
        while !state.issued.insert(name.clone()) {
            again += 1;
            name = format!("{key}#{again}");
        }
        state.waiting.insert(name.clone(), sender);
        state.record.questions.insert(name.clone(), request);
        state.record.updated = time::now();
        drop(state);
        self.tell();
        (name, receiver)
    }

    /// From now on nobody answers: questions that are open have no answer, nor have later ones.
    pub(super) fn hang_up(&self) {
        let mut state = self.state();
        state.deaf = true;
        state.waiting.clear();
    }

    /// Takes a question back, or in as answered; whether it was open.
    pub(super) fn close(&self, key: &str) -> bool {
        let was_open = self.state().close(key).is_some();
        self.tell();
        was_open
    }

    /// There will be no answer to a question; whether it was open.
    pub(crate) fn refuse(&self, key: &str, error: AskError) -> bool {
        let sender = self.state().close(key);
        self.tell();
        // Nobody may wait any more, which is fine.
        sender.map(|sender| sender.send(Err(error))).is_some()
    }

    /// Takes in answers; whether one of them was waited for.
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = (String, RawJson)>) -> bool {
        let mut is_news = false;
        let mut state = self.state();
        for (key, answer) in answers {
            if let Some(sender) = state.close(&key) {
                is_news = true;
                // Nobody may wait any more, which is fine.
                let _ = sender.send(Ok(answer));
            }
        }
        drop(state);
        self.tell();
        is_news
    }

    /// Ends it; the record, unless it was over already.
    pub(super) fn end(&self, outcome: Outcome) -> Option<TaskRecord> {
        let mut state = self.state();
        if state.record.is_over() {
            return None;
        }
        state.waiting = HashMap::new();
        state.record.questions.clear();
        state.record.outcome = Some(outcome);
        state.record.updated = time::now();
        let record = state.record.clone();
        drop(state);
        self.tell();
        Some(record)
    }

    pub(super) fn cancel(&self) {
        self.cancelled.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self, key: &str) -> Option<oneshot::Sender<Answer>> {
        let sender = self.waiting.remove(key)?;
        self.record.questions.remove(key);
        self.record.updated = time::now();
        Some(sender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RawJson {
        RawJson::new(text).unwrap()
    }

    fn live() -> Live {
        Live::new(TaskRecord {
            id: "x".to_owned(),
            principal: String::new(),
            created: 0,
            updated: 0,
            ttl: 1,
            poll: 1,
            questions: Default::default(),
            outcome: None,
        })
    }

    #[test]
    fn keys_are_never_used_again() {
        let live = live();
        let (first, _) = live.ask("name", text("{}"));
        assert!(live.answer([("name".to_owned(), text("1"))]));
        let (second, _) = live.ask("name", text("{}"));
        let (third, mut answer) = live.ask("name", text("{}"));
        assert_eq!((&*first, &*second, &*third), ("name", "name#2", "name#3"));
        // One that was answered, and one that was never asked.
        let answers = [("name", "2"), ("nothing", "3")].map(|(key, it)| (key.to_owned(), text(it)));
        assert!(!live.answer(answers));
        assert!(answer.try_recv().is_err());
        assert!(live.answer([("name#3".to_owned(), text("4"))]));
        assert_eq!(answer.try_recv().unwrap().unwrap().as_str(), "4");
        assert_eq!(live.record().questions.len(), 1);
    }

    #[test]
    fn the_first_end_counts() {
        let live = live();
        assert!(live.end(Outcome::Cancelled).is_some());
        assert!(live.end(Outcome::Completed(text("{}"))).is_none());
        assert!(matches!(live.record().outcome, Some(Outcome::Cancelled)));
    }
}
