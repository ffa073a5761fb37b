//! A rehearsal: the campaign's message as one contact would get it, to an address of the merchant's.
//!
//! It takes the same road as any message from the gate on; its send is of class *test* and is not shown
//! among the campaign's figures.

use super::launch::{self, PublicAddress};
use super::sql;
use audience::contacts;
use kernel::ids::{CampaignId, ContactId};
use kernel::{EmailAddress, Fault, Problem, Result};
use messaging::gate::MessageClass;
use messaging::outbox::ledger::{self, NewSend};
use roaring::RoaringBitmap;
use serde_json::json;
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use tenancy::audit;
use web::Actor;

/// Sends the test; answers the id of its send, whose ledger tells what became of it.
pub async fn send_test(
    store: &Scoped,
    actor: Actor,
    place: (&Arc<StoreKeys>, &PublicAddress),
    id: CampaignId,
    contact: ContactId,
    to: &str,
) -> Result<CampaignId> {
    let to = EmailAddress::parse(to).map_err(|why| Problem::field("/to", "address", why))?;
    let (keys, public) = (place.0.clone(), place.1.clone());
    let send = store
        .write(move |tx| {
            let campaign = sql::get(tx, id)?;
            let contact = contacts::get_by_id(tx, contact)?;
            let mut program = launch::program(tx, &keys, &campaign, &public)?;
            program.class = MessageClass::Test;
            program.source.subject = format!("[Test] {}", program.source.subject);
            program.test_recipient = Some(to.as_str().to_owned());
            (program.track_opens, program.track_clicks) = (false, false);
            program.compile()?;
            let send: CampaignId = tx.ids().make().into();
            let (now, recipients) = (tx.now(), RoaringBitmap::from_iter([contact.ordinal]));
            let new = NewSend {
                id: send,
                class: program.class,
                program: serde_json::to_value(&program)
                    .map_err(|e| Fault::new(format!("write a program: {e}")))?,
                throttle_per_second: 0,
                excluded: RoaringBitmap::new(),
                lanes: vec![(now, recipients)],
            };
            ledger::open_send(tx, &new)?;
            audit::record(tx, actor, "campaign.tested", id, &json!({ "send": send }))?;
            Ok(send)
        })
        .await?;
    store.db().signals().notify(messaging::outbox::dispatcher::TOPIC);
    Ok(send)
}
