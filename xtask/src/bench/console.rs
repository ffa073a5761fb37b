//! The console in headless Chromium against a server with a million contacts. What a browser does is measured
//! by `console/bench/measure.mjs`; this starts it and puts its figures into the table.

use super::process::{EMAIL, PASSWORD};
use super::table::Table;
use crate::run::{command, output, root};
use crate::{console, tools};
use anyhow::{Context, Result};
use serde_json::Value;

/// Name in the table, name in the answer, most milliseconds.
const FIGURES: &[(&str, &str, f64)] = &[
    ("console: first load to usable, median of 5", "first_load_ms", 1_500.0),
    ("console: change of route (worst of 25)", "route_change_ms", 300.0),
    ("console: longest task on a change of route", "long_task_ms", 200.0),
    ("console: page of 100 of 1M contacts (worst of all)", "list_page_ms", 300.0),
    ("console: live count of a segment (worst of 5)", "count_ms", 500.0),
    ("console: keystroke to canvas in the editor (worst of 10)", "keystroke_ms", 400.0),
];

/// Measures the console of the server at an address such as `127.0.0.1:8080`.
pub(crate) fn measure(table: &mut Table, listen: &str) -> Result<()> {
    console::install()?;
    let mut node = command(&["node", "bench/measure.mjs", &format!("http://{listen}"), EMAIL, PASSWORD]);
    node.current_dir(root().join("console")).env("CHROMIUM", tools::CHROMIUM);
    let answer: Value = serde_json::from_str(&output(node)?).context("read the figures of the console")?;
    for (what, name, must) in FIGURES {
        let figure = answer[*name].as_f64().with_context(|| format!("{name} was not measured"))?;
        table.at_most(what, "ms", figure, *must);
    }
    Ok(())
}
