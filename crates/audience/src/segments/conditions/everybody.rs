//! Every contact of the store; the explicit form of "no condition".

use super::{Bits, Condition, Listens, Names, Reads, Result};
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};

/// The member.
pub struct Everybody;

static SPEC: ConditionSpec = ConditionSpec {
    id: "everybody",
    title: "Everybody",
    help: "Every contact that was not erased, whatever is known of it. An empty group is not everybody; this is.",
    slow: false,
    operators: &[],
    fields: &[],
};

impl Condition for Everybody {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Nothing
    }

    fn set(&self, _: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        Ok(cx.within().clone())
    }

    fn holds(&self, _: &Args, _: &ContactView<'_>) -> bool {
        true
    }

    fn listens(&self, _: &Args) -> Listens {
        Listens::CONTACT
    }

    fn sentence(&self, _: &Args, _: &Names) -> String {
        "everybody".into()
    }

    fn why(&self, _: &Args, _: &ContactView<'_>) -> String {
        "everybody is included".into()
    }

    fn examples(&self) -> Vec<Example> {
        vec![Example::yes(r#"{"condition":"everybody"}"#, "nothing is known", |_| {})]
    }
}
