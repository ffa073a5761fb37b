//! The `smartpush` program.
fn main() {}
