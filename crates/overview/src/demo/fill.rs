//! Filling a store, step by step. Cut short and begun again it makes nothing twice.

use super::people::{PEOPLE, contact_file};
use super::things::{POSTAL_ADDRESS, TEMPLATES, segments};
use audience::contacts;
use audience::imports::intake::{self, Arrival, Declaration};
use audience::imports::jobs::{Watch, run_import};
use audience::imports::mapping::MappingIn;
use audience::imports::model::{OPERATOR_STATEMENT, UNDERTAKING_VERSION};
use audience::imports::pipeline::Ending;
use audience::imports::upload;
use audience::segments::saved::{self, SegmentDraft};
use audience::segments::{Rule, refresh};
use automation::campaigns::brief::{self, Filter};
use automation::campaigns::{self, Content, NewCampaign, PublicAddress, Settings, Term};
use kernel::ids::CampaignId;
use kernel::{Fault, Result};
use messaging::templates::library::{self, Ready};
use messaging::{relays, templates};
use std::path::Path;
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use web::Actor;

/// Steps after the people, in the unit of progress.
const LATER_STEPS: i64 = 3;
/// Name of the campaign.
const CAMPAIGN: &str = "News of the month";
/// Names looked at for what is there already.
const LOOK_MAX: i64 = 2_000;

/// What fills a store.
pub(super) struct Filler<'a> {
    pub(super) store: &'a Scoped,
    pub(super) keys: Arc<StoreKeys>,
    pub(super) actor: Actor,
    pub(super) data_dir: &'a Path,
    pub(super) public_url: &'a str,
}

/// What there is afterwards.
pub(super) struct Filled {
    pub(super) contacts: u64,
    pub(super) segments: usize,
    pub(super) templates: usize,
    pub(super) campaign: CampaignId,
}

/// Fills it. `None`: it was told to stop.
pub(super) async fn fill(
    filler: &Filler<'_>,
    stop: impl Fn() -> bool + Send + Sync + 'static,
    report: impl Fn(i64, i64) + Send + Sync + 'static,
) -> Result<Option<Filled>> {
    let report = Arc::new(report);
    let total = PEOPLE as i64 + LATER_STEPS;
    let told = report.clone();
    let watch = Watch::new(stop, move |done, _| told((done as i64).min(PEOPLE as i64), total));
    if !people(filler, watch).await? {
        return Ok(None);
    }
    make_segments(filler).await?;
    report(total - 2, total);
    make_templates(filler).await?;
    report(total - 1, total);
    let campaign = send_campaign(filler).await?;
    report(total, total);
    let contacts = filler.store.read(contacts::count).await?;
    Ok(Some(Filled { contacts, segments: segments().len(), templates: TEMPLATES.len(), campaign }))
}

/// Takes the people in as a file would be. False: it was told to stop.
async fn people(filler: &Filler<'_>, watch: Watch) -> Result<bool> {
    let id = filler.store.db().ids().make().into();
    let path = upload::path(filler.data_dir, filler.store, id);
    let mut file = upload::Incoming::create(path.clone()).await?;
    file.take(contact_file().as_bytes()).await?;
    let digest = Some(file.finish().await?);
    let arrival = Arrival {
        id,
        path,
        file_name: "demo-contacts.csv".into(),
        mapping: MappingIn::default(),
        digest,
        actor: filler.actor,
    };
    intake::receive(filler.store, arrival).await?;
    let declaration = Declaration {
        undertaking: UNDERTAKING_VERSION.into(),
        statement: OPERATOR_STATEMENT.into(),
        actor: filler.actor,
    };
    intake::begin(filler.store, id, declaration, false).await?;
    let (_, ending) = run_import(filler.store, filler.keys.clone(), id, watch).await?;
    refresh(filler.store, &filler.keys).await?;
    Ok(ending == Ending::Finished)
}

async fn make_segments(filler: &Filler<'_>) -> Result<()> {
    let actor = filler.actor;
    filler
        .store
        .write(move |tx| {
            let known = saved::list_names(tx, LOOK_MAX)?;
            for (name, description, rule) in segments() {
                if known.iter().any(|s| s.name == name) {
                    continue;
                }
                let draft = SegmentDraft {
                    name: name.into(),
                    description: description.into(),
                    rule: Rule::parse(&rule)?,
                };
                saved::create(tx, actor, &draft)?;
            }
            Ok(())
        })
        .await
}

fn ready(key: &str) -> Result<&'static Ready> {
    library::find(key).ok_or_else(|| Fault::new("a template of the library is missing").into())
}

async fn make_templates(filler: &Filler<'_>) -> Result<()> {
    let by = filler.actor.to_string();
    filler
        .store
        .write(move |tx| {
            let known = templates::sql::list_templates(tx, i64::MAX, LOOK_MAX)?;
            for key in TEMPLATES {
                let ready = ready(key)?;
                if !known.iter().any(|t| t.name == ready.name) {
                    templates::sql::create_template(tx, &ready.name, &ready.source(), &by)?;
                }
            }
            Ok(())
        })
        .await
}

/// Launches the campaign into the sandbox, unless it is there.
async fn send_campaign(filler: &Filler<'_>) -> Result<CampaignId> {
    let keys = filler.keys.clone();
    let (known, sandbox) = filler
        .store
        .write(move |tx| {
            let filter = Filter { search: CAMPAIGN.to_lowercase(), ..Filter::default() };
            let (known, _) = brief::list(tx, &filter, i64::MAX, 1)?;
            Ok((known.into_iter().next(), relays::ensure_url(tx, &keys, "sandbox")?))
        })
        .await?;
    let id = match &known {
        Some(known) => known.id,
        None => {
            let settings = Settings {
                include: vec![Term::All(true)],
                exclude: vec![Term::Tag("wholesale".into())],
                relay: Some(sandbox),
                ..Settings::default()
            };
            let new = NewCampaign { name: CAMPAIGN.into(), content: content()?, settings, signing: None };
            campaigns::create(filler.store, filler.actor, new).await?.id
        }
    };
    if known.is_none_or(|campaign| campaign.launched_at.is_none()) {
        let public = PublicAddress { url: filler.public_url.to_owned() };
        campaigns::launch(filler.store, filler.actor, &filler.keys, &public, id, None).await?;
    }
    Ok(id)
}

fn content() -> Result<Content> {
    let source = ready(TEMPLATES[1])?.source();
    Ok(Content {
        subject: "{{ contact.first_name | default: 'Hello' }}, ten new things from the dye works".into(),
        preheader: "Indigo, madder and walnut: what came out of the vats".into(),
        from: "Indigo & Wool <news@shop.example>".into(),
        reply_to: Some("care@shop.example".into()),
        body: source.body,
        text: source.text,
        postal_address: Some(POSTAL_ADDRESS.into()),
    })
}
