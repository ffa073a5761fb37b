//! `smartpush contacts export`: writes contacts as CSV or JSON lines.

use crate::cli::{Context, Outcome};
use audience::contacts::select::Selection;
use audience::exports::{Format, Order, write_contacts};
use kernel::ids::{SegmentId, StoreId};
use kernel::{Code, OrFault, Problem, Result};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use web::Actor;

/// Arguments of `contacts export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store.
    #[arg(long, value_name = "ID")]
    store: StoreId,
    /// Only members of this segment.
    #[arg(long, value_name = "ID")]
    segment: Option<SegmentId>,
    /// Format of the file.
    #[arg(long, default_value = "csv", value_parser = ["csv", "jsonl"])]
    format: String,
    /// The file; it must not exist. Without it, standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    if context.json && args.output.is_none() {
        return Err(Problem::new(
            Code::BadRequest,
            "With --json, name a file with -o: standard output then holds the one JSON object.",
        )
        .into());
    }
    let store = context.store(args.store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let format = Format::from_word(&args.format).or_fault("know the format")?;
    let select = Selection { all: args.segment.is_none(), segment: args.segment, ..Selection::default() };
    let details = json!({ "format": args.format, "all": select.all, "segment": args.segment });
    store
        .write(move |tx| {
            tenancy::audit::record(tx, Actor::Operator, "contacts.exported", "command", &details)
        })
        .await?;
    let bar = context.progress(0, "contacts");
    let (target, shown) = (args.output.clone(), bar.clone());
    let chosen = select.collect(&store, &keys).await?;
    let rows = tokio::task::spawn_blocking(move || {
        shown.set_length(chosen.len());
        let mut out = open(target.as_deref())?;
        let order = Order { store: &store, keys: &keys, chosen: &chosen, format };
        let rows = write_contacts(&order, &mut out, |done| {
            shown.set_position(done);
            true
        })?;
        out.flush().or_fault("write the export")?;
        Ok::<u64, kernel::Error>(rows)
    });
    let rows = rows.await.or_fault("export contacts")??;
    bar.finish_and_clear();
    Ok(match args.output {
        Some(file) => Outcome::done(
            json!({ "rows": rows, "format": args.format, "file": file }),
            format!("{rows} contacts written to {}", file.display()),
        ),
        None => Outcome::silent(),
    })
}

/// The target; a file is new and readable by its owner only.
fn open(target: Option<&Path>) -> Result<Box<dyn Write>> {
    let Some(path) = target else { return Ok(Box::new(BufWriter::new(std::io::stdout()))) };
    let file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
        let detail = match e.kind() {
            std::io::ErrorKind::AlreadyExists => "The file exists already; name a new one.".to_owned(),
            kind => format!("The file can't be made: {kind}."),
        };
        Problem::conflict(detail)
    })?;
    Ok(Box::new(BufWriter::new(file)))
}
