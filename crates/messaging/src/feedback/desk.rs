//! The inbound SMTP listener's reception: takes mail for our tokens in and keeps none of it.

use super::take_in;
use crate::channels::email::inbound::{self, Letter, Limits, Reception};
use crate::domains::our_host;
use crate::tokens::decode_address;
use futures_util::future::BoxFuture;
use kernel::{OrFault, Result};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::AppState;

/// Local part of the address for complaint reports (RFC 9477).
const COMPLAINTS: &str = "fbl";

/// Where mail comes in; put into the state by the configuration. Without it nothing listens.
#[derive(Clone, Copy, Debug)]
pub struct InboundMail {
    /// Address and port, usually port 25.
    pub listen: SocketAddr,
}

/// Takes reports in for every store of the installation.
#[derive(Clone)]
pub struct Desk(AppState);

impl Desk {
    /// With the installation's database and keys.
    pub fn new(state: AppState) -> Self {
        Desk(state)
    }
}

impl Reception for Desk {
    fn accepts(&self, recipient: &str) -> bool {
        let local = recipient.rsplit_once('@').map_or(recipient, |(local, _)| local);
        decode_address(local).is_some() || local.eq_ignore_ascii_case(COMPLAINTS)
    }

    async fn receive(&self, letter: Letter) -> Result<()> {
        take_in(self.0.db(), self.0.vault(), &letter.raw, &letter.rcpt_to).await.map(drop)
    }
}

/// The task of the worker role.
pub(super) fn start(state: AppState, stop: watch::Receiver<bool>) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Some(inbound) = state.try_service::<InboundMail>() else { return Ok(()) };
        let listener = TcpListener::bind(inbound.listen).await;
        let listener = listener.or_fault(&format!("listen for mail on {}", inbound.listen))?;
        let name = our_host(&state.http().public_url).to_owned();
        inbound::serve(listener, name, Limits::default(), Desk::new(state), stop).await;
        Ok(())
    })
}
