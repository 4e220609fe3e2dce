//! What is said so often that it deserves a shorter way.

mod content;
mod error;
mod outcome;
mod result;
