//! Made-up people for the demo: always the same ones, at addresses that nobody has.
//!
//! Addresses are at `.example` (RFC 2606); phone numbers are those set aside for fiction (555-01xx), where
//! there are such. Names, places and zones fit together, so that segments give answers that make sense.

use std::fmt::Write;

/// People in the file.
pub const PEOPLE: usize = 5_400;
/// Of those, the ones the suppression list names: some bounced, some asked for silence.
const SUPPRESSED_EVERY: usize = 97;

/// A country with what its people are called, where they live and what they speak.
struct Place {
    country: &'static str,
    language: &'static str,
    /// City, region, postcode, zone.
    cities: &'static [(&'static str, &'static str, &'static str, &'static str)],
    first: &'static [&'static str],
    last: &'static [&'static str],
    /// Of a hundred people.
    share: u64,
}

const PLACES: &[Place] = &[
    Place {
        country: "SG",
        language: "en",
        cities: &[("Singapore", "", "238801", "Asia/Singapore")],
        first: &["Wei Ling", "Jun Jie", "Siti", "Arjun", "Hui Min", "Farah", "Kavitha", "Marcus"],
        last: &["Tan", "Lim", "Ng", "Kumar", "Rahman", "Goh", "Chua", "Wong"],
        share: 24,
    },
    Place {
        country: "US",
        language: "en",
        cities: &[
            ("Austin", "TX", "73301", "America/Chicago"),
            ("Portland", "OR", "97201", "America/Los_Angeles"),
            ("Boston", "MA", "02108", "America/New_York"),
        ],
        first: &["Emma", "Liam", "Olivia", "Noah", "Ava", "Mason", "Sophia", "Ethan"],
        last: &["Smith", "Johnson", "Garcia", "Brown", "Davis", "Miller", "Lopez", "Moore"],
        share: 20,
    },
    Place {
        country: "DE",
        language: "de",
        cities: &[
            ("Berlin", "BE", "10115", "Europe/Berlin"),
            ("München", "BY", "80331", "Europe/Berlin"),
            ("Köln", "NW", "50667", "Europe/Berlin"),
        ],
        first: &["Jürgen", "Anna", "Lukas", "Käthe", "Felix", "Mia", "Björn", "Sofie"],
        last: &["Müller", "Schäfer", "Weiß", "Köhler", "Schmidt", "Fischer", "Groß", "Bauer"],
        share: 14,
    },
    Place {
        country: "TW",
        language: "zh-Hant",
        cities: &[("台北", "", "100", "Asia/Taipei"), ("高雄", "", "800", "Asia/Taipei")],
        first: &["怡君", "志明", "淑芬", "家豪", "雅婷", "俊傑", "美玲", "冠宇"],
        last: &["陳", "林", "黃", "張", "李", "王", "吳", "劉"],
        share: 12,
    },
    Place {
        country: "FR",
        language: "fr",
        cities: &[("Lyon", "ARA", "69001", "Europe/Paris"), ("Paris", "IDF", "75001", "Europe/Paris")],
        first: &["Chloé", "Léa", "Hugo", "Zoé", "Théo", "Inès", "Noël", "Camille"],
        last: &["Martin", "Lefèvre", "Moreau", "Dubois", "Côté", "Garnier", "Rousseau", "Faure"],
        share: 10,
    },
    Place {
        country: "GB",
        language: "en-GB",
        cities: &[
            ("Leeds", "ENG", "LS1 4AP", "Europe/London"),
            ("Edinburgh", "SCT", "EH1 1YZ", "Europe/London"),
        ],
        first: &["Isla", "Harry", "Freya", "Callum", "Poppy", "Rhys", "Niamh", "George"],
        last: &["Taylor", "O'Brien", "Wilson", "Evans", "Campbell", "Hughes", "Patel", "Clarke"],
        share: 10,
    },
    Place {
        country: "BR",
        language: "pt-BR",
        cities: &[
            ("Recife", "PE", "50010-000", "America/Recife"),
            ("São Paulo", "SP", "01001-000", "America/Sao_Paulo"),
        ],
        first: &["João", "Luíza", "Mateus", "Beatriz", "Caio", "Letícia", "Rafael", "Íris"],
        last: &["Silva", "Gonçalves", "Araújo", "Pereira", "Magalhães", "Souza", "Conceição", "Rocha"],
        share: 6,
    },
    Place {
        country: "AU",
        language: "en-AU",
        cities: &[("Perth", "WA", "6000", "Australia/Perth"), ("Hobart", "TAS", "7000", "Australia/Hobart")],
        first: &["Matilda", "Jack", "Ruby", "Cooper", "Ella", "Lachlan", "Sienna", "Banjo"],
        last: &["Nguyen", "Walker", "Kelly", "Ryan", "Harris", "Young", "King", "Murphy"],
        share: 4,
    },
];

const TAGS: &[&str] = &["newsletter", "vip", "wholesale", "workshop", "gift-card", "repeat-buyer"];
const COLOURS: &[&str] = &["indigo", "moss", "ochre", "rose", "slate"];
const PLANS: &[&str] = &["none", "silver", "gold"];
/// Area codes of the United States; each has a hundred numbers for fiction.
const AREAS: &[&str] =
    &["212", "303", "312", "404", "415", "503", "512", "602", "617", "702", "713", "808", "907"];
