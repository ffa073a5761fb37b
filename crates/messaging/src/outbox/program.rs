//! The program of a send: everything its messages are made of, frozen at launch.
//!
//! What the merchant changes afterwards (template, settings, sender) does not touch a running send. Only
//! the relay is looked up again, because its log-in may have to be mended while a send waits.

use super::batch::Item;
use super::carrier::{MakeError, Maker};
use super::recipient::{Names, Recipient};
use crate::channels::email::smtp::Prepared;
use crate::compose::{self, CampaignHeaders, HeaderTemplate, Mailbox};
use crate::dkim::{Algorithm, DkimSigner, PrivateKey, SigningKey};
use crate::gate::{MessageClass, QuietHours};
use crate::templates::{
    AttributeValue as Shown, Attributes, BOUNDARY, CampaignView, CompileOptions, CompiledEmail, ContactView,
    EmailSource, Message, MessageUrls, RenderData, StoreView, Tracking, Utm, compile,
};
use crate::tokens::{MessageLinks, MessageTokens};
use audience::contacts::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::ids::{CampaignId, RelayId, StoreId};
use kernel::{Clock, EmailAddress, OrFault, Problem, Result};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::Arc;
use store::StoreKeys;

/// At most so many marketing messages in so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Messages.
    pub messages: u32,
    /// Period.
    pub period_ms: i64,
}

/// Frozen content and delivery of a send.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    /// Name of the campaign.
    pub name: String,
    /// What it is for.
    pub class: MessageClass,
    /// Subject, body, text.
    pub source: EmailSource,
    /// Parameters added to links.
    pub utm: Option<Utm>,
    /// Author: `Shop <news@shop.example>`.
    pub from: String,
    /// Where replies go.
    pub reply_to: Option<String>,
    /// The relay.
    pub relay: RelayId,
    /// Connections at most; the relay's if absent.
    pub connections: Option<u16>,
    /// Opens are measured.
    pub track_opens: bool,
    /// Clicks are measured.
    pub track_clicks: bool,
    /// What templates see of the store.
    pub store: FrozenStore,
    /// Base of public links, without a slash at the end.
    pub links_base: String,
    /// Domain of return path, Message-ID and unsubscribe address.
    pub bounce_domain: String,
    /// Quiet hours at launch.
    pub quiet: Option<QuietHours>,
    /// Frequency cap at launch.
    pub cap: Option<Cap>,
    /// Zone of contacts that have none.
    pub time_zone: String,
    /// Language of the mail.
    pub language: String,
    /// Keys of its own; else the sender domain's sign.
    #[serde(default)]
    pub signing: Option<FrozenSigning>,
    /// For a test: where it goes instead of the contact's own address.
    #[serde(default)]
    pub test_recipient: Option<String>,
}

/// DKIM keys that came with the campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenSigning {
    /// `d=`.
    pub domain: String,
    /// The keys.
    pub keys: Vec<FrozenKey>,
}

/// One DKIM key, sealed under the store's key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenKey {
    /// `s=`.
    pub selector: String,
    /// `rsa` or `ed25519`.
    pub algorithm: String,
    /// PKCS#8, sealed, base64.
    pub sealed: String,
}

/// Purpose under which such keys are sealed.
const SIGNING: &str = "campaign-dkim";

impl FrozenKey {
    /// Seals a private key.
    pub fn seal(keys: &StoreKeys, selector: &str, key: &PrivateKey) -> Result<Self> {
        let sealed = STANDARD.encode(keys.seal_secret(SIGNING, &key.to_pkcs8()?)?);
        Ok(FrozenKey { selector: selector.to_owned(), algorithm: key.algorithm().word().to_owned(), sealed })
    }
}

impl FrozenSigning {
    /// A signer with the keys. Fault: they are damaged.
    pub fn signer(&self, keys: &StoreKeys) -> Result<DkimSigner> {
        let open = |key: &FrozenKey| {
            let algorithm = Algorithm::of(&key.algorithm).or_fault("a DKIM key of unknown kind")?;
            let sealed = STANDARD.decode(&key.sealed).or_fault("read a sealed DKIM key")?;
            let private = PrivateKey::from_pkcs8(algorithm, &keys.open_secret(SIGNING, &sealed)?)?;
            Ok(SigningKey {
                domain: self.domain.clone(),
                selector: key.selector.clone(),
                key: Arc::new(private),
            })
        };
        Ok(DkimSigner::new(self.keys.iter().map(open).collect::<Result<_>>()?)?)
    }
}

/// What templates see of the store.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FrozenStore {
    /// Name.
    pub name: String,
    /// Address of the shop.
    pub url: String,
    /// Postal address.
    pub postal_address: String,
    /// Currency.
    pub currency: String,
    /// Address of the logo.
    pub logo_url: String,
}

