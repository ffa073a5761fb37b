//! `smartpush setup`: makes the owner, a first store and a key, and records that the operator states
//! the owner's agreement to the privacy policy.

use super::{Context, Outcome};
use kernel::Result;
use serde_json::json;
use tenancy::accounts::{self, Passwords, Setup};

/// Arguments of `setup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address of the owner.
    #[arg(long)]
    email: String,
    /// Their password: 12 to 128 characters.
    #[arg(long)]
    password: String,
    /// Name of the first store.
    #[arg(long)]
    store: String,
    /// Do not record agreement to the privacy policy; the owner is asked at the first log-in.
    #[arg(long)]
    policy_at_first_login: bool,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let app = context.app().await?;
    let wanted = Setup {
        email: args.email,
        password: args.password,
        store: args.store,
        accepts_policy: !args.policy_at_first_login,
    };
    let passwords = app.state.service::<Passwords>();
    let made = accounts::setup(app.state.db(), app.state.vault(), &passwords, wanted).await?;
    let value = json!({ "account": made.account, "store": made.store, "api_key": made.key.text });
    let text = format!(
        "Account {}\nStore   {}\nAPI key {}\nThe key is shown this once. It has every right in the store.",
        made.account, made.store, made.key.text
    );
    Ok(Outcome::done(value, text))
}
