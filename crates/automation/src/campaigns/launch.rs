//! Plan and launch: what would happen, and making it happen.

use super::audience::{self, Refused};
use super::model::{Campaign, State, Timing, local_due};
use super::replay;
use super::sql;
use ::audience::contacts;
use kernel::ids::CampaignId;
use kernel::{Code, Fault, Problem, Result, Timestamp};
use messaging::gate::{MessageClass, QuietHours};
use messaging::outbox::ledger::{self, NewSend};
use messaging::outbox::program::{Cap, FrozenStore, Program};
use messaging::templates::checks::{self, Check, CheckContext, Level, Purpose, Required};
use messaging::templates::{Destination, StoreView, footer};
use messaging::{relays, tracking};
use roaring::RoaringBitmap;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use store::{Scoped, StoreKeys, Tx, params};
use tenancy::audit;
use tenancy::stores::{self, Store};
use utoipa::ToSchema;
use web::Actor;

const DAY_MS: i64 = 86_400_000;

/// What a launch would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignPlan)]
pub struct Plan {
    /// Contacts include minus exclude matches; launch confirms this number.
    pub audience: u64,
    /// Contacts include matched and exclude took out.
    pub excluded: u64,
    /// Recipients the gate would refuse now, by reason.
    pub refused: Vec<Refused>,
    /// Recipients who would get it now: audience minus refused.
    pub will_receive: u64,
    /// What was looked at, with its verdict.
    pub checks: Vec<Check>,
    /// True if no check is an error.
    pub can_launch: bool,
}

/// Base of public links and default domains of this installation.
#[derive(Clone, Debug)]
pub struct PublicAddress {
    /// `https://mail.shop.example`, without a slash at the end.
    pub url: String,
}

/// Says what a launch would do, without doing it.
pub async fn plan(
    store: &Scoped,
    keys: &std::sync::Arc<StoreKeys>,
    public: &PublicAddress,
    id: CampaignId,
) -> Result<Plan> {
    let (keys, public) = (keys.clone(), public.clone());
    store
        .read(move |tx| {
            let campaign = sql::get(tx, id)?;
            let program = program(tx, &keys, &campaign, &public)?;
            let found = audience::find(tx, &keys, &campaign.settings.include, &campaign.settings.exclude)?;
            let (reached, refused) = audience::break_down(tx, &keys, &found.recipients)?;
            let checks = check(tx, &campaign, &program, &reached)?;
            Ok(Plan {
                audience: found.recipients.len(),
                excluded: found.excluded.len(),
                refused,
                will_receive: reached.len(),
                can_launch: checks.iter().all(|c| c.level != Level::Error),
                checks,
            })
        })
        .await
}

/// Everything that must hold before a launch, each with a verdict.
fn check(
    tx: &mut Tx<'_>,
    campaign: &Campaign,
    program: &Program,
    reached: &RoaringBitmap,
) -> Result<Vec<Check>> {
    let mut checks = content_checks(program, tx.now());
    if reached.is_empty() {
        checks.push(Check::new(Level::Error, "nobody", "Nobody of the audience may be written to."));
    }
    let terms = campaign.settings.include.iter().chain(&campaign.settings.exclude);
    for tag in audience::unknown_tags(tx, terms)? {
        checks.push(Check::new(
            Level::Warning,
            "unknown_tag",
            format!("No contact has the tag {tag}; is it spelt right?"),
        ));
    }
    match program.author() {
        Ok(author) => checks.push(domain_check(tx, author.address.domain())?),
        Err(kernel::Error::Problem(p)) => checks.push(Check::new(Level::Error, "from", p.detail)),
        Err(fault) => return Err(fault),
    }
    if let Timing::At { at } = campaign.settings.timing
        && at < tx.now()
    {
        checks.push(Check::new(Level::Warning, "past", "The time to send is past; it would go out at once."));
    }
    Ok(checks)
}

