//! Every column of the migrated schema is claimed by one feature, and says what it is for (P-014).

use super::statements::schema;
use server::registry;
use std::collections::{BTreeMap, BTreeSet};
use testkit::TestDb;
use web::Class;
use web::data_map::Register;

#[tokio::test(flavor = "multi_thread")]
async fn every_column_is_claimed_once_and_every_claim_exists() {
    let t = TestDb::sqlite().await.unwrap();
    let schema = schema(&t).await.unwrap();
    let register = Register::of(&registry::features());
    let mut claimed: BTreeMap<(String, String), u32> = BTreeMap::new();
    for table in register.tables() {
        for column in table.groups.iter().flat_map(|g| g.columns) {
            *claimed.entry((table.name.to_owned(), (*column).to_owned())).or_default() += 1;
        }
    }
    let present: BTreeSet<(String, String)> = schema
        .columns
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |c| (table.clone(), c.clone())))
        .collect();
    let name = |(table, column): &(String, String)| format!("{table}.{column}");
    let unclaimed: Vec<_> = present.iter().filter(|c| !claimed.contains_key(*c)).map(name).collect();
    let absent: Vec<_> = claimed.keys().filter(|c| !present.contains(*c)).map(name).collect();
    let twice: Vec<_> = claimed.iter().filter(|(_, n)| **n > 1).map(|(c, _)| name(c)).collect();
    assert!(
        unclaimed.is_empty() && absent.is_empty() && twice.is_empty(),
        "claimed by no feature's data_map!: {unclaimed:?}\nclaimed but absent: {absent:?}\nclaimed twice: {twice:?}"
    );
}

#[test]
fn personal_columns_say_purpose_basis_source_retention_and_recipients() {
    let register = Register::of(&registry::features());
    for table in register.tables() {
        for group in table.groups.iter().filter(|g| g.class != Class::None) {
            let said = [group.purpose, group.basis, group.source, group.retention, group.recipients];
            assert!(said.iter().all(|s| !s.is_empty()), "{}: {:?} lacks a word", table.name, group.columns);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_a_store_have_it_first_in_their_key() {
    let t = TestDb::sqlite().await.unwrap();
    let schema = schema(&t).await.unwrap();
    for (table, columns) in &schema.columns {
        let global = store::global::TABLES.contains(&table.as_str());
        assert!(
            global || columns.first().is_some_and(|c| c == "store_id"),
            "{table}: store_id is the first column"
        );
    }
}
