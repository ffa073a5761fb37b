//! Counting a six-condition attribute segment over a million contacts, against DuckDB on the same columns.

use super::process::Program;
use super::table::{Table, median};
use super::{CONTACTS, data, folder};
use crate::run::output;
use crate::tools;
use anyhow::{Context, Result, ensure};
use std::process::Command;

const RULE: &str = r#"{"version":1,"rule":{"all":[
  {"condition":"country","operator":"is_any_of","values":["SG","MY","TW"]},
  {"condition":"tag","operator":"has_any","values":["vip","newsletter"]},
  {"not":{"condition":"tag","operator":"has_any","values":["staff"]}},
  {"condition":"attribute","attribute":"points","operator":"at_least","value":2500},
  {"any":[{"condition":"attribute","attribute":"plan","operator":"equals","value":"gold"},
          {"condition":"attribute","attribute":"plan","operator":"equals","value":"platinum"}]},
  {"condition":"attribute","attribute":"visits","operator":"less_than","value":200}]}}"#;

const DUCKDB: &str = r"
import duckdb, sys, time
c = duckdb.connect()
c.execute(f'''CREATE TABLE t AS SELECT country, string_split(tags, ',') AS tags, points::INT AS points, plan,
  visits::INT AS visits FROM read_csv('{sys.argv[1]}', header=true, all_varchar=true)''')
q = '''SELECT count(*) FROM t WHERE country IN ('SG','MY','TW') AND list_has_any(tags, ['vip','newsletter'])
  AND NOT list_contains(tags, 'staff') AND points >= 2500 AND plan IN ('gold','platinum') AND visits < 200'''
times = []
for _ in range(7):
    began = time.perf_counter(); n = c.execute(q).fetchone()[0]; times.append(time.perf_counter() - began)
print(n, sorted(times)[3])
";

/// Measures both and requires the same count.
pub(crate) fn count(table: &mut Table) -> Result<()> {
    let file = data::contacts(CONTACTS, false)?;
    let program = Program::set_up("segment", None)?;
    let path = file.to_string_lossy();
    program.run(&["contacts", "import", &path, "--store", &program.store, "--json"])?;
    let rule = folder().join("rule.json");
    std::fs::write(&rule, RULE)?;
    let rule = rule.to_string_lossy();
    let words = ["segment", "count", "--store", &program.store, &rule, "--json"];
    let (mut ours, mut count) = (Vec::new(), 0);
    for _ in 0..5 {
        let run = program.run(&words)?;
        ours.push(run.answer["seconds"].as_f64().context("seconds")? * 1_000.0);
        count = run.answer["count"].as_i64().context("count")?;
    }
    let python = tools::python_with_duckdb()?;
    let mut duckdb = Command::new(python);
    duckdb.args(["-c", DUCKDB]).arg(&file);
    let said = output(duckdb)?;
    let (floor_count, floor) = said.trim().split_once(' ').context("DuckDB's answer")?;
    ensure!(floor_count.parse::<i64>()? == count, "counts differ: DuckDB {floor_count}, ours {count}");
    table.time(
        "count of a six-condition segment, 1M contacts",
        (floor.parse::<f64>()? * 1_000.0, median(ours)),
        1.5,
        10.0,
    );
    Ok(())
}
