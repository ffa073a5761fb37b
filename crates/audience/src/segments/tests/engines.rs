//! The same agreement on real databases: random contacts, edits, erasures and messages on both engines,
//! compared with the model in memory, before and after compaction and in between.

use super::generate::{ATTRIBUTES, Dice, TAGS, deed, happening, names, person, rule, single};
use super::memory::{MemoryStore, Person};
use crate::attributes::sql::NewDefinition;
use crate::contacts::changes::bitmap_event;
use crate::contacts::draft::PII;
use crate::contacts::{self, CHANGED};
use crate::events::model::{Entry, Incoming};
use crate::events::sql::Link;
use crate::events::view::contact_at;
use crate::events::{self, Batch};
use crate::segments::behaviour::Deed;
use crate::segments::compact::{compact_in_blocks, is_due};
use crate::segments::engagement::{Happening, Touch};
use crate::segments::model::Rule;
use crate::segments::moment::{DAY_MS, Moment};
use crate::segments::names::Names;
use crate::segments::sample::NOW;
use crate::segments::{answers, conditions, sql};
use crate::{attributes, tags};
use kernel::ids::{ContactId, SegmentId};
use kernel::{Code, Result, Timestamp};
use roaring::RoaringBitmap;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;
use store::{NewEvent, Scoped, StoreKeys, Tx, params};
use testkit::{TestDb, for_each_engine};

const BLOCK_BITS: u32 = 64;
/// Visitors of a random store.
const VISITORS: u64 = 25;

/// A store of a database and its model in memory.
pub(super) struct Pair {
    pub store: Scoped,
    pub keys: Arc<StoreKeys>,
    pub model: MemoryStore,
    ids: Vec<ContactId>,
    /// What visitors did: visitor, position in the log, deed.
    visits: Vec<(i64, i64, Deed)>,
    links: HashMap<i64, Vec<Link>>,
}

impl Pair {
    pub async fn new(t: &TestDb, store: &Scoped, names: &Names) -> Result<Self> {
        let keys = t.vault.keys(&t.db, store.scope()).await?;
        let segments: Vec<(SegmentId, Arc<Rule>)> =
            names.segments().map(|(id, s)| (*id, s.rule.clone())).collect();
        store.write(move |tx| teach(tx, &segments)).await?;
        Ok(Pair {
            store: store.clone(),
            keys,
            model: MemoryStore::new(BLOCK_BITS),
            ids: Vec::new(),
            visits: Vec::new(),
            links: HashMap::new(),
        })
    }

    /// Makes contacts, all announced by one event as an import does.
    pub async fn add(&mut self, people: Vec<Person>) -> Result<()> {
        let (keys, first) = (self.keys.clone(), self.ids.len() as u32);
        let rows = people.clone();
        let ids = self.store.write(move |tx| insert(tx, &keys, rows)).await?;
        self.ids.extend(ids);
        people.into_iter().zip(first..).for_each(|(person, ordinal)| self.model.put(ordinal, Some(person)));
        Ok(())
    }

    /// Replaces a contact, or erases it.
    pub async fn edit(&mut self, ordinal: u32, person: Option<Person>) -> Result<()> {
        let (keys, id) = (self.keys.clone(), self.ids[ordinal as usize]);
        if self.model.people[ordinal as usize].is_none() {
            return Ok(());
        }
        let changed = person.clone();
        self.store.write(move |tx| replace(tx, &keys, ordinal, id, changed)).await?;
        self.model.put(ordinal, person);
        Ok(())
    }

    pub async fn happen(&mut self, happenings: Vec<Happening>) -> Result<()> {
        happenings.iter().for_each(|h| self.model.happen(h));
        self.store.write(move |tx| tx.append(happenings.iter().map(event).collect())).await?;
        Ok(())
    }

    /// Visitors do something, some of it long ago; now and then it is said, or taken back, who one of them is.
    pub async fn visit(&mut self, dice: &mut Dice, visits: u64) -> Result<()> {
        for _ in 0..visits.div_ceil(5) {
            let said: Vec<(u64, Deed, Json)> = (0..5)
                .map(|_| {
                    let (deed, document) = deed(dice);
                    (dice.below(VISITORS), deed, document)
                })
                .collect();
            let events =
                said.iter().map(|(visitor, deed, document)| incoming(dice, *visitor, deed, document));
            let batch =
                Batch { events: events.collect(), refused: Vec::new(), trusted: true, received_at: NOW };
            let keys = self.keys.clone();
            let stored = self.store.write(move |tx| append(tx, &keys, batch)).await?;
            let visits = stored.into_iter().zip(said);
            self.visits.extend(visits.map(|((visitor, seq), (_, deed, _))| (visitor, seq, deed)));
            self.link(dice).await?;
        }
        self.give_deeds();
        Ok(())
    }

