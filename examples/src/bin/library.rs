//! A lending library over stdio: tools, prompts and resources of one type, and a form.
//!
//! Give the program to any MCP client as a stdio server. `reserve` asks the person at the client,
//! in place or by asking again, as the client's revision has it; the code is the same.

use std::sync::{Arc, Mutex};

use toolwright::completion::Partial;
use toolwright::prelude::*;
use toolwright::spec::{ContentBlock, PromptMessage};
use toolwright::tool::content;
use toolwright::{schemars, serde};

/// A book that is lent.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Book {
    /// Number on the spine
    id: u32,
    title: String,
    /// How many copies are on the shelf
    copies: u32,
}

/// What is asked before a book is put aside.
#[derive(Elicit)]
struct Reservation {
    /// As on your card
    #[elicit(title = "Your name", min_length = 2, max_length = 60)]
    name: String,
    /// When you will come
    #[elicit(format = "date")]
    day: Option<String>,
    #[elicit(title = "Branch", default = Branch::Centre)]
    branch: Branch,
}

#[derive(Debug, Elicit)]
enum Branch {
    #[elicit(title = "City centre")]
    Centre,
    #[elicit(title = "Harbour")]
    Harbour,
}

#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(crate = "toolwright::serde", rename_all = "lowercase")]
enum Tone {
    Short,
    Chatty,
}

/// Copies share the shelf.
#[derive(Clone)]
struct Library {
    shelf: Arc<Mutex<Vec<Book>>>,
}

#[tools]
impl Library {
    /// Find books by words of the title.
    #[tool(title = "Find books", read_only, open_world = false)]
    async fn find(
        &self,
        /// Words to look for; all books without
        #[arg(default)]
        words: String,
    ) -> (ContentBlock, Json<Vec<Book>>) {
        let words = words.to_lowercase();
        let mut found = self.books();
        found.retain(|book| book.title.to_lowercase().contains(&words));
        (content::link("opening hours", "library://hours"), Json(found))
    }

    /// Put a copy aside for the person at the client, who is asked for their name.
    #[tool(idempotent = false)]
    async fn reserve(
        &self,
        cx: &Context,
        /// Number of the book
        #[arg(min = 1)]
        id: u32,
    ) -> Result<String, ToolError> {
        let message = "Who comes for the book, and where?";
        let reservation: Reservation = cx.elicit("reservation", message).await?;
        // The handler may have run up to here more than once; what follows happens once.
        let mut shelf = self.shelf.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let book = shelf.iter_mut().find(|book| book.id == id && book.copies > 0);
        let book =
            book.ok_or_else(|| ToolError::new(format!("no copy of {id} is on the shelf")))?;
        book.copies -= 1;
        let day = reservation.day.as_deref().unwrap_or("tomorrow");
        Ok(format!(
            "{} waits for {} at {:?}, {day}",
            book.title, reservation.name, reservation.branch
        ))
    }

    fn books(&self) -> Vec<Book> {
        self.shelf.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

#[prompts]
impl Library {
    /// Have a book recommended.
    #[prompt(title = "Recommend a book")]
    async fn recommend(
        &self,
        /// What the reader liked
        #[arg(complete = Self::titles)]
        liked: String,
        /// `short` or `chatty`
        tone: Option<Tone>,
    ) -> Vec<PromptMessage> {
        let wish = match tone {
            Some(Tone::Chatty) => "Tell me at length what I should read next.",
            Some(Tone::Short) | None => "What should I read next? One title will do.",
        };
        vec![PromptMessage::user(format!("I liked {liked}. {wish}"))]
    }

    async fn titles(&self, _: &Context, partial: Partial) -> Vec<String> {
        partial.filter(self.books().into_iter().map(|book| book.title))
    }
}

#[resources]
impl Library {
    /// When the library is open.
    #[resource("library://hours", mime = "text/plain", audience(user, assistant))]
    async fn hours(&self) -> &'static str {
        "Tuesday to Saturday, ten to seven"
    }

    /// A book of the catalogue.
    #[resource("library://books/{id}", title = "Book")]
    async fn book(&self, #[arg(complete = Self::ids)] id: u32) -> Result<Json<Book>, Failure> {
        let found = self.books().into_iter().find(|book| book.id == id);
        found.map(Json).ok_or_else(Failure::not_found)
    }

    async fn ids(&self, _: &Context, partial: Partial) -> Vec<String> {
        partial.filter(self.books().into_iter().map(|book| book.id.to_string()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let books = [(1, "Dune", 2), (2, "Solaris", 0), (3, "The Dispossessed", 1)];
    let book = |(id, title, copies): (u32, &str, u32)| Book { id, title: title.to_owned(), copies };
    let library = Library { shelf: Arc::new(Mutex::new(books.map(book).into())) };
    Server::new("library", "1.0.0")
        .title("Library")
        .tools(library.clone())
        .prompts(library.clone())
        .resources(library)
        .stdio()
        .await
}
