//! Six segments on what a million contacts did, against DuckDB on the same data; also how fast a file of events is
//! taken in, and what it weighs on the disk.

use super::data::Dice;
use super::process::Program;
use super::table::{Table, median};
use super::{CONTACTS, folder};
use crate::run::{command, output};
use crate::tools;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Events of a year.
const EVENTS: u64 = 5_000_000;
const DAY_MS: i64 = 86_400_000;
const PLANS: &[&str] = &["free", "silver", "gold", "platinum"];
const COUNTRIES: &[&str] = &["SG", "MY", "US", "DE", "FR", "TW", "JP", "GB", "BR", "AU"];

const MAP: &str = r#"
[columns]
email = "email"
country = "country"
birthday = "birthday"
plan = { attribute = "plan", type = "text" }
user = { kind = "external_id", system = "user_id" }
"#;

const DUCKDB: &str = r"
import duckdb, sys, time
people, events, cuts, days = sys.argv[1], sys.argv[2], sys.argv[3].split(','), sys.argv[4].split(',')
d14, d30, d90, d365 = cuts
c = duckdb.connect()
c.execute(f'''CREATE TABLE p AS SELECT substr(user, 2)::INT AS u, country, birthday, plan
  FROM read_csv('{people}', header=true, all_varchar=true)''')
c.execute(f'''CREATE TABLE e AS SELECT * FROM read_csv('{events}', header=false,
  columns={{'u':'INTEGER','type':'UTINYINT','ts':'BIGINT','category':'UTINYINT','amount':'BIGINT'}})''')
q1 = '''SELECT u FROM p WHERE plan = 'gold' AND country IN ('SG','MY')'''
q2 = f'''SELECT u FROM (SELECT DISTINCT u FROM e WHERE type=1 AND ts >= {d30}) WHERE u NOT IN
  (SELECT u FROM e WHERE type=2 AND ts >= {d90})'''
q3 = f'''SELECT u FROM e WHERE type=2 AND ts >= {d365} GROUP BY u HAVING count(*) >= 3 AND sum(amount) >= 20000'''
q4 = f'''SELECT u FROM (SELECT u FROM e WHERE type=0 AND category=7 AND ts >= {d14} GROUP BY u HAVING count(*) >= 2)
  WHERE u NOT IN (SELECT u FROM e WHERE type=2 AND category=7)'''
q5 = 'SELECT u FROM p WHERE substr(birthday, 6) IN (' + ','.join(f'\'{d}\'' for d in days) + ')'
q6 = f'''SELECT u FROM ({q1}) WHERE u IN ({q2}) UNION SELECT u FROM ({q3}) WHERE u NOT IN ({q4})'''
for q in (q1, q2, q3, q4, q5, q6):
    times = []
    for _ in range(5):
        began = time.perf_counter(); n = c.execute(f'SELECT count(*) FROM ({q})').fetchone()[0]
        times.append(time.perf_counter() - began)
    print(n, sorted(times)[2])
";

const NAMES: &[&str] = &[
    "1 attributes",
    "2 clicked in 30 days, no order in 90",
    "3 three orders of 200 in a year",
    "4 viewed a category twice in 14 days, never bought it",
    "5 birthday in 7 days",
    "6 (1 and 2) or (3 and not 4)",
];

/// Takes the events in, then counts and requires the same counts.
pub(crate) fn segments(table: &mut Table) -> Result<()> {
    let now = now_ms()?;
    let files = write_files(now)?;
    let program = Program::set_up("behaviour", None)?;
    let map = folder().join("behaviour.toml");
    std::fs::write(&map, MAP)?;
    let (map, people) = (map.to_string_lossy().into_owned(), files.people.to_string_lossy().into_owned());
    program.run(&["contacts", "import", &people, "--store", &program.store, "--map", &map, "--json"])?;
    let before = size(&program.data)?;
    let run = program.run(&[
        "events",
        "import",
        &files.lines.to_string_lossy(),
        "--store",
        &program.store,
        "--json",
    ])?;
    ensure!(run.answer["events"].as_u64() == Some(EVENTS), "not all events were taken: {}", run.answer);
    let per_second = run.answer["events_per_second"].as_f64().context("events a second")?;
    table.figure("file of 5M events taken in, SQLite, who is who included", "events/s", per_second);
    table.figure("memory while it is taken in", "MB", run.peak_mb);
    let cuts: Vec<i64> = [14, 30, 90, 365].iter().map(|days| now - days * DAY_MS).collect();
    let expected = duckdb(&files, &cuts)?;
    let rules = rules(&cuts);
    for ((rule, name), (count, floor)) in rules.iter().zip(NAMES).zip(expected) {
        let ours = count_segment(&program, rule, count)?;
        let (must, or_below) = if name.starts_with(['1', '5']) { (1.0, 15.0) } else { (1.0, 0.0) };
        table.time(&format!("1M contacts, 5M events: {name}"), (floor * 1_000.0, ours), must, or_below);
    }
    let packed = packed_bytes(&files.lines)?;
    let ours = size(&program.data)?.saturating_sub(before);
    table.at_most(
        "disk for events, against their JSON lines by gzip -6",
        "×",
        ours as f64 / packed as f64,
        3.0,
    );
    Ok(())
}

struct Files {
    people: PathBuf,
    lines: PathBuf,
    rows: PathBuf,
}

/// A number from 0 to below 1.
fn part(dice: &mut Dice) -> f64 {
    (dice.roll() % (1 << 40)) as f64 / (1_u64 << 40) as f64
}