    async fn link(&mut self, dice: &mut Dice) -> Result<()> {
        let Some((visitor, last, _)) = self.visits.get(dice.below(self.visits.len() as u64) as usize) else {
            return Ok(());
        };
        let (visitor, last) = (*visitor, *last);
        let links = self.links.entry(visitor).or_default();
        let taken_back = match dice.below(10) {
            0 => links.pop(),
            1 => {
                links.clear();
                self.visits.retain(|(whose, ..)| *whose != visitor);
                return self.store.write(move |tx| events::sql::forget_visitors(tx, vec![visitor])).await;
            }
            _ => None,
        };
        let from_seq = if links.is_empty() { 0 } else { last + 1 };
        let ordinal = dice.below(self.model.people.len() as u64) as u32;
        let link = Link { visitor, from_seq, ordinal };
        let is_new = taken_back.is_none()
            && links.last().is_none_or(|l| l.from_seq < from_seq && l.ordinal != ordinal);
        links.extend(is_new.then_some(link));
        self.store
            .write(move |tx| {
                if let Some(gone) = taken_back {
                    tx.execute(&DELETE_ONE, params![visitor, gone.from_seq])?;
                }
                if is_new {
                    let now = tx.now();
                    tx.execute(&events::sql::INSERT_LINK, params![visitor, from_seq, ordinal, now])?;
                }
                events::sql::tell_linked(tx, [visitor])
            })
            .await
    }

    fn give_deeds(&mut self) {
        self.model.deeds.clear();
        for (visitor, seq, deed) in &self.visits {
            if let Some(ordinal) = self.links.get(visitor).and_then(|links| contact_at(links, *seq)) {
                self.model.deeds.entry(ordinal).or_default().push(deed.clone());
            }
        }
    }

    pub async fn check(&mut self, state: &str, names: &Names, rules: &[Rule]) -> Result<()> {
        for rule in rules {
            let expected = self.model.by_contacts(rule, names, &Moment::at(NOW));
            let (asked, keys) = (rule.clone(), self.keys.clone());
            let found = self.store.read(move |tx| answers::evaluate_in(tx, &keys, &asked)).await?;
            let found: Vec<u32> = found.iter().collect();
            assert_eq!(found, expected, "{state}: {}", rule.to_json());
        }
        Ok(())
    }

    /// The face in memory, fed from the database.
    pub async fn check_holds(&self, names: &Names, rules: &[Rule]) -> Result<()> {
        for rule in rules {
            let expected = self.model.by_contacts(rule, names, &Moment::at(NOW));
            let (asked, keys) = (rule.clone(), self.keys.clone());
            let found = self.store.read(move |tx| hold(tx, &keys, &asked)).await?;
            assert_eq!(found, expected, "one by one: {}", rule.to_json());
        }
        Ok(())
    }
}

store::statements! {
    /// Takes one link back.
    DELETE_ONE = "DELETE FROM visitor_links WHERE store_id = $1 AND visitor = $2 AND from_seq = $3";
}

fn incoming(dice: &mut Dice, visitor: u64, deed: &Deed, document: &Json) -> Incoming {
    Incoming {
        kind: deed.kind,
        message_id: dice.next().to_string(),
        anonymous_id: Some(format!("v{visitor}")),
        user_id: None,
        previous_id: None,
        name: deed.name.clone(),
        at: deed.at,
        document: document.to_string(),
    }
}

/// Stores events; answers visitor and position of each.
fn append(tx: &mut Tx<'_>, keys: &StoreKeys, batch: Batch) -> Result<Vec<(i64, i64)>> {
    let before = tx.log_head()?;
    events::append(tx, keys, vec![batch])?;
    tx.events_after(before, 100)?.iter().map(|e| Ok((Entry::decode(&e.body)?.visitor, e.seq))).collect()
}

fn hold(tx: &mut Tx<'_>, keys: &StoreKeys, rule: &Rule) -> Result<Vec<u32>> {
    let everybody: Vec<u32> = (0..tx.ordinal_end()?).collect();
    let mut found = Vec::new();
    for contact in contacts::load_many(tx, &everybody)? {
        if answers::holds_in(tx, keys, rule, &contact)? {
            found.push(contact.ordinal);
        }
    }
    Ok(found)
}

/// Tags, attributes and segments under the numbers that random contacts use.
fn teach(tx: &mut Tx<'_>, segments: &[(SegmentId, Arc<Rule>)]) -> Result<()> {
    let tags: Vec<String> = TAGS.iter().map(|t| (*t).to_owned()).collect();
    assert_eq!(tags::sql::ensure(tx, &tags)?, [1, 2, 3, 4]);
    for (no, name, kind, class) in ATTRIBUTES {
        let (name, label, purpose) = ((*name).to_owned(), (*name).to_owned(), String::new());
        let made =
            attributes::sql::create(tx, &NewDefinition { name, label, kind: *kind, class: *class, purpose })?;
        assert_eq!(made.no, *no);
    }
    for (id, rule) in segments {
        let now = tx.now();
        tx.execute(&sql::INSERT_SEGMENT, params![*id, format!("{id}"), "", rule.to_json(), now])?;
    }
    Ok(())
}

