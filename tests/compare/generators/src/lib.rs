//! Compiles a module of progenitor's: the file that `MODULE` names when the feature `check` is on.

// As in crates of ours: hundreds of types that hold one another take more than the usual 128.
#![recursion_limit = "1024"]

#[cfg(feature = "check")]
include!(env!("MODULE"));
