//! One server in one revision over one transport, and what our client finds there.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::process::Command;
use std::time::Duration;

use toolwright::BoxFuture;
use toolwright::client::Speak;
use toolwright_tests::background::Background;

use super::met::Met;

/// How long one feature may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long is waited for what should not come.
const ABSENCE: Duration = Duration::from_secs(2);

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Feature {
    Tools,
    Pages,
    Output,
    Resources,
    Prompts,
    Completion,
    Elicitation,
    Sampling,
    Roots,
    Progress,
    Logging,
    Cancellation,
    Subscriptions,
    Tasks,
}

/// What comes of trying a feature; the error says what went wrong.
pub(super) type Tried = Result<(), Box<dyn Error + Send + Sync>>;

/// Tries one feature of a server that was met.
pub(super) type Script = for<'a> fn(&'a Met, Feature) -> BoxFuture<'a, Tried>;

/// Where a server is.
pub(super) enum Reach {
    /// The client starts it.
    Command(Command),
    /// It runs already.
    Url(String, Background),
}

/// What is tried in one go.
pub(super) struct Row {
    pub(super) server: &'static str,
    /// What has to be agreed on.
    pub(super) revision: &'static str,
    pub(super) transport: &'static str,
    /// What the client is told to speak.
    pub(super) speak: Speak,
    pub(super) start: Box<dyn Fn() -> Result<Reach, String> + Send + Sync>,
    pub(super) script: Script,
    /// What the server cannot do, with a part of what is said when it is tried all the same.
    pub(super) lacks: &'static [(Feature, &'static str)],
}

/// What came of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Works,
    Fails,
    /// The server has no such thing.
    Lacks,
    /// The revision has no such thing.
    Unknown,
}

/// What came of a row.
pub(super) struct Found {
    pub(super) marks: BTreeMap<Feature, Mark>,
    /// What does not work.
    pub(super) wrong: Vec<String>,
}

impl Feature {
    pub(super) const ALL: [Self; 14] = [
        Self::Tools,
        Self::Pages,
        Self::Output,
        Self::Resources,
        Self::Prompts,
        Self::Completion,
        Self::Elicitation,
        Self::Sampling,
        Self::Roots,
        Self::Progress,
        Self::Logging,
        Self::Subscriptions,
        Self::Tasks,
        Self::Cancellation,
    ];

    /// How it is called in the table.
    pub(super) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The first revision that has it.
    fn since(self) -> &'static str {
        match self {
            Self::Elicitation | Self::Output => "2025-06-18",
            Self::Tasks => "2025-11-25",
            _ => "2024-11-05",
        }
    }
}

impl Row {
    /// What stands in the first columns.
    pub(super) fn head(&self) -> String {
        format!("| {} | {} | {} |", self.revision, self.transport, self.server)
    }

    /// Whether the client finds out by itself what is spoken.
    pub(super) fn is_found_out(&self) -> bool {
        self.speak == Speak::Auto
    }

    /// Starts the server and tries every feature.
    pub(super) fn run(&self) -> Found {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut found = Found { marks: BTreeMap::new(), wrong: Vec::new() };
        if let Err(error) = runtime.block_on(self.meet(&mut found)) {
            found.wrong.push(format!("{} {error}", self.head()));
        }
        println!("{} {:?}", self.head(), found.marks);
        found
    }

    async fn meet(&self, found: &mut Found) -> Tried {
        // A server that runs already ends when this goes.
        let (met, background) = Met::connect((self.start)()?, self.speak).await?;
        let agreed = met.client.revision();
        if agreed.as_str() != self.revision {
            return Err(format!("{agreed} was agreed on").into());
        }
        for feature in Feature::ALL {
            let (mark, said) = self.attempt(&met, feature).await;
            found.marks.insert(feature, mark);
            if mark == Mark::Fails {
                found.wrong.push(format!("{} {}: {said}", self.head(), feature.name()));
            }
        }
        met.client.shutdown().await;
        drop(background);
        Ok(())
    }

    async fn attempt(&self, met: &Met, feature: Feature) -> (Mark, String) {
        if self.revision < feature.since() {
            return (Mark::Unknown, String::new());
        }
        if feature == Feature::Tasks && !met.declares_tasks() {
            return (Mark::Lacks, String::new());
        }
        let lack = self.lacks.iter().find(|(lacked, _)| *lacked == feature);
        let patience = if lack.is_some() { ABSENCE } else { PATIENCE };
        let tried = tokio::time::timeout(patience, (self.script)(met, feature)).await;
        let said = match tried {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("nothing within {patience:?}")),
        };
        match (said, lack) {
            (None, None) => (Mark::Works, String::new()),
            (None, Some(_)) => (Mark::Fails, "the server has it after all".to_owned()),
            (Some(said), Some((_, part))) if said.contains(part) => (Mark::Lacks, said),
            (Some(said), _) => (Mark::Fails, said),
        }
    }
}

/// Fails unless `holds`, with what there was instead.
pub(super) fn ensure(holds: bool, instead: &impl Debug) -> Tried {
    if holds { Ok(()) } else { Err(format!("found {instead:?}").into()) }
}