impl Program {
    /// What templates see of the store.
    pub fn store_view(&self) -> StoreView {
        StoreView {
            name: self.store.name.clone(),
            url: self.store.url.clone(),
            postal_address: self.store.postal_address.clone(),
            currency: self.store.currency.clone(),
            time_zone: self.time_zone.clone(),
            logo_url: self.store.logo_url.clone(),
        }
    }

    /// What templates see of the campaign.
    pub fn campaign_view(&self, id: CampaignId) -> CampaignView {
        CampaignView { name: self.name.clone(), subject: self.source.subject.clone(), id: id.to_string() }
    }

    /// Compiles the content. Problem: what is wrong, part and line by line.
    pub fn compile(&self) -> Result<CompiledEmail> {
        let options = CompileOptions {
            utm: self.utm.clone(),
            language: self.language.clone(),
            ..CompileOptions::default()
        };
        compile(&self.source, &options).map_err(|issues| {
            let sentences: Vec<String> = issues.iter().map(ToString::to_string).collect();
            Problem::conflict(format!("The template has errors. {}", sentences.join(" "))).into()
        })
    }

    /// The author. Problem: not a mailbox.
    pub fn author(&self) -> Result<Mailbox> {
        Mailbox::parse(&self.from).map_err(|why| Problem::field("/content/from", "mailbox", why).into())
    }

    /// The compiled header block.
    pub fn headers(&self, store: StoreId, send: CampaignId) -> Result<HeaderTemplate> {
        let from = self.author()?;
        let reply_to = self.reply_to.as_deref().map(Mailbox::parse).transpose();
        let class = match self.class {
            MessageClass::Marketing => compose::MessageClass::Marketing,
            MessageClass::Transactional | MessageClass::Test => compose::MessageClass::Service,
        };
        let kind = if class == compose::MessageClass::Marketing { "campaign" } else { "service" };
        let label = store.to_string().replace('_', "-");
        let headers = CampaignHeaders {
            class,
            feedback_id: [send.to_string(), store.to_string(), kind.to_owned(), sender_id(&from)],
            reply_to: reply_to.map_err(|why| Problem::field("/content/reply_to", "mailbox", why))?,
            list_id: format!("news.{label}.lists.{}", self.bounce_domain),
            from,
            tracking_base: self.links_base.clone(),
            bounce_domain: self.bounce_domain.clone(),
            cfbl_address: None,
            boundary: BOUNDARY.to_owned(),
        };
        Ok(HeaderTemplate::compile(&headers)?)
    }
}

/// Gmail's Feedback-ID wants a stable sender id of 5 to 15 characters.
fn sender_id(from: &Mailbox) -> String {
    let mut id: String = from.address.domain().chars().filter(char::is_ascii_alphanumeric).take(15).collect();
    while id.len() < 5 {
        id.push('x');
    }
    id
}

/// Makes the messages of a send.
pub struct EmailMaker {
    compiled: CompiledEmail,
    headers: HeaderTemplate,
    signer: DkimSigner,
    keys: Arc<StoreKeys>,
    clock: Arc<dyn Clock>,
    store: StoreId,
    send: CampaignId,
    links_base: String,
    store_view: StoreView,
    campaign_view: CampaignView,
    tracking: Tracking,
    test_recipient: Option<EmailAddress>,
    names: Arc<Names>,
}

/// What a maker needs beside the program.
pub struct MakerParts {
    /// The store.
    pub store: StoreId,
    /// The send.
    pub send: CampaignId,
    /// Keys of the store.
    pub keys: Arc<StoreKeys>,
    /// Signer of the author's domain; may be empty.
    pub signer: DkimSigner,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Names of tags and attributes.
    pub names: Arc<Names>,
}

impl EmailMaker {
    /// Compiles a program. Problem: template or headers are not sound.
    pub fn new(program: &Program, parts: MakerParts) -> Result<Self> {
        let MakerParts { store, send, keys, signer, clock, names } = parts;
        let test = program.test_recipient.as_deref().map(EmailAddress::parse).transpose();
        Ok(EmailMaker {
            compiled: program.compile()?,
            headers: program.headers(store, send)?,
            signer,
            keys,
            clock,
            store,
            send,
            links_base: program.links_base.clone(),
            store_view: program.store_view(),
            campaign_view: program.campaign_view(send),
            tracking: Tracking { clicks: program.track_clicks, opens: program.track_opens },
            test_recipient: test.map_err(|why| Problem::field("/to", "address", why))?,
            names,
        })
    }

    /// The compiled content.
    pub fn compiled(&self) -> &CompiledEmail {
        &self.compiled
    }

    fn tracking(&self, item: &Item) -> Tracking {
        Tracking {
            clicks: self.tracking.clicks && item.measure.clicks,
            opens: self.tracking.opens && item.measure.opens,
        }
    }