const HEADINGS: &str = "email,phone,first_name,last_name,accepts_email_marketing,accepts_sms,country,region,city,\
postcode,birthday,gender,language,time_zone,tags,points,loyalty_plan,favourite_colour,last_order";

/// xorshift64*: enough for made-up people, and the same ones everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// Below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn place(&mut self) -> &'static Place {
        let mut at = self.roll() % PLACES.iter().map(|p| p.share).sum::<u64>();
        for place in PLACES {
            if at < place.share {
                return place;
            }
            at -= place.share;
        }
        &PLACES[0]
    }

    /// Two in three said yes, some said no, the rest were never asked.
    fn consent(&mut self) -> &'static str {
        match self.roll() % 100 {
            0..=66 => "yes",
            67..=79 => "no",
            _ => "",
        }
    }
}

/// The contact file: a row a person, and three rows that are wrong in ways files are wrong.
pub fn contact_file() -> String {
    let mut file = format!("{HEADINGS}\n");
    let mut dice = Dice(0x005E_ED0F_5A17_0001);
    for n in 0..PEOPLE {
        row(&mut file, &mut dice, n);
        match n {
            1_200 => {
                file.push_str("lea.martin at mail.example,,Léa,Martin,yes,,FR,,Lyon,,,,fr,,newsletter,,,,\n")
            }
            2_600 => file.push_str(",,Nobody,Reachable,yes,,SG,,Singapore,,,,en,,,12,none,moss,\n"),
            4_100 => file.push_str("kim@@mail.example,,Kim,Twice,yes,,US,TX,Austin,,,,en,,,,,,\n"),
            _ => {}
        }
    }
    file
}

/// Address of person `n`.
fn address(n: usize) -> String {
    // Multiplying by an odd number permutes: addresses look unordered and never repeat.
    let mixed = (n as u32).wrapping_mul(0x9E37_79B1);
    format!("{mixed:08x}.{n}@mail.example")
}

fn phone(place: &Place, n: usize) -> String {
    match place.country {
        "US" if n < AREAS.len() * 100 => format!("+1{}55501{:02}", AREAS[n / 100], n % 100),
        _ => String::new(),
    }
}

fn row(file: &mut String, dice: &mut Dice, n: usize) {
    let place = dice.place();
    let (city, region, postcode, zone) = dice.pick(place.cities);
    let (first, last) = (dice.pick(place.first), dice.pick(place.last));
    let (email, sms) = (dice.consent(), if dice.below(4) == 0 { "yes" } else { "" });
    let phone = phone(place, n);
    let sms = if phone.is_empty() { "" } else { sms };
    let birthday = format!("{}-{:02}-{:02}", 1948 + dice.below(58), 1 + dice.below(12), 1 + dice.below(28));
    let birthday = if dice.below(5) == 0 { String::new() } else { birthday };
    let gender = dice.pick(&["f", "m", "f", "m", "x", ""]);
    let tags = format!("{},{}", TAGS[0], dice.pick(TAGS));
    let (points, plan, colour) = (dice.below(9_000), dice.pick(PLANS), dice.pick(COLOURS));
    let order = format!("2026-{:02}-{:02}", 1 + dice.below(10), 1 + dice.below(28));
    let order = if dice.below(3) == 0 { String::new() } else { order };
    // Writing to a text cannot fail.
    let _ = writeln!(
        file,
        "{},{phone},{first},{last},{email},{sms},{},{region},{city},{postcode},{birthday},{gender},{},{zone},\"{tags}\",{points},{plan},{colour},{order}",
        address(n),
        place.country,
        place.language,
    );
}

/// A suppression list as other tools export it: who bounced, who complained, who unsubscribed elsewhere.
pub fn suppression_file() -> String {
    let mut file = "Email,Reason,Date\n".to_owned();
    for (i, n) in (0..PEOPLE).step_by(SUPPRESSED_EVERY).enumerate() {
        let reason = ["HARD_BOUNCE", "HARD_BOUNCE", "SPAM_COMPLAINT", "USER_SUPPRESSED"][i % 4];
        let _ = writeln!(file, "{},{reason},2026-0{}-15", address(n), 1 + i % 9);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn people_are_always_the_same_and_nobody_is_twice() {
        let file = contact_file();
        assert_eq!(file, contact_file());
        assert_eq!(file.lines().count(), 1 + PEOPLE + 3);
        let columns = HEADINGS.split(',').count();
        let mut seen = HashSet::new();
        for line in file.lines().skip(1).filter(|l| l.contains(".example,")) {
            let (email, _) = line.split_once(',').unwrap();
            assert!(seen.insert(email), "{email}");
            // The tags are the one field with a comma inside.
            assert!(line.matches(',').count() == columns || !line.contains('"'), "{line}");
        }
        assert!(PEOPLE >= 5_000 && suppression_file().lines().count() > 50);
    }
}
