//! Is a statement bound to one store? Its text and SQLite's plan both have to say so.

use std::collections::{HashMap, HashSet};

/// What is known of the migrated schema.
#[derive(Default)]
pub struct Schema {
    /// Columns of each table.
    pub columns: HashMap<String, Vec<String>>,
    /// Tables whose row number is the store.
    pub keyed_by_store: HashSet<String>,
}

impl Schema {
    fn is_table(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    fn is_store_table(&self, name: &str) -> bool {
        self.columns.get(name).is_some_and(|c| c.iter().any(|c| c == "store_id")) && !is_global(name)
    }
}

fn is_global(name: &str) -> bool {
    store::global::TABLES.contains(&name)
}

/// Words, numbers, parameters and signs of a statement; texts in quotes are left out.
pub fn tokens(sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            for next in chars.by_ref() {
                if next == '\'' {
                    break;
                }
            }
        } else if c.is_alphanumeric() || c == '_' || c == '$' || c == '?' {
            let mut word = c.to_string();
            while let Some(next) = chars.peek().filter(|n| n.is_alphanumeric() || **n == '_' || **n == '.') {
                word.push(*next);
                chars.next();
            }
            out.push(word);
        } else if matches!(c, '<' | '>' | '!' | '=') {
            let mut sign = c.to_string();
            while let Some(next) = chars.peek().filter(|n| matches!(n, '=' | '>')) {
                sign.push(*next);
                chars.next();
            }
            out.push(sign);
        } else if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    out
}

/// Tables a statement names, by alias.
pub fn aliases(tokens: &[String], schema: &Schema) -> HashMap<String, String> {
    const KEYWORDS: &[&str] = &[
        "SET",
        "WHERE",
        "JOIN",
        "LEFT",
        "INNER",
        "ON",
        "ORDER",
        "GROUP",
        "LIMIT",
        "VALUES",
        "SELECT",
        "USING",
        "CROSS",
        "RETURNING",
        "DEFAULT",
        "UNION",
        "HAVING",
        "INDEXED",
        "NOT",
    ];
    let mut found = HashMap::new();
    for (i, token) in tokens.iter().enumerate() {
        let introduces = ["FROM", "JOIN", "INTO", "UPDATE", ","].contains(&token.to_uppercase().as_str());
        let Some(table) = tokens.get(i + 1).filter(|t| introduces && schema.is_table(t)) else { continue };
        found.insert(table.clone(), table.clone());
        let mut next = tokens.get(i + 2);
        if next.is_some_and(|t| t.eq_ignore_ascii_case("AS")) {
            next = tokens.get(i + 3);
        }
        if let Some(alias) = next.filter(|t| {
            t.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !KEYWORDS.contains(&t.to_uppercase().as_str())
        }) {
            found.insert(alias.clone(), table.clone());
        }
    }
    found
}

/// What the text of a store's statement does wrong.
pub fn breaches_of_text(sql: &str, schema: &Schema) -> Vec<String> {
    let tokens = tokens(sql);
    let mut breaches = Vec::new();
    let aliases = aliases(&tokens, schema);
    if !aliases.values().any(|t| schema.is_store_table(t)) && !aliases.is_empty() {
        breaches.push("names no table of a store: register it as global".to_owned());
    }
    for table in aliases.values().filter(|t| is_global(t)) {
        breaches.push(format!("names the global table {table}: use the system transaction"));
    }
    if tokens.iter().any(|t| t == "*") && !sql.contains("count(*)") {
        breaches.push("SELECT *: name the columns".to_owned());
    }
    for (i, token) in tokens.iter().enumerate() {
        if token != "store_id" && !token.ends_with(".store_id") {
            continue;
        }
        let Some(sign) = tokens.get(i + 1) else { continue };
        let compares = ["=", "<", ">", "<=", ">=", "<>", "!=", "IN", "NOT", "IS", "BETWEEN", "LIKE"];
        if !compares.contains(&sign.to_uppercase().as_str()) {
            continue;
        }
        let right = tokens.get(i + 2).map(String::as_str).unwrap_or_default();
        let joins = right.ends_with(".store_id") && !right.starts_with("excluded.");
        if sign != "=" || !(right == "$1" || joins) {
            breaches.push(format!(
                "store_id {sign} {right}: it is compared with $1 or another table's store_id only"
            ));
        }
    }
    breaches.extend(breach_of_insert(&tokens, schema));
    breaches
}

/// An insert into a store's table writes `$1`, or a store_id of the same statement, into store_id.
fn breach_of_insert(tokens: &[String], schema: &Schema) -> Option<String> {
    let into = tokens.iter().position(|t| t == "INTO")?;
    let table = tokens.get(into + 1).filter(|t| schema.is_store_table(t))?;
    let open = tokens.get(into + 2).filter(|t| *t == "(")?;
    let first = tokens.get(into + 3)?;
    if open != "(" || first != "store_id" {
        return Some(format!("inserts into {table} without store_id as the first column"));
    }
    let start = tokens.iter().skip(into).position(|t| t == "VALUES" || t == "SELECT")? + into;
    let skip = usize::from(tokens[start] == "VALUES")
        + usize::from(tokens.get(start + 1).is_some_and(|t| t == "DISTINCT"));
    let value = tokens.get(start + 1 + skip)?;
    let fine = value == "$1" || value == "store_id" || value.ends_with(".store_id");
    (!fine).then(|| format!("inserts {value} as the store of {table}"))
}

/// What SQLite's plan of a store's statement does wrong: a line that reaches a store's table by
/// anything but its store.
pub fn breaches_of_plan(sql: &str, plan: &[String], schema: &Schema) -> Vec<String> {
    let aliases = aliases(&tokens(sql), schema);
    let mut breaches = Vec::new();
    for line in plan {
        let mut words = line.split_whitespace();
        let (Some(verb), Some(name)) = (words.next(), words.next()) else { continue };
        if !matches!(verb, "SEARCH" | "SCAN") || line.contains("VIRTUAL TABLE") {
            continue;
        }
        // A subquery or common table expression is no table; what it reads has lines of its own.
        let Some(table) = aliases.get(name) else { continue };
        if !schema.is_store_table(table) {
            continue;
        }
        let by_store = line.contains("(store_id=?");
        let by_row = schema.keyed_by_store.contains(table) && line.contains("(rowid=?");
        if line.contains("AUTOMATIC") || !(by_store || by_row) {
            breaches.push(format!("{line}: {table} is not reached by an index that begins with store_id"));
        }
    }
    breaches
}

/// What the text of a global statement does wrong.
pub fn breaches_of_global(sql: &str, schema: &Schema) -> Vec<String> {
    let aliases = aliases(&tokens(sql), schema);
    let mut tables: Vec<&String> = aliases.values().filter(|t| !is_global(t)).collect();
    tables.sort_unstable();
    tables.dedup();
    tables.iter().map(|t| format!("is global and names {t}, which belongs to a store")).collect()
}

/// Highest parameter of a statement.
pub fn parameters(sql: &str) -> usize {
    let numbers =
        sql.split('$').skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    numbers.filter_map(|n| n.parse().ok()).max().unwrap_or(0)
}
