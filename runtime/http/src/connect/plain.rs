//! Connections without TLS.

use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;

/// What opens connections.
pub(crate) type Connector = HttpConnector;

/// A connector; an error says why there is none.
pub(crate) fn connector(timeout: Duration, secure: bool) -> Result<Connector, String> {
    if secure {
        return Err("`https` needs the feature `client-tls`".to_owned());
    }
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(timeout));
    Ok(tcp)
}
