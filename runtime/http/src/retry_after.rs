//! When a server wants to be asked again.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

use crate::date;

/// How long a server asks to be left alone, as seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let wanted = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = wanted.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = date::read(wanted)?;
    // The server's own clock is the one it meant.
    let now = text(DATE).and_then(date::read).or_else(|| {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok().map(|now| now.as_secs())
    })?;
    Some(Duration::from_secs(then.saturating_sub(now)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(retry: &str, date: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(retry).unwrap());
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        headers
    }

    #[test]
    fn servers_say_when_to_come_back() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let wait = |retry: &str| retry_after(&headers(retry, now)).map(|wait| wait.as_secs());
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait(" 0 "), Some(0));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:00 GMT"), Some(23));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(wait("Thu, 01 Jan 2026 00:00:00 GMT"), Some(983_113_823));
        for nonsense in ["", "-1", "1.5", "soon", "99999999999999999999999"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
        let by_own_clock = retry_after(&headers("Fri, 31 Dec 9999 23:59:59 GMT", None)).unwrap();
        assert!(by_own_clock > Duration::from_secs(1 << 30));
    }
}
