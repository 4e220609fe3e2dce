//! `theirs DOCUMENT MODULE`: a client by progenitor, in its own words.

use std::error::Error;

use progenitor_impl::{GenerationSettings, Generator};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(document), Some(module)) = (arguments.next(), arguments.next()) else {
        return Err("theirs DOCUMENT MODULE".into());
    };
    let text = std::fs::read_to_string(&document)?;
    let api: openapiv3::OpenAPI = if text.trim_start().starts_with('{') {
        serde_json::from_str(&text)?
    } else {
        serde_yaml::from_str(&text)?
    };
    drop(text);
    let tokens = Generator::new(&GenerationSettings::default()).generate_tokens(&api)?;
    std::fs::write(module, prettyplease::unparse(&syn::parse2(tokens)?))?;
    Ok(())
}
