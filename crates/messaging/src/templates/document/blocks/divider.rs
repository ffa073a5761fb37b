//! A line between two things.

use super::{Block, Checker, Writer};
use serde::{Deserialize, Serialize};

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Divider {
    /// Colour.
    color: String,
    /// Thickness in pixels.
    thickness: u32,
}

impl Default for Divider {
    fn default() -> Self {
        Divider { color: "#e5e7eb".into(), thickness: 1 }
    }
}

impl Block for Divider {
    const KIND: &'static str = "divider";
    const TITLE: &'static str = "Divider";

    fn check(&self, checker: &mut Checker) {
        checker.color("/color", &self.color);
        checker.number("/thickness", self.thickness, 1..=20);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let thickness = format!("{}px", self.thickness);
        writer.element("mj-divider", &[("border-color", &self.color), ("border-width", &thickness)]);
    }

    fn examples() -> Vec<Self> {
        vec![Divider::default(), Divider { color: "#000".into(), thickness: 4 }]
    }
}