fn insert(tx: &mut Tx<'_>, keys: &StoreKeys, people: Vec<Person>) -> Result<Vec<ContactId>> {
    let first = tx.take_ordinals(people.len() as u32)?;
    let now = tx.now();
    let mut ids = Vec::new();
    let mut rows = Vec::new();
    for (person, ordinal) in people.iter().zip(first..) {
        let id: ContactId = tx.ids().make().into();
        let (key, wrapped) = keys.new_contact_key(id)?;
        let pii = key.seal(PII, &person.personal.encode())?;
        let facts = person.facts.encode();
        rows.push(
            params![ordinal, id, 1_i64, now, None::<Vec<u8>>, None::<Vec<u8>>, facts, wrapped, pii].to_vec(),
        );
        ids.push(id);
    }
    tx.insert_many(&contacts::sql::INSERT_CONTACT, rows)?;
    let ordinals: RoaringBitmap = (first..first + people.len() as u32).collect();
    let event = bitmap_event(tx, CHANGED, &ordinals);
    tx.append(vec![event])?;
    Ok(ids)
}

fn replace(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    ordinal: u32,
    id: ContactId,
    person: Option<Person>,
) -> Result<()> {
    let Some(person) = person else {
        let grounds = crate::contacts::tests::grounds(crate::consent::ConsentSource::Manual);
        return contacts::erase(tx, &[ordinal], &grounds).map(drop);
    };
    let contact = contacts::find_by_id(tx, id)?.expect("it was made before");
    let pii = contact.key(keys)?.seal(PII, &person.personal.encode())?;
    let now = tx.now();
    let none = None::<Vec<u8>>;
    tx.execute(
        &contacts::sql::UPDATE_CONTACT,
        params![ordinal, now, none.clone(), none, person.facts.encode(), pii],
    )?;
    let event = bitmap_event(tx, CHANGED, &[ordinal].into());
    tx.append(vec![event]).map(drop)
}

fn event(happening: &Happening) -> NewEvent {
    let [low, high] = happening.link.unwrap_or(0).to_le_bytes();
    let hit = |machine: bool| vec![if machine { 1 } else { 2 * (low % 2) }, 9, low, high];
    let mut accepted = Vec::new();
    happening.who.serialize_into(&mut accepted).unwrap();
    accepted.extend_from_slice(b"the rest of a chunk's outcome");
    let (kind, body) = match happening.touch {
        Touch::Sent => ("messages.settled", accepted),
        Touch::Opened => ("message.opened", hit(false)),
        Touch::OpenedByMachine => ("message.opened", hit(true)),
        Touch::Clicked => ("message.clicked", hit(false)),
        Touch::ClickedByMachine => ("message.clicked", hit(true)),
        Touch::Bounced => ("message.bounced", vec![1, 1, 1]),
        Touch::Complained => ("message.complained", Vec::new()),
        Touch::Unsubscribed => ("message.unsubscribed", Vec::new()),
    };
    let ordinal = (happening.touch != Touch::Sent).then(|| happening.who.min().unwrap());
    let at = Timestamp(i64::from(happening.day) * DAY_MS + 5);
    NewEvent { at, kind, ordinal, campaign: Some(happening.campaign), body }
}

