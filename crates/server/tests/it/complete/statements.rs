//! Every registered statement is prepared and explained on both engines, and bound to its store.

use super::plan::{Schema, breaches_of_global, breaches_of_plan, breaches_of_text, parameters};
use kernel::Result;
use server::registry;
use std::collections::{BTreeMap, HashSet};
use store::{Statement, SystemTx, Value, params};
use testkit::TestDb;

store::global_statements! {
    /// Tables of the migrated schema.
    LIST_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    /// Columns of a table.
    LIST_COLUMNS = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid";
}

/// Reads the migrated schema from SQLite.
pub async fn schema(t: &TestDb) -> Result<Schema> {
    t.db.system()
        .read(|tx| {
            let mut schema = Schema::default();
            for table in tx.query(&LIST_TABLES, params![])? {
                let table = table.text(0)?;
                let rows = tx.query(&LIST_COLUMNS, params![table.as_str()])?;
                let keys: Vec<_> = rows.iter().filter(|r| r.int(2).is_ok_and(|pk| pk > 0)).collect();
                if let [key] = keys.as_slice()
                    && key.text(0)? == "store_id"
                    && key.text(1)? == "INTEGER"
                {
                    schema.keyed_by_store.insert(table.clone());
                }
                let columns = rows.iter().map(|r| r.text(0)).collect::<Result<_>>()?;
                schema.columns.insert(table, columns);
            }
            Ok(schema)
        })
        .await
}

/// A statement that explains another. Lives as long as the tests.
fn explaining(prefix: &str, statement: &Statement) -> &'static Statement {
    let text: &'static str = Box::leak(format!("{prefix} {}", statement.sql).into_boxed_str());
    Box::leak(Box::new(Statement::new(Box::leak(statement.name.to_owned().into_boxed_str()), text, true)))
}

fn explain(tx: &mut SystemTx<'_>, prefix: &str, statement: &Statement, column: usize) -> Result<Vec<String>> {
    let nulls = vec![Value::Null; parameters(statement.sql)];
    let rows = tx.query(explaining(prefix, statement), &nulls)?;
    rows.iter().map(|row| row.text(column)).collect()
}

/// SQLite's plan, or why there is none.
async fn plan(t: &TestDb, statement: &'static Statement) -> std::result::Result<Vec<String>, String> {
    let read = t.db.system().read(move |tx| explain(tx, "EXPLAIN QUERY PLAN", statement, 3)).await;
    read.map_err(|e| e.to_string())
}

/// Statements with the names of their features.
type Registered = Vec<(&'static str, &'static Statement)>;

