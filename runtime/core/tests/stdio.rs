//! A server as a process. The test starts itself a second time as that process, so it has a
//! `main` of its own.
#![cfg_attr(not(unix), allow(unused))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may panic"
)]

use std::error::Error;

#[cfg(unix)]
mod support;

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os(unix::SERVER).is_some() {
        return unix::serve().map_err(|error| error.to_string().into());
    }
    unix::run();
    Ok(())
}

#[cfg(not(unix))]
fn main() -> Result<(), Box<dyn Error>> {
    eprintln!("skipped: this platform has no signals and descriptors to test with");
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::process::{Child, Command, ExitStatus, Stdio};
    use std::time::Duration;

    use serde_json::{Value, json};
    use toolwright_core::tool::{ToolCall, ToolError, ToolSet};
    use toolwright_core::{BoxFuture, Client, Context, Server};
    use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema, TextContent, Tool};

    use super::support::{limits, modern};

    pub(crate) const SERVER: &str = "TOOLWRIGHT_TEST_SERVER";

    /// Tools that do to a process what should not be done to it.
    struct Rude;

    impl ToolSet for Rude {
        fn tools(&self) -> Vec<Tool> {
            let names = ["print", "sleep", "hang"];
            names.map(|name| Tool::new(name, JsonSchema::empty_object())).into()
        }

        fn call<'a>(
            &'a self,
            _: &'a Context,
            call: ToolCall<'a>,
        ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
            Box::pin(async move {
                match call.name() {
                    "print" => print()?,
                    "sleep" => tokio::time::sleep(Duration::from_millis(300)).await,
                    _ => std::future::pending().await,
                }
                let text = TextContent::new(call.name());
                Ok(CallToolResult::new(vec![ContentBlock::Text(text)]))
            })
        }
    }

    /// Prints in all ways there are, and lets a child read standard input.
    fn print() -> std::io::Result<()> {
        println!("print");
        print!("without an end");
        std::io::stdout().flush()?;
        let status = Command::new("sh").args(["-c", "echo child; cat"]).status()?;
        assert!(status.success());
        Ok(())
    }

    pub(crate) fn serve() -> toolwright_core::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let short = limits(|limits| limits.shutdown_grace = Duration::from_millis(1500));
        let server = Server::new("rude", "0").tools(Rude).limits(short);
        println!("a banner before the server runs");
        runtime.block_on(server.stdio())
    }

    pub(crate) fn run() {
        let cases: [(&str, fn()); 9] = [
            ("stray prints stay out of the stream", stray_prints),
            ("at the end of input, requests in flight are answered", end_of_input),
            ("a signal lets requests in flight finish", one_signal),
            ("a second signal ends the process", two_signals),
            ("a handler that never ends does not keep the process", no_end),
            ("an idle server stops at once", idle),
            ("files will do", files),
            ("sockets will do", sockets),
            ("our own client gets along", own_client),
        ];
        for (name, case) in cases {
            eprintln!("{name}");
            case();
        }
    }

    struct Process {
        child: Child,
        output: BufReader<Box<dyn Read>>,
    }

    impl Process {
        fn start() -> Self {
            let mut child = command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let output: Box<dyn Read> = Box::new(child.stdout.take().unwrap());
            let mut process = Self { child, output: BufReader::new(output) };
            // What is printed before the streams are claimed is not ours to keep.
            let mut banner = String::new();
            process.output.read_line(&mut banner).unwrap();
            assert!(banner.starts_with("a banner"));
            process
        }

        fn call(&mut self, id: i64, tool: &str) {
            let line = request(id, tool);
            self.child.stdin.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
        }

        fn next(&mut self) -> Value {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?} is no message"))
        }

        /// A server that answers has its signal handlers in place.
        fn wait_until_it_runs(&mut self) {
            self.call(0, "nothing");
            assert_eq!(self.next()["id"], 0);
        }

        fn signal(&self) {
            let id = self.child.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        }

        /// What else is written, and how it ends.
        fn end(mut self) -> (Vec<Value>, ExitStatus) {
            let mut rest = String::new();
            self.output.read_to_string(&mut rest).unwrap();
            let rest = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            (rest, self.child.wait().unwrap())
        }
    }

    fn command() -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(SERVER, "1").stderr(Stdio::null());
        command
    }

    fn request(id: i64, tool: &str) -> String {
        let params = json!({ "name": tool, "arguments": {} });
        modern(id.into(), "tools/call", params).to_string() + "\n"
    }

    fn answers(messages: &[Value]) -> Vec<i64> {
        messages.iter().map(|message| message["id"].as_i64().unwrap()).collect()
    }

    fn stray_prints() {
        let mut process = Process::start();
        for id in 1..=3 {
            process.call(id, "print");
        }
        for id in 1..=3 {
            assert_eq!(process.next()["id"], id);
        }
        drop(process.child.stdin.take());
        let (rest, status) = process.end();
        assert!(rest.is_empty() && status.success());
    }

    fn end_of_input() {
        let mut process = Process::start();
        process.call(1, "sleep");
        drop(process.child.stdin.take());
        let (rest, status) = process.end();
        assert_eq!(answers(&rest), [1]);
        assert!(status.success());
    }

    fn one_signal() {
        let mut process = Process::start();
        process.wait_until_it_runs();
        process.call(1, "sleep");
        process.call(2, "nothing");
        assert_eq!(process.next()["id"], 2);
        process.signal();
        let (rest, status) = process.end();
        assert_eq!(answers(&rest), [1]);
        assert!(status.success());
    }

    fn two_signals() {
        let mut process = Process::start();
        process.wait_until_it_runs();
        process.call(1, "hang");
        process.signal();
        std::thread::sleep(Duration::from_millis(100));
        process.signal();
        let (rest, status) = process.end();
        assert!(rest.is_empty());
        assert_eq!(status.code(), Some(143));
    }

    fn no_end() {
        let mut process = Process::start();
        process.call(1, "hang");
        drop(process.child.stdin.take());
        let (rest, status) = process.end();
        assert!(rest.is_empty());
        assert_eq!(status.code(), Some(1));
    }

    fn idle() {
        let mut process = Process::start();
        process.wait_until_it_runs();
        process.signal();
        let (rest, status) = process.end();
        assert!(rest.is_empty() && status.success());
    }

    fn files() {
        let directory = std::env::temp_dir().join(format!("toolwright-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let (input, output) = (directory.join("in"), directory.join("out"));
        // The last line may lack its end.
        std::fs::write(&input, request(1, "sleep") + request(2, "print").trim_end()).unwrap();
        let status = command()
            .stdin(File::open(&input).unwrap())
            .stdout(File::create(&output).unwrap())
            .status()
            .unwrap();
        let text = std::fs::read_to_string(&output).unwrap();
        std::fs::remove_dir_all(&directory).unwrap();
        let messages: Vec<Value> =
            text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers(&messages), [2, 1]);
        assert!(status.success());
    }

    fn sockets() {
        let (input, theirs) = UnixStream::pair().unwrap();
        let (output, theirs_too) = UnixStream::pair().unwrap();
        let child = command()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(OwnedFd::from(theirs_too)))
            .spawn()
            .unwrap();
        (&input).write_all((request(1, "print") + &request(2, "sleep")).as_bytes()).unwrap();
        input.shutdown(std::net::Shutdown::Write).unwrap();
        let mut process = Process { child, output: BufReader::new(Box::new(output)) };
        let mut banner = String::new();
        process.output.read_line(&mut banner).unwrap();
        let (rest, status) = process.end();
        assert_eq!(answers(&rest), [1, 2]);
        assert!(status.success());
    }

    fn own_client() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let status = runtime.block_on(async {
            let client = Client::spawn(tokio::process::Command::from(command())).await.unwrap();
            assert_eq!(client.list_tools().await.unwrap().len(), 3);
            for tool in ["print", "sleep"] {
                assert_ne!(client.call(tool, &()).await.unwrap().is_error, Some(true));
            }
            client.shutdown().await
        });
        assert_eq!(status.unwrap().code(), Some(0));
    }
}
