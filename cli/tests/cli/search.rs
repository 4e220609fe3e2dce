//! Search over the tools of real APIs: questions as people ask them, and the tool that helps.

use std::path::Path;

use toolwright::spec::{CallToolResult, JsonSchema, Tool};
use toolwright::tool::Searchable;
use toolwright::{BoxFuture, Context, ToolCall, ToolError, ToolSet};
use toolwright_codegen::source::Document;
use toolwright_codegen::{pass, select};

const QUESTIONS: [(&str, &str, &str); 20] = [
    ("docker-engine.yaml", "list running containers", "ContainerList"),
    ("docker-engine.yaml", "read the logs of a container", "ContainerLogs"),
    ("docker-engine.yaml", "kill a container", "ContainerKill"),
    ("docker-engine.yaml", "delete unused images", "ImagePrune"),
    ("docker-engine.yaml", "create a volume", "VolumeCreate"),
    ("docker-engine.yaml", "connect a container to a network", "NetworkConnect"),
    ("docker-engine.yaml", "which version of docker is this", "SystemVersion"),
    ("docker-engine.yaml", "search for an image on docker hub", "ImageSearch"),
    ("spotify.yaml", "skip to the next song", "skip-users-playback-to-next-track"),
    ("spotify.yaml", "set the volume", "set-volume-for-users-playback"),
    ("spotify.yaml", "create a new playlist", "create-playlist"),
    ("spotify.yaml", "an artist's top tracks", "get-an-artists-top-tracks"),
    ("spotify.yaml", "recently played tracks", "get-recently-played"),
    ("spotify.yaml", "pause playback", "pause-a-users-playback"),
    ("spotify.yaml", "which devices are available", "get-a-users-available-devices"),
    ("box.json", "copy a folder", "post_folders_id_copy"),
    ("box.json", "download a file", "get_files_id_content"),
    ("box.json", "delete a comment", "delete_comments_id"),
    ("box.json", "list items in a folder", "get_folders_id_items"),
    ("box.json", "add a watermark to a file", "put_files_id_watermark"),
];

/// Tools that are only looked for.
struct Listed(Vec<Tool>);

impl ToolSet for Listed {
    fn tools(&self) -> Vec<Tool> {
        self.0.clone()
    }

    fn call<'a>(
        &'a self,
        _cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move { Err(ToolError::not_implemented(call.name())) })
    }
}

#[test]
fn the_tool_that_helps_is_among_the_first_five() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/openapi");
    let mut missed = Vec::new();
    for file in ["docker-engine.yaml", "spotify.yaml", "box.json"] {
        let Ok(bytes) = std::fs::read(folder.join(file)) else {
            println!("skipped: ../shared/openapi/{file} is not there");
            return;
        };
        let document = Document::parse(file, &bytes).unwrap();
        let api = pass::lower(&document, &select::Options::default()).api.unwrap();
        let tools = api.operations.iter().map(|operation| {
            let schema = JsonSchema::new(operation.input_schema.as_str()).unwrap();
            let mut tool = Tool::new(operation.name.clone(), schema);
            tool.title = operation.title.clone();
            tool.description = operation.description.clone();
            tool
        });
        let search = Searchable::new(Listed(tools.collect()));
        for (_, question, wanted) in QUESTIONS.iter().filter(|one| one.0 == file) {
            let found: Vec<&str> =
                search.search(question).into_iter().take(5).map(|tool| &*tool.name).collect();
            if !found.contains(wanted) {
                missed.push(format!("{question}: {wanted} is not in {found:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
