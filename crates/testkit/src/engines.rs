//! A fresh, migrated database on every engine, with two stores that must never meet.
//!
//! PostgreSQL is reached through `SMARTPUSH_TEST_POSTGRES` (a URL whose user may create databases);
//! `make test` starts one. Without it the PostgreSQL half is skipped loudly.

use kernel::ids::{AccountId, StoreId};
use kernel::{ManualClock, Result, Timestamp};
use std::future::Future;
use std::sync::Arc;
use store::{Database, RootKey, Scope, Scoped, Vault, global_statements, params};
use tempfile::TempDir;

/// When tests begin: 2026-11-23T09:00:00Z.
pub const START_MS: i64 = 1_795_424_400_000;

global_statements! {
    /// Makes a store for a test.
    INSERT_TEST_STORE = "INSERT INTO stores (id, account_id, name, settings, created_at) VALUES ($1, $2, $3, '{}', $4)";
}

/// A database of one test.
pub struct TestDb {
    /// The migrated database.
    pub db: Database,
    /// Its clock; stands until moved.
    pub clock: Arc<ManualClock>,
    /// Keys for its stores.
    pub vault: Vault,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// The URL it was opened with.
    pub url: String,
    /// The store under test.
    pub a: Scoped,
    /// Its twin: same account, same kind of data, never visible from `a`.
    pub b: Scoped,
    _dir: TempDir,
    drop_database: Option<(String, String)>,
}

impl TestDb {
    /// Opens a fresh SQLite file.
    pub async fn sqlite() -> Result<Self> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        Self::with(url, "sqlite", dir, None).await
    }

    /// Creates a fresh PostgreSQL database, or `None` if no server is given.
    pub async fn postgres() -> Option<Result<Self>> {
        let base = postgres_url()?;
        let name = format!("t_{:016x}", rand::random::<u64>());
        run_sql(&base, &format!("CREATE DATABASE {name}")).await;
        let url = replace_database(&base, &name);
        let dir = tempfile::tempdir().expect("a temporary folder");
        Some(Self::with(url, "postgres", dir, Some((base, name))).await)
    }

    async fn with(
        url: String,
        engine: &'static str,
        dir: TempDir,
        drop_database: Option<(String, String)>,
    ) -> Result<Self> {
        let clock = Arc::new(ManualClock::at(START_MS));
        let db = Database::open(&url, clock.clone()).await?.prepare().await?;
        let vault = Vault::new(RootKey::new(&[7; 32])?);
        let a = create_store(&db, &vault, AccountId(1), "A").await?;
        let b = create_store(&db, &vault, AccountId(2), "B").await?;
        Ok(TestDb { db, clock, vault, engine, url, a, b, _dir: dir, drop_database })
    }

    /// Moves the clock forward.
    pub fn advance_ms(&self, ms: i64) {
        self.clock.advance_ms(ms);
    }

    /// The present instant of the test.
    pub fn now(&self) -> Timestamp {
        self.db.now()
    }

    /// A folder that is removed with the test.
    pub fn dir(&self) -> &std::path::Path {
        self._dir.path()
    }
}

/// Makes a store with lane and key, as `tenancy` does.
async fn create_store(
    db: &Database,
    vault: &Vault,
    account: AccountId,
    name: &'static str,
) -> Result<Scoped> {
    let vault = vault.clone();
    let scope = db
        .system()
        .write(move |tx| {
            let id: StoreId = tx.ids().make().into();
            let now = tx.now();
            tx.execute(&INSERT_TEST_STORE, params![id.0, account, name, now])?;
            vault.create_store_key(tx, id)?;
            #[expect(clippy::disallowed_methods, reason = "tests act as the operator")]
            let scope = Scope::mint(id);
            tx.enter(scope).execute(&store::log::INSERT_LANE, params![])?;
            Ok(scope)
        })
        .await?;
    Ok(db.scoped(scope))
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some((base, name)) = self.drop_database.take() else { return };
        // A thread of its own: the test's runtime may be single-threaded and on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run_sql(&base, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        dropped.join().expect("the test database is dropped");
    }
}

/// The server for PostgreSQL tests, if given.
pub fn postgres_url() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told their server by the environment")]
    std::env::var("SMARTPUSH_TEST_POSTGRES").ok().filter(|u| !u.is_empty())
}

pub(crate) fn replace_database(url: &str, name: &str) -> String {
    let (head, query) = url.split_once('?').map_or((url, ""), |(h, q)| (h, q));
    let cut = head.rfind('/').filter(|i| *i > "postgres://".len()).unwrap_or(head.len());
    match query {
        "" => format!("{}/{name}", &head[..cut]),
        q => format!("{}/{name}?{q}", &head[..cut]),
    }
}

pub(crate) async fn run_sql(url: &str, sql: &str) {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("the test server answers");
    let driver = tokio::spawn(connection);
    client.batch_execute(sql).await.expect(sql);
    drop(client);
    driver.await.expect("the connection ends").expect("the connection ends well");
}

/// Runs a test on a fresh database of every engine. Use inside `#[tokio::test(flavor = "multi_thread")]`.
pub async fn for_each_engine<F, Fut>(test: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let lite = TestDb::sqlite().await.expect("a SQLite test database");
    test(lite).await.unwrap_or_else(|e| panic!("on SQLite: {e}"));
    match TestDb::postgres().await {
        Some(db) => {
            let db = db.expect("a PostgreSQL test database");
            test(db).await.unwrap_or_else(|e| panic!("on PostgreSQL: {e}"));
        }
        None => eprintln!("PostgreSQL half SKIPPED: SMARTPUSH_TEST_POSTGRES is not set"),
    }
}
