//! What calls cost clients.

use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::Era;
use super::http::Site;
use super::report::Cost;
use super::server::Kind;

/// Has a client of a kind call echo of our server for some time, with so many calls in flight.
pub(super) fn calls(
    folder: &Path,
    kind: Kind,
    era: Era,
    in_flight: usize,
    time: Duration,
) -> Result<Cost> {
    let site = Site::start(folder, Kind::Ours, 0)?;
    let who = match kind {
        Kind::Limit => "bare",
        Kind::Ours => "ours",
        Kind::Theirs => "theirs",
    };
    let url = format!("http://127.0.0.1:{}/mcp", site.port);
    let output = Command::new(folder.join("caller"))
        .args([who, &url, era.name(), &in_flight.to_string(), &time.as_secs().to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map_while(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(calls), Some(micros)) if calls > 0 => {
            let cpu = Duration::from_micros(micros);
            Ok(Cost { calls, cpu, time, slowest: Duration::ZERO })
        }
        _ => Err(Error::other(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}
