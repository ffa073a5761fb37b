//! A message as one recipient would get it, before anything is sent: the same program, the same compiler
//! and the same view of the contact as the hand-off has. Nothing is measured and no token is made.

use super::loader;
use super::program::{AttributesOf, Program, view};
use super::recipient::{Names, Recipient};
use crate::templates::{ContactView, Preview, PreviewAt, RenderData};
use audience::contacts;
use kernel::ids::{CampaignId, ContactId};
use kernel::{OrFault, Problem, Result, Timestamp};
use store::{StoreKeys, Tx};

/// For whom and when.
pub struct Outlook {
    send: CampaignId,
    recipient: Option<Recipient>,
    names: Names,
    now: Timestamp,
}

impl Outlook {
    /// A contact now, or nobody in particular. Problem: no such contact, or one without an address.
    pub fn load(
        tx: &mut Tx<'_>,
        keys: &StoreKeys,
        send: CampaignId,
        contact: Option<ContactId>,
    ) -> Result<Self> {
        let names = loader::names(tx)?;
        let recipient = match contact {
            Some(id) => Some(recipient(tx, keys, id, &names)?),
            None => None,
        };
        Ok(Outlook { send, recipient, names, now: tx.now() })
    }
}

fn recipient(tx: &mut Tx<'_>, keys: &StoreKeys, id: ContactId, names: &Names) -> Result<Recipient> {
    let contact = contacts::get_by_id(tx, id)?;
    let personal = contact.open(keys)?;
    Recipient::of(contact.facts, personal, names)
        .ok_or_else(|| Problem::conflict("The contact has no email address; nothing would be sent.").into())
}

/// Renders it. Problem: the content does not compile, or this contact's data lead into a limit.
pub async fn preview_of(program: Program, outlook: Outlook) -> Result<Preview> {
    tokio::task::spawn_blocking(move || render(&program, &outlook)).await.or_fault("render a preview")?
}

fn render(program: &Program, outlook: &Outlook) -> Result<Preview> {
    let compiled = program.compile()?;
    let attributes = outlook.recipient.as_ref().map(|r| AttributesOf { recipient: r, names: &outlook.names });
    let contact = match &attributes {
        Some(attributes) => view(attributes.recipient, attributes),
        None => ContactView::INVENTED,
    };
    let data = RenderData {
        contact,
        store: &program.store_view(),
        campaign: &program.campaign_view(outlook.send),
        now: outlook.now,
        extra: None,
    };
    let urls = PreviewAt { base: &program.links_base };
    compiled.render_preview_with(&data, &urls).map_err(|e| Problem::conflict(e.to_string()).into())
}
