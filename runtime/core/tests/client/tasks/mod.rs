//! Tasks of servers of a few lines, good and bad.

mod fake;
mod hostile;
mod session;
mod time;
