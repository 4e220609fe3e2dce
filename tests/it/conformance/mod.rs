//! The official conformance suite against our server with everything.
//!
//! Its own verdict is not enough: a scenario in which nothing was checked counts as passed there.
//! So what it wrote down is read again, and every scenario must have succeeded at something.

mod authorization;
mod checks;
mod client;
mod suite;
mod verdict;

use suite::{Leg, Suite};

#[test]
fn every_scenario_of_2025_11_25() {
    let suite = Suite::start();
    check("2025-11-25", 33, &suite.all("2025-11-25"));
}

#[test]
fn every_scenario_of_2026_07_28() {
    let suite = Suite::start();
    check("2026-07-28", 40, &suite.all("2026-07-28"));
}

#[test]
fn what_2025_11_25_requires() {
    let suite = Suite::start();
    check("2025-11-25", 30, &suite.requirements("2025-11-25"));
}

#[test]
fn what_2026_07_28_requires() {
    let suite = Suite::start();
    check("2026-07-28", 37, &suite.requirements("2026-07-28"));
}

#[test]
fn the_extension_for_tasks() {
    let suite = Suite::start();
    for (scenario, _) in checks::TASKS {
        check("tasks", 1, &suite.scenario(scenario));
    }
}

/// Holds what a leg wrote down against what it has to show.
fn check(name: &str, count: usize, leg: &Leg) {
    assert_eq!(leg.scenarios.len(), count, "{:?}", leg.scenarios);
    let objections = |scenario: &String| leg.results.objections(scenario, checks::of(scenario));
    let wrong: Vec<_> = leg.scenarios.iter().flat_map(objections).collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), leg.said);
    assert!(leg.success, "the suite objects to more than was checked:\n{}", leg.said);
    println!("{name}: {count} of {count} scenarios");
}
