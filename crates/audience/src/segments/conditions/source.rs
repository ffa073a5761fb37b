//! Where a contact came from.

use super::{Bits, Cells, Condition, Listens, Names, Reads, Result};
use crate::contacts::model::{Facts, Origin};
use crate::segments::columns::Column;
use crate::segments::engine::Ranges;
use crate::segments::engine::block::order_int;
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;
use kernel::ids::ImportId;

/// The member.
pub struct Source;

const COLUMN: Column = Column("source", None);
const IMPORT: Column = Column("source_import", None);

static SPEC: ConditionSpec = ConditionSpec {
    id: "source",
    title: "Source",
    help: "Where the contact first came from, or which import brought it.",
    slow: false,
    operators: &[
        Operator::new("is_any_of", "is any of", &["values"]),
        Operator::new("is_none_of", "is none of", &["values"]),
        Operator::new("is_import", "is the import", &["import"]),
        Operator::new("is_not_import", "is not the import", &["import"]),
    ],
    fields: &[
        Field {
            name: "values",
            title: "Sources",
            kind: FieldKind::Choices(&[
                ("api", "API"),
                ("form", "Form"),
                ("import", "Import"),
                ("manual", "By hand"),
                ("shop", "Shop"),
                ("site", "Page of the shop"),
            ]),
        },
        Field { name: "import", title: "Import", kind: FieldKind::Import },
    ],
};

impl Condition for Source {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        cells.text(COLUMN, facts.origin.as_str());
        if let Some(import) = facts.origin.import() {
            cells.int(IMPORT, import.0);
        }
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = match args.import("import") {
            Some(import) => cx.numbers(IMPORT, &Ranges::values([order_int(import.0)]))?,
            None => cx.words(COLUMN, args.texts("values"))?,
        };
        Ok(cx.or_others(found, matches!(args.operator(), "is_none_of" | "is_not_import")))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let origin = contact.facts.origin;
        let found = match args.import("import") {
            Some(import) => origin.import() == Some(import),
            None => args.texts("values").iter().any(|v| v == origin.as_str()),
        };
        found != matches!(args.operator(), "is_none_of" | "is_not_import")
    }

    fn listens(&self, _: &Args) -> Listens {
        Listens::CONTACT
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let values = words::alternatives(args.texts("values"), "or");
        match args.operator() {
            "is_any_of" => format!("source is {values}"),
            "is_none_of" => format!("source is not {values}"),
            "is_import" => format!("source is import {}", args.written("import")),
            _ => format!("source is not import {}", args.written("import")),
        }
    }

    fn why(&self, _: &Args, contact: &ContactView<'_>) -> String {
        match contact.facts.origin.import() {
            Some(import) => format!("source is import {import}"),
            None => format!("source is {}", contact.facts.origin.as_str()),
        }
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"source","operator":"is_any_of","values":["form","import"]}"#,
                "came by a form",
                |s| {
                    s.facts.origin = Origin::Form;
                },
            ),
            Example::yes(
                r#"{"condition":"source","operator":"is_none_of","values":["form"]}"#,
                "came by import 1",
                |s| {
                    s.facts.origin = Origin::Import(ImportId(1));
                },
            ),
            Example::yes(
                r#"{"condition":"source","operator":"is_import","import":"imp_0000000000001"}"#,
                "came by import 1",
                |s| {
                    s.facts.origin = Origin::Import(ImportId(1));
                },
            ),
            Example::no(
                r#"{"condition":"source","operator":"is_import","import":"imp_0000000000002"}"#,
                "came by import 1",
                |s| {
                    s.facts.origin = Origin::Import(ImportId(1));
                },
            ),
            Example::yes(
                r#"{"condition":"source","operator":"is_not_import","import":"imp_0000000000002"}"#,
                "came from the shop",
                |s| {
                    s.facts.origin = Origin::Shop;
                },
            ),
        ]
    }
}
