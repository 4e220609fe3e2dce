//! Servers that let in only those whom they know.

mod door;
mod owners;
mod routes;
