//! A script that is being played.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::task::JoinHandle;

use super::Script;
use super::progress::Progress;
use super::run::Player;
use crate::testing::mismatch::Mismatch;
use crate::testing::transcript::{Side, Transcript};

/// How long a script may still take once the test waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// A script that is being played in a task, until this is dropped.
#[derive(Debug)]
pub struct Peer {
    progress: Arc<Progress>,
    transcript: Transcript,
    task: JoinHandle<()>,
}

impl Peer {
    pub(super) fn start<R, W>(script: Script, role: Side, reader: R, writer: W) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (progress, transcript) = (Arc::new(Progress::default()), Transcript::default());
        let player = Player {
            script,
            role,
            reader: BufReader::new(reader),
            writer,
            transcript: transcript.clone(),
            progress: Arc::clone(&progress),
            asked: VecDeque::new(),
            early: VecDeque::new(),
            heard: Vec::new(),
            last: 0,
        };
        Self { progress, transcript, task: tokio::spawn(player.play()) }
    }

    /// What was said so far, as the script sent and got it.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Waits until the script has come to its end, and keeps the connection.
    ///
    /// # Errors
    /// As [`Peer::finish`].
    pub async fn played(&self) -> Result<(), Mismatch> {
        match tokio::time::timeout(PATIENCE, self.progress.ended()).await {
            Ok(end) => end,
            Err(_) => {
                let (at, expected) = self.progress.now();
                let received = format!("nothing in {PATIENCE:?}");
                Err(Mismatch::new(expected, received).at(at, &self.transcript))
            }
        }
    }

    /// Waits until the script has come to its end, and closes the connection. What was said is
    /// returned.
    ///
    /// # Errors
    /// Something was not as the script says; or for 10 s, by tokio's clock, nothing happened.
    pub async fn finish(self) -> Result<Transcript, Mismatch> {
        self.played().await?;
        Ok(self.transcript.clone())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
