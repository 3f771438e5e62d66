//! Generator and measuring harness.

fn main() {}
