//! Places where `#[tools]` doesn't belong.

#![allow(unused)]

use toolwright::tools;

struct Shop;

#[tools]
impl Shop {
    fn helper(&self) {}
}

#[tools]
impl Clone for Shop {
    #[tool]
    fn clone(&self) -> Self {
        Shop
    }
}

#[tools(name = "shop")]
impl Shop {
    #[tool]
    fn search(&self) {}
}

#[tools]
struct Empty;

fn main() {}
