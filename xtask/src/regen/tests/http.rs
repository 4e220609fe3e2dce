//! Official files over HTTP, from a server on this machine.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use super::{copy, official};
use crate::regen::committed::Committed;
use crate::regen::source::Source;
use crate::regen::{Options, run};

/// Serves the files of `dir` until the process ends; returns the address.
fn serve(dir: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/schema", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &dir);
        }
    });
    address
}

fn answer(mut stream: TcpStream, dir: &Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let file = path.strip_prefix("/schema/").map(|path| dir.join(path));
    let (status, body) = match file.and_then(|file| fs::read(file).ok()) {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", Vec::new()),
    };
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

#[test]
fn an_address_gives_what_a_directory_gives() {
    let files = official();
    let newest = files.path().join("2026-07-28/schema.json");
    let text =
        fs::read_to_string(&newest).unwrap().replace("\"maxItems\": 100", "\"maxItems\": 99");
    fs::write(newest, text).unwrap();
    let (by_directory, by_address) = (copy(), copy());
    let from = |from: String| Options { from: Some(from), ..Options::default() };
    run(by_directory.path(), &from(files.path().to_string_lossy().into_owned())).unwrap();
    run(by_address.path(), &from(serve(files.path().to_owned()))).unwrap();
    for file in ["spec/mcp.json", "spec/schema/2026-07-28.json", "spec/schema/UPSTREAM.toml"] {
        let read = |dir: &Path| fs::read_to_string(dir.join(file)).unwrap();
        assert_eq!(read(by_directory.path()), read(by_address.path()), "{file}");
    }
    let model = fs::read_to_string(by_address.path().join("spec/mcp.json")).unwrap();
    assert!(model.contains("\"max_items\": 99"));
}

#[test]
fn an_address_without_files_changes_nothing_and_no_server_is_an_error() {
    let dir = copy();
    let empty = tempfile::tempdir().unwrap();
    let options = |from: String| Options { from: Some(from), check: true, ..Options::default() };
    run(dir.path(), &options(serve(empty.path().to_owned()))).unwrap();
    let problem = run(dir.path(), &options("http://127.0.0.1:1/schema".into())).unwrap_err();
    assert!(problem.to_string().contains("http://127.0.0.1:1/schema/"), "{problem}");
}

#[test]
fn a_revision_that_is_asked_for_is_taken_from_an_address() {
    let files = official();
    fs::rename(files.path().join("2026-07-28"), files.path().join("2027-01-01")).unwrap();
    let mut committed = Committed::load(&super::repository()).unwrap();
    let source = Source::parse(&serve(files.path().to_owned()));
    committed.ingest(&source, &[]).unwrap();
    assert!(!committed.ids().contains(&"2027-01-01".to_owned()));
    committed.ingest(&source, &["2027-01-01".into()]).unwrap();
    assert!(committed.ids().contains(&"2027-01-01".to_owned()));
}
