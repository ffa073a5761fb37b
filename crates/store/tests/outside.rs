//! The outside log: what is kept is read, what is lost is missed, what is newer is replayed.

use kernel::{Clock, ManualClock, Result, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use store::outside::{Reading, Record, Replayer, StorePoint, begin_replay, is_behind, register, replay};
use store::{Database, OutsideLog, Tx, Vault, backup};
use testkit::{TestDb, for_each_engine};

const KIND: &str = "test.kept";
const DAY_MS: i64 = 86_400_000;

fn log_in(folder: &Path, t: &TestDb) -> Result<OutsideLog> {
    OutsideLog::open(folder, &t.vault, t.clock.clone())
}

/// The store under test with a log in this folder.
fn with_log(t: &TestDb, folder: &Path) -> Result<store::Scoped> {
    Ok(t.db.clone().keep_outside(log_in(folder, t)?).scoped(t.a.scope()))
}

async fn keep(store: &store::Scoped, word: &'static str) -> Result<()> {
    store
        .write(move |tx| {
            tx.keep_outside(KIND, word.as_bytes().to_vec());
            Ok(())
        })
        .await
}

fn words(reading: &Reading) -> Vec<String> {
    reading.records.iter().map(|r| String::from_utf8_lossy(&r.body).into_owned()).collect()
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the log").map(|e| e.expect("the log").path());
    let mut found: Vec<_> = entries.filter(|p| p.extension().is_some_and(|e| e == "log")).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_answer_has_its_record_in_the_log_at_its_place_in_the_event_log() {
    for_each_engine(|t| async move {
        let folder = t.dir().join("outside");
        let store = with_log(&t, &folder)?;
        keep(&store, "first").await?;
        let head = store.read(|tx| tx.log_head()).await?;
        let reading = Reading::of(&folder, &t.vault)?;
        let at = t.now();
        let expected = Record {
            generation: 0,
            store: store.store().0,
            seq: head,
            at,
            kind: KIND.into(),
            body: b"first".to_vec(),
        };
        assert_eq!(reading.records, [expected]);
        assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
        let refused: Result<()> = store
            .write(|tx| {
                tx.keep_outside(KIND, b"never happened".to_vec());
                Err(kernel::Problem::conflict("rolled back").into())
            })
            .await;
        assert!(refused.is_err());
        assert_eq!(words(&Reading::of(&folder, &t.vault)?), ["first"]);
        let on_disk = std::fs::read(&segments(&folder)[0]).unwrap();
        assert!(!on_disk.windows(5).any(|w| w == b"first"), "records are sealed");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_folder_write_one_log() {
    for_each_engine(|t| async move {
        let folder = t.dir().join("outside");
        let (one, two) = (with_log(&t, &folder)?, with_log(&t, &folder)?);
        assert_eq!(one.db().outside().unwrap().id(), two.db().outside().unwrap().id());
        for _ in 0..20 {
            let (a, b) = tokio::join!(keep(&one, "one"), keep(&two, "two"));
            a.and(b)?;
        }
        let reading = Reading::of(&folder, &t.vault)?;
        assert_eq!((reading.records.len(), segments(&folder).len()), (40, 2));
        assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_cut_at_any_byte_says_so_and_keeps_what_is_before() {
    let t = TestDb::sqlite().await.unwrap();
    let folder = t.dir().join("outside");
    let store = with_log(&t, &folder).unwrap();
    let mut ends = Vec::new();
    for word in ["one", "two", "three"] {
        keep(&store, word).await.unwrap();
        ends.push(std::fs::metadata(&segments(&folder)[0]).unwrap().len() as usize);
    }
    let file = segments(&folder).remove(0);
    let whole = std::fs::read(&file).unwrap();
    for cut in 1..whole.len() {
        std::fs::write(&file, &whole[..cut]).unwrap();
        let reading = Reading::of(&folder, &t.vault).unwrap();
        let kept = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(words(&reading), ["one", "two", "three"][..kept], "cut at {cut}");
        let at_an_end = ends.contains(&cut) || (kept == 0 && reading.gaps.is_empty());
        assert_eq!(reading.gaps.is_empty(), at_an_end, "cut at {cut}: {:?}", reading.gaps);
    }
    // A later segment saw how long it was: then a cut at a record's end is missed too.
    std::fs::write(&file, &whole).unwrap();
    keep(&with_log(&t, &folder).unwrap(), "four").await.unwrap();
    std::fs::write(&file, &whole[..ends[0]]).unwrap();
    let reading = Reading::of(&folder, &t.vault).unwrap();
    assert!(reading.gaps.iter().any(|g| g.contains("once had")), "{:?}", reading.gaps);
    std::fs::remove_file(&file).unwrap();
    let reading = Reading::of(&folder, &t.vault).unwrap();
    assert!(reading.gaps.iter().any(|g| g.contains("missing")), "{:?}", reading.gaps);
    assert_eq!(words(&reading), ["four"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_moved_or_changed_is_no_record() {
    let t = TestDb::sqlite().await.unwrap();
    let folder = t.dir().join("outside");
    let store = with_log(&t, &folder).unwrap();
    let mut ends = vec![0];
    for word in ["one", "two"] {
        keep(&store, word).await.unwrap();
        ends.push(std::fs::metadata(&segments(&folder)[0]).unwrap().len() as usize);
    }
    let file = segments(&folder).remove(0);
    let whole = std::fs::read(&file).unwrap();
    let second = ends[2] - ends[1];
    let (head, one) = whole[..ends[1]].split_at(ends[1] - second);
    for bytes in [[head, &whole[ends[1]..], one].concat(), [head, &whole[ends[1]..]].concat()] {
        std::fs::write(&file, bytes).unwrap();
        let reading = Reading::of(&folder, &t.vault).unwrap();
        assert!(reading.records.is_empty() && !reading.gaps.is_empty(), "{:?}", words(&reading));
    }
    let mut changed = whole.clone();
    let middle = ends[2] - 3;
    changed[middle] ^= 1;
    std::fs::write(&file, changed).unwrap();
    let reading = Reading::of(&folder, &t.vault).unwrap();
    assert_eq!((words(&reading), reading.gaps.len()), (vec!["one".to_owned()], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_lives_two_days_longer_than_a_backup_and_is_not_missed_then() {
    let t = TestDb::sqlite().await.unwrap();
    let folder = t.dir().join("outside");
    let store = with_log(&t, &folder).unwrap();
    keep(&store, "old").await.unwrap();
    t.advance_ms(DAY_MS);
    keep(&store, "next day").await.unwrap();
    assert_eq!(segments(&folder).len(), 2, "a segment a day");
    t.advance_ms(backup::LIFE_MS + DAY_MS);
    keep(&store, "last moment").await.unwrap();
    let all = ["old", "next day", "last moment"];
    assert_eq!(words(&Reading::of(&folder, &t.vault).unwrap()), all);
    // Time alone removes nothing: what was removed while nothing is written would look lost.
    t.advance_ms(DAY_MS - 1);
    log_in(&folder, &t).unwrap();
    let reading = Reading::of(&folder, &t.vault).unwrap();
    assert_eq!((words(&reading), reading.gaps), (all.map(str::to_owned).to_vec(), Vec::<String>::new()));
    t.advance_ms(1);
    keep(&store, "new").await.unwrap();
    let reading = Reading::of(&folder, &t.vault).unwrap();
    assert_eq!(words(&reading), ["next day", "last moment", "new"]);
    assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disk_refused_is_not_acknowledged_and_is_written_by_the_next_that_works() {
    let t = TestDb::sqlite().await.unwrap();
    let folder = t.dir().join("outside");
    let store = with_log(&t, &folder).unwrap();
    std::fs::rename(&folder, t.dir().join("away")).unwrap();
    let refused = keep(&store, "refused").await.unwrap_err();
    assert!(refused.is_transient() && refused.to_string().contains("outside log"), "{refused}");
    std::fs::rename(t.dir().join("away"), &folder).unwrap();
    keep(&store, "taken").await.unwrap();
    assert_eq!(words(&Reading::of(&folder, &t.vault).unwrap()), ["refused", "taken"]);
}

/// Notes what it is given.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Replayer for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[KIND]
    }

    fn replay(&self, tx: &mut Tx<'_>, _: StorePoint, records: &[Record]) -> Result<u64> {
        let words = records.iter().map(|r| String::from_utf8_lossy(&r.body).into_owned());
        self.0.lock().expect("the notes").extend(words);
        // What a replay does is kept outside as well.
        tx.keep_outside(KIND, b"replayed".to_vec());
        Ok(records.len() as u64)
    }
}

/// The database as it was when the backup was made.
async fn restored(vault: &Vault, clock: &Arc<ManualClock>, file: &Path, to: &Path) -> Result<Database> {
    let opened = backup::open(vault, clock.now(), file, &backup::key_file_of(file))?;
    opened.write_to(&mut std::fs::File::create(to).expect("a file"))?;
    Database::open(&format!("sqlite:{}", to.display()), clock.clone()).await?.prepare().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_the_past_is_given_exactly_what_is_newer_also_the_second_time() {
    let t = TestDb::sqlite().await.unwrap();
    let folder = t.dir().join("outside");
    let store = with_log(&t, &folder).unwrap();
    register(store.db()).await.unwrap();
    keep(&store, "before").await.unwrap();
    let (first, second) = (t.dir().join("first"), t.dir().join("second"));
    backup::back_up(&t.db, &t.vault, &first).unwrap();
    keep(&store, "after").await.unwrap();
    assert!(!is_behind(store.db()).await.unwrap(), "the living database is not behind its own log");

    let back = async |file: &Path, name: &str| {
        let db = restored(&t.vault, &t.clock, file, &t.dir().join(name)).await.unwrap();
        let db = db.keep_outside(log_in(&folder, &t).unwrap());
        assert!(is_behind(&db).await.unwrap(), "{name}");
        let notes = Arc::new(Notes::default());
        let replayers: [Arc<dyn Replayer>; 1] = [notes.clone()];
        let reading = db.outside().unwrap().read().unwrap();
        let newest = reading.records.iter().map(|r| r.generation).max().unwrap_or(0);
        let point = begin_replay(&db, newest).await.unwrap();
        replay(&db, &point, reading, &replayers).await.unwrap();
        assert!(!is_behind(&db).await.unwrap(), "{name}");
        db.system().write(store::outside::end_replay).await.unwrap();
        assert!(!is_behind(&db).await.unwrap(), "{name}");
        assert!(point.missing().iter().all(|m| m.contains("not replayed")), "{:?}", point.missing());
        let given = std::mem::take(&mut *notes.0.lock().unwrap());
        (db, given)
    };
    let (db, given) = back(&first, "restored once").await;
    assert_eq!(given, ["after"]);
    let restored_store = db.scoped(t.a.scope());
    backup::back_up(&db, &t.vault, &second).unwrap();
    keep(&restored_store, "in the second life").await.unwrap();
    // Positions are used twice now; the generation tells the lives apart.
    let (_, given) = back(&second, "restored from the second life").await;
    assert_eq!(given, ["in the second life"]);
    let (_, given) = back(&first, "restored from the first life again").await;
    assert_eq!(given, ["after", "replayed", "in the second life", "replayed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_are_not_at_hand_are_named() {
    let t = TestDb::sqlite().await.unwrap();
    let store = with_log(&t, &t.dir().join("outside")).unwrap();
    let never = begin_replay(&t.db, 0).await.unwrap();
    assert!(never.missing()[0].contains("No outside log was kept"), "{:?}", never.missing());
    t.db.system().write(store::outside::end_replay).await.unwrap();
    register(store.db()).await.unwrap();
    let other = with_log(&t, &t.dir().join("of another machine")).unwrap();
    register(other.db()).await.unwrap();
    let id = other.db().outside().unwrap().id().to_owned();
    let point = begin_replay(store.db(), 0).await.unwrap();
    let reading = store.db().outside().unwrap().read().unwrap();
    replay(store.db(), &point, reading, &[]).await.unwrap();
    let point = t.db.system().read(store::outside::find_point).await.unwrap().unwrap();
    assert_eq!(point.missing().len(), 1);
    assert!(point.missing()[0].contains(&id), "{:?}", point.missing());
    assert!(Timestamp(0) < point.at);
}
