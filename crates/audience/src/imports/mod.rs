//! Import of contacts from files: CSV in any usual dialect, and XLSX; streamed, any size (P-046).
//!
//! A file is read as a table (`reader`), its columns are recognised (`formats`) or told (`mapping`), its
//! cells are checked (`rows`), and what is sound goes in by batches (`pipeline`). A bad row is reported
//! with line, column and reason and loses nothing else. It deliberately decides nothing about consent:
//! `consent` does, and a file never brings back who said no.

pub mod formats;
pub mod mapping;
pub mod reader;
pub mod rows;
