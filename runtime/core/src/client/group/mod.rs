//! A process and all that it starts, to be ended together.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use other::Group;
#[cfg(unix)]
pub(super) use unix::Group;
