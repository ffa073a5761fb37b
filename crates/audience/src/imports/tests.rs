//! Whole imports on both engines: nothing lost, nothing twice, nothing brought back that said no.

use super::intake::{self, Arrival, Declaration};
use super::jobs::{self, Watch};
use super::mapping::MappingIn;
use super::model::{Counts, Import, OPERATOR_STATEMENT, State, UNDERTAKING_VERSION};
use super::pipeline::Ending;
use super::{report, sql, undo};
use crate::consent::model::{Channel, ConsentStatus};
use crate::contacts::{self, AttributeValue, StoredContact};
use kernel::{Code, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::queue::{JobHandler, run_due_jobs};
use store::{Scoped, StoreKeys};
use testkit::{TestDb, for_each_engine};
use web::Actor;

struct Shop {
    store: Scoped,
    keys: Arc<StoreKeys>,
    dir: std::path::PathBuf,
}

impl Shop {
    async fn of(t: &TestDb) -> Result<Self> {
        Ok(Shop {
            store: t.a.clone(),
            keys: t.vault.keys(&t.db, t.a.scope()).await?,
            dir: t.dir().to_owned(),
        })
    }

    async fn upload_as(&self, name: &str, text: &str, toml: &str) -> Result<Import> {
        let id = self.store.db().ids().make().into();
        let path = self.dir.join(format!("{id}.import"));
        std::fs::write(&path, text).unwrap();
        let arrival = Arrival {
            id,
            path,
            file_name: name.into(),
            mapping: MappingIn::from_toml(toml)?,
            digest: None,
            actor: Actor::Operator,
        };
        Ok(intake::receive(&self.store, arrival).await?.0)
    }

    async fn upload(&self, text: &str) -> Result<Import> {
        self.upload_as("people.csv", text, "").await
    }

    async fn begin(&self, import: &Import, job: bool) -> Result<Import> {
        intake::begin(&self.store, import.id, declaration(), job).await
    }

    async fn run(&self, import: &Import, watch: Watch) -> Result<(Import, Ending)> {
        let (import, ending) = jobs::run_import(&self.store, self.keys.clone(), import.id, watch).await?;
        assert!(import.counts.closes(), "{:?}", import.counts);
        Ok((import, ending))
    }

    async fn import_as(&self, name: &str, text: &str, toml: &str) -> Result<Import> {
        let import = self.upload_as(name, text, toml).await?;
        self.begin(&import, false).await?;
        let (import, ending) = self.run(&import, Watch::new(|| false, |_, _| {})).await?;
        assert_eq!((ending, import.state), (Ending::Finished, State::Done));
        Ok(import)
    }

    async fn import(&self, text: &str) -> Result<Import> {
        self.import_as("people.csv", text, "").await
    }

    async fn contact(&self, email: &str) -> Result<StoredContact> {
        let (keys, email) = (self.keys.clone(), email.to_owned());
        let found = self.store.read(move |tx| contacts::find_by_email(tx, &keys, &email)).await?;
        Ok(found.expect("the contact"))
    }

    async fn status(&self, email: &str) -> Result<ConsentStatus> {
        Ok(self.contact(email).await?.facts.channel(Channel::Email).status)
    }

    async fn count(&self) -> Result<u64> {
        self.store.read(contacts::count).await
    }

    /// The error file.
    async fn errors(&self, import: &Import) -> Result<String> {
        let (keys, import) = (self.keys.clone(), import.clone());
        self.store
            .read(move |tx| {
                let mut out = Vec::new();
                report::write_head(&mut out, &import.plan.columns)?;
                let mut after = -2;
                while let Some((first, sealed)) = sql::next_issues(tx, import.id, after)? {
                    report::write_issues(&mut out, &import.plan.columns, &report::open(&keys, &sealed)?)?;
                    after = first;
                }
                Ok(String::from_utf8(out).unwrap())
            })
            .await
    }
}

fn declaration() -> Declaration {
    Declaration {
        undertaking: UNDERTAKING_VERSION.into(),
        statement: OPERATOR_STATEMENT.into(),
        actor: Actor::Operator,
    }
}

/// `rows created updated skipped errors`.
fn sums(counts: &Counts) -> [u64; 5] {
    [counts.rows, counts.created, counts.updated, counts.skipped, counts.errors]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_contacts_with_fields_attributes_tags_and_consent() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop.import(include_str!("testdata/own.csv")).await?;
        assert_eq!(sums(&import.counts), [2, 2, 0, 0, 0]);
        assert_eq!(import.batch_tag, "import-2026-11-23-0900");
        let ana = shop.contact("ana@shop.example").await?;
        let personal = ana.open(&shop.keys)?;
        assert_eq!(
            (personal.first_name.as_deref(), personal.city.as_deref()),
            (Some("Ana"), Some("Singapore"))
        );
        assert_eq!(personal.phone.as_deref(), Some("+6591234567"));
        assert_eq!(ana.facts.time_zone.as_deref(), Some("Asia/Singapore"));
        let (tags, definitions) =
            t.a.read(|tx| Ok((crate::tags::sql::names(tx)?, crate::attributes::sql::list(tx)?))).await?;
        let mut names: Vec<&str> = ana.facts.tags.iter().map(|m| tags[&m.tag].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["import-2026-11-23-0900", "spring", "vip"]);
        let no = |name: &str| definitions.iter().find(|d| d.name == name).unwrap().no;
        assert_eq!(ana.facts.attribute(no("shoe_size")), Some(&AttributeValue::Integer(38)));
        assert_eq!(personal.attribute(no("nickname")), Some(&AttributeValue::Text("Annie".into())));
        assert_eq!(shop.status("ana@shop.example").await?, ConsentStatus::Subscribed);
        assert_eq!(shop.status("bob@shop.example").await?, ConsentStatus::NeverSubscribed);
        assert_eq!(ana.facts.channel(Channel::Sms).status, ConsentStatus::Subscribed);
        assert!(
            !std::path::Path::new(&import.file_path).exists(),
            "the file is gone when the import is over"
        );
        let twin = t.b.read(contacts::count).await?;
        assert_eq!(twin, 0);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_changes_nothing() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let mut text = String::from("email,first_name,accepts_email_marketing,points,tags\n");
        for n in 0..3_000 {
            text.push_str(&format!("p{n}@shop.example,Name{n},yes,{n},\"a,b\"\n"));
        }
        let first = shop.import_as("f.csv", &text, "").await?;
        assert_eq!(sums(&first.counts), [3_000, 3_000, 0, 0, 0]);
        let again = shop.import_as("f.csv", &text, "").await?;
        // The tag of the minute is the same one: nothing at all is new.
        assert_eq!(sums(&again.counts), [3_000, 0, 0, 3_000, 0]);
        t.advance_ms(60_000);
        let later = shop.import_as("f.csv", &text, "").await?;
        assert_eq!(sums(&later.counts), [3_000, 0, 3_000, 0, 0], "the new batch tag is new");
        assert_eq!(shop.count().await?, 3_000);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_reported_and_can_be_mended_and_imported() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let text = "email,first_name,country,birthday\n\
            ana@shop.example,=1+1,SG,1991-11-23\nnobody,Bob,GB,\ncyd@shop.example,\"Cyd, Jr\",Atlantis,soon\n\"dan@shop.example,x,y\n";
        let import = shop.import(text).await?;
        assert_eq!(sums(&import.counts), [4, 2, 0, 0, 2]);
        assert_eq!(import.counts.warnings, 2);
        let errors = shop.errors(&import).await?;
        assert_eq!(
            errors.lines().collect::<Vec<_>>(),
            [
                "import_line,import_severity,import_column,import_reason,email,first_name,country,birthday",
                "3,error,email,\"an address has one @, like name@example.com\",nobody,Bob,GB,\"\"".replace(",\"\"", ",").as_str(),
                "4,warning,country,\"a country is a code like SG or a name like Singapore\",cyd@shop.example,\"Cyd, Jr\",Atlantis,soon",
                "4,warning,birthday,\"a birthday is a day between 1880 and today, written like 1991-11-23\"",
                "5,error,email,\"a quote opens here and is never closed; close it, or double every quote inside a value\",\"\"\"dan@shop.example,x,y\"",
            ]
        );
        let mended = errors.lines().take(3).collect::<Vec<_>>().join("\n").replace("nobody", "bob@shop.example").replace("Atlantis", "TW");
        let again = shop.import_as("errors.csv", &mended, "").await?;
        assert_eq!((again.plan.format.as_str(), sums(&again.counts)), ("error_file", [2, 1, 1, 0, 0]));
        assert_eq!(shop.contact("cyd@shop.example").await?.facts.country.unwrap().as_str(), "TW");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_never_brings_back_who_said_no() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        shop.import("email,accepts_email_marketing\nana@shop.example,yes\nbob@shop.example,unsubscribed\ncyd@shop.example,cleaned\ndan@shop.example,no\n").await?;
        assert_eq!(shop.status("bob@shop.example").await?, ConsentStatus::Unsubscribed);
        let all_yes = "email,accepts_email_marketing\nana@shop.example,no\nbob@shop.example,yes\ncyd@shop.example,yes\ndan@shop.example,yes\n";
        let import = shop.import(all_yes).await?;
        assert!(import.counts.refused_subscriptions >= 2, "{:?}", import.counts);
        assert_eq!(shop.status("ana@shop.example").await?, ConsentStatus::Subscribed, "no is not a withdrawal");
        assert_eq!(shop.status("bob@shop.example").await?, ConsentStatus::Unsubscribed);
        assert!(!shop.contact("cyd@shop.example").await?.facts.channel(Channel::Email).is_sendable());
        assert_eq!(shop.status("dan@shop.example").await?, ConsentStatus::Subscribed);
        let everyone = "everyone = { email = \"subscribed\" }";
        shop.import_as("f.csv", "email\nbob@shop.example\n", everyone).await?;
        assert_eq!(shop.status("bob@shop.example").await?, ConsentStatus::Unsubscribed);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_of_a_file_win_field_by_field_and_are_counted() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop
            .import("email,first_name,city\nana@shop.example,Anna,Oslo\nbob@shop.example,Bob,Rome\nANA@shop.example,Ana,\n")
            .await?;
        assert_eq!(sums(&import.counts), [3, 2, 1, 0, 0]);
        assert_eq!(import.counts.duplicates, 1);
        let ana = shop.contact("ana@shop.example").await?.open(&shop.keys)?;
        assert_eq!((ana.first_name.as_deref(), ana.city.as_deref()), (Some("Ana"), Some("Oslo")));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_somebody_else_costs_the_phone_not_the_row() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        shop.import("email,phone\nana@shop.example,+6591234567\n").await?;
        let import = shop
            .import("email,phone,accepts_sms\nbob@shop.example,+6591234567,yes\nana@shop.example,+6590000001,no\n")
            .await?;
        assert_eq!(sums(&import.counts), [2, 1, 1, 0, 0]);
        assert!(shop.errors(&import).await?.contains("belongs to another contact"));
        assert_eq!(shop.contact("bob@shop.example").await?.open(&shop.keys)?.phone, None);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_contacts_follow_the_chosen_rule() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        shop.import("email,first_name,city\nana@shop.example,Ana,\n").await?;
        let new = "email,first_name,city\nana@shop.example,Anna,Oslo\n";
        let skip = shop.import_as("f.csv", new, "existing = \"skip\"").await?;
        assert_eq!(sums(&skip.counts), [1, 0, 0, 1, 0]);
        let name = async || -> Result<_> {
            let p = shop.contact("ana@shop.example").await?.open(&shop.keys)?;
            Ok((p.first_name.unwrap_or_default(), p.city.unwrap_or_default()))
        };
        assert_eq!(name().await?, ("Ana".into(), String::new()));
        shop.import_as("f.csv", new, "existing = \"fill_gaps\"").await?;
        assert_eq!(name().await?, ("Ana".into(), "Oslo".into()));
        shop.import_as("f.csv", new, "").await?;
        assert_eq!(name().await?, ("Anna".into(), "Oslo".into()));
        Ok(())
    })
    .await;
}

