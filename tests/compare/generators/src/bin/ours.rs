//! `ours DOCUMENT MODULE`: a server by Toolwright.

use std::error::Error;
use std::path::Path;

use toolwright_codegen::{Options, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(document), Some(module)) = (arguments.next(), arguments.next()) else {
        return Err("ours DOCUMENT MODULE".into());
    };
    let bytes = std::fs::read(&document)?;
    let name = Path::new(&document).file_name().unwrap_or_default().to_string_lossy();
    let outcome = generate(&name, &bytes, &Options::default());
    let generated = outcome.module.ok_or("no module")?;
    std::fs::write(module, generated.text)?;
    Ok(())
}
