//! Tags a contact carries.

use super::{Bits, Cells, Condition, Listens, Mention, Names, Reads, Result};
use crate::contacts::model::Facts;
use crate::segments::columns::Column;
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;

/// The member.
pub struct Tag;

static SPEC: ConditionSpec = ConditionSpec {
    id: "tag",
    title: "Tag",
    help: "Tags the contact carries. A tag the store does not know is on nobody.",
    slow: false,
    operators: &[
        Operator::new("has_any", "has any of", &["values"]),
        Operator::new("has_all", "has all of", &["values"]),
        Operator::new("has_none", "has none of", &["values"]),
    ],
    fields: &[Field { name: "values", title: "Tags", kind: FieldKind::Tags }],
};

fn column(no: u32) -> Column {
    Column("tag", Some(no))
}

impl Condition for Tag {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn mentions(&self, args: &Args) -> Vec<Mention> {
        args.texts("values").iter().cloned().map(Mention::Tag).collect()
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        facts.tags.iter().for_each(|t| cells.mark(column(t.tag)));
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let numbers: Vec<Option<u32>> =
            args.texts("values").iter().map(|name| cx.names().tag(name)).collect();
        if args.operator() == "has_all" {
            let mut found = cx.within().clone();
            for no in numbers {
                let Some(no) = no else { return Ok(cx.nobody()) };
                found.and(&cx.present(column(no))?);
            }
            return Ok(found);
        }
        let mut found = cx.nobody();
        for no in numbers.into_iter().flatten() {
            found.or(&cx.present(column(no))?);
        }
        Ok(cx.or_others(found, args.operator() == "has_none"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let has = |name: &String| contact.names.tag(name).is_some_and(|no| contact.facts.has_tag(no));
        match args.operator() {
            "has_any" => args.texts("values").iter().any(has),
            "has_all" => args.texts("values").iter().all(has),
            _ => !args.texts("values").iter().any(has),
        }
    }

    fn listens(&self, _: &Args) -> Listens {
        Listens::CONTACT
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let names = words::quoted(args.texts("values"));
        match args.operator() {
            "has_any" => format!("has tag {}", words::alternatives(&names, "or")),
            "has_all" => format!("has tags {}", words::alternatives(&names, "and")),
            _ => format!("has no tag {}", words::alternatives(&names, "or")),
        }
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let has = |name: &&String| contact.names.tag(name).is_some_and(|no| contact.facts.has_tag(no));
        let carried: Vec<String> = args.texts("values").iter().filter(has).cloned().collect();
        match carried.as_slice() {
            [] => "carries none of the tags".into(),
            names => format!("carries {}", words::alternatives(&words::quoted(names), "and")),
        }
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"tag","operator":"has_any","values":["vip","staff"]}"#,
                "carries vip",
                |s| {
                    s.tag("vip", true);
                    s.tag("staff", false);
                },
            ),
            Example::no(
                r#"{"condition":"tag","operator":"has_all","values":["vip","staff"]}"#,
                "carries vip",
                |s| {
                    s.tag("vip", true);
                    s.tag("staff", false);
                },
            ),
            Example::yes(
                r#"{"condition":"tag","operator":"has_all","values":["vip","staff"]}"#,
                "carries both",
                |s| {
                    s.tag("vip", true);
                    s.tag("staff", true);
                },
            ),
            Example::yes(
                r#"{"condition":"tag","operator":"has_none","values":["never heard of"]}"#,
                "no such tag in the store",
                |_| {},
            ),
            Example::no(
                r#"{"condition":"tag","operator":"has_all","values":["never heard of"]}"#,
                "no such tag in the store",
                |_| {},
            ),
        ]
    }
}
