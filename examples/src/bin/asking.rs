//! A tool that asks before it acts, and a client that answers for a person.
//!
//! `cargo run -p toolwright-examples --bin asking` runs both in one process, first without a
//! session and then in one. The tool is the same.

use std::io::Write;

use serde_json::json;
use toolwright::client::{Form, Reply, Speak};
use toolwright::prelude::*;
use toolwright::{AskError, Elicit, tools};

/// The form: its fields, their titles and bounds.
#[derive(Elicit)]
struct Parcel {
    /// How many copies?
    #[elicit(min = 1, max = 10, default = 1)]
    copies: u32,
    /// Shall it be wrapped?
    #[elicit(default = false)]
    gift: bool,
}

struct Shop;

#[tools]
impl Shop {
    /// Order a book.
    #[tool]
    async fn order(
        &self,
        cx: &Context,
        /// The title of the book
        title: String,
    ) -> Result<String, ToolError> {
        // Without a session the method runs again for the answer; this happens once all the same.
        let number = cx.once("number", async || Ok::<_, ToolError>(4711)).await?;
        let parcel = match cx.elicit::<Parcel>("parcel", format!("Order {title}?")).await {
            Ok(parcel) => parcel,
            Err(AskError::Declined) => return Ok("nothing was ordered".to_owned()),
            Err(error) => return Err(error.into()),
        };
        let wrapped = if parcel.gift { "wrapped" } else { "as it is" };
        Ok(format!("order {number}: {} times {title}, {wrapped}", parcel.copies))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let mut out = std::io::stdout().lock();
    for speak in [Speak::Modern, Speak::Legacy("2025-11-25".parse()?)] {
        let client = Client::builder()
            .era(speak)
            // A real client shows the form, and who asks, and lets the person decide.
            .on_elicit(|form: Form| async move {
                if form.message.contains("Dune") {
                    return Ok(Reply::Decline);
                }
                Reply::accept(&json!({ "gift": true }))
            })
            .in_memory(Server::new("shop", "1.0.0").tools(Shop))
            .await?;
        for title in ["Solaris", "Dune"] {
            let result = client.call("order", &json!({ "title": title })).await?;
            let text = result.content.first().and_then(|block| block.as_text());
            writeln!(out, "{}: {}", client.revision(), text.unwrap_or_default())?;
        }
        client.shutdown().await;
    }
    Ok(())
}
