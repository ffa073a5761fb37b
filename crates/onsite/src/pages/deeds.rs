//! What the pages do: leave, come back, choose, report.

use super::html::Choice;
use super::person::Person;
use super::replay::Replay;
use super::spool::{Request, Spool, Way};
use super::words::Language;
use audience::consent::change::{StatusRequest, set_status, unsubscribe};
use audience::consent::model::Grounds;
use audience::consent::{Channel, ConsentSource, ConsentStatus};
use kernel::{Error, Fault, Problem, Result, Timestamp};
use messaging::suppression::{Reaction, react};
use messaging::tokens::{self, Opened, Purpose};
use messaging::tracking;
use std::net::IpAddr;
use std::time::Duration;
use store::Tx;
use web::AppState;

/// The database has this long; then the request goes to the spool.
const DATABASE_TIME_MAX: Duration = Duration::from_secs(3);
/// Version of the sentences under which somebody subscribes on these pages.
const WORDING_VERSION: &str = "pages-1";

/// How leaving went.
pub(super) enum Left {
    /// It is in the ledger.
    Done(Opened),
    /// It is on the disk and will be in the ledger when the database is back.
    Spooled,
    /// The token is not one of ours.
    NotOurs,
}

/// The token that a way of leaving needs.
pub(super) fn purpose_of(way: Way) -> Purpose {
    match way {
        Way::OneClick | Way::Page => Purpose::Unsubscribe,
        Way::Abuse => Purpose::Report,
    }
}

/// Stops marketing email to whoever the token names (P-012). Works without the database (R6). Error: the
/// disk is full as well.
pub(super) async fn leave(state: &AppState, token: &str, way: Way) -> Result<Left> {
    if tokens::decode(token).is_none_or(|t| t.claims().purpose != purpose_of(way)) {
        return Ok(Left::NotOurs);
    }
    match tokio::time::timeout(DATABASE_TIME_MAX, take_effect(state, token, way)).await {
        Ok(Ok(Some(opened))) => Ok(Left::Done(opened)),
        Ok(Ok(None)) => Ok(Left::NotOurs),
        Ok(Err(Error::Problem(problem))) => Err(problem.into()),
        Ok(Err(Error::Fault(fault))) => {
            tracing::warn!(error = %fault, "an unsubscribe goes to the spool");
            spool(state, token, way).await
        }
        Err(_) => {
            tracing::warn!("the database is too slow for an unsubscribe; it goes to the spool");
            spool(state, token, way).await
        }
    }
}

/// Leaves by the database. `None`: not one of ours. Doing it twice changes nothing.
pub(super) async fn take_effect(state: &AppState, token: &str, way: Way) -> Result<Option<Opened>> {
    let Some(opened) = tokens::open(state.db(), state.vault(), purpose_of(way), token).await? else {
        return Ok(None);
    };
    let reaction = match way {
        Way::OneClick => Reaction::Unsubscribed(ConsentSource::OneClick),
        Way::Page => Reaction::Unsubscribed(ConsentSource::UnsubscribePage),
        Way::Abuse => Reaction::Complained,
    };
    let claims = opened.claims;
    opened.store.write(move |tx| react(tx, claims.ordinal, claims.campaign, reaction)).await?;
    Ok(Some(opened))
}

async fn spool(state: &AppState, token: &str, way: Way) -> Result<Left> {
    let spool = state.service::<Spool>();
    let request = Request { token: token.to_owned(), way, at: state.db().now() };
    let kept = tokio::task::spawn_blocking(move || spool.append(&request)).await;
    kept.map_err(|_| Fault::transient("spool an unsubscribe"))??;
    state.service::<Replay>().start(state);
    Ok(Left::Spooled)
}

fn grounds(source: ConsentSource, at: Timestamp, wording: String) -> Grounds {
    let wording_version = if wording.is_empty() { String::new() } else { WORDING_VERSION.to_owned() };
    Grounds { source, wording, wording_version, at, actor: "contact".to_owned(), import: None }
}

/// The sentence under which somebody subscribes to a channel.
fn wording(person: &Person, channel: Channel, language: Language) -> String {
    let store = person.subject.store.as_deref().unwrap_or("");
    let id = match channel {
        Channel::Sms => "resubscribe-wording-sms",
        Channel::Email | Channel::Push => "resubscribe-wording",
    };
    language.say(id, &[("store", store)])
}

/// Why somebody can't subscribe here.
pub(super) struct Complained;

/// Subscribes to email again, by the undo button. `Err` inside: a complaint stands in the way; it takes
/// more than a link in a mail to lift it (D-03).
pub(super) async fn come_back(
    opened: &Opened,
    person: &Person,
    (language, ip): (Language, IpAddr),
) -> Result<std::result::Result<(), Complained>> {
    let facts = &person.contact.facts;
    if facts.channel(Channel::Email).complained_at.is_some() {
        return Ok(Err(Complained));
    }
    let choice = Choice { channel: Channel::Email, subscribed: true };
    subscribe(opened, person, choice, (language, ip)).await.map(Ok)
}

async fn subscribe(
    opened: &Opened,
    person: &Person,
    choice: Choice,
    (language, ip): (Language, IpAddr),
) -> Result<()> {
    let words = wording(person, choice.channel, language);
    let (keys, id) = (person.keys.clone(), person.contact.id);
    opened
        .store
        .write(move |tx| {
            let request = StatusRequest {
                channel: choice.channel,
                status: ConsentStatus::Subscribed,
                grounds: grounds(ConsentSource::PreferenceCentre, tx.now(), words),
                ip: Some(ip.to_string()),
                proof: None,
            };
            set_status(tx, &keys, id, &request).map(drop)
        })
        .await?;
    Ok(())
}

/// What the preference centre sends.
pub(super) struct Choices {
    /// One for each channel shown.
    pub channels: Vec<Choice>,
    /// Measuring is allowed.
    pub tracking: bool,
}

/// Puts choices into effect; what holds already is left alone. Problem: a channel may not be subscribed.
pub(super) async fn choose(
    opened: &Opened,
    person: &Person,
    choices: Choices,
    (language, ip): (Language, IpAddr),
) -> Result<()> {
    let ordinal = opened.claims.ordinal;
    let leaving: Vec<Channel> = choices
        .channels
        .iter()
        .filter(|c| !c.subscribed && person.is_subscribed(c.channel))
        .map(|c| c.channel)
        .collect();
    let tracking = choices.tracking;
    opened.store.write(move |tx| keep(tx, ordinal, &leaving, tracking)).await?;
    for choice in choices.channels.into_iter().filter(|c| c.subscribed && !person.is_subscribed(c.channel)) {
        if person.contact.facts.channel(choice.channel).complained_at.is_some() {
            return Err(Problem::conflict("A complaint stands in the way; sign up anew in the shop.").into());
        }
        subscribe(opened, person, choice, (language, ip)).await?;
    }
    Ok(())
}

fn keep(tx: &mut Tx<'_>, ordinal: u32, leaving: &[Channel], tracking: bool) -> Result<()> {
    for channel in leaving {
        let grounds = grounds(ConsentSource::PreferenceCentre, tx.now(), String::new());
        unsubscribe(tx, ordinal, *channel, &grounds)?;
    }
    match tracking {
        true => tracking::allow(tx, ordinal),
        false => tracking::refuse(tx, ordinal),
    }
}
