//! `campaign run`, `resume` and `plan`.

use super::super::{Context, Outcome};
use super::answer;
use super::spec::Spec;
use automation::campaigns::{self, PublicAddress, State};
use kernel::ids::{CampaignId, StoreId};
use kernel::{OrFault, Problem, Result};
use messaging::outbox::{self, ledger};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use store::Scoped;
use tokio::sync::watch;
use web::Actor;

/// How often the progress bar moves.
const LOOK_EVERY: Duration = Duration::from_millis(500);

async fn public(context: &Context) -> Result<PublicAddress> {
    Ok(PublicAddress { url: context.app().await?.state.http().public_url.clone() })
}

/// Makes and launches the campaign of a file.
pub async fn run(context: &Context, store: Option<StoreId>, path: &Path, wait: bool) -> Result<Outcome> {
    let store = context.one_store(store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let new = Spec::load(path)?.into_campaign(path, &store, &keys).await?;
    // As the server does all the time; the launch asks about everybody.
    audience::segments::refresh(&store, &keys).await?;
    let campaign = campaigns::create(&store, Actor::Operator, new).await?;
    let launched =
        campaigns::launch(&store, Actor::Operator, &keys, &public(context).await?, campaign.id, None).await?;
    if wait && launched.state == State::Running {
        send(context, &store, campaign.id, launched.audience).await?;
    }
    Ok(answer::outcome(answer::describe(&store, campaign.id).await?))
}

/// Goes on with a campaign.
pub async fn resume(context: &Context, id: CampaignId, wait: bool) -> Result<Outcome> {
    let store = context.store_of_campaign(id).await?;
    let campaign = store.read(move |tx| campaigns::sql::get(tx, id)).await?;
    if !answer::can_run(campaign.state) && !matches!(campaign.state, State::Finished) {
        return Err(Problem::conflict(format!(
            "The campaign is {}; it cannot be resumed.",
            campaign.state.word()
        ))
        .into());
    }
    if campaign.state == State::Paused {
        campaigns::resume(&store, Actor::Operator, id).await?;
    }
    if wait && campaign.state != State::Finished {
        let send_row = store.read(move |tx| ledger::find_send(tx, id)).await?;
        send(context, &store, id, send_row.map_or(0, |s| s.counts.audience as u64)).await?;
    }
    Ok(answer::outcome(answer::describe(&store, id).await?))
}

/// Sends in this process until nothing is left, the campaign is paused, or a signal comes.
async fn send(context: &Context, store: &Scoped, id: CampaignId, audience: u64) -> Result<()> {
    let state = &context.app().await?.state;
    let dispatcher = outbox::open_dispatcher(state).await?;
    let (halt, stop) = watch::channel(false);
    let signals = tokio::spawn(async move {
        if wait_for_signal().await.is_ok() {
            halt.send_replace(true);
        }
        // Keeps the sender alive: a closed channel would look like a change.
        std::future::pending::<()>().await;
    });
    let bar = context.progress(audience, "sending");
    let (watched, shown) = (store.clone(), bar.clone());
    let progress = tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Ok(Some(send)) = watched.read(move |tx| ledger::find_send(tx, id)).await {
                shown.set_position((send.counts.audience - send.counts.open()).max(0) as u64);
            }
        }
    });
    let end = dispatcher.run_to_end(store, id, stop).await;
    progress.abort();
    signals.abort();
    bar.finish_and_clear();
    end.map(drop)
}

async fn wait_for_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).or_fault("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).or_fault("listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Says what a launch would do; leaves nothing behind.
pub async fn plan(context: &Context, store: Option<StoreId>, path: &Path) -> Result<Outcome> {
    let store = context.one_store(store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let new = Spec::load(path)?.into_campaign(path, &store, &keys).await?;
    audience::segments::refresh(&store, &keys).await?;
    let draft = campaigns::create(&store, Actor::Operator, new).await?;
    let plan = campaigns::plan(&store, &keys, &public(context).await?, draft.id).await;
    campaigns::delete(&store, Actor::Operator, draft.id).await?;
    let plan = plan?;
    let value = serde_json::to_value(&plan).or_fault("write the plan")?;
    let text = describe(&value);
    Ok(if plan.can_launch { Outcome::done(value, text) } else { Outcome::refused(value, text) })
}

fn describe(plan: &Value) -> String {
    let number = |v: &Value| v.as_u64().unwrap_or(0);
    let mut lines = vec![format!("{:>10}  in the audience", number(&plan["audience"]))];
    for refused in plan["refused"].as_array().into_iter().flatten() {
        let sentence = refused["sentence"].as_str().unwrap_or_default();
        lines.push(format!("{:>10}  − {sentence}", number(&refused["count"])));
    }
    lines.push(format!("{:>10}  will receive it", number(&plan["will_receive"])));
    for check in plan["checks"].as_array().into_iter().flatten() {
        let level = check["level"].as_str().unwrap_or_default();
        lines.push(format!("{level:>10}  {}", check["message"].as_str().unwrap_or_default()));
    }
    lines.join("\n")
}

/// For lists: one line a campaign.
pub fn line(value: &Value) -> String {
    format!(
        "{}  {:<10} {:>9} {:>9}  {}",
        value["campaign"].as_str().unwrap_or_default(),
        value["state"].as_str().unwrap_or_default(),
        value["audience"].as_i64().map_or(String::new(), |n| n.to_string()),
        value["accepted"].as_i64().map_or(String::new(), |n| n.to_string()),
        value["name"].as_str().unwrap_or_default(),
    )
}

/// An empty list in words.
pub fn no_campaigns() -> Value {
    json!({ "items": [] })
}