    /// Writes the message once, in the order in which it is sent; signatures, which cover all of it, are put
    /// before it at the end.
    fn write(
        &self,
        address: &EmailAddress,
        data: &RenderData<'_>,
        message: Message<'_>,
        tokens: &MessageTokens,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), MakeError> {
        SCRATCH.with_borrow_mut(|Scratch { subject, signatures }| {
            self.compiled.write_subject(data, message, subject)?;
            out.clear();
            let to = compose::Recipient { address, name: None };
            self.headers.write(to, subject, data.now, tokens, out);
            let headers_end = out.len();
            out.extend_from_slice(b"\r\n");
            self.compiled.write_body(data, message, out)?;
            let (headers, body) = out.split_at(headers_end);
            signatures.clear();
            self.signer.sign(headers, &body[b"\r\n".len()..], data.now, signatures)?;
            prepend(out, signatures);
            Ok(())
        })
    }
}

fn prepend(out: &mut Vec<u8>, first: &[u8]) {
    let length = out.len();
    out.resize(length + first.len(), 0);
    out.copy_within(..length, first.len());
    out[..first.len()].copy_from_slice(first);
}

/// Buffers of one thread, used again for every message.
#[derive(Default)]
struct Scratch {
    subject: String,
    signatures: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Maker for EmailMaker {
    fn make(&self, item: &Item, out: &mut Prepared) -> std::result::Result<(), MakeError> {
        let links = MessageLinks::new(
            &self.links_base,
            MessageTokens::new(&self.keys, self.store, self.send, item.ordinal),
        );
        let attributes = AttributesOf { recipient: &item.contact, names: &self.names };
        let data = RenderData {
            contact: view(&item.contact, &attributes),
            store: &self.store_view,
            campaign: &self.campaign_view,
            now: self.clock.now(),
            extra: None,
        };
        let address = self.test_recipient.as_ref().unwrap_or(&item.contact.address);
        let message = Message { urls: &Urls(&links), tracking: self.tracking(item) };
        self.write(address, &data, message, links.tokens(), &mut out.body)?;
        out.mail_from.clear();
        self.headers.write_return_path(links.tokens(), &mut out.mail_from);
        out.rcpt_to.clear();
        out.rcpt_to.push_str(address.as_str());
        out.needs_smtputf8 = address.needs_smtputf8();
        Ok(())
    }
}

/// What templates see of a recipient.
pub fn view<'a>(recipient: &'a Recipient, attributes: &'a dyn Attributes) -> ContactView<'a> {
    let (personal, facts) = (&recipient.personal, &recipient.facts);
    ContactView {
        first_name: personal.first_name.as_deref(),
        last_name: personal.last_name.as_deref(),
        email: personal.email.as_deref(),
        phone: personal.phone.as_deref(),
        country: facts.country.as_ref().map(|c| c.as_str()),
        region: personal.region.as_deref(),
        company: personal.company.as_deref(),
        address: personal.address.as_deref(),
        city: personal.city.as_deref(),
        postcode: personal.postcode.as_deref(),
        language: facts.language.as_deref(),
        birthday: recipient.birthday.as_deref(),
        gender: facts.gender.map(audience::contacts::Gender::as_str),
        time_zone: facts.time_zone.as_deref(),
        tags: &recipient.tags,
        attributes,
    }
}

/// A recipient's custom attributes by name.
pub struct AttributesOf<'a> {
    /// Whose.
    pub recipient: &'a Recipient,
    /// Numbers of names.
    pub names: &'a Names,
}

impl Attributes for AttributesOf<'_> {
    fn attribute(&self, name: &str) -> Option<Shown<'_>> {
        let number = *self.names.attributes.get(name)?;
        Some(match self.recipient.attribute(number)? {
            AttributeValue::Bool(v) => Shown::Bool(*v),
            AttributeValue::Integer(v) => Shown::Integer(*v),
            AttributeValue::Number(v) => Shown::Number(*v),
            AttributeValue::Date(day) => Shown::Time(kernel::Timestamp(i64::from(*day) * 86_400_000)),
            AttributeValue::Time(at) => Shown::Time(*at),
            AttributeValue::Text(text) => Shown::Text(text),
        })
    }
}

/// The public addresses of one message.
pub struct Urls<'a, 'k>(pub &'a MessageLinks<'k>);

impl MessageUrls for Urls<'_, '_> {
    fn click(&self, link: u16, out: &mut String) {
        self.0.click(link, out);
    }
    fn open_pixel(&self, out: &mut String) {
        self.0.open_pixel(out);
    }
    fn unsubscribe(&self, out: &mut String) {
        self.0.unsubscribe(out);
    }
    fn preferences(&self, out: &mut String) {
        self.0.preferences(out);
    }
    fn web_view(&self, out: &mut String) {
        self.0.web_view(out);
    }
    fn countdown(&self, out: &mut String) {
        self.0.countdown(out);
    }
}
