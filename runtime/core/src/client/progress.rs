//! Progress of a request, as its caller gets to see it.

use std::collections::VecDeque;

use tokio::time::Instant;

/// So many reports may come in a row and wait to be taken; more are thinned out.
const BURST: usize = 64;

/// How far a request has come.
///
/// Specification: `basic/patterns/progress`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How far; it rises from report to report.
    pub progress: f64,
    /// How far it has to go, if that is known.
    pub total: Option<f64>,
    /// What is being done.
    pub message: Option<String>,
}

impl Progress {
    pub(super) fn new(progress: f64, total: Option<f64>, message: Option<String>) -> Self {
        Self { progress, total, message }
    }
}

/// Reports of one request that wait for its caller, bounded in number and rate.
#[derive(Debug)]
pub(super) struct Reports {
    waiting: VecDeque<Progress>,
    highest: Option<f64>,
    /// Reports that may come right now.
    tokens: f64,
    filled: Instant,
    per_second: u32,
    /// The newest one for which there was no token.
    held: Option<Progress>,
}

impl Reports {
    pub(super) fn new(per_second: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let tokens = BURST as f64;
        Self {
            waiting: VecDeque::new(),
            highest: None,
            tokens,
            filled: Instant::now(),
            per_second,
            held: None,
        }
    }

    /// Takes in a report; `false` if it does not rise.
    pub(super) fn push(&mut self, report: Progress) -> bool {
        let rises = self.highest.is_none_or(|highest| report.progress > highest);
        if !report.progress.is_finite() || !rises {
            return false;
        }
        self.highest = Some(report.progress);
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let most = BURST as f64;
        let fresh = self.filled.elapsed().as_secs_f64() * f64::from(self.per_second);
        self.tokens = (self.tokens + fresh).min(most);
        self.filled = Instant::now();
        if self.tokens >= 1.0 && self.waiting.len() < BURST {
            self.tokens -= 1.0;
            self.held = None;
            self.waiting.push_back(report);
        } else {
            self.held = Some(report);
        }
        true
    }

    /// The oldest that waits.
    pub(super) fn pop(&mut self) -> Option<Progress> {
        self.waiting.pop_front()
    }

    /// What is left when the answer is there.
    pub(super) fn rest(&mut self) -> Option<Progress> {
        self.pop().or_else(|| self.held.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(progress: f64) -> Progress {
        Progress::new(progress, None, None)
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_thinned_out_and_the_last_word_arrives() {
        let mut reports = Reports::new(20);
        for step in 0..100_000 {
            assert!(reports.push(report(f64::from(step))));
        }
        let mut seen = 0;
        let mut last = None;
        while let Some(report) = reports.rest() {
            seen += 1;
            last = Some(report.progress);
        }
        assert_eq!((seen, last), (BURST + 1, Some(99_999.0)));
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        for step in 0..100 {
            reports.push(report(100_000.0 + f64::from(step)));
        }
        assert_eq!(std::iter::from_fn(|| reports.pop()).count(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_rise_is_ignored() {
        let mut reports = Reports::new(20);
        for step in [1.0, 0.5, 1.0, f64::NAN, f64::INFINITY, 2.0] {
            reports.push(report(step));
        }
        assert_eq!(reports.pop(), Some(report(1.0)));
        assert_eq!(reports.pop(), Some(report(2.0)));
        assert_eq!(reports.rest(), None);
    }
}
