//! Somebody with a browser, at pages that need nothing but clicks which follow by themselves.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use toolwright::auth::client::{LoginError, Page};

/// Pages that follow one another, at most.
const PAGES: usize = 12;

/// Opens a page and follows where it leads, with cookies, until that is another site: there the
/// browser comes back to.
///
/// # Errors
/// A page cannot be had, or leads nowhere.
pub async fn agree(page: Page) -> Result<String, LoginError> {
    let failed = |reason: String| LoginError::Page { reason };
    let mut url = page.url().as_str().to_owned();
    let site = origin(&url).to_owned();
    let mut cookies = BTreeMap::new();
    for _ in 0..PAGES {
        let path = url.get(site.len()..).unwrap_or_default();
        let shown = get(&site, path, &cookies).await.map_err(|error| failed(error.to_string()))?;
        let header = |wanted: &str| {
            let lines = shown.lines().take_while(|line| !line.is_empty());
            let pairs = lines.filter_map(|line| line.split_once(':'));
            let values = pairs.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            values.map(|(_, value)| value.trim().to_owned()).collect::<Vec<_>>()
        };
        for cookie in header("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let next = header("location").pop();
        let next = next.ok_or_else(|| failed(format!("it leads nowhere: {shown}")))?;
        url = if next.starts_with('/') { format!("{site}{next}") } else { next };
        if origin(&url) != site {
            return Ok(url);
        }
    }
    Err(failed("it has no end".to_owned()))
}

async fn get(
    site: &str,
    path: &str,
    cookies: &BTreeMap<String, String>,
) -> std::io::Result<String> {
    let host = site.trim_start_matches("http://");
    let cookies: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        cookies.join("; ")
    );
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut shown = Vec::new();
    stream.read_to_end(&mut shown).await?;
    Ok(String::from_utf8_lossy(&shown).into_owned())
}

/// Scheme, host and port.
fn origin(url: &str) -> &str {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(begin..).and_then(|rest| rest.find(['/', '?'])).map(|at| begin + at);
    url.get(..end.unwrap_or(url.len())).unwrap_or_default()
}
