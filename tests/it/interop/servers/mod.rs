//! Our client against official servers, feature by feature.
//!
//! What it finds is the second table in `docs/interop.md`, which has to be up to date. To write it
//! anew, run `INTEROP_WRITE=1 cargo test -p toolwright-tests --test it interop`. With
//! `INTEROP_ROW=TEXT` only those servers are tried in whose row this text stands, and no table is
//! compared.

mod contract;
mod everything;
mod filesystem;
mod memory;
mod met;
mod npm;
mod ours;
mod page;
mod python;
mod rmcp;
mod row;
mod slow;
mod typescript;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use row::{Found, Row};

/// How many servers run at a time.
const AT_ONCE: usize = 2;

#[test]
fn our_client_finds_every_feature_of_official_servers() {
    let wanted = std::env::var("INTEROP_ROW").ok();
    let chosen = |row: &Row| wanted.as_ref().is_none_or(|text| row.head().contains(text));
    let rows: Vec<Row> = all().into_iter().filter(chosen).collect();
    let found = run(&rows);
    let wrong: Vec<String> = found.iter().flat_map(|found| found.wrong.clone()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if wanted.is_none() {
        page::check(&rows, &found);
    }
}

#[test]
fn what_is_tried_works_with_our_own_server() {
    let wrong: Vec<String> = run(&ours::rows()).into_iter().flat_map(|found| found.wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All rows, in the order of the table.
fn all() -> Vec<Row> {
    let mut rows = npm::rows();
    rows.extend(python::rows());
    rows.extend(typescript::rows());
    rows.extend(rmcp::rows());
    rows.sort_by_key(|row| std::cmp::Reverse(row.revision));
    rows
}

/// Tries all of them; what was found is in their order.
fn run(rows: &[Row]) -> Vec<Found> {
    let left: Mutex<VecDeque<usize>> = Mutex::new((0..rows.len()).collect());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let worker = || {
        let mut found = Vec::new();
        while let Some(index) = next() {
            found.push((index, rows[index].run()));
        }
        found
    };
    let mut found: Vec<(usize, Found)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, found)| found).collect()
}
