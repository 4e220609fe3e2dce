//! Calls over standard streams.

use std::io::{Read, Result, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::report::Cost;
use super::server::{Kind, Server};

const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"0"}}}"#;
const READY: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

/// Calls echo for some time, with so many calls in flight.
pub(super) fn calls(folder: &Path, kind: Kind, in_flight: usize, time: Duration) -> Result<Cost> {
    let mut server = Server::start(folder, kind, &["stdio"], 0)?;
    let (mut input, mut output) = server.pipes()?;
    let mut buffer = vec![0; 1 << 18];
    input.write_all(format!("{HELLO}\n").as_bytes())?;
    let _ = output.read(&mut buffer)?;
    input.write_all(format!("{READY}\n").as_bytes())?;
    let (before, start) = (server.cpu()?, Instant::now());
    let (mut sent, mut received, mut room) = (0_u64, 0_u64, in_flight);
    let mut slowest = Duration::ZERO;
    let mut batch = Vec::new();
    while start.elapsed() < time {
        batch.clear();
        for _ in 0..room {
            sent += 1;
            writeln!(
                batch,
                r#"{{"jsonrpc":"2.0","id":{sent},"method":"tools/call","params":{{"name":"echo","arguments":{{"text":"0123456789abcdef0123456789abcdef"}}}}}}"#
            )?;
        }
        let asked = Instant::now();
        input.write_all(&batch)?;
        let count = output.read(&mut buffer)?;
        slowest = slowest.max(asked.elapsed());
        room = buffer.iter().take(count).filter(|byte| **byte == b'\n').count();
        received += room as u64;
    }
    Ok(Cost {
        calls: received,
        cpu: server.cpu()?.saturating_sub(before),
        time: start.elapsed(),
        slowest,
    })
}
