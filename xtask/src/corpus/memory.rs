//! How much memory generating may take.

use super::state::{Row, State};

/// Times its own size that a document may take, above what the process takes anyway.
const MOST: u64 = 10;
/// Bytes that the measure may be wrong by: peaks are whole megabytes.
const ROOM: u64 = 1024 * 1024;
/// Bytes from which on a document is held to that: smaller ones are lost in the noise.
const LARGE: u64 = 1_000_000;
/// Bytes of documents that show what the process takes anyway.
const SMALL: u64 = 20_000;

/// Prints documents that take too much; whether there is none.
pub(super) fn within(state: &State, names: &[String]) -> bool {
    let small = state.rows.values().filter(|row| row.facts.bytes < SMALL);
    let mut peaks: Vec<u64> = small.filter_map(|row| Some(row.generate?.peak)).collect();
    peaks.sort_unstable();
    let Some(&floor) = peaks.get(peaks.len() / 2) else {
        return true;
    };
    let mut within = true;
    for (name, row) in names.iter().filter_map(|name| state.rows.get_key_value(name)) {
        let most = row.facts.bytes * MOST + ROOM;
        if let Some(taken) = taken(row, floor).filter(|taken| *taken > most) {
            let times = taken / row.facts.bytes.max(1);
            eprintln!("generating from {name} takes {times} times its size, the limit is {MOST}");
            within = false;
        }
    }
    within
}

/// Bytes that a large document takes.
fn taken(row: &Row, floor: u64) -> Option<u64> {
    let cost = row.generate.filter(|_| row.facts.bytes >= LARGE)?;
    Some(cost.peak.saturating_sub(floor) * 1024 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::measure::Cost;
    use crate::corpus::state::Facts;

    #[test]
    fn large_documents_take_ten_times_their_size() {
        let mut state = State::default();
        for (name, bytes, peak) in [
            ("floor", 1_000, 9),
            ("less", 900_000, 200),
            ("fits", 2_000_000, 28),
            ("over", 2_000_000, 30),
        ] {
            let facts = Facts { bytes, ..Facts::default() };
            let generate = Some(Cost { seconds: 1.0, peak });
            state.rows.insert(name.to_owned(), Row { facts, generate, ..Row::default() });
        }
        let within = |names: &[&str]| {
            within(&state, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert!(within(&["floor", "less", "fits", "unknown"]));
        assert!(!within(&["fits", "over"]));
    }
}
