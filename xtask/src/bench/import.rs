//! Import of a million rows, against the database's own loader into a table with the same two look-ups.

use super::process::{Program, remove, seconds};
use super::table::{Table, median};
use super::{CONTACTS, data, folder};
use crate::postgres::Server;
use anyhow::{Context, Result};
use std::process::Command;

const COLUMNS: &str = "email TEXT, phone TEXT, first_name TEXT, last_name TEXT, country TEXT, city TEXT, birthday TEXT, \
     tags TEXT, plan TEXT, points TEXT, visits TEXT, newsletter_day TEXT, member_since TEXT";
const REPETITIONS: usize = 3;

/// SQLite against `sqlite3 .import`; also the memory of the import.
pub(crate) fn sqlite(table: &mut Table) -> Result<()> {
    let file = data::contacts(CONTACTS, false)?;
    let (mut floors, mut ours, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
    for _ in 0..REPETITIONS {
        let floor = folder().join("floor.db");
        remove(&floor)?;
        let mut import = Command::new("sqlite3");
        import.arg(&floor).args([
            &format!("CREATE TABLE t ({COLUMNS});"),
            "CREATE UNIQUE INDEX t_email ON t (email);",
            "CREATE UNIQUE INDEX t_phone ON t (phone);",
            &format!(".import --csv --skip 1 {} t", file.display()),
        ]);
        floors.push(CONTACTS as f64 / seconds(import)?);
        let program = Program::set_up("import", None)?;
        let path = file.to_string_lossy();
        let run = program.run(&["contacts", "import", &path, "--store", &program.store, "--json"])?;
        ours.push(run.answer["rows_per_second"].as_f64().context("rows_per_second")?);
        memory = memory.max(run.peak_mb);
    }
    table.more_is_better("import 1M rows, SQLite", "rows/s", (median(floors), median(ours)), 0.6);
    table.at_most("memory during the 1M import", "MB", memory, 400.0);
    Ok(())
}

/// PostgreSQL against `psql \copy`.
pub(crate) fn postgres(table: &mut Table) -> Result<()> {
    let file = data::contacts(CONTACTS, false)?;
    let server = Server::start(true)?;
    let (mut floors, mut ours) = (Vec::new(), Vec::new());
    for n in 0..REPETITIONS {
        let create = format!(
            "DROP TABLE IF EXISTS t; CREATE TABLE t ({COLUMNS}); CREATE UNIQUE INDEX ON t (email); \
             CREATE UNIQUE INDEX ON t (phone);"
        );
        seconds(psql(&server.url, &["-c", &create]))?;
        let copy = format!("\\copy t FROM '{}' WITH (FORMAT csv, HEADER true)", file.display());
        floors.push(CONTACTS as f64 / seconds(psql(&server.url, &["-c", &copy]))?);
        seconds(psql(&server.url, &["-c", "DROP TABLE t"]))?;
        let name = format!("ours{n}");
        seconds(psql(&server.url, &["-c", &format!("CREATE DATABASE {name}")]))?;
        let host = server.url.strip_suffix("/postgres").context("the address of the server")?;
        let program = Program::set_up("import-pg", Some(format!("{host}/{name}")))?;
        let path = file.to_string_lossy();
        let run = program.run(&["contacts", "import", &path, "--store", &program.store, "--json"])?;
        ours.push(run.answer["rows_per_second"].as_f64().context("rows_per_second")?);
        seconds(psql(&server.url, &["-c", &format!("DROP DATABASE {name} WITH (FORCE)")]))?;
    }
    table.more_is_better("import 1M rows, PostgreSQL", "rows/s", (median(floors), median(ours)), 0.4);
    Ok(())
}

fn psql(url: &str, words: &[&str]) -> Command {
    let mut command = Command::new("psql");
    command.args(["-q", "-X", "-d", url]).args(words);
    command
}
