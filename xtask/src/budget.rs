//! `cargo xtask budget`: how many crates our users compile.

use std::collections::BTreeSet;
use std::process::Command;

/// A kind of program and how many crates it may take, ours included.
struct Budget {
    what: &'static str,
    features: &'static str,
    limit: usize,
}

const BUDGETS: &[Budget] = &[
    Budget { what: "a server over stdio", features: "", limit: 45 },
    Budget { what: "a server over HTTP", features: "http", limit: 60 },
    Budget { what: "a client over HTTP", features: "http-client", limit: 65 },
    Budget { what: "a client over HTTPS", features: "https-client", limit: 80 },
    Budget { what: "a server over HTTP with TLS", features: "tls", limit: 75 },
    Budget {
        what: "a server over HTTP that calls a REST upstream",
        features: "http,rest",
        limit: 75,
    },
    Budget { what: "a server that calls a REST upstream", features: "rest", limit: 75 },
    Budget { what: "a server that takes access tokens", features: "auth-server", limit: 76 },
    Budget { what: "a client that logs in", features: "auth-client", limit: 85 },
];

/// Prints one line for each kind of program; `false` where one is over its budget.
///
/// # Errors
/// When cargo cannot be run or fails.
pub(crate) fn run() -> std::io::Result<bool> {
    let mut within = true;
    for budget in BUDGETS {
        let crates = count(budget.features)?;
        let verdict = if crates <= budget.limit { "ok" } else { "OVER" };
        within &= crates <= budget.limit;
        eprintln!("{verdict}: {}: {crates} crates, {} allowed", budget.what, budget.limit);
    }
    Ok(within)
}

fn count(features: &str) -> std::io::Result<usize> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--locked", "--package", "toolwright", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "--features", features])
        .current_dir(crate::root())
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(std::io::Error::other(text));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let names: BTreeSet<_> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    Ok(names.len())
}
