//! A book shop as an MCP server over stdio, written by hand.
//!
//! Try it: `cargo run -p toolwright-examples --bin customer`, or give the program to any MCP
//! client as a stdio server.

use std::sync::Mutex;
use std::time::Duration;

use toolwright::prelude::*;
use toolwright::{schemars, serde};

/// A book of the catalogue, as the tools return it.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Book {
    /// Title as printed
    title: String,
    /// Year of the first edition
    year: u16,
    /// Price in cents
    price: u32,
    /// Copies on the shelf
    copies: u32,
}

/// How a list of books is sorted.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde", rename_all = "lowercase")]
#[schemars(crate = "toolwright::schemars")]
enum Order {
    #[default]
    Title,
    Price,
    Year,
}

struct Shop {
    shelf: Mutex<Vec<Book>>,
}

#[tools]
impl Shop {
    /// Search the catalogue for books whose title contains the words.
    #[tool(title = "Search books", read_only, open_world = false)]
    async fn search(
        &self,
        cx: &Context,
        /// Words to look for
        #[arg(length(1..=100))]
        query: String,
        /// At most this many hits
        #[arg(range(1..=50), default = 10)]
        limit: usize,
        /// How to sort the hits
        #[arg(default)]
        order: Order,
    ) -> Result<Json<Vec<Book>>, ToolError> {
        let query = query.to_lowercase();
        let mut hits: Vec<Book> = self.books()?.into_iter().collect();
        hits.retain(|book| book.title.to_lowercase().contains(&query));
        cx.progress(0.5).await;
        match order {
            Order::Title => hits.sort_by(|a, b| a.title.cmp(&b.title)),
            Order::Price => hits.sort_by_key(|book| book.price),
            Order::Year => hits.sort_by_key(|book| book.year),
        }
        hits.truncate(limit);
        Ok(Json(hits))
    }

    /// Look up one book by its exact title.
    #[tool(read_only, open_world = false)]
    fn book(
        &self,
        /// Exact title
        title: String,
    ) -> Result<Json<Book>, ToolError> {
        let found = self.books()?.into_iter().find(|book| book.title == title);
        found.map(Json).ok_or_else(|| {
            ToolError::new(format!("there is no book called {title:?}; use search to find titles"))
        })
    }

    /// Buy copies of a book. The price is charged at once.
    #[tool(destructive, idempotent = false)]
    async fn buy(
        &self,
        /// Exact title
        title: String,
        /// How many copies
        #[arg(range(1..=5), default = 1)]
        copies: u32,
        /// Voucher, such as AB-1234
        #[arg(pattern = "^[A-Z]{2}-[0-9]{4}$")]
        voucher: Option<String>,
    ) -> Result<String, ToolError> {
        let mut shelf =
            self.shelf.lock().map_err(|_| ToolError::internal("the shelf is broken"))?;
        let Some(book) = shelf.iter_mut().find(|book| book.title == title) else {
            return Err(ToolError::new(format!("there is no book called {title:?}")));
        };
        let Some(left) = book.copies.checked_sub(copies) else {
            return Err(ToolError::new(format!("only {} copies are left", book.copies)));
        };
        book.copies = left;
        let price = copies * book.price * if voucher.is_some() { 9 } else { 10 } / 10;
        Ok(format!("{copies} × {title}: {}.{:02} €", price / 100, price % 100))
    }

    /// Count the stock slowly; shows progress and can be cancelled.
    #[tool(read_only)]
    async fn stocktake(&self, cx: &Context) -> Result<u32, ToolError> {
        let books = self.books()?;
        let mut copies = 0;
        for (done, book) in (1_u32..).zip(&books) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            copies += book.copies;
            cx.progress_of(f64::from(done), books.len() as f64, &book.title).await;
        }
        Ok(copies)
    }

    fn books(&self) -> Result<Vec<Book>, ToolError> {
        let shelf = self.shelf.lock().map_err(|_| ToolError::internal("the shelf is broken"))?;
        Ok(shelf.clone())
    }
}

fn stocked() -> Shop {
    let shelf = [
        ("Dune", 1965, 1299, 4),
        ("Dune Messiah", 1969, 1199, 2),
        ("The Dispossessed", 1974, 1099, 7),
        ("Solaris", 1961, 999, 0),
    ]
    .map(|(title, year, price, copies)| Book { title: title.to_owned(), year, price, copies });
    Shop { shelf: Mutex::new(shelf.into()) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    Server::new("shop", "1.0.0")
        .title("Book shop")
        .instructions("Search before you buy: titles have to be exact.")
        .tools(stocked())
        .stdio()
        .await
}