fn domain_check(tx: &mut Tx<'_>, domain: &str) -> Result<Check> {
    Ok(match messaging::domains::find_domain(tx, domain)? {
        Some(_) => {
            Check::new(Level::Fine, "sender_domain", "The author's domain is set up here and signs its mail.")
        }
        None => Check::new(
            Level::Warning,
            "sender_domain",
            format!(
                "{domain} is not set up as a sender domain; mail goes out unsigned unless the relay signs it."
            ),
        ),
    })
}

/// Freezes content and delivery.
pub fn program(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    campaign: &Campaign,
    public: &PublicAddress,
) -> Result<Program> {
    let store = stores::get_in(tx)?;
    let relay = match campaign.settings.relay {
        Some(id) => relays::get_relay(tx, keys, id)?.id,
        None => relays::get_preferred_relay(tx, keys)?.id,
    };
    let from_domain =
        campaign.content.from.rsplit('@').next().unwrap_or_default().trim_end_matches('>').to_owned();
    let domain = messaging::domains::find_domain(tx, &from_domain)?;
    let settings = &campaign.settings;
    Ok(completed(
        Program {
            name: campaign.name.clone(),
            class: MessageClass::Marketing,
            source: campaign.content.source(),
            utm: settings.utm.clone(),
            from: campaign.content.from.clone(),
            reply_to: campaign.content.reply_to.clone(),
            relay,
            connections: settings.connections,
            track_opens: settings.track.opens && store.settings.track_opens,
            track_clicks: settings.track.clicks && store.settings.track_clicks,
            store: frozen_store(&store, campaign),
            links_base: public.url.clone(),
            bounce_domain: domain.map_or_else(|| format!("bounce.{from_domain}"), |d| d.bounce_host),
            signing: campaign.signing.clone(),
            quiet: quiet(&store),
            cap: store
                .settings
                .frequency_cap
                .as_ref()
                .map(|c| Cap { messages: c.messages, period_ms: i64::from(c.days) * DAY_MS }),
            time_zone: store.settings.time_zone.clone(),
            language: store.settings.language.clone(),
            test_recipient: None,
        },
        tx.now(),
    ))
}

/// With the postal address under it if the author left it out. What does not compile stays as it is; the
/// checks name why.
fn completed(mut program: Program, now: Timestamp) -> Program {
    let view = program.store_view();
    let context = context(&view, now);
    let required = program.compile().ok().and_then(|compiled| Required::of(&compiled, &context).ok());
    if let Some(has) = required
        && has.html_link
        && !view.postal_address.trim().is_empty()
    {
        program.source = footer::complete(program.source, has);
    }
    program
}

fn context(store: &StoreView, now: Timestamp) -> CheckContext<'_> {
    CheckContext { store, purpose: Purpose::Marketing, now, denied_hosts: &[] }
}

/// What the content must have and should have.
fn content_checks(program: &Program, now: Timestamp) -> Vec<Check> {
    match program.compile() {
        Ok(compiled) => checks::check(&program.source, &compiled, &context(&program.store_view(), now)),
        Err(e) => vec![Check::new(Level::Error, "template", e.to_string())],
    }
}

fn frozen_store(store: &Store, campaign: &Campaign) -> FrozenStore {
    let own = store.settings.postal_address.clone().unwrap_or_default();
    FrozenStore {
        name: store.name.clone(),
        url: store.settings.brand.website_url.clone().unwrap_or_default(),
        postal_address: campaign
            .content
            .postal_address
            .clone()
            .filter(|a| !a.trim().is_empty())
            .unwrap_or(own),
        currency: store.settings.currency.clone(),
        logo_url: store.settings.brand.logo_url.clone().unwrap_or_default(),
    }
}

fn quiet(store: &Store) -> Option<QuietHours> {
    let hours = store.settings.quiet_hours.as_ref()?;
    Some(QuietHours {
        from_minute: stores::model::minute_of_day(&hours.from)?,
        to_minute: stores::model::minute_of_day(&hours.to)?,
    })
}

