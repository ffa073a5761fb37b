//! The privacy policy: shown to everybody (P-005), agreed to by every person before anything else is
//! open to them (P-006).
//!
//! Agreeing to the policy is not consent to any purpose; that is asked for on its own.

mod api;
pub mod model;
mod page;
mod sql;

use crate::audit;
use kernel::ids::{AccountId, UserId};
use kernel::{Fault, Result, Timestamp};
use serde_json::json;
use store::{Database, SystemTx, params};
use web::{Actor, Feature};

static DATA: web::DataMap = web::data_map! {
    table "policy_acceptances" {
        none: id, version, accepted_at, source;
        personal: user_id, actor, locale, ip_sealed => purpose "prove that a person agreed to the policy",
            basis "legal obligation", source "the person and their browser",
            retention "until three years after the account is closed", recipients "none";
    }
};

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("policy").routes(api::routes).global_statements(sql::ALL_GLOBAL).personal_data(DATA)
}

/// Version of the text this program carries.
pub fn version() -> &'static str {
    &model::policy().version
}

/// How a person agreed.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// Who recorded it: the person, or the operator on their word.
    pub actor: Option<Actor>,
    /// `console`, `api` or `cli`.
    pub source: &'static str,
    /// Language in which the text was shown.
    pub locale: String,
    /// Sealed address of the client.
    pub ip_sealed: Option<Vec<u8>>,
}

impl Acceptance {
    /// On the operator's word, at set-up.
    pub fn by_operator() -> Self {
        Acceptance { actor: Some(Actor::Operator), source: "cli", locale: "en".to_owned(), ip_sealed: None }
    }
}

/// Records that a person agreed to the present text. A second time changes nothing.
pub fn accept(tx: &mut SystemTx<'_>, user: UserId, how: &Acceptance) -> Result<()> {
    let id = tx.ids().make().0;
    let (now, actor) = (tx.now(), how.actor.unwrap_or(Actor::User(user)));
    let values = params![
        id,
        user,
        version(),
        now,
        actor.to_string(),
        how.source,
        how.locale.as_str(),
        how.ip_sealed.clone()
    ];
    if tx.execute(&sql::INSERT_ACCEPTANCE, values)? == 0 {
        return Ok(());
    }
    let account = tx
        .query_opt(&sql::FIND_ACCOUNT, params![user])?
        .ok_or_else(|| Fault::new("a person without account"))?;
    let details = json!({ "version": version(), "user": user, "source": how.source });
    audit::record_account(tx, AccountId(account.int(0)?), actor, "policy.accepted", &details)?;
    Ok(())
}

/// True if the person agreed to the present text.
pub async fn is_accepted(db: &Database, user: UserId) -> Result<bool> {
    let rows = db.system().query(&sql::COUNT_ACCEPTANCES, params![user, version()]).await?;
    Ok(rows.first().map(|r| r.int(0)).transpose()?.unwrap_or(0) > 0)
}

/// One acceptance as recorded.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Accepted {
    /// Version of the text.
    pub version: String,
    /// When.
    pub accepted_at: Timestamp,
    /// Who recorded it.
    pub actor: String,
    /// `console`, `api` or `cli`.
    pub source: String,
    /// Language in which the text was shown.
    pub locale: String,
}

/// What a person agreed to, newest first.
pub async fn list(db: &Database, user: UserId) -> Result<Vec<Accepted>> {
    let rows = db.system().query(&sql::LIST_ACCEPTANCES, params![user]).await?;
    rows.iter()
        .map(|row| {
            Ok(Accepted {
                version: row.text(0)?,
                accepted_at: row.time(1)?,
                actor: row.text(2)?,
                source: row.text(3)?,
                locale: row.text(4)?,
            })
        })
        .collect()
}
