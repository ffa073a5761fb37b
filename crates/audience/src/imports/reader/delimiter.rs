//! Which character stands between cells.

use super::batch::Batch;
use super::splitter::{Splitter, Step};
use serde::{Deserialize, Serialize};

/// A character between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Delimiter {
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// A tab.
    #[serde(rename = "tab", alias = "\t")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Pipe,
}

impl Delimiter {
    const ALL: [Delimiter; 4] = [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab, Delimiter::Pipe];

    /// The byte.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }

    /// The hint line `sep=;` that spreadsheet programs write, and its length without the line end.
    pub(super) fn hint(text: &str) -> Option<(Self, usize)> {
        let sign = text.get(..4).filter(|s| s.eq_ignore_ascii_case("sep="))?;
        let byte = *text.as_bytes().get(sign.len())?;
        let ends = matches!(text.as_bytes().get(sign.len() + 1), None | Some(b'\r' | b'\n'));
        Self::ALL.into_iter().find(|d| d.byte() == byte).filter(|_| ends).map(|d| (d, sign.len() + 1))
    }

    /// The one whose rows agree best on a number of columns. A file of one column has none; then comma.
    pub(super) fn detect(sample: &str, whole: bool) -> Self {
        let best =
            Self::ALL.into_iter().map(|d| (agreement(sample, whole, d), d)).max_by_key(|(score, d)| {
                // At equal scores the more usual one wins.
                (*score, std::cmp::Reverse(*d as u8))
            });
        best.filter(|(score, _)| *score > 0).map_or(Delimiter::Comma, |(_, d)| d)
    }
}

/// Rows of the sample that are looked at.
const SAMPLE_ROWS: usize = 100;

/// How many of 1,000 sample rows have as many cells as the first, times a bonus for more columns.
fn agreement(sample: &str, whole: bool, delimiter: Delimiter) -> u64 {
    let mut splitter = Splitter::new(delimiter.byte(), 1);
    let mut batch = Batch::default();
    let mut rest = sample;
    while !rest.is_empty() && batch.len() < SAMPLE_ROWS {
        match splitter.step(rest, whole, &mut batch) {
            Step::Row(length) => rest = &rest[length..],
            Step::NeedMore => break,
        }
    }
    let columns = batch.rows().find(|r| r.fault().is_none()).map_or(0, |r| r.len());
    if columns < 2 {
        return 0;
    }
    let same = batch.rows().filter(|r| r.fault().is_none() && r.len() == columns).count();
    (same * 1_000 / batch.len()) as u64 * (100 + columns.min(100) as u64)
}
