//! Mistakes in `#[resources]`.

#![allow(unused)]

use toolwright::resources;

struct Shop;

#[resources]
impl Shop {
    #[resource]
    fn nowhere(&self) -> String {
        String::new()
    }

    #[resource("hours")]
    fn relative(&self) -> String {
        String::new()
    }

    #[resource("shop://books/{id}")]
    fn unused(&self) -> String {
        String::new()
    }

    #[resource("shop://shelves/{id}")]
    fn unnamed(&self, shelf: u64, #[arg(name = "id")] number: u64) -> String {
        String::new()
    }

    #[resource("shop://{a*}")]
    fn exploded(&self, a: String) -> String {
        String::new()
    }

    #[resource("shop://{a}{b}")]
    fn adjacent(&self, a: String, b: String) -> String {
        String::new()
    }

    #[resource("shop://open", colour = "red")]
    fn option(&self) -> String {
        String::new()
    }

    #[resource("shop://important", priority = 2, audience(nobody))]
    fn priority(&self) -> String {
        String::new()
    }

    #[resource("shop://audience", audience(nobody))]
    fn audience(&self) -> String {
        String::new()
    }

    #[resource("shop://sizes/{a}", size = 3)]
    fn sized(&self, a: String) -> String {
        String::new()
    }

    #[resource("shop://nothing")]
    fn nothing(&self) {}
}

struct Twice;

#[resources]
impl Twice {
    #[resource("shop://twice")]
    fn first(&self) -> String {
        String::new()
    }

    #[resource("shop://twice")]
    fn second(&self) -> String {
        String::new()
    }
}

struct Types;

#[resources]
impl Types {
    #[resource("shop://number")]
    fn number(&self) -> u8 {
        3
    }
}

fn main() {}
