//! Servers at a Unix socket.

use std::path::PathBuf;

use crate::dial::Dial;

/// Connects to a socket, whatever the URL.
#[cfg(unix)]
pub(super) fn dial(path: PathBuf) -> Result<Dial, String> {
    Ok(Dial::new(unix::Socket(path.into())))
}

/// There are none on this system.
#[cfg(not(unix))]
pub(super) fn dial(path: PathBuf) -> Result<Dial, String> {
    Err(format!("`{}`: there are no Unix sockets on this system", path.display()))
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::path::Path;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use http::Uri;
    use hyper_util::rt::TokioIo;
    use tokio::net::UnixStream;
    use toolwright_core::BoxFuture;

    #[derive(Clone)]
    pub(super) struct Socket(pub(super) Arc<Path>);

    impl tower_service::Service<Uri> for Socket {
        type Response = TokioIo<UnixStream>;
        type Error = io::Error;
        type Future = BoxFuture<'static, io::Result<TokioIo<UnixStream>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Uri) -> Self::Future {
            let path = Arc::clone(&self.0);
            Box::pin(async move { UnixStream::connect(&*path).await.map(TokioIo::new) })
        }
    }
}