/// A file with a bad row at every hundredth place.
fn big(rows: u64) -> String {
    let mut text = String::from("email,phone,first_name,accepts_email_marketing\n");
    for n in 0..rows {
        let at = if n % 100 == 99 { "" } else { "@shop.example" };
        text.push_str(&format!("p{n}{at},,Name{n},yes\n"));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn after_any_end_an_import_goes_on_where_it_stood() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let (rows, text) = (60_000, big(60_000));
        let import = shop.upload(&text).await?;
        shop.begin(&import, false).await?;
        // The process ends after the first batch is committed: nobody notes anything.
        let batches = Arc::new(AtomicU64::new(0));
        let (seen, told) = (batches.clone(), batches.clone());
        let watch = Watch::new(
            move || seen.load(Ordering::SeqCst) > 0,
            move |_, _| {
                told.fetch_add(1, Ordering::SeqCst);
            },
        );
        let (half, ending) = shop.run(&import, watch).await?;
        assert_eq!((ending, half.state), (Ending::Stopped, State::Running));
        assert!(half.counts.rows > 0 && half.counts.rows < rows, "{:?}", half.counts);
        assert_eq!(shop.count().await?, half.counts.created);
        let (whole, ending) = shop.run(&import, Watch::new(|| false, |_, _| {})).await?;
        assert_eq!((ending, whole.state), (Ending::Finished, State::Done));
        assert_eq!(sums(&whole.counts), [rows, rows - rows / 100, 0, 0, rows / 100]);
        assert_eq!(shop.count().await?, rows - rows / 100);
        let errors = shop.errors(&whole).await?;
        assert_eq!(errors.lines().count() as u64, 1 + rows / 100, "each bad row once");
        let (over, ending) = shop.run(&import, Watch::new(|| false, |_, _| {})).await?;
        assert_eq!((ending, over.counts), (Ending::Overtaken, whole.counts));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_import_count_every_row_once() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop.upload(&big(4_000)).await?;
        shop.begin(&import, false).await?;
        let run =
            || jobs::run_import(&shop.store, shop.keys.clone(), import.id, Watch::new(|| false, |_, _| {}));
        let (one, two) = tokio::join!(run(), run());
        let endings = [one?.1, two?.1];
        assert!(endings.contains(&Ending::Finished), "{endings:?}");
        let id = import.id;
        let import = shop.store.read(move |tx| sql::get(tx, id)).await?;
        assert_eq!(sums(&import.counts), [4_000, 3_960, 0, 0, 40]);
        assert_eq!((shop.count().await?, import.state), (3_960, State::Done));
        Ok(())
    })
    .await;
}