/// Of stores, and global ones.
fn registered() -> (Registered, Registered) {
    let features = registry::features();
    let of = |pick: fn(&web::Feature) -> &Vec<&'static [&'static Statement]>| {
        let each = |f: &web::Feature| {
            let name = f.name;
            pick(f).iter().flat_map(|all| all.iter()).map(move |s| (name, *s)).collect::<Vec<_>>()
        };
        features.iter().flat_map(each).collect::<Vec<_>>()
    };
    (of(|f| &f.statements), of(|f| &f.global_statements))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_prepared_on_both_engines() {
    let (scoped, global) = registered();
    let all: Vec<_> = scoped.into_iter().chain(global).collect();
    assert!(all.len() > 50, "the registry is read");
    let mut wrong = Vec::new();
    let lite = TestDb::sqlite().await.unwrap();
    for (feature, statement) in &all {
        if let Err(e) = plan(&lite, statement).await {
            wrong.push(format!("{feature}: {} on SQLite: {e}", statement.name));
        }
    }
    if let Some(postgres) = TestDb::postgres().await {
        let postgres = postgres.unwrap();
        for (feature, statement) in &all {
            let statement = *statement;
            if let Err(e) = postgres.db.system().read(move |tx| explain(tx, "EXPLAIN", statement, 0)).await {
                wrong.push(format!("{feature}: {} on PostgreSQL: {e}", statement.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} statements do not prepare:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_bound_to_its_store_by_text_and_plan() {
    let t = TestDb::sqlite().await.unwrap();
    let schema = schema(&t).await.unwrap();
    let (scoped, global) = registered();
    let mut wrong = Vec::new();
    for (feature, statement) in scoped {
        let mut breaches = breaches_of_text(statement.sql, &schema);
        breaches.extend(breaches_of_plan(
            statement.sql,
            &plan(&t, statement).await.unwrap_or_default(),
            &schema,
        ));
        wrong.extend(breaches.iter().map(|b| format!("{feature}: {}: {b}", statement.name)));
    }
    for (feature, statement) in global {
        let breaches = breaches_of_global(statement.sql, &schema);
        wrong.extend(breaches.iter().map(|b| format!("{feature}: {}: {b}", statement.name)));
    }
    assert!(wrong.is_empty(), "{} breaches:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn names_of_statements_are_distinct_within_a_feature() {
    let (scoped, global) = registered();
    let mut seen: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for (feature, statement) in scoped.into_iter().chain(global) {
        assert!(
            seen.entry(feature).or_default().insert(statement.name),
            "{feature}: {} twice",
            statement.name
        );
    }
}

store::statements! {
    /// Good: one store.
    GOOD_ONE = "SELECT seq, kind FROM events WHERE store_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Good: the join names the store.
    GOOD_JOIN = "SELECT e.seq FROM events e JOIN event_cursors c ON c.store_id = e.store_id AND c.seq = e.seq
        WHERE e.store_id = $1";
    /// Good: the store is the key.
    GOOD_KEY = "UPDATE store_lanes SET next_seq = next_seq + $2 WHERE store_id = $1 RETURNING next_seq";
    /// Good: a list.
    GOOD_LIST = "DELETE FROM events WHERE store_id = $1 AND seq {in $2}";
    /// Bad: everything.
    BAD_ALL = "SELECT seq FROM events";
    /// Bad: a count of everything.
    BAD_COUNT = "SELECT count(*) FROM events";
    /// Bad: no store.
    BAD_FORGOTTEN = "SELECT seq FROM events WHERE seq = $2 AND $1 > 0";
    /// Bad: another parameter.
    BAD_PARAMETER = "SELECT seq FROM events WHERE store_id = $2 AND seq > $1";
    /// Bad: the join forgets the store.
    BAD_JOIN = "SELECT e.seq FROM events e JOIN event_cursors c ON c.seq = e.seq WHERE e.store_id = $1";
    /// Bad: EXISTS forgets the store.
    BAD_EXISTS = "SELECT seq FROM events e WHERE e.store_id = $1
        AND EXISTS (SELECT 1 FROM event_cursors c WHERE c.seq = e.seq)";
    /// Bad: the other branch.
    BAD_OR = "SELECT seq FROM events WHERE store_id = $1 OR seq = $2";
    /// Bad: the second half.
    BAD_UNION = "SELECT seq FROM events WHERE store_id = $1 UNION SELECT seq FROM events WHERE seq = $2";
    /// Bad: a whole table.
    BAD_UPDATE = "UPDATE events SET at = $2 WHERE at < $1";
    /// Bad: a whole table.
    BAD_DELETE = "DELETE FROM events WHERE at < $1";
    /// Bad: several stores.
    BAD_IN = "SELECT seq FROM events WHERE store_id IN (SELECT store_id FROM store_lanes WHERE store_id = $1)";
    /// Bad: the store of an insert is a parameter of the caller.
    BAD_INSERT = "INSERT INTO event_cursors (store_id, consumer, seq) VALUES ($2, $1, $3)";
    /// Bad: the store is not the first column.
    BAD_INSERT_ORDER = "INSERT INTO event_cursors (consumer, store_id, seq) VALUES ($2, $1, $3)";
    /// Bad: a global table in a store's statement.
    BAD_GLOBAL = "SELECT e.seq FROM events e JOIN stores s ON s.id = e.store_id WHERE e.store_id = $1";
    /// Bad: the index does not help.
    BAD_SCAN = "SELECT seq FROM events WHERE store_id + 0 = $1";
    /// Bad: columns come and go.
    BAD_STAR = "SELECT * FROM events WHERE store_id = $1";
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_itself_accepts_good_statements_and_refuses_bad_ones() {
    let t = TestDb::sqlite().await.unwrap();
    let schema = schema(&t).await.unwrap();
    for statement in ALL {
        let plan = plan(&t, statement).await.unwrap();
        let mut breaches = breaches_of_text(statement.sql, &schema);
        breaches.extend(breaches_of_plan(statement.sql, &plan, &schema));
        assert_eq!(
            statement.name.starts_with("GOOD"),
            breaches.is_empty(),
            "{}: {breaches:?} {plan:?}",
            statement.name
        );
    }
    assert!(!breaches_of_global("SELECT seq FROM events WHERE store_id = $1", &schema).is_empty());
    assert!(breaches_of_global("SELECT id FROM stores WHERE account_id = $1", &schema).is_empty());
}
