//! `smartpush demo`: a store full of made-up people, the main job before one's eyes, then the server.
//!
//! Everything goes through the product itself: the commands are those of this program, what they print is
//! theirs, and the rest is asked of the API. On the first start the store is made; later starts keep what
//! is there and serve at once. Nothing outside the machine is contacted: messages go into the sandbox.

mod account;
mod house;
mod show;
mod story;

use super::{Context, Outcome};
use crate::app::App;
use crate::roles::{self, Role};
use account::Account;
use house::House;
use kernel::{Problem, Result};
use show::Show;
use std::net::SocketAddr;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Runs it until SIGTERM or SIGINT.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut config = context.config.clone();
    config.http.listen = args.listen;
    let show = Show::new();
    let demo = Context::of(config.clone(), false);
    let account = prepare(&demo, &show).await?;
    let house = House::new(&demo, &account).await?;
    if account.told {
        show.line("The demo store is there already; it is kept as it is.");
    } else {
        story::tell(&house, &show).await?;
        Account { told: true, ..account.clone() }.save(demo.data_dir())?;
    }
    let sights = house.sights().await?;
    drop(house);
    drop(demo);
    let app = App::open(&config).await?;
    roles::run(app, &config, Role::All, |_| show.addresses(&config, &account, &sights)).await?;
    Ok(Outcome::silent())
}

/// The demo's account: read, or made in an empty installation. Problem: the folder holds a store that
/// is not the demo's.
async fn prepare(demo: &Context, show: &Show) -> Result<Account> {
    if let Some(account) = Account::load(demo.data_dir())?
        && !account.store.is_empty()
    {
        return Ok(account);
    }
    if !demo.db().await?.list_stores().await?.is_empty() {
        let detail = format!(
            "{} holds stores that the demo did not make. Name another folder with --data.",
            demo.data_dir().display()
        );
        return Err(Problem::conflict(detail).into());
    }
    show.heading("A store");
    let account = Account::invent()?;
    let made = house::command(demo, &account.setup_words()).await?;
    let text = |name: &str| made.value[name].as_str().unwrap_or_default().to_owned();
    let account = Account { store: text("store"), api_key: text("api_key"), ..account };
    account.save(demo.data_dir())?;
    show.line(&format!("“{}”, with an owner and a first key of the API.", account::STORE));
    Ok(account)
}
