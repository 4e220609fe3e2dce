//! Headers that would show secrets.

#![allow(unused)]

use toolwright::tools;

struct Shop;

#[tools]
impl Shop {
    #[tool]
    fn mirrors(
        &self,
        #[arg(header = "Account")] api_key: String,
        #[arg(header = "Token")] account: String,
        #[arg(header = "Token-Count", not_a_secret)] count: u8,
    ) {
    }
}

fn main() {}
