//! Mistakes in `#[prompts]`.

#![allow(unused)]

use toolwright::completion::Partial;
use toolwright::{Context, prompts};

struct Shop;

#[prompts]
impl Shop {
    #[prompt(role = "user")]
    fn unknown(&self) -> String {
        String::new()
    }

    #[prompt(icon("a.png"))]
    fn icon(&self) -> String {
        String::new()
    }

    #[prompt(meta = ["a"])]
    fn meta(&self) -> String {
        String::new()
    }

    #[prompt]
    fn nothing(&self) {}

    #[prompt]
    fn constrained(&self, #[arg(min = 1)] count: u8) -> String {
        String::new()
    }

    #[prompt]
    fn borrowed(&self, name: &str) -> String {
        String::new()
    }

    #[prompt(name = "borrowed")]
    fn renamed(&mut self) -> String {
        String::new()
    }
}

struct Other;

#[prompts]
impl Other {
    #[prompt]
    fn greet(
        &self,
        #[arg(complete = Self::misses)] misses: String,
        #[arg(complete = Self::returns)] returns: String,
        #[arg(complete = Self::nothing)] nothing: String,
    ) -> u8 {
        0
    }

    async fn misses(&self, partial: Partial) -> Vec<String> {
        Vec::new()
    }

    async fn returns(&self, cx: &Context, partial: Partial) -> Vec<u8> {
        Vec::new()
    }
}

fn main() {}
