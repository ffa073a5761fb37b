//! Rows good and bad, by a small table in words.

use super::*;
use crate::consent::model::Channel;
use crate::imports::mapping::{MappingIn, Plan, Sample, propose};
use crate::imports::reader::{Batch, ReadOptions, open};

struct Checked {
    plan: Plan,
    rows: Vec<RowDraft>,
    issues: Vec<Issue>,
}

fn check_with(text: &str, toml: &str) -> Checked {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f.csv");
    std::fs::write(&path, text).unwrap();
    let given = MappingIn::from_toml(toml).unwrap();
    let options =
        ReadOptions { delimiter: Some(crate::imports::reader::Delimiter::Comma), ..given.file.clone() };
    let source = open(&path, &options).unwrap();
    let batches = source.sample(1_000).unwrap();
    let samples = Sample::of(source.layout.columns.len(), &batches);
    let plan = propose("f.csv", &source.layout, &samples, &given).unwrap();
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    {
        let validator = Validator::new(&plan);
        rows.extend(batches.iter().flat_map(Batch::rows).filter_map(|r| validator.row(r, &mut issues)));
    }
    Checked { plan, rows, issues }
}

fn check(text: &str) -> Checked {
    check_with(text, "")
}

impl Checked {
    /// `error 2 email: reason` in order.
    fn said(&self) -> Vec<String> {
        self.issues
            .iter()
            .map(|i| {
                let word = if i.severity == Severity::Error { "error" } else { "warning" };
                let heading = validator_heading(&self.plan, i.column);
                format!("{word} {} {heading}: {}", i.line, i.reason)
            })
            .collect()
    }
}

fn validator_heading(plan: &Plan, column: Option<usize>) -> &str {
    super::validator::heading(&plan.columns, column)
}

#[test]
fn a_bad_row_is_reported_with_line_column_and_reason_and_loses_nothing_else() {
    let read = check(
        "email,phone,first_name,country,birthday,language,time_zone\n\
         ana@b.cd,+6591234567,Ana,SG,1991-11-23,en,Asia/Singapore\n\
         not an address,,Bob,SG,,,\n\
         cyd@b.cd,12,Cyd,Atlantis,1991-13-40,klingonish,Mars/Olympus\n\
         ,,Dan,,,,\n\
         bad@,+6591234568,Eve,,,,\n\
         fay@b.cd,91234567,Fay,Singapore,23.11.1991,ZH_hant,\n",
    );
    assert_eq!(read.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4, 6, 7]);
    assert_eq!(
        read.said(),
        [
            "error 3 email: an address has one @, like name@example.com",
            "warning 4 country: a country is a code like SG or a name like Singapore",
            "warning 4 phone: the number has no country code; write it like +6591234567 or choose a country for the file",
            "warning 4 birthday: a birthday is a day between 1880 and today, written like 1991-11-23",
            "warning 4 language: a language is a tag like en, zh-Hant or pt-BR",
            "warning 4 time_zone: a time zone is a name like Asia/Singapore",
            "error 5 : a row needs an email address, a phone number or an id of another system",
            "warning 6 email: the part after the @ is a domain like example.com",
        ]
    );
    assert_eq!(read.issues[0].value, "not an address");
    assert_eq!(read.issues[0].original[0], "not an address");
    assert!(!format!("{:?}", read.issues).contains("not an address"), "never in logs");
    let fay = &read.rows[3].draft;
    assert_eq!(fay.personal.phone.as_deref(), Some("+6591234567"));
    assert_eq!(
        (fay.language.as_deref(), fay.personal.birthday.unwrap().to_string()),
        (Some("zh-Hant"), "1991-11-23".into())
    );
}

#[test]
fn formulas_marks_and_look_alikes_are_handled() {
    let read = check(
        "email,first_name,phone,city\n\
         \u{202a}ana@b.cd\u{202c},=1+1,'+6591234567,\u{202e}oslo\n\
         an\u{200b}a2@b.cd,'=cmd|x,'=65,@home\n\
         аna@b.cd,Ana,,\n\
         e@b.cd,x\u{0}y,,z\u{7}\n",
    );
    let first = &read.rows[0].draft.personal;
    assert_eq!(first.email.as_deref(), Some("ana@b.cd"));
    assert_eq!(first.first_name.as_deref(), Some("=1+1"), "a formula is text here; exports neutralise it");
    assert_eq!((first.phone.as_deref(), first.city.as_deref()), (Some("+6591234567"), Some("oslo")));
    let second = &read.rows[1].draft.personal;
    assert_eq!(second.email.as_deref(), Some("ana2@b.cd"));
    assert_eq!(second.first_name.as_deref(), Some("=cmd|x"), "a neutralised formula is what it was");
    let said = read.said();
    assert!(said[1].starts_with("warning 4 email: the address mixes alphabets"), "{said:?}");
    assert!(said[2].contains("not text") && said[3].contains("not text"), "{said:?}");
    assert_eq!(read.rows.len(), 4);
}

#[test]
fn rows_that_break_the_table_are_errors() {
    let read = check("email,first_name\na@b.cd,x,y\nb@b.cd\nc@b.cd,z,,\n\"d@b.cd,q\n");
    assert_eq!(read.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4]);
    let said = read.said();
    assert!(said[0].starts_with("error 2 : the row has more values"), "{said:?}");
    assert!(said[1].starts_with("error 5 email: a quote opens here"), "{said:?}");
    assert_eq!(read.issues[1].original, ["\"d@b.cd,q"]);
}

