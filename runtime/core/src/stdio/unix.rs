//! The standard streams as private file descriptors.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use rustix::fs::{FileType, OFlags};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

use super::thread::Reader;

/// Takes standard input and output away from the rest of the process.
pub(super) fn claim() -> io::Result<(Input, Output)> {
    static CLAIMED: AtomicBool = AtomicBool::new(false);
    if CLAIMED.swap(true, Ordering::SeqCst) {
        return Err(io::Error::other("standard input and output are being served already"));
    }
    // 3: not one of the standard descriptors, even if one of them is closed.
    let input = rustix::io::fcntl_dupfd_cloexec(io::stdin(), 3)?;
    let output = rustix::io::fcntl_dupfd_cloexec(io::stdout(), 3)?;
    let nothing =
        rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, rustix::fs::Mode::empty())?;
    rustix::stdio::dup2_stdin(&nothing)?;
    // Without a standard error, stray prints go nowhere.
    if rustix::stdio::dup2_stdout(io::stderr()).is_err() {
        rustix::stdio::dup2_stdout(&nothing)?;
    }
    Ok((Input::new(input)?, Output::new(output)?))
}

/// Where messages come from.
pub(super) struct Input {
    source: Source,
    _mode: Mode,
}

enum Source {
    Pipe(pipe::Receiver),
    Socket(UnixStream),
    /// Files and terminals, which cannot be polled or must not be made non-blocking.
    Thread(Reader),
}

/// Where messages go.
pub(super) struct Output {
    sink: Sink,
    _mode: Mode,
}

enum Sink {
    Pipe(pipe::Sender),
    Socket(UnixStream),
    Blocking(File),
}

impl Input {
    fn new(fd: OwnedFd) -> io::Result<Self> {
        let mode = Mode::of(&fd)?;
        let source = match file_type(&fd) {
            FileType::Fifo => Source::Pipe(pipe::Receiver::from_owned_fd(fd)?),
            FileType::Socket => Source::Socket(socket(fd)?),
            _ => Source::Thread(Reader::new(File::from(fd))?),
        };
        Ok(Self { source, _mode: mode })
    }
}

impl Output {
    fn new(fd: OwnedFd) -> io::Result<Self> {
        let mode = Mode::of(&fd)?;
        let sink = match file_type(&fd) {
            FileType::Fifo => Sink::Pipe(pipe::Sender::from_owned_fd(fd)?),
            FileType::Socket => Sink::Socket(socket(fd)?),
            _ => Sink::Blocking(File::from(fd)),
        };
        Ok(Self { sink, _mode: mode })
    }
}

fn file_type(fd: &OwnedFd) -> FileType {
    rustix::fs::fstat(fd).map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode))
}

/// Node.js gives its children sockets.
fn socket(fd: OwnedFd) -> io::Result<UnixStream> {
    let socket = std::os::unix::net::UnixStream::from(fd);
    socket.set_nonblocking(true)?;
    UnixStream::from_std(socket)
}

/// What an open file was set to, restored at the end: it may be shared with other processes,
/// which do not expect it to be non-blocking.
pub(super) struct Mode {
    fd: OwnedFd,
    flags: OFlags,
}

impl Mode {
    fn of(fd: &OwnedFd) -> io::Result<Self> {
        Ok(Self { flags: rustix::fs::fcntl_getfl(fd)?, fd: fd.try_clone()? })
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and little is lost.
        let _ = rustix::fs::fcntl_setfl(&self.fd, self.flags);
    }
}

impl AsyncRead for Input {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().source {
            Source::Pipe(pipe) => Pin::new(pipe).poll_read(cx, buffer),
            Source::Socket(socket) => Pin::new(socket).poll_read(cx, buffer),
            Source::Thread(reader) => reader.poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().sink {
            Sink::Pipe(pipe) => Pin::new(pipe).poll_write(cx, bytes),
            Sink::Socket(socket) => Pin::new(socket).poll_write(cx, bytes),
            Sink::Blocking(file) => Poll::Ready(file.write(bytes)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
