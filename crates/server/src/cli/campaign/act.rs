//! `campaign status`, `pause`, `cancel` and `decisions`.

use super::super::{Context, Outcome};
use super::{answer, run};
use audience::contacts;
use automation::campaigns::brief::{self, Filter};
use automation::campaigns::{self, decisions};
use kernel::Result;
use kernel::ids::{CampaignId, StoreId};
use messaging::outbox::ledger;
use serde_json::{Value, json};
use web::Actor;

/// Campaigns listed at most.
const LISTED_MAX: usize = 200;

/// One campaign.
pub async fn status(context: &Context, id: CampaignId) -> Result<Outcome> {
    let store = context.store_of_campaign(id).await?;
    Ok(answer::outcome(answer::describe(&store, id).await?))
}

/// All campaigns of a store, newest first.
pub async fn list(context: &Context, store: Option<StoreId>) -> Result<Outcome> {
    let store = context.one_store(store).await?;
    let all = Filter { archived: true, ..Filter::default() };
    let (briefs, _) = store.read(move |tx| brief::list(tx, &all, i64::MAX, LISTED_MAX)).await?;
    let mut items = Vec::new();
    for brief in briefs {
        items.push(answer::describe(&store, brief.id).await?);
    }
    if items.is_empty() {
        return Ok(Outcome::done(
            run::no_campaigns(),
            "No campaigns yet. `smartpush campaign run SPEC.toml` makes one.",
        ));
    }
    let lines: Vec<String> = items.iter().map(run::line).collect();
    Ok(Outcome::done(json!({ "items": items }), lines.join("\n")))
}

/// Holds it.
pub async fn pause(context: &Context, id: CampaignId) -> Result<Outcome> {
    let store = context.store_of_campaign(id).await?;
    campaigns::pause(&store, Actor::Operator, id).await?;
    Ok(answer::outcome(answer::describe(&store, id).await?))
}

/// Ends it.
pub async fn cancel(context: &Context, id: CampaignId) -> Result<Outcome> {
    let store = context.store_of_campaign(id).await?;
    campaigns::cancel(&store, Actor::Operator, id).await?;
    Ok(answer::outcome(answer::describe(&store, id).await?))
}

/// What became of each recipient, and why.
pub async fn decisions(context: &Context, id: CampaignId, limit: usize) -> Result<Outcome> {
    let store = context.store_of_campaign(id).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let items = store
        .read(move |tx| {
            let ordinals: Vec<u32> = ledger::find_audience(tx, id)?.0.iter().take(limit).collect();
            let mut items = Vec::with_capacity(ordinals.len());
            for part in ordinals.chunks(1_000) {
                let known = contacts::load_many(tx, part)?;
                for ordinal in part {
                    let Some(decision) = decisions::find(tx, id, *ordinal)? else { continue };
                    let contact = known.iter().find(|c| c.ordinal == *ordinal);
                    let email = contact.map(|c| c.open(&keys)).transpose()?.and_then(|p| p.email);
                    items.push(json!({
                        "contact": contact.map(|c| c.id), "email": email, "outcome": decision.outcome,
                        "reason": decision.reason, "sentence": decision.sentence, "code": decision.code,
                        "at": decision.at,
                    }));
                }
            }
            Ok(items)
        })
        .await?;
    let lines: Vec<String> = items.iter().map(line).collect();
    Ok(Outcome::done(json!({ "campaign": id, "items": items }), lines.join("\n")))
}

fn line(item: &Value) -> String {
    let text = |name: &str| item[name].as_str().unwrap_or("–").to_owned();
    format!("{:<40} {:<11} {}", text("email"), text("outcome"), text("sentence"))
}
