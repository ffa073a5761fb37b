//! Empty room.

use super::{Block, Checker, Writer};
use serde::{Deserialize, Serialize};

/// Empty room.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spacer {
    /// Height in pixels.
    height: u32,
}

impl Default for Spacer {
    fn default() -> Self {
        Spacer { height: 24 }
    }
}

impl Block for Spacer {
    const KIND: &'static str = "spacer";
    const TITLE: &'static str = "Spacer";

    fn check(&self, checker: &mut Checker) {
        checker.number("/height", self.height, 1..=300);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.element("mj-spacer", &[("height", &format!("{}px", self.height))]);
    }

    fn examples() -> Vec<Self> {
        vec![Spacer::default(), Spacer { height: 80 }]
    }
}