fn handlers(t: &TestDb) -> Arc<Vec<Box<dyn JobHandler>>> {
    Arc::new(super::handlers_with(&t.vault))
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_check_import_and_undo() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        shop.import("email,first_name\nold@shop.example,Old\n").await?;
        let tagged = shop.contact("old@shop.example").await?.facts.tags.len();
        t.advance_ms(60_000);
        let text = "email,first_name\nold@shop.example,New\nana@shop.example,Ana\nbob@shop.example,Bob\nana@shop.example,Anna\nbad,x\n";
        let import = shop.upload(text).await?;
        jobs::enqueue_check(&shop.store, import.id).await?;
        run_due_jobs(&t.db, &handlers(&t)).await?;
        let id = import.id;
        let get = || shop.store.read(move |tx| sql::get(tx, id));
        let checked = get().await?;
        let dry = checked.dry_run.unwrap();
        assert_eq!((sums(&dry), dry.duplicates), ([5, 2, 2, 0, 1], 1));
        assert_eq!((checked.state, shop.count().await?), (State::Uploaded, 1), "nothing was stored");
        assert!(shop.errors(&checked).await?.contains("6,error,email"));

        shop.begin(&import, true).await?;
        run_due_jobs(&t.db, &handlers(&t)).await?;
        let done = get().await?;
        assert_eq!((done.state, sums(&done.counts)), (State::Done, [5, 2, 2, 0, 1]));
        assert_eq!(shop.errors(&done).await?.lines().count(), 2, "the report of the dry run is gone");

        t.advance_ms(60_000);
        shop.import("email,city\nbob@shop.example,Oslo\n").await?;
        t.advance_ms(1_000);
        jobs::enqueue_undo(&shop.store, import.id, Actor::Operator).await?;
        run_due_jobs(&t.db, &handlers(&t)).await?;
        let undone = get().await?;
        let counts = undone.undo.unwrap();
        assert_eq!((undone.state, counts.erased, counts.kept, counts.untagged), (State::Undone, 1, 1, 1));
        assert_eq!(shop.count().await?, 2, "the changed contact and the older one stay");
        let old = shop.contact("old@shop.example").await?;
        assert_eq!(old.open(&shop.keys)?.first_name.as_deref(), Some("New"), "changes are not guessed back");
        assert_eq!(old.facts.tags.len(), tagged);
        let again = jobs::enqueue_undo(&shop.store, import.id, Actor::Operator).await;
        assert!(again.unwrap_err().is(Code::Conflict));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_has_its_time_and_its_place() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let waiting = shop.upload("email\nana@shop.example\n").await?;
        assert!(
            jobs::enqueue_undo(&shop.store, waiting.id, Actor::Operator)
                .await
                .unwrap_err()
                .is(Code::Conflict)
        );
        let import = shop.import("email\nana@shop.example\n").await?;
        t.advance_ms(super::model::UNDO_MS + 1);
        let late = jobs::enqueue_undo(&shop.store, import.id, Actor::Operator).await.unwrap_err();
        assert!(late.to_string().contains("30 days"), "{late}");
        let (store, id) = (t.b.clone(), import.id);
        assert!(
            store.read(move |tx| sql::get(tx, id)).await.unwrap_err().is(Code::NotFound),
            "not the twin's"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_can_be_stopped_and_gone_on_with() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop.import(&big(6_000)).await?;
        let (store, id) = (shop.store.clone(), import.id);
        let half = tokio::task::spawn_blocking(move || {
            let steps = AtomicU64::new(0);
            let stop = || steps.load(Ordering::SeqCst) > 0;
            let report = |_, _| {
                steps.fetch_add(1, Ordering::SeqCst);
            };
            let control = super::pipeline::Control { should_stop: &stop, report: &report };
            undo::undo(&store, id, "operator", control)
        })
        .await
        .unwrap()?;
        assert_eq!(half, None);
        let left = shop.count().await?;
        assert!(left > 0 && left < 5_940);
        let store = shop.store.clone();
        let control = super::pipeline::Control::none();
        let counts = tokio::task::spawn_blocking(move || undo::undo(&store, id, "operator", control))
            .await
            .unwrap()?
            .unwrap();
        assert_eq!((counts.erased, shop.count().await?), (5_940, 0));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_a_waiting_import() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop.upload(&big(500)).await?;
        assert!(jobs::cancel(&shop.store, import.id, Actor::Operator).await.unwrap_err().is(Code::Conflict));
        shop.begin(&import, true).await?;
        let cancelled = jobs::cancel(&shop.store, import.id, Actor::Operator).await?;
        assert_eq!(cancelled.state, State::Cancelled);
        run_due_jobs(&t.db, &handlers(&t)).await?;
        assert_eq!(shop.count().await?, 0);
        assert!(!std::path::Path::new(&import.file_path).exists());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_in_without_undertaking_and_statement() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let yes = shop.upload("email,accepts_email_marketing\nana@shop.example,yes\n").await?;
        let begin = |import: &Import, undertaking: &str, statement: &str| {
            let declaration = Declaration {
                undertaking: undertaking.into(),
                statement: statement.into(),
                actor: Actor::Operator,
            };
            intake::begin(&shop.store, import.id, declaration, false)
        };
        assert!(begin(&yes, "", "x").await.unwrap_err().is(Code::Conflict), "P-055");
        assert!(begin(&yes, "1999-01", "x").await.unwrap_err().is(Code::Conflict));
        assert!(begin(&yes, UNDERTAKING_VERSION, " ").await.unwrap_err().is(Code::Validation));
        begin(&yes, UNDERTAKING_VERSION, "Checkout, box ticked by hand.").await?;
        assert!(begin(&yes, UNDERTAKING_VERSION, "again").await.unwrap_err().is(Code::Conflict));
        let silent = shop.upload("email\nana@shop.example\n").await?;
        begin(&silent, UNDERTAKING_VERSION, "").await?;
        shop.run(&yes, Watch::new(|| false, |_, _| {})).await?;
        let ana = shop.contact("ana@shop.example").await?;
        let ordinal = ana.ordinal;
        let history = shop.store.read(move |tx| crate::consent::sql::list_history(tx, ordinal)).await?;
        assert_eq!(history[0].grounds.wording, "Checkout, box ticked by hand.");
        assert_eq!(history[0].grounds.import, Some(yes.id));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_can_be_changed_until_the_import_begins() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let import = shop.upload("mail,colour\nana@shop.example,red\n").await?;
        let mapping = MappingIn::from_toml("[columns]\ncolour = \"city\"")?;
        let (mapped, _) = intake::remap(&shop.store, import.id, mapping.clone()).await?;
        assert_eq!(mapped.mapping, mapping);
        shop.begin(&import, false).await?;
        shop.run(&import, Watch::new(|| false, |_, _| {})).await?;
        assert_eq!(shop.contact("ana@shop.example").await?.open(&shop.keys)?.city.as_deref(), Some("red"));
        assert!(intake::remap(&shop.store, import.id, mapping).await.unwrap_err().is(Code::Conflict));
        let refused = shop.upload("{\"a\": 1}").await.unwrap_err();
        assert!(refused.is(Code::UnsupportedMediaType) && refused.to_string().contains("JSON"));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attribute_the_store_has_keeps_its_type() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        shop.import("email,size\nana@shop.example,38\nbob@shop.example,40\n").await?;
        let import = shop.import("email,size\nana@shop.example,medium\nbob@shop.example,41\n").await?;
        assert_eq!((import.counts.errors, import.counts.warnings), (0, 1));
        assert!(shop.errors(&import).await?.contains("a whole number"));
        let bob = shop.contact("bob@shop.example").await?;
        assert_eq!(bob.facts.attributes[0].1, AttributeValue::Integer(41));
        Ok(())
    })
    .await;
}

