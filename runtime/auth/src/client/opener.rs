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
    // Tokio waits for it in the background.
    command(program, before, url).spawn().map(drop)
}

/// How a program opens a page: the URL is one argument of it. It begins with `http`, so it is no
/// option.
fn command(program: &str, before: &[&str], url: &AuthorizationUrl) -> Command {
    let mut command = Command::new(program);
    command.args(before).arg(url.as_str());
    // The standard output may belong to the protocol.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_url_is_one_argument_and_no_command() {
        let folder = std::env::temp_dir().join(format!("toolwright-opener-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = folder.join("opener");
        std::fs::write(&script, "printf '%s\\n' \"$#\" \"$1\" > \"$0.out\"\n").unwrap();
        for url in [
            "https://a.example/$(touch${IFS}x);touch%20x&&id",
            "https://a.example/?a=$HOME&b='*'!(x)",
            "https://a.example/&calc.exe",
            "https://a.example/--help",
        ] {
            let opened = AuthorizationUrl::unchecked(url);
            let before = [script.to_str().unwrap()];
            assert!(command("sh", &before, &opened).status().await.unwrap().success());
            let told = std::fs::read_to_string(script.with_extension("out")).unwrap();
            assert_eq!(told, format!("1\n{url}\n"));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
