//! `smartpush contacts import`: takes in a contact file, with or without a server running.
//!
//! The operator of the machine answers for the file: the undertaking is recorded as given by them.

use crate::cli::{Context, Outcome};
use audience::imports::intake::{self, Arrival, Declaration};
use audience::imports::jobs::{self, Watch};
use audience::imports::mapping::MappingIn;
use audience::imports::model::{Counts, Import, OPERATOR_STATEMENT, State, UNDERTAKING_VERSION};
use audience::imports::pipeline::Ending;
use audience::imports::{report, sql};
use indicatif::ProgressBar;
use kernel::ids::StoreId;
use kernel::{Code, OrFault, Problem, Result};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use store::{Scoped, StoreKeys};
use web::Actor;

/// Arguments of `contacts import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file: CSV or .xlsx.
    file: PathBuf,
    /// The store.
    #[arg(long, value_name = "ID")]
    store: StoreId,
    /// What the columns become (TOML). Without it, headings are recognised.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Check the whole file and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write what was wrong with rows into this file (CSV); it must not exist.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mapping = args.map.as_deref().map(read_mapping).transpose()?.unwrap_or_default();
    let path = args.file.canonicalize().map_err(|_| usage("There is no such file to import."))?;
    if args.errors.as_deref().is_some_and(Path::exists) {
        return Err(usage("The file for errors exists already; name a new one.").into());
    }
    let store = context.store(args.store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let began = Instant::now();
    let arrival = Arrival {
        id: store.db().ids().make().into(),
        file_name: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        path,
        mapping,
        digest: None,
        actor: Actor::Operator,
    };
    let (import, _) = intake::receive(&store, arrival).await?;
    let bar = context.progress(0, "rows");
    let done = if args.dry_run {
        check(&store, &keys, &import, &bar).await
    } else {
        take_in(&store, &keys, &import, &bar).await
    };
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    if let Some(errors) = &args.errors {
        write_errors(&store, &keys, &import, errors).await?;
    }
    if args.dry_run {
        let id = import.id;
        store.write(move |tx| sql::delete(tx, id)).await?;
    }
    Ok(outcome(&done?, seconds, args.dry_run))
}

fn usage(detail: &str) -> Problem {
    Problem::new(Code::BadRequest, detail)
}

fn read_mapping(path: &Path) -> Result<MappingIn> {
    let text =
        std::fs::read_to_string(path).map_err(|_| usage("The mapping cannot be read; is it a text file?"))?;
    MappingIn::from_toml(&text)
}

/// Tells a bar; stops when the operator interrupts.
fn watch(bar: &ProgressBar, stop: &Arc<AtomicBool>) -> Watch {
    let (bar, stop) = (bar.clone(), stop.clone());
    Watch::new(
        move || stop.load(Ordering::Relaxed),
        move |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        },
    )
}

/// Raises a flag at the first interrupt; the batch at hand is finished.
fn stop_at_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            raised.store(true, Ordering::Relaxed);
        }
    });
    stop
}

async fn check(store: &Scoped, keys: &Arc<StoreKeys>, import: &Import, bar: &ProgressBar) -> Result<Import> {
    let stop = stop_at_interrupt();
    let counts = jobs::check_import(store, keys.clone(), import.id, watch(bar, &stop)).await?;
    let counts = counts.ok_or_else(|| Problem::conflict("The check was interrupted."))?;
    Ok(Import { counts, ..import.clone() })
}

async fn take_in(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    import: &Import,
    bar: &ProgressBar,
) -> Result<Import> {
    let declaration = Declaration {
        undertaking: UNDERTAKING_VERSION.into(),
        statement: OPERATOR_STATEMENT.into(),
        actor: Actor::Operator,
    };
    intake::begin(store, import.id, declaration, false).await?;
    let stop = stop_at_interrupt();
    let (import, ending) = jobs::run_import(store, keys.clone(), import.id, watch(bar, &stop)).await?;
    if ending == Ending::Stopped {
        jobs::finish(store, import.id, State::Cancelled, None).await?;
        return Ok(Import { state: State::Cancelled, ..import });
    }
    Ok(import)
}

async fn write_errors(store: &Scoped, keys: &Arc<StoreKeys>, import: &Import, path: &Path) -> Result<()> {
    let (store, keys, import, path) = (store.clone(), keys.clone(), import.clone(), path.to_owned());
    let written = tokio::task::spawn_blocking(move || {
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .or_fault("make the file for errors")?;
        let mut out = BufWriter::new(file);
        report::write_head(&mut out, &import.plan.columns)?;
        let mut after = -2;
        while let Some((first, sealed)) =
            store.read_blocking(move |tx| sql::next_issues(tx, import.id, after))?
        {
            report::write_issues(&mut out, &import.plan.columns, &report::open(&keys, &sealed)?)?;
            after = first;
        }
        out.flush().or_fault("write the file for errors")
    });
    written.await.or_fault("write the file for errors")?
}

fn outcome(import: &Import, seconds: f64, dry_run: bool) -> Outcome {
    let Counts { rows, created, updated, skipped, errors, warnings, duplicates, refused_subscriptions } =
        import.counts;
    let per_second = if seconds > 0.0 { rows as f64 / seconds } else { 0.0 };
    let value = json!({
        "rows": rows, "created": created, "updated": updated, "skipped": skipped, "errors": errors,
        "seconds": (seconds * 1_000.0).round() / 1_000.0, "rows_per_second": per_second.round(),
        "warnings": warnings, "duplicates": duplicates, "refused_subscriptions": refused_subscriptions,
        "import": import.id, "format": import.plan.format, "tag": import.batch_tag, "dry_run": dry_run,
        "state": import.state,
    });
    let would = if dry_run { "Would be: " } else { "" };
    let mut text = format!(
        "{would}{rows} rows: {created} created, {updated} updated, {skipped} unchanged, {errors} not imported, in {seconds:.1} s ({per_second:.0} rows/s)"
    );
    if warnings > 0 {
        text.push_str(&format!("\n{warnings} values were left out of rows; see the file of --errors"));
    }
    if refused_subscriptions > 0 {
        text.push_str(&format!("\n{refused_subscriptions} who had said no stay unsubscribed"));
    }
    if import.state == State::Cancelled {
        return Outcome::refused(value, format!("Interrupted. {text}"));
    }
    Outcome::done(value, text)
}