#[test]
fn consent_is_what_the_row_says_about_an_address_it_has() {
    let consent = |row: &RowDraft| {
        row.draft.statuses.iter().map(|s| format!("{}={}", s.channel, s.status)).collect::<Vec<_>>().join(" ")
    };
    let read = check(
        "email,phone,accepts_email_marketing,accepts_sms\n\
         a@b.cd,,yes,yes\nb@b.cd,+6591234567,NO,Unsubscribed\nc@b.cd,,perhaps,\nd@b.cd,,cleaned,\n,+6591234568,yes,yes\n",
    );
    assert_eq!(consent(&read.rows[0]), "email=subscribed", "a consent without its address says nothing");
    assert_eq!(consent(&read.rows[1]), "email=never_subscribed sms=unsubscribed");
    assert_eq!(consent(&read.rows[2]), "");
    assert_eq!(read.rows[3].draft.suppressions[0].0, Channel::Email);
    assert_eq!(consent(&read.rows[4]), "sms=subscribed");
    assert_eq!(
        read.said(),
        [
            "warning 4 accepts_email_marketing: consent is one of subscribed, unsubscribed, never_subscribed, yes or no"
        ]
    );
    let all = check_with("email\na@b.cd\n", "everyone = { email = \"unsubscribed\" }");
    assert_eq!(consent(&all.rows[0]), "email=unsubscribed");
    let times = check_with(
        "email,in,out\na@b.cd,2024-01-01,\nb@b.cd,2024-01-01,2025-01-01\nc@b.cd,2025-01-01,2024-01-01\nd@b.cd,,\n",
        "[columns]\nin = \"email_opt_in_at\"\nout = \"email_opt_out_at\"",
    );
    let words: Vec<String> = times.rows.iter().map(consent).collect();
    assert_eq!(words, ["email=subscribed", "email=unsubscribed", "email=subscribed", ""]);
}

#[test]
fn tags_come_in_any_usual_list_and_surplus_is_reported() {
    let many: Vec<String> = (0..205).map(|n| format!("t{n}")).collect();
    let read = check_with(
        &format!(
            "email,tags\na@b.cd,\"x, y,x\"\nb@b.cd,\"[\"\"p q\"\",\"\"r\"\"]\"\nc@b.cd,u;v\nd@b.cd,\"{}\"\n",
            many.join(",")
        ),
        "tags = [\"file\"]",
    );
    let tags = |i: usize| read.rows[i].tags.join("/");
    assert_eq!((tags(0), tags(1), tags(2)), ("file/x/y".into(), "file/p q/r".into(), "file/u/v".into()));
    assert_eq!(read.rows[3].tags.len(), 201);
    assert!(read.said()[0].contains("at most 200 tags"));
}

#[test]
fn card_numbers_are_not_kept_wherever_they_stand() {
    let read = check("email,note,plan\na@b.cd,4111 1111 1111 1111,gold\nb@b.cd,call 4111,gold\n");
    assert_eq!(read.rows[0].draft.personal.note, None);
    assert_eq!(read.issues[0].value, "", "not even in the report");
    assert_eq!(read.rows[1].draft.personal.note.as_deref(), Some("call 4111"));
}

#[test]
fn dates_are_read_in_their_order() {
    use crate::imports::mapping::DateOrder::{Dmy, Mdy, Ymd};
    let date = |t: &str, o| dates::parse_date(t, o).map(|d| d.to_string());
    for (text, order, wanted) in [
        ("2026-11-23", Dmy, "2026-11-23"),
        ("2026/1/3", Mdy, "2026-01-03"),
        ("20261123", Ymd, "2026-11-23"),
        ("23.11.2026", Dmy, "2026-11-23"),
        ("11/23/2026", Mdy, "2026-11-23"),
        ("3/4/99", Dmy, "1999-04-03"),
        ("33239", Ymd, "1991-01-01"),
        ("1991年11月23日", Ymd, "1991-11-23"),
    ] {
        assert_eq!(date(text, order).as_deref(), Some(wanted), "{text}");
    }
    for wrong in ["", "x", "2026-13-01", "31/31/2026", "1-2", "1-2-3-4", "99999", "12345678901234567890"] {
        assert_eq!(date(wrong, Dmy), None, "{wrong}");
    }
    let time = |t: &str| dates::parse_time(t, Mdy).map(|t| t.to_string());
    assert_eq!(time("2024-05-06 07:08:09").as_deref(), Some("2024-05-06T07:08:09Z"));
    assert_eq!(time("2024-05-06T07:08:09+02:00").as_deref(), Some("2024-05-06T05:08:09Z"));
    assert_eq!(time("10/20/2023 4:05 PM").as_deref(), Some("2023-10-20T16:05:00Z"));
    assert_eq!(time("2024-05-06").as_deref(), Some("2024-05-06T12:00:00Z"));
    assert_eq!(time("2024-05-06 25:00"), None);
}

#[test]
fn countries_are_read_by_code_and_name() {
    let country = |t: &str| places::parse_country(t).map(|c| c.as_str().to_owned());
    for (text, code) in [
        ("sg", "SG"),
        ("SGP", "SG"),
        ("Singapore", "SG"),
        ("United States", "US"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("united kingdom", "GB"),
        ("Deutschland", "DE"),
        ("中国", "CN"),
        ("Türkiye", "TR"),
        ("South Korea", "KR"),
        ("Hong Kong", "HK"),
        ("Viet Nam", "VN"),
        ("Taiwan", "TW"),
        ("Czech Republic", "CZ"),
    ] {
        assert_eq!(country(text).as_deref(), Some(code), "{text}");
    }
    for wrong in ["", "XX", "Atlantis", "1", "ZZZ"] {
        assert_eq!(country(wrong), None, "{wrong}");
    }
}
