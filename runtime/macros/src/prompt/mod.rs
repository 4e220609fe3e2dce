//! `#[prompts]`: an `impl` block as a `PromptSet`.

mod print;

use proc_macro2::TokenStream;
use syn::{Attribute, Error, ImplItemFn, LitStr};

use crate::block;
use crate::display::Display;
use crate::errors::{Errors, both};
use crate::method::{Method, unique};
use crate::option::{each, once, unknown};
use crate::subject::Subject;

const PROMPTS: Subject = Subject {
    attribute: "#[prompts]",
    mark: "prompt",
    noun: "a prompt",
    arguments: &["name", "title", "default", "complete"],
};

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let check = |prompts: &[Prompt], errors: &mut Errors| {
        unique(PROMPTS.noun, prompts.iter().map(|prompt| &prompt.method), errors);
    };
    block::expand(&PROMPTS, options, item, Prompt::read, check, print::prompt_set)
}

/// A method marked `#[prompt]`.
struct Prompt {
    method: Method,
    display: Display,
}

impl Prompt {
    fn read(mark: &Attribute, item: &ImplItemFn) -> syn::Result<Self> {
        let (mut name, mut display): (Option<LitStr>, _) = (None, Display::default());
        let options = each(mark, |meta| {
            if meta.path.is_ident("name") {
                return once(&meta, &mut name, meta.value()?.parse()?);
            }
            if display.option(&meta)? {
                return Ok(());
            }
            let mut known = vec!["name"];
            known.extend(Display::OPTIONS);
            Err(unknown(&meta, &known))
        });
        let method = Method::read(&PROMPTS, name.as_ref(), item);
        let ((), method) = both(options, method)?;
        if method.output.is_none() {
            let message = "a prompt returns what it is filled with: text, content or messages";
            return Err(Error::new(method.function.span(), message));
        }
        Ok(Self { method, display })
    }
}
