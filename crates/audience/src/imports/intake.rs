//! Taking files in: look at one, propose what it becomes, begin the import.

use super::mapping::{MappingIn, Plan, SAMPLE_ROWS, Sample, propose};
use super::model::{Import, State, batch_tag, check_start, shown_file_name};
use super::pipeline::Work;
use super::reader::{self, Source};
use super::sql;
use crate::attributes::model::{DEFINITIONS_MAX, check_name};
use crate::attributes::sql::{self as definitions, NewDefinition};
use kernel::ids::ImportId;
use kernel::{Fault, OrFault, Problem, Result};
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx};
use tenancy::audit;
use web::Actor;

/// A file looked at: how it is laid out, what it would become, and some of its values.
#[derive(Clone, Debug)]
pub struct Look {
    /// The open file.
    pub source: Source,
    /// What its columns would become.
    pub plan: Plan,
    /// Some values of each column.
    pub samples: Vec<Sample>,
}

/// Looks at a file. Blocks. Problems: no table (415), too large (413), a mapping that does not fit (422).
pub fn look(path: &Path, file_name: &str, mapping: &MappingIn) -> Result<Look> {
    let source = reader::open(path, &mapping.file)?;
    let samples = Sample::of(source.layout.columns.len(), &source.sample(SAMPLE_ROWS)?);
    let plan = propose(file_name, &source.layout, &samples, mapping)?;
    Ok(Look { source, plan, samples })
}

/// A file that has come.
pub struct Arrival {
    /// Id of the import to be.
    pub id: ImportId,
    /// Where it lies.
    pub path: PathBuf,
    /// Name as uploaded.
    pub file_name: String,
    /// What the merchant says about it.
    pub mapping: MappingIn,
    /// SHA-256 of the file and its size; computed if absent.
    pub digest: Option<([u8; 32], u64)>,
    /// Who brings it.
    pub actor: Actor,
}

/// Notes a file that has come and what it would become. Problems as of [`look`].
pub async fn receive(store: &Scoped, arrival: Arrival) -> Result<(Import, Look)> {
    let (arrival, digest, look) = tokio::task::spawn_blocking(move || {
        let digest = match arrival.digest {
            Some(known) => known,
            None => digest(&arrival.path)?,
        };
        let look = look(&arrival.path, &arrival.file_name, &arrival.mapping)?;
        Ok::<_, kernel::Error>((arrival, digest, look))
    })
    .await
    .or_fault("look at an import file")??;
    let (layout, plan) = (look.source.layout.clone(), look.plan.clone());
    let import = store
        .write(move |tx| {
            let path =
                arrival.path.to_str().ok_or_else(|| Fault::new("the path of an import file is not UTF-8"))?;
            let import = sql::insert(
                tx,
                &sql::NewImport {
                    id: arrival.id,
                    file_name: &shown_file_name(&arrival.file_name),
                    file_path: path,
                    file_sha256: &digest.0,
                    file_bytes: digest.1,
                    layout: &layout,
                    mapping: &arrival.mapping,
                    plan: &plan,
                    actor: &arrival.actor.to_string(),
                },
            )?;
            let details = json!({ "bytes": digest.1, "format": plan.format, "sha256": hex(&digest.0) });
            audit::record(tx, arrival.actor, "import.uploaded", import.id, &details)?;
            Ok(import)
        })
        .await?;
    Ok((import, look))
}

/// SHA-256 and size of a file.
pub fn digest(path: &Path) -> Result<([u8; 32], u64)> {
    let mut file = std::fs::File::open(path).or_fault("open the import file")?;
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let length = file.read(&mut buffer).or_fault("read the import file")?;
        if length == 0 {
            break;
        }
        bytes += length as u64;
        context.update(&buffer[..length]);
    }
    Ok((digest_bytes(context)?, bytes))
}

/// The 32 bytes of a finished SHA-256.
pub(super) fn digest_bytes(context: aws_lc_rs::digest::Context) -> Result<[u8; 32]> {
    context.finish().as_ref().try_into().or_fault("finish a digest")
}

/// Hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Takes another mapping for an import that has not begun. Problems as of [`look`]; or it has begun (409).
pub async fn remap(store: &Scoped, id: ImportId, mapping: MappingIn) -> Result<(Import, Look)> {
    let import = store.read(move |tx| sql::get(tx, id)).await?;
    refuse_unless_here(&import)?;
    let (path, name, given) = (PathBuf::from(&import.file_path), import.file_name.clone(), mapping.clone());
    let look = tokio::task::spawn_blocking(move || look(&path, &name, &given))
        .await
        .or_fault("look at an import file")??;
    let (layout, plan) = (look.source.layout.clone(), look.plan.clone());
    let import = store.write(move |tx| sql::put_plan(tx, id, &layout, &mapping, &plan)).await?;
    Ok((import, look))
}

