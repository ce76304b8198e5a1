//! Captures made in memory, for the tests of this layer.

#![forbid(unsafe_code)]
