//! Files over HTTP.

use std::time::Duration;

use super::error::Error;

/// The body at `url`, or `None` where the server knows no such file.
///
/// # Errors
/// Where the server cannot be reached or answers anything but a file.
pub(crate) fn read(url: &str) -> Result<Option<Vec<u8>>, Error> {
    let failed = |problem: String| Error::Fetch { url: url.to_owned(), problem };
    let request = ureq::get(url).config().timeout_global(Some(PATIENCE)).build();
    match request.call() {
        Ok(mut response) => {
            let body = response.body_mut().with_config().limit(LARGEST).read_to_vec();
            body.map(Some).map_err(|problem| failed(problem.to_string()))
        }
        Err(ureq::Error::StatusCode(404)) => Ok(None),
        Err(problem) => Err(failed(problem.to_string())),
    }
}

/// Bytes of the largest file that is taken for a schema.
const LARGEST: u64 = 16 << 20;

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);