/// People, and what they did in the year up to `now`: few did much.
fn write_files(now: i64) -> Result<Files> {
    let name = |end: &str| folder().join(format!("behaviour.{end}"));
    let files = Files { people: name("people.csv"), lines: name("jsonl"), rows: name("csv") };
    let mut dice = Dice(0x5EED_CAFE_F00D_0002);
    let mut people = BufWriter::new(File::create(&files.people)?);
    writeln!(people, "email,country,birthday,plan,user")?;
    for n in 0..CONTACTS {
        let (country, plan) = (COUNTRIES[dice.roll() as usize % 10], PLANS[dice.roll() as usize % 4]);
        let (year, month, day) = (1950 + dice.roll() % 55, 1 + dice.roll() % 12, 1 + dice.roll() % 28);
        writeln!(people, "u{n}@people.example,{country},{year}-{month:02}-{day:02},{plan},u{n}")?;
    }
    people.into_inner()?.sync_all()?;
    let mut lines = BufWriter::with_capacity(1 << 20, File::create(&files.lines)?);
    let mut rows = BufWriter::with_capacity(1 << 20, File::create(&files.rows)?);
    for n in 0..EVENTS {
        let user = (part(&mut dice).powi(3) * CONTACTS as f64) as u64;
        let kind = match dice.roll() % 100 {
            0..76 => 0,
            76..96 => 1,
            _ => 2,
        };
        let at = now - 1_000 - (part(&mut dice) * 364.0 * DAY_MS as f64) as i64;
        let (category, cents) = (dice.roll() % 50, 500 + dice.roll() % 15_000);
        let what = ["Product Viewed", "Product Clicked", "Order Completed"][kind];
        let amount = if kind == 2 { "total" } else { "price" };
        writeln!(rows, "{user},{kind},{at},{category},{cents}")?;
        writeln!(
            lines,
            r#"{{"type":"track","event":"{what}","userId":"u{user}","messageId":"m{n}","timestamp":"{}","properties":{{"category":"c{category}","{amount}":{}.{:02}}}}}"#,
            rfc3339(at),
            cents / 100,
            cents % 100,
        )?;
    }
    lines.into_inner()?.sync_all()?;
    rows.into_inner()?.sync_all()?;
    Ok(files)
}

/// The machine's time, in whole seconds.
fn now_ms() -> Result<i64> {
    Ok(output(command(&["date", "-u", "+%s"]))?.trim().parse::<i64>()? * 1_000)
}

/// Milliseconds since 1970 as RFC 3339.
fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

fn rules(cuts: &[i64]) -> Vec<String> {
    let at = |n: usize| rfc3339(cuts[n]);
    let (d14, d30, d90, d365) = (at(0), at(1), at(2), at(3));
    let one = r#"{"all":[{"condition":"attribute","attribute":"plan","operator":"equals","value":"gold"},
        {"condition":"country","operator":"is_any_of","values":["SG","MY"]}]}"#
        .to_owned();
    let two = format!(
        r#"{{"all":[{{"condition":"event","operator":"did","event":"Product Clicked","since":"{d30}"}},
        {{"condition":"event","operator":"did_not","event":"Order Completed","since":"{d90}"}}]}}"#
    );
    let three = format!(
        r#"{{"condition":"event","operator":"did","event":"Order Completed","since":"{d365}","at_least":3,
        "total_of":"total","total_at_least":200}}"#
    );
    let seven = r#""where":[{"property":"category","operator":"equals","value":"c7"}]"#;
    let four = format!(
        r#"{{"all":[{{"condition":"event","operator":"did","event":"Product Viewed","since":"{d14}","at_least":2,{seven}}},
        {{"condition":"event","operator":"did_not","event":"Order Completed",{seven}}}]}}"#
    );
    let five = r#"{"condition":"birthday","operator":"in_next_days","days":7}"#.to_owned();
    let six = format!(r#"{{"any":[{{"all":[{one},{two}]}},{{"all":[{three},{{"not":{four}}}]}}]}}"#);
    vec![one, two, three, four, five, six]
}

/// Counts five times, each time in a process of its own; answers the median in milliseconds.
fn count_segment(program: &Program, rule: &str, expected: u64) -> Result<f64> {
    let file = folder().join("behaviour-rule.json");
    std::fs::write(&file, rule)?;
    let file = file.to_string_lossy();
    let mut times = Vec::new();
    for _ in 0..5 {
        let run = program.run(&["segment", "count", "--store", &program.store, &file, "--json"])?;
        let count = run.answer["count"].as_u64().context("a count")?;
        ensure!(count == expected, "counts differ: DuckDB {expected}, ours {count}, for {rule}");
        times.push(run.answer["seconds"].as_f64().context("seconds")? * 1_000.0);
    }
    Ok(median(times))
}

/// Counts and seconds of the six questions.
fn duckdb(files: &Files, cuts: &[i64]) -> Result<Vec<(u64, f64)>> {
    let today = now_ms()?;
    let days: Vec<String> =
        (0..=7).map(|n| rfc3339(today + n * DAY_MS).get(5..10).unwrap_or_default().to_owned()).collect();
    let cuts: Vec<String> = cuts.iter().map(i64::to_string).collect();
    let mut duckdb = Command::new(tools::python_with_duckdb()?);
    duckdb.args(["-c", DUCKDB]).arg(&files.people).arg(&files.rows).args([cuts.join(","), days.join(",")]);
    let said = output(duckdb)?;
    let line = |line: &str| -> Result<(u64, f64)> {
        let (count, seconds) = line.split_once(' ').context("an answer of DuckDB")?;
        Ok((count.parse()?, seconds.parse()?))
    };
    said.trim().lines().map(line).collect()
}

fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.path().is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

fn packed_bytes(file: &Path) -> Result<u64> {
    let script = format!("gzip -6 -c {} | wc -c", file.display());
    Ok(output(command(&["sh", "-c", &script]))?.trim().parse()?)
}
