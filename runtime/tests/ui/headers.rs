//! Mistakes about headers that mirror parameters.

#![allow(unused)]

use toolwright::tools;

struct Shop;

#[tools]
impl Shop {
    #[tool]
    fn mirrors(
        &self,
        #[arg(header = "Region\n")] broken: String,
        #[arg(header = "Region")] first: String,
        #[arg(header = "region")] second: String,
        #[arg(header = "Weight")] weight: Option<f64>,
    ) {
    }
}

fn main() {}
