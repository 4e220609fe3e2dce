//! Medians and ratios.

use std::time::Duration;

use super::server::Kind;

/// What a number of calls cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) calls: u64,
    pub(super) cpu: Duration,
    pub(super) time: Duration,
    /// The slowest call.
    pub(super) slowest: Duration,
}

impl Cost {
    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    fn micros(self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.calls.max(1) as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    fn per_second(self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }
}

/// Rows of measurements.
pub(super) struct Table {
    title: &'static str,
    rows: Vec<(String, Vec<(Kind, Cost)>)>,
}

impl Table {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &str, kind: Kind, cost: Cost) {
        match self.rows.iter_mut().find(|(known, _)| known == name) {
            Some((_, costs)) => costs.push((kind, cost)),
            None => self.rows.push((name.to_owned(), vec![(kind, cost)])),
        }
    }

    pub(super) fn print(&self) {
        eprintln!("\n{}\n", self.title);
        for (name, costs) in &self.rows {
            let of = |kind, value: fn(Cost) -> f64| {
                let found = costs.iter().filter(|(known, _)| *known == kind);
                median(found.map(|(_, cost)| value(*cost)).collect())
            };
            let bare = of(Kind::Limit, Cost::micros).unwrap_or(f64::NAN);
            eprint!("| {name} ");
            for kind in Kind::ALL {
                let (Some(micros), Some(rate)) =
                    (of(kind, Cost::micros), of(kind, Cost::per_second))
                else {
                    continue;
                };
                let slowest = costs.iter().filter(|(known, _)| *known == kind);
                let slowest = slowest.map(|(_, cost)| cost.slowest.as_millis()).max().unwrap_or(0);
                let ratio = micros / bare;
                eprint!(
                    "| {}: {micros:.1} ({rate:.0}/s), {ratio:.2} x, slowest {slowest} ms ",
                    kind.name()
                );
            }
            eprintln!("|");
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