/// What a launch froze.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Launched {
    /// Recipients.
    pub audience: u64,
    /// Running, or scheduled if its time is still to come.
    pub state: State,
}

/// Launches a campaign now, or schedules it if its time is still to come. `confirm` is the count the
/// merchant saw in the plan; another count now is a conflict, so that nobody launches to whom she did not
/// mean.
pub async fn launch(
    store: &Scoped,
    actor: Actor,
    keys: &std::sync::Arc<StoreKeys>,
    public: &PublicAddress,
    id: CampaignId,
    confirm: Option<u64>,
) -> Result<Launched> {
    let (keys, public) = (keys.clone(), public.clone());
    let launched = store
        .write(move |tx| {
            let campaign = sql::get(tx, id)?;
            if campaign.state == State::Archived {
                return Err(
                    Problem::conflict("The campaign is archived; take it out before you launch it.").into()
                );
            }
            let launched = match campaign.settings.timing {
                Timing::At { at } if at > tx.now() => {
                    schedule_in(tx, &keys, &public, &campaign, at, confirm)?
                }
                _ => launch_in(tx, &keys, &public, id, confirm)?,
            };
            audit::record(tx, actor, "campaign.launched", id, &json!({ "audience": launched.audience }))?;
            Ok(launched)
        })
        .await?;
    store.db().signals().notify(messaging::outbox::dispatcher::TOPIC);
    store.db().signals().notify(store::queue::TOPIC);
    Ok(launched)
}

/// Launches a scheduled campaign whose time has come. A conflict if it is not scheduled any more.
pub(super) async fn launch_scheduled(
    store: &Scoped,
    keys: &std::sync::Arc<StoreKeys>,
    public: &PublicAddress,
    id: CampaignId,
) -> Result<Launched> {
    let (keys, public) = (keys.clone(), public.clone());
    let launched = store
        .write(move |tx| {
            let campaign = sql::get(tx, id)?;
            if campaign.state != State::Scheduled || campaign.scheduled_at.is_some_and(|at| at > tx.now()) {
                return Err(Problem::conflict("The campaign is not scheduled for now any more.").into());
            }
            let launched = launch_in(tx, &keys, &public, id, None)?;
            audit::record(
                tx,
                Actor::System,
                "campaign.launched",
                id,
                &json!({ "audience": launched.audience }),
            )?;
            Ok(launched)
        })
        .await?;
    store.db().signals().notify(messaging::outbox::dispatcher::TOPIC);
    Ok(launched)
}

/// Checks as a launch would, then leaves the launch to a job at that time.
fn schedule_in(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    public: &PublicAddress,
    campaign: &Campaign,
    at: Timestamp,
    confirm: Option<u64>,
) -> Result<Launched> {
    let program = program(tx, keys, campaign, public)?;
    let count = confirmed(tx, keys, campaign, &program, confirm)?.len();
    let job = tx.enqueue(super::jobs::KIND, &json!({ "campaign": campaign.id }), at)?;
    let (none, now) = (None::<i64>, tx.now());
    let row = params![campaign.id, "scheduled", at, job, none, now, "draft"];
    match tx.execute(&sql::MOVE_CAMPAIGN, row)? {
        1 => Ok(Launched { audience: count, state: State::Scheduled }),
        _ => Err(Problem::conflict("The campaign is not a draft any more.").into()),
    }
}

/// The audience, after its number was confirmed and no check forbids a launch.
fn confirmed(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    campaign: &Campaign,
    program: &Program,
    confirm: Option<u64>,
) -> Result<RoaringBitmap> {
    let found = audience::find(tx, keys, &campaign.settings.include, &campaign.settings.exclude)?;
    let count = found.recipients.len();
    if let Some(expected) = confirm.filter(|expected| *expected != count) {
        return Err(Problem::conflict(format!(
            "The audience is {count} now, not {expected}. Look at the plan again and confirm its number."
        ))
        .into());
    }
    let (reached, _) = audience::break_down(tx, keys, &found.recipients)?;
    refuse_errors(&check(tx, campaign, program, &reached)?)?;
    Ok(found.recipients)
}

