//! Methods that can't be tools: everything is reported at once.

#![allow(unused)]

use toolwright::{Context, tools};

struct Shop;

#[tools]
impl Shop {
    #[tool]
    async fn without_self(query: String) {}

    #[tool]
    async fn exclusive(&mut self) {}

    #[tool]
    async fn generic<T>(&self, value: T) {}

    #[tool]
    async fn borrowed(&self, query: &str) -> &str {
        "nothing"
    }

    #[tool]
    async fn destructured(&self, (a, b): (u8, u8)) {}

    #[tool]
    async fn two_contexts(&self, one: &Context, two: &Context) {}

    #[tool]
    async fn opaque(&self, text: impl Into<String>) -> impl std::fmt::Display {
        text.into()
    }
}

fn main() {}
