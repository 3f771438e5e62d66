//! The `muster` binary: commands and wiring.

fn main() {}