fn launch_in(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    public: &PublicAddress,
    id: CampaignId,
    confirm: Option<u64>,
) -> Result<Launched> {
    let campaign = sql::get(tx, id)?;
    let program = program(tx, keys, &campaign, public)?;
    let recipients = confirmed(tx, keys, &campaign, &program, confirm)?;
    let excluded = audience::find(tx, keys, &campaign.settings.include, &campaign.settings.exclude)?.excluded;
    let (count, now) = (recipients.len(), tx.now());
    let lanes = lanes(tx, &campaign.settings.timing, &program, recipients, now)?;
    freeze_links(tx, id, &program)?;
    let new = NewSend {
        id,
        class: program.class,
        program: serde_json::to_value(&program).map_err(|e| Fault::new(format!("write a program: {e}")))?,
        throttle_per_second: campaign.settings.throttle_per_second,
        excluded,
        lanes,
    };
    ledger::open_send(tx, &new)?;
    replay::keep_launched(tx, id);
    let own = if campaign.state == State::Scheduled { "scheduled" } else { "draft" };
    let row = params![id, "launched", campaign.scheduled_at, None::<i64>, now, now, own];
    match tx.execute(&sql::MOVE_CAMPAIGN, row)? {
        1 => Ok(Launched { audience: count, state: State::Running }),
        _ => Err(Problem::conflict("The campaign has been launched already.").into()),
    }
}

/// Keeps the destinations of tracked links; those made per recipient are rebuilt from the program.
fn freeze_links(tx: &mut Tx<'_>, id: CampaignId, program: &Program) -> Result<()> {
    let compiled = program.compile()?;
    let urls: Vec<Option<&str>> = compiled
        .links()
        .iter()
        .map(|link| match &link.destination {
            Destination::Literal(url) => Some(url.as_str()),
            Destination::Dynamic(_) => None,
        })
        .collect();
    tracking::freeze_links(tx, id, &urls)
}

fn refuse_errors(checks: &[Check]) -> Result<()> {
    let errors: Vec<&str> =
        checks.iter().filter(|c| c.level == Level::Error).map(|c| c.message.as_str()).collect();
    match errors.as_slice() {
        [] => Ok(()),
        all => {
            Err(Problem::new(Code::Conflict, format!("It cannot be launched yet: {}", all.join(" "))).into())
        }
    }
}

/// The audience by the time from which each may be written to.
fn lanes(
    tx: &mut Tx<'_>,
    timing: &Timing,
    program: &Program,
    recipients: RoaringBitmap,
    now: Timestamp,
) -> Result<Vec<(Timestamp, RoaringBitmap)>> {
    let Timing::LocalTime { at, late_at_once } = timing else { return Ok(vec![(now, recipients)]) };
    let wall: jiff::civil::DateTime = at.parse().map_err(|_| {
        Problem::field("/settings/timing/at", "time", "A wall time looks like 2026-12-01T09:00:00.")
    })?;
    let zone = |name: &str| jiff::tz::TimeZone::get(name).ok();
    let fallback = zone(&program.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let mut lanes: BTreeMap<Timestamp, RoaringBitmap> = BTreeMap::new();
    let mut due_of: BTreeMap<Option<String>, Timestamp> = BTreeMap::new();
    let mut rest = recipients.clone();
    let all: Vec<u32> = recipients.iter().collect();
    for part in all.chunks(10_000) {
        for (ordinal, facts) in contacts::load_facts(tx, part)? {
            let due = *due_of.entry(facts.time_zone).or_insert_with_key(|name| {
                let own = name.as_deref().and_then(zone).unwrap_or_else(|| fallback.clone());
                local_due(wall, &own, now, *late_at_once)
            });
            lanes.entry(due).or_default().insert(ordinal);
            rest.remove(ordinal);
        }
    }
    if !rest.is_empty() {
        *lanes.entry(now).or_default() |= rest;
    }
    Ok(lanes.into_iter().collect())
}
