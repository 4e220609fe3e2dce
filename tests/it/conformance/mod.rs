//! The official conformance suite against our server with everything.
//!
//! Its own verdict is not enough: a scenario in which nothing was checked counts as passed there.
//! So what it wrote down is read again, and every scenario must have succeeded at something.

mod checks;
mod client;
mod suite;
mod verdict;

use suite::{Leg, Suite};

/// A leg, a scenario, and why it cannot pass yet. An entry that passes has to go.
const NOT_YET: &[(&str, &str, &str)] = &[
    ("tasks", "tasks-lifecycle", TASKS),
    ("tasks", "tasks-capability-negotiation", TASKS),
    ("tasks", "tasks-wire-fields", TASKS),
    ("tasks", "tasks-request-state-removal", TASKS),
    ("tasks", "tasks-mrtr-input", TASKS),
    ("tasks", "tasks-request-headers", TASKS),
    ("tasks", "tasks-dispatch-and-envelope", TASKS),
    ("tasks", "tasks-required-task-error", TASKS),
    ("tasks", "tasks-mrtr-composition", TASKS),
];

const TASKS: &str = "there are no tasks yet";

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

/// Holds what a leg wrote down against what is expected of it.
fn check(name: &str, count: usize, leg: &Leg) {
    assert_eq!(leg.scenarios.len(), count, "{:?}", leg.scenarios);
    let mut wrong = Vec::new();
    let mut expected = 0;
    for scenario in &leg.scenarios {
        let objections = leg.results.objections(scenario, checks::of(scenario));
        let known = NOT_YET.iter().find(|known| known.0 == name && known.1 == scenario);
        match known {
            Some(_) if objections.is_empty() => {
                wrong.push(format!("{scenario} passes: take it off NOT_YET"));
            }
            Some((_, _, reason)) => {
                expected += 1;
                println!("{name}: {scenario} not yet: {reason}");
            }
            None => wrong.extend(objections),
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), leg.said);
    if expected == 0 {
        assert!(leg.success, "the suite objects to more than was checked:\n{}", leg.said);
    }
    println!("{name}: {} of {count} scenarios", count - expected);
}
