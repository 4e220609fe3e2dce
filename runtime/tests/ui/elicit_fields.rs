use std::collections::HashMap;

use toolwright::Elicit;

#[derive(Elicit)]
struct Order {
    address: Address,
    tags: Vec<String>,
    more: HashMap<String, String>,
}

#[derive(Elicit)]
struct Address {
    street: String,
}

fn main() {}
