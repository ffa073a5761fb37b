//! The printed table.

/// Rows of measured figures.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    what: String,
    floor: String,
    ours: String,
    ratio: String,
    must: String,
    reached: Option<bool>,
}

impl Table {
    /// A figure against a floor of the same unit where more is better: floor and ours.
    pub(crate) fn more_is_better(&mut self, what: &str, unit: &str, (floor, ours): (f64, f64), must: f64) {
        let ratio = ours / floor;
        self.push(Row {
            what: what.into(),
            floor: format!("{floor:.0} {unit}"),
            ours: format!("{ours:.0} {unit}"),
            ratio: format!("{ratio:.2} ×"),
            must: format!("≥ {must} ×"),
            reached: Some(ratio >= must),
        });
    }

    /// A figure with its own limit where less is better.
    pub(crate) fn at_most(&mut self, what: &str, unit: &str, ours: f64, must: f64) {
        self.push(Row {
            what: what.into(),
            floor: "–".into(),
            ours: format!("{ours:.2} {unit}"),
            ratio: "–".into(),
            must: format!("≤ {must} {unit}"),
            reached: Some(ours <= must),
        });
    }

    /// A time against a floor's time (floor and ours, ms): at most so many times it, or below a limit
    /// (0: none).
    pub(crate) fn time(&mut self, what: &str, (floor_ms, ours_ms): (f64, f64), must: f64, or_below_ms: f64) {
        let ratio = ours_ms / floor_ms;
        self.push(Row {
            what: what.into(),
            floor: format!("{floor_ms:.2} ms"),
            ours: format!("{ours_ms:.2} ms"),
            ratio: format!("{ratio:.2} ×"),
            must: match or_below_ms > 0.0 {
                true => format!("≤ {must} × or < {or_below_ms} ms"),
                false => format!("≤ {must} ×"),
            },
            reached: Some(ratio <= must || ours_ms < or_below_ms),
        });
    }

    /// A figure that nothing is asked of.
    pub(crate) fn figure(&mut self, what: &str, unit: &str, ours: f64) {
        let (floor, ratio, must) = ("–".into(), "–".into(), "–".into());
        self.push(Row {
            what: what.into(),
            floor,
            ours: format!("{ours:.0} {unit}"),
            ratio,
            must,
            reached: None,
        });
    }

    fn push(&mut self, row: Row) {
        println!("{}: {} (floor {}, {}, must {})", row.what, row.ours, row.floor, row.ratio, row.must);
        self.0.push(row);
    }

    /// Prints everything as a Markdown table.
    pub(crate) fn print(&self) {
        println!("\n| what | floor | ours | ratio | must | reached |\n|---|---|---|---|---|---|");
        for row in &self.0 {
            let reached = row.reached.map_or("–", |r| if r { "yes" } else { "**no**" });
            println!(
                "| {} | {} | {} | {} | {} | {reached} |",
                row.what, row.floor, row.ours, row.ratio, row.must
            );
        }
    }
}

/// The middle of an odd number of figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