pub(super) async fn random_edits(dice: &mut Dice, pair: &mut Pair, edits: u64) -> Result<()> {
    let people = pair.model.people.len() as u64;
    for _ in 0..edits {
        let changed = if dice.chance(15) { None } else { Some(person(dice)) };
        pair.edit(dice.below(people) as u32, changed).await?;
    }
    let happenings = (0..edits * 2).map(|_| happening(dice, people as u32)).collect();
    pair.happen(happenings).await?;
    pair.visit(dice, edits * 3).await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_agree_with_the_model_in_every_state_of_the_columns() {
    for_each_engine(|t| async move {
        for seed in 0..2 {
            let mut dice = Dice(seed);
            let names = names(&mut dice);
            let store = if seed == 0 { &t.a } else { &t.b };
            let mut pair = Pair::new(&t, store, &names).await?;
            pair.add((0..150).map(|_| person(&mut dice)).collect()).await?;
            let singles = conditions::all().iter().flat_map(|c| [*c; 2]);
            let mut rules: Vec<Rule> = singles.map(|c| single(&mut dice, &names, c)).collect();
            rules.extend((0..12).map(|_| rule(&mut dice, &names)));
            random_edits(&mut dice, &mut pair, 10).await?;
            pair.check(&format!("seed {seed}, no columns"), &names, &rules).await?;
            compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
            pair.check(&format!("seed {seed}, fresh columns"), &names, &rules).await?;
            pair.add((0..40).map(|_| person(&mut dice)).collect()).await?;
            random_edits(&mut dice, &mut pair, 20).await?;
            pair.check(&format!("seed {seed}, stale columns"), &names, &rules).await?;
            compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
            random_edits(&mut dice, &mut pair, 3).await?;
            pair.check(&format!("seed {seed}, some stale"), &names, &rules).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_takes_in_each_event_once_and_only_what_changed_is_written() {
    for_each_engine(|t| async move {
        let mut dice = Dice(3);
        let mut pair = Pair::new(&t, &t.a, &Names::default()).await?;
        assert!(!is_due(&t.a).await?);
        pair.add((0..200).map(|_| person(&mut dice)).collect()).await?;
        assert!(is_due(&t.a).await?);
        let first = compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        assert_eq!((first.events, first.contacts), (1, 200));
        let again = compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        assert_eq!((again.events, again.contacts, again.blocks), (0, 0, 0));
        let same = pair.model.people[70].clone();
        pair.edit(70, same).await?;
        let unchanged = compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        assert_eq!((unchanged.contacts, unchanged.blocks), (1, 0), "the same cells are not written again");
        let mut other = pair.model.people[70].clone().unwrap();
        other.facts.country = crate::contacts::Country::parse("JP");
        pair.edit(70, Some(other)).await?;
        let one = compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        assert_eq!((one.contacts, one.blocks), (1, 1), "one column of one block");
        assert!(!is_due(&t.b).await?, "the twin has nothing to do");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_compactors_do_not_work_on_one_store() {
    for_each_engine(|t| async move {
        let mut dice = Dice(4);
        let mut pair = Pair::new(&t, &t.a, &Names::default()).await?;
        pair.add((0..70).map(|_| person(&mut dice)).collect()).await?;
        compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        let now = t.now();
        t.a.write(move |tx| tx.execute(&sql::CLAIM_WATERMARK, params![9_i64, now.plus_ms(60_000), now]))
            .await?;
        assert_eq!(compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?, None);
        t.advance_ms(60_001);
        assert!(
            compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.is_some(),
            "a claim that ran out is taken over"
        );
        let late = t.a.write(move |tx| tx.execute(&sql::RENEW_CLAIM, params![9_i64, 0_i64])).await?;
        assert_eq!(late, 0, "the first finds its claim gone");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_in_memory_gets_the_same_answer() {
    for_each_engine(|t| async move {
        let mut dice = Dice(5);
        let names = names(&mut dice);
        let mut pair = Pair::new(&t, &t.a, &names).await?;
        pair.add((0..30).map(|_| person(&mut dice)).collect()).await?;
        random_edits(&mut dice, &mut pair, 30).await?;
        compact_in_blocks(&t.a, &pair.keys, BLOCK_BITS).await?.unwrap();
        random_edits(&mut dice, &mut pair, 10).await?;
        let singles = conditions::all().iter().flat_map(|c| [*c; 3]);
        let mut rules: Vec<Rule> = singles.map(|c| single(&mut dice, &names, c)).collect();
        rules.extend((0..20).map(|_| rule(&mut dice, &names)));
        pair.check_holds(&names, &rules).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_mentions_what_is_not_there_is_refused_with_its_place() {
    for_each_engine(|t| async move {
        let pair = Pair::new(&t, &t.a, &Names::default()).await?;
        let refused = async |text: &str| -> Result<String> {
            let rule = Rule::parse_text(text)?;
            let error = answers::count(&pair.store, &pair.keys, &rule).await.expect_err("refused");
            assert!(error.is(Code::Validation));
            Ok(error.problem().unwrap().errors[0].pointer.clone())
        };
        let attribute = r#"{"any":[{"condition":"attribute","attribute":"nope","operator":"exists"}]}"#;
        assert_eq!(refused(attribute).await?, "/any/0/attribute");
        let kind = r#"{"condition":"attribute","attribute":"an_integer","operator":"equals","value":1.5}"#;
        assert_eq!(refused(kind).await?, "/value");
        let order = r#"{"condition":"attribute","attribute":"a_text","operator":"less_than","value":"a"}"#;
        assert_eq!(refused(order).await?, "/operator");
        let segment = r#"{"condition":"segment","operator":"is_member","segment":"seg_0000000000009"}"#;
        assert_eq!(refused(segment).await?, "/segment");
        let tag = Rule::parse_text(r#"{"condition":"tag","operator":"has_any","values":["not yet"]}"#)?;
        assert_eq!(answers::count(&pair.store, &pair.keys, &tag).await?, 0);
        Ok(())
    })
    .await;
}
