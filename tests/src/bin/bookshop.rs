//! A generated server with one method of the proxy replaced, for the official clients to talk to.

toolwright::generated!("bookshop");

use toolwright::{Context, Server, ToolError};

struct Mine(bookshop::Proxy);

impl bookshop::BookshopOverride for Mine {
    fn proxy(&self) -> &bookshop::Proxy {
        &self.0
    }

    async fn delete_book(&self, _: &Context, _: bookshop::DeleteBook) -> Result<(), ToolError> {
        Err(ToolError::new("books are not deleted here; ask a person"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let shop = Mine(bookshop::Proxy::from_env()?);
    Server::new("bookshop", "1.0.0").tools(bookshop::tools(shop)).stdio().await
}
