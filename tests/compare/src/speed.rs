//! Reading and writing whole messages, as a ratio to `serde_json::Value` in the same run.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::inputs::{self, Input};
use crate::ways::{self, Way};

/// Each measurement is the best of this many rounds.
const ROUNDS: usize = 25;
/// CPU time that one round of one measurement takes.
const ROUND: Duration = Duration::from_millis(10);

/// What one way costs on one input, in nanoseconds of CPU time per message.
#[derive(Clone, Copy)]
struct Cost {
    read: f64,
    both: f64,
}

/// Prints one table per input.
pub fn report() {
    print(&inputs::small_call(), &ways::call::<inputs::Search>());
    print(&inputs::large_call(), &ways::call::<inputs::Stock>());
    print(&inputs::tool_list(), &ways::tool_list());
    print(&inputs::blocks(), &ways::blocks());
}

fn print(input: &Input, ways: &[Way]) {
    let costs = measure(&input.text, ways);
    println!("| {}, {} bytes | read | read and write | read, µs |", input.name, input.text.len());
    println!("|---|---|---|---|");
    let base = costs[0];
    for (way, cost) in ways.iter().zip(costs) {
        let read = cost.read / base.read;
        let both = match way.both {
            Some(_) => format!("{:.2}", cost.both / base.both),
            None => "–".to_owned(),
        };
        println!("| {} | {read:.2} | {both} | {:.1} |", way.name, cost.read / 1000.0);
    }
    println!();
}

/// Measures all ways in turn in each round, so that a disturbance hits them alike.
fn measure(text: &str, ways: &[Way]) -> Vec<Cost> {
    let mut costs = vec![Cost { read: f64::MAX, both: f64::MAX }; ways.len()];
    for _ in 0..ROUNDS {
        for (way, cost) in ways.iter().zip(&mut costs) {
            cost.read = cost.read.min(per_call(|| (way.read)(black_box(text))));
            if let Some(both) = way.both {
                cost.both = cost.both.min(per_call(|| drop(black_box(both(black_box(text))))));
            }
        }
    }
    costs
}

/// Nanoseconds of this thread's CPU time per call, over one round.
fn per_call(call: impl Fn()) -> f64 {
    let start = ThreadTime::now();
    let mut calls = 0_u32;
    while start.elapsed() < ROUND {
        for _ in 0..8 {
            call();
        }
        calls += 8;
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}