/// Problem: the import has begun, or its file is gone.
pub(super) fn refuse_unless_here(import: &Import) -> Result<()> {
    if import.state != State::Uploaded {
        return Err(Problem::conflict(
            "This import has begun; upload the file again to import it otherwise.",
        )
        .into());
    }
    if import.file_path.is_empty() || !Path::new(&import.file_path).exists() {
        return Err(Problem::conflict("The file of this import is gone; upload it again.").into());
    }
    Ok(())
}

/// What whoever begins an import declares.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Version of the undertaking they give (P-055).
    pub undertaking: String,
    /// Where the consents in the file come from and with which words.
    pub statement: String,
    /// Who declares it.
    pub actor: Actor,
}

/// Begins an import: its attributes and tag exist from now on. `job` enqueues the work; without it the
/// caller runs it. Problems: no undertaking (409), no statement (422), begun already (409), too many
/// attributes (409).
pub async fn begin(store: &Scoped, id: ImportId, declaration: Declaration, job: bool) -> Result<Import> {
    let import = store.write(move |tx| begin_in(tx, id, declaration, job)).await?;
    store.db().signals().notify(store::queue::TOPIC);
    Ok(import)
}

fn begin_in(tx: &mut Tx<'_>, id: ImportId, declaration: Declaration, job: bool) -> Result<Import> {
    let mut import = sql::get(tx, id)?;
    refuse_unless_here(&import)?;
    check_start(&import.plan, &declaration.undertaking, &declaration.statement)?;
    define_attributes(tx, &mut import.plan, id)?;
    import.batch_tag = batch_tag(tx.now());
    import.plan.tags.push(import.batch_tag.clone());
    crate::tags::sql::ensure(tx, &import.plan.tags)?;
    import.statement = declaration.statement.trim().to_owned();
    import.undertaking_version = declaration.undertaking;
    import.actor = declaration.actor.to_string();
    if job {
        let now = tx.now();
        import.job = Some(tx.enqueue(super::jobs::RUN, &json!({ "import": id }), now)?);
    }
    sql::start(tx, &import)?;
    let details = json!({
        "undertaking": import.undertaking_version,
        "subscribes": import.plan.may_subscribe(),
        "sha256": hex(&import.file_sha256),
        "tag": import.batch_tag,
    });
    audit::record(tx, declaration.actor, "import.started", id, &details)?;
    sql::get(tx, id)
}

/// Gives the plan's attributes their numbers; those the store has keep their type and class.
fn define_attributes(tx: &mut Tx<'_>, plan: &mut Plan, id: ImportId) -> Result<()> {
    let known = definitions::list(tx)?.len();
    let purpose = format!("Column of a contact file ({id}).");
    let mut made = 0;
    for slot in plan.attributes_mut() {
        if check_name(slot.name).is_err() {
            return Err(Fault::new("a plan names an attribute that cannot be").into());
        }
        let label = reader::shorten(slot.label, 100).to_owned();
        let new = NewDefinition {
            name: slot.name.to_owned(),
            label,
            kind: *slot.value_type,
            class: *slot.class,
            purpose: purpose.clone(),
        };
        let definition = definitions::ensure(tx, &new).map_err(|e| {
            made += 1;
            match e.problem() {
                Some(_) if known + made > DEFINITIONS_MAX - 1 => Problem::conflict(
                    "The file has more columns than the store may have attributes (500). Map some of them to \"ignore\".",
                )
                .into(),
                _ => e,
            }
        })?;
        (*slot.value_type, *slot.class, *slot.number) =
            (definition.kind, definition.class, Some(definition.no));
    }
    Ok(())
}

/// What an import works on: its file, opened as it was laid out when it began.
pub fn work(store: &Scoped, keys: &Arc<StoreKeys>, import: &Import) -> Result<Work> {
    let path = Path::new(&import.file_path);
    if import.file_path.is_empty() || !path.exists() {
        return Err(Problem::conflict("The file of this import is gone; upload it again.").into());
    }
    let source = Source::reopen(path, import.layout.clone())?;
    Ok(Work { store: store.clone(), keys: keys.clone(), source, plan: Arc::new(import.plan.clone()) })
}
