//! Contact files of made-up people, always the same ones.

use super::folder;
use anyhow::Result;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

const FIRST: &[&str] =
    &["Ana", "Ben", "Chen", "Dara", "Emil", "Fatima", "Goran", "Hana", "Ivan", "Jun", "Kofi", "Li"];
const LAST: &[&str] =
    &["Tan", "Müller", "Garcia", "Smith", "Novak", "Okafor", "Rossi", "Kim", "Silva", "Wong"];
const PLACES: &[(&str, &str)] = &[
    ("SG", "Singapore"),
    ("MY", "Kuala Lumpur"),
    ("US", "Austin"),
    ("DE", "Berlin"),
    ("FR", "Lyon"),
    ("TW", "Taipei"),
    ("JP", "Osaka"),
    ("GB", "Leeds"),
    ("BR", "Recife"),
    ("AU", "Perth"),
];
const PLANS: &[&str] = &["free", "silver", "gold", "platinum"];
const TAGS: &[&str] = &["vip", "newsletter", "wholesale", "staff", "spring", "app"];

/// A small generator (xorshift64*), so that every run has the same people.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A random number of 48 bits.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll() as usize % list.len()]
    }
}

/// Writes a file of `count` people with email, phone, names, country, city, birthday, tags and five
/// attributes; `consent` adds the column that lets them be written to. Kept between runs.
pub(crate) fn contacts(count: usize, consent: bool) -> Result<PathBuf> {
    let path = folder().join(format!("contacts-{count}{}.csv", if consent { "-consent" } else { "" }));
    if path.exists() {
        return Ok(path);
    }
    let part = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&part)?);
    write!(
        out,
        "email,phone,first_name,last_name,country,city,birthday,tags,plan,points,visits,newsletter_day,member_since"
    )?;
    writeln!(out, "{}", if consent { ",accepts_email_marketing" } else { "" })?;
    let mut dice = Dice(0x5EED_CAFE_F00D_0001);
    for n in 0..count {
        let (country, city) = dice.pick(PLACES);
        let (first, last) = (dice.pick(FIRST), dice.pick(LAST));
        let (year, month, day) = (1950 + dice.roll() % 55, 1 + dice.roll() % 12, 1 + dice.roll() % 28);
        let (tag_a, tag_b) = (dice.pick(TAGS), dice.pick(TAGS));
        let mixed = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
        write!(
            out,
            "u{mixed:x}.{n}@mail{}.example,+658{n:07},{first},{last},{country},{city},{year}-{month:02}-{day:02},\
             \"{tag_a},{tag_b}\",{},{},{},{},{}-0{}-15",
            n % 50,
            dice.pick(PLANS),
            dice.roll() % 10_000,
            dice.roll() % 300,
            ["mon", "tue", "wed", "thu", "fri"][dice.roll() as usize % 5],
            2015 + dice.roll() % 11,
            1 + dice.roll() % 9,
        )?;
        writeln!(out, "{}", if consent { ",yes" } else { "" })?;
    }
    out.into_inner()?.sync_all()?;
    std::fs::rename(&part, &path)?;
    Ok(path)
}
