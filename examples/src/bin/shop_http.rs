//! A record shop as an MCP server over HTTP, for clients of every revision since 2025-03-26.
//!
//! Try it: `cargo run -p toolwright-examples --bin shop_http`, and give any MCP client the URL
//! that it prints. An argument says where to listen instead, as in `127.0.0.1:9000`; `PORT` in
//! the environment chooses the port alone.

use std::io::Write;
use std::time::Duration;

use toolwright::prelude::*;
use toolwright::{schemars, serde};

/// A record on the shelf.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Record {
    /// Who plays
    artist: &'static str,
    /// Title as printed
    title: &'static str,
    /// Price in cents
    price: u32,
}

const SHELF: [Record; 3] = [
    Record { artist: "Nina Simone", title: "Pastel Blues", price: 2199 },
    Record { artist: "Can", title: "Ege Bamyasi", price: 2499 },
    Record { artist: "Nina Simone", title: "Wild Is the Wind", price: 1999 },
];

struct Shop;

#[tools]
impl Shop {
    /// Search the shelf by artist.
    #[tool(read_only, open_world = false)]
    async fn search(
        &self,
        /// Part of the artist's name
        #[arg(length(1..=100))]
        artist: String,
    ) -> Json<Vec<Record>> {
        let artist = artist.to_lowercase();
        let hits = SHELF.iter().filter(|record| record.artist.to_lowercase().contains(&artist));
        Json(hits.cloned().collect())
    }

    /// Listen to a record; takes a while and shows progress.
    #[tool(read_only)]
    async fn listen(
        &self,
        cx: &Context,
        /// Exact title
        title: String,
    ) -> Result<String, ToolError> {
        let Some(record) = SHELF.iter().find(|record| record.title == title) else {
            return Err(ToolError::new(format!("there is no record called {title:?}")));
        };
        for track in 1..=4_u8 {
            cx.progress_of(f64::from(track), 4.0, &format!("track {track}")).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(format!("{} by {} is good", record.title, record.artist))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    let address = std::env::args().nth(1).unwrap_or_else(|| format!("127.0.0.1:{port}"));
    let shop = Server::new("records", "1.0.0").title("Record shop").tools(Shop).http(address);
    let bound = shop.bind().await?;
    writeln!(std::io::stdout(), "{}", bound.url())?;
    bound.run().await?;
    Ok(())
}
