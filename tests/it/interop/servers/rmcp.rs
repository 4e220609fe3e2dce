//! A server made with rmcp, in every revision and over every transport that it has.

use std::process::Command;

use serde_json::json;
use toolwright::ClientError;
use toolwright::client::{Speak, Started};
use toolwright::spec::{Revision, TaskStatus};
use toolwright_tests::background::Background;
use toolwright_tests::install;

use super::contract;
use super::met::Met;
use super::row::{Feature, Reach, Row};

/// Without sessions it knows nothing of clients of the old revisions and takes no answers from them,
/// so it cannot ask, and remembers no subscriptions.
const STATELESS: &[(Feature, &str)] = &[
    (Feature::Elicitation, "cannot be asked"),
    (Feature::Sampling, "cannot be asked"),
    (Feature::Roots, "cannot be asked"),
    (Feature::Subscriptions, "nothing within"),
    (Feature::Tasks, "knows no tasks"),
];

/// Its tasks are the extension, which clients with sessions do not declare.
const SESSION: &[(Feature, &str)] = &[(Feature::Tasks, "knows no tasks")];

/// Its rows.
pub(super) fn rows() -> Vec<Row> {
    let old = [
        ("2025-11-25", Revision::V2025_11_25),
        ("2025-06-18", Revision::V2025_06_18),
        ("2025-03-26", Revision::V2025_03_26),
        ("2024-11-05", Revision::V2024_11_05),
    ];
    let old = old.map(|(name, revision)| (name, Speak::Legacy(revision)));
    let mut rows = Vec::new();
    for (revision, speak) in [("2026-07-28", Speak::Auto)].into_iter().chain(old) {
        rows.push(row(revision, "stdio", speak, &["stdio"]));
        rows.push(row(revision, "Streamable HTTP", speak, &["http"]));
    }
    let stateless = |revision, speak, lacks| {
        let row = row(revision, "Streamable HTTP, stateless", speak, &["http", "stateless"]);
        Row { lacks, ..row }
    };
    rows.push(stateless("2026-07-28", Speak::Auto, &[]));
    rows.push(stateless("2025-11-25", Speak::Legacy(Revision::V2025_11_25), STATELESS));
    rows
}

fn row(
    revision: &'static str,
    transport: &'static str,
    speak: Speak,
    arguments: &'static [&'static str],
) -> Row {
    Row {
        server: "Rust `rmcp` 3.11.0",
        revision,
        transport,
        speak,
        start: Box::new(move || start(arguments)),
        script: contract::attempt,
        lacks: if revision == "2025-11-25" { SESSION } else { &[] },
    }
}

fn start(arguments: &[&str]) -> Result<Reach, String> {
    let mut command = Command::new(install::rust("rmcp", "server")?);
    command.args(arguments);
    if arguments == ["stdio"] {
        return Ok(Reach::Command(command));
    }
    let server = Background::start(&mut command)?;
    Ok(Reach::Url(server.first_line().to_owned(), server))
}

/// What the column of tasks leaves out: one that is cancelled.
#[tokio::test]
async fn calls_become_tasks_of_a_server_made_with_rmcp() {
    for arguments in [["stdio"], ["http"]] {
        let reach = start(&arguments).unwrap_or_else(|error| panic!("{error}"));
        let (met, _background) = Met::connect(reach, Speak::Auto).await.unwrap();
        let said = met.text("slow_compute", json!({ "label": "it" })).await.unwrap();
        assert_eq!(said, "computed it");
        let said = met.text("confirm_delete", json!({ "filename": "a.txt" })).await.unwrap();
        assert_eq!(said, "a.txt was deleted by ada");

        let started = met.client.call("task_forever", &json!({})).start().await.unwrap();
        let Started::Task(task) = started else { panic!("{started:?}") };
        assert_eq!(task.refresh().await.unwrap().status, TaskStatus::Working);
        task.cancel().await.unwrap();
        let ended = task.wait().await;
        assert!(matches!(ended, Err(ClientError::TaskCancelled { .. })), "{ended:?}");
        met.client.shutdown().await;
    }
}
