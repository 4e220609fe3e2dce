//! Compiles a module of progenitor's: the file that `MODULE` names when the feature `check` is on.

#![allow(warnings)]

#[cfg(feature = "check")]
include!(env!("MODULE"));
