//! Opening a page in the person's browser, with no shell in between.

use std::io;
use std::process::Stdio;

use tokio::process::Command;

use super::authorize::AuthorizationUrl;

/// The program of the system that opens URLs, and what stands before the URL.
#[cfg(target_os = "macos")]
const OPENER: (&str, &[&str]) = ("/usr/bin/open", &[]);
#[cfg(windows)]
const OPENER: (&str, &[&str]) = ("rundll32.exe", &["url.dll,FileProtocolHandler"]);
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: (&str, &[&str]) = ("xdg-open", &[]);

/// Opens a page. Whether a browser appears cannot be known.
///
/// # Errors
/// There is no such program.
pub(super) fn open(url: &AuthorizationUrl) -> io::Result<()> {
    let (program, before) = OPENER;
    open_with(program, before, url)
}

/// Opens a page with a program: the URL is one argument of it. It begins with `http`, so it is no
/// option.
pub(super) fn open_with(program: &str, before: &[&str], url: &AuthorizationUrl) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(before).arg(url.as_str());
    // The standard output may belong to the protocol.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Tokio waits for it in the background.
    command.spawn().map(drop)
}
