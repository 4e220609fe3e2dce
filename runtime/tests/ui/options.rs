//! Options that don't exist, contradict each other, or have the wrong shape.

#![allow(unused)]

use toolwright::tools;

struct Shop;

#[tools]
impl Shop {
    #[tool(readonly)]
    fn unknown(&self) {}

    #[tool(title = 3)]
    fn untitled(&self) {}

    #[tool(read_only, destructive)]
    fn both(&self) {}

    #[tool(name = "has space")]
    fn spaced(&self) {}

    #[tool]
    fn first(&self) {}

    #[tool(name = "first")]
    fn taken(&self) {}

    #[tool]
    fn shadowed(&self, one: u8, #[arg(name = "one")] other: u8) {}

    #[tool]
    fn arguments(
        &self,
        #[arg(minimum = 3)] unknown: u8,
        #[arg(range(5..=1))] empty: u8,
        #[arg(range = 5)] shapeless: u8,
        #[arg(max = LIMIT)] no_number: u8,
        #[arg(pattern = "^(?!x)")] irregular: String,
        #[arg(default = 3)] option: Option<u8>,
        #[arg(min = 1, range(1..))] twice: u8,
    ) {
    }
}

fn main() {}
