//! Statements on definitions of custom attributes, and the functions that run them.

use crate::attributes::model::{AttributeClass, AttributeType, DEFINITIONS_MAX, Definition, check_name};
use crate::contacts::sql::lock;
use kernel::ids::AttributeId;
use kernel::{Fault, Problem, Result};
use store::{Row, Tx, params, statements};

statements! {
    /// Every definition.
    LIST_ATTRIBUTES = "SELECT no, id, name, label, kind, class, purpose, created_at FROM attributes
        WHERE store_id = $1 ORDER BY no";
    /// A definition by id.
    FIND_ATTRIBUTE = "SELECT no, id, name, label, kind, class, purpose, created_at FROM attributes
        WHERE store_id = $1 AND id = $2";
    /// Adds a definition.
    INSERT_ATTRIBUTE = "INSERT INTO attributes (store_id, no, id, name, label, kind, class, purpose, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Removes a definition.
    DELETE_ATTRIBUTE = "DELETE FROM attributes WHERE store_id = $1 AND id = $2";
    /// Changes how a definition is shown and explained.
    UPDATE_ATTRIBUTE = "UPDATE attributes SET label = $3, purpose = $4 WHERE store_id = $1 AND id = $2";
}

/// A definition to be made.
#[derive(Clone, Debug)]
pub struct NewDefinition {
    /// Name in templates, rules and files.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// Type of its values.
    pub kind: AttributeType,
    /// Where its values live.
    pub class: AttributeClass,
    /// What the merchant needs it for.
    pub purpose: String,
}

fn definition(row: &Row) -> Result<Definition> {
    let unknown = |what: &'static str| Fault::new(format!("an attribute has an unknown {what}"));
    Ok(Definition {
        no: row.int(0)? as u32,
        id: AttributeId(row.int(1)?),
        name: row.text(2)?,
        label: row.text(3)?,
        kind: AttributeType::from_word(&row.text(4)?).ok_or_else(|| unknown("type"))?,
        class: AttributeClass::from_word(&row.text(5)?).ok_or_else(|| unknown("class"))?,
        purpose: row.text(6)?,
        created_at: row.time(7)?,
    })
}

/// Every definition, by number; at most [`DEFINITIONS_MAX`].
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Definition>> {
    tx.query(&LIST_ATTRIBUTES, params![])?.iter().map(definition).collect()
}

/// A definition. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: AttributeId) -> Result<Definition> {
    definition(&tx.query_opt(&FIND_ATTRIBUTE, params![id])?.ok_or_else(|| Problem::not_found("attribute"))?)
}

/// Makes a definition. Problem: the name is not right or taken, or there are [`DEFINITIONS_MAX`].
pub fn create(tx: &mut Tx<'_>, new: &NewDefinition) -> Result<Definition> {
    check_name(&new.name).map_err(|why| Problem::field("/name", "name", format!("Not taken: {why}.")))?;
    lock(tx)?;
    let known = list(tx)?;
    if known.iter().any(|d| d.name == new.name) {
        return Err(Problem::conflict("An attribute of this name exists already.").into());
    }
    if known.len() >= DEFINITIONS_MAX {
        return Err(Problem::conflict("A store has at most 500 attributes.").into());
    }
    let no = known.last().map_or(1, |d| d.no + 1);
    let id: AttributeId = tx.ids().make().into();
    let now = tx.now();
    tx.execute(
        &INSERT_ATTRIBUTE,
        params![no, id, &new.name, &new.label, new.kind.as_str(), new.class.as_str(), &new.purpose, now],
    )?;
    get(tx, id)
}

/// The definition of a name; made if it is missing. A known one stays as it is, whatever type is asked.
/// Problem: the name is not right.
pub fn ensure(tx: &mut Tx<'_>, new: &NewDefinition) -> Result<Definition> {
    lock(tx)?;
    match list(tx)?.into_iter().find(|d| d.name == new.name) {
        Some(known) => Ok(known),
        None => create(tx, new),
    }
}

/// Changes label and purpose. Problem: absent.
pub fn update(tx: &mut Tx<'_>, id: AttributeId, label: &str, purpose: &str) -> Result<Definition> {
    tx.execute(&UPDATE_ATTRIBUTE, params![id, label, purpose])?;
    get(tx, id)
}

/// Removes a definition; contacts must have lost its values before.
pub fn delete(tx: &mut Tx<'_>, id: AttributeId) -> Result<()> {
    tx.execute(&DELETE_ATTRIBUTE, params![id]).map(drop)
}
