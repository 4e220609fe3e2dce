//! The features of `spec/Cargo.toml`: one for each exact module.

use super::feature_name;
use crate::regen::error::Error;
use crate::regen::model::Model;

const BEGIN: &str = "# regen: features begin\n";
const END: &str = "# regen: features end\n";

/// `text`, the manifest, with its features brought up to date.
///
/// # Errors
/// The markers around the generated section are missing.
pub(crate) fn manifest(text: &str, exact: &[Model], extensions: &[Model]) -> Result<String, Error> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        let problem = format!("the lines {BEGIN:?} and {END:?} are missing");
        return Err(Error::Print { what: "spec/Cargo.toml".into(), problem });
    };
    let models = exact.iter().chain(extensions);
    let ids = models.filter_map(|model| model.revisions.first()).map(|revision| &revision.id);
    let features: Vec<String> = ids.map(|id| format!("\"{}\"", feature_name(id))).collect();
    let mut section = format!("exact = [{}]\n", features.join(", "));
    for feature in features {
        section += &format!("{feature} = []\n");
    }
    Ok(format!("{before}{BEGIN}{section}{END}{after}"))
}
