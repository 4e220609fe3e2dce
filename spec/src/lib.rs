//! Typed protocol structs for every revision of the Model Context Protocol.
