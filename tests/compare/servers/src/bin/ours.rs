//! Echo with Toolwright: `ours stdio`, or `ours http PORT`. `TOOLS` says how many more tools there
//! are to be listed.

use toolwright::prelude::*;
use toolwright::serde_json::Value;
use toolwright::spec::{JsonSchema, Tool};
use toolwright::tool::FnTools;

struct Echo;

#[tools]
impl Echo {
    /// Says the same again
    #[tool]
    fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let more = (0..toolwright_bench::more_tools()).fold(FnTools::new(), |tools, number| {
        let schema = JsonSchema::from(toolwright_bench::schema());
        let tool = Tool::new(format!("tool_{number}"), schema).with_description("One of many");
        tools.with(tool, |_, _: Value| async { "done" })
    });
    let server = Server::new("bench", "0").tools(Echo).tools(more);
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "http", port] => server.http(format!("127.0.0.1:{port}")).await?,
        _ => server.stdio().await?,
    }
    Ok(())
}