/// Imports a workbook of so many sound rows with one cell each, then `broken`; answers the import after it
/// failed, and its report.
async fn import_broken(shop: &Shop, sound: u32, broken: &str) -> Result<(Import, String)> {
    let mut rows = String::from("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>email</t></is></c></row>");
    for n in 2..sound + 2 {
        rows.push_str(&format!(
            "<row r=\"{n}\"><c r=\"A{n}\" t=\"inlineStr\"><is><t>p{n}@shop.example</t></is></c></row>"
        ));
    }
    rows.push_str(broken);
    let shared = super::reader::tests::workbooks::shared(&[]);
    let bytes = super::reader::tests::workbooks::workbook(&rows, &shared, true, None);
    let id = shop.store.db().ids().make().into();
    let path = shop.dir.join(format!("{id}.import"));
    std::fs::write(&path, bytes).unwrap();
    let arrival = Arrival {
        id,
        path,
        file_name: "x.xlsx".into(),
        mapping: MappingIn::default(),
        digest: None,
        actor: Actor::Operator,
    };
    let (import, _) = intake::receive(&shop.store, arrival).await?;
    shop.begin(&import, false).await?;
    let failed = shop.run(&import, Watch::new(|| false, |_, _| {})).await;
    assert!(failed.unwrap_err().is(Code::UnsupportedMediaType));
    let import = shop.store.read(move |tx| sql::get(tx, id)).await?;
    assert_eq!(import.state, State::Failed);
    assert!(import.error.as_ref().unwrap().contains("damaged"));
    let report = shop.errors(&import).await?;
    Ok((import, report))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_breaks_between_two_rows_keeps_every_row_before() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let broken = "<row r=\"5000\"><c r=\"A5000\"><v>1</v></row>";
        let (import, report) = import_broken(&shop, 4_998, broken).await?;
        assert_eq!((import.counts.created, import.counts.errors), (4_998, 0), "{report}");
        assert_eq!(shop.count().await?, 4_998);
        shop.contact("p4999@shop.example").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_breaks_in_a_row_names_that_row_and_keeps_every_row_before() {
    for_each_engine(|t| async move {
        let shop = Shop::of(&t).await?;
        let cell = "<c r=\"A5000\" t=\"inlineStr\"><is><t>half@shop.example</t></is></c>";
        let broken = format!("<row r=\"5000\">{cell}<c r=\"B5000\"><v>1</v></row>");
        let (import, report) = import_broken(&shop, 4_998, &broken).await?;
        assert_eq!((import.counts.created, import.counts.errors), (4_998, 1), "{report}");
        assert_eq!(shop.count().await?, 4_998, "half a row is no contact");
        assert!(report.contains("5000") && report.contains("not be read beyond this row"), "{report}");
        Ok(())
    })
    .await;
}
