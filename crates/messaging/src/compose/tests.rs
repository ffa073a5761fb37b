use super::words::{TEXT_BYTES_MAX, write_phrase, write_text};
use super::*;
use crate::tokens::MessageTokens;
use kernel::ids::CampaignId;
use kernel::{EmailAddress, Timestamp};
use mail_parser::{HeaderName, MessageParser};
use testkit::TestDb;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn constants() -> CampaignHeaders {
    CampaignHeaders {
        class: MessageClass::Marketing,
        from: Mailbox::parse("Shop <news@shop.example>").unwrap(),
        reply_to: Some(Mailbox::parse("care@shop.example").unwrap()),
        tracking_base: "https://t.shop.example".into(),
        bounce_domain: "bounce.shop.example".into(),
        list_id: "news.lists.shop.example".into(),
        feedback_id: ["cmp_1".into(), "sto_1".into(), "marketing".into(), "shop".into()],
        cfbl_address: Some(address("fbl@shop.example")),
        boundary: "=_b1".into(),
    }
}

async fn block(c: &CampaignHeaders, to: &str, name: Option<&str>, subject: &str) -> String {
    let t = TestDb::sqlite().await.unwrap();
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(1), 1);
    let mut out = Vec::new();
    let template = HeaderTemplate::compile(c).unwrap();
    let to = address(to);
    template.write(
        Recipient { address: &to, name },
        subject,
        Timestamp(1_795_424_400_000),
        &tokens,
        &mut out,
    );
    String::from_utf8(out).unwrap()
}

fn assert_well_formed(block: &str) {
    assert!(block.ends_with("\r\n"));
    assert!(!block.contains("\r\n\r\n"), "{block}");
    assert_eq!(block.matches('\r').count(), block.matches('\n').count());
    let mut names = Vec::new();
    for line in block.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
        match line.starts_with(' ') {
            true => assert!(!line.trim().is_empty(), "a folded line is not blank"),
            false => names.push(line.split_once(':').expect("name and colon").0.to_lowercase()),
        }
    }
    let mut distinct = names.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len(), "each field stands once: {names:?}");
    let expected = [
        "from",
        "reply-to",
        "mime-version",
        "content-type",
        "feedback-id",
        "list-id",
        "list-unsubscribe-post",
        "precedence",
        "cfbl-address",
        "to",
        "subject",
        "date",
        "message-id",
        "list-unsubscribe",
        "cfbl-feedback-id",
        "x-report-abuse",
    ];
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketing_message_has_every_header_once_and_readable() {
    let block = block(&constants(), "ana@mail.example", Some("Ana Li"), "Ten new things").await;
    assert_well_formed(&block);
    let parsed =
        MessageParser::default().parse_headers(format!("{block}\r\n").as_bytes()).unwrap().into_owned();
    assert_eq!(parsed.subject(), Some("Ten new things"));
    assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Shop"));
    assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("ana@mail.example"));
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-11-23T09:00:00Z");
    assert!(parsed.message_id().unwrap().ends_with("@bounce.shop.example"));
    assert!(block.contains("\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"));
    assert!(block.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    let unsubscribe = parsed.header_raw(HeaderName::ListUnsubscribe).unwrap();
    assert!(
        unsubscribe.contains("<https://t.shop.example/u/") && unsubscribe.contains("<mailto:u+"),
        "{unsubscribe}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_message_has_no_list_headers() {
    let c = CampaignHeaders { class: MessageClass::Service, ..constants() };
    let block = block(&c, "ana@mail.example", None, "Your order").await;
    assert!(block.contains("Auto-Submitted: auto-generated\r\n"));
    assert!(!block.contains("List-") && !block.contains("Precedence"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_a_contact_or_subject_can_add_a_header() {
    for hostile in [
        "a\r\nBcc: x@evil.example",
        "a\nBcc: x@evil.example",
        "a\rBcc: x@evil.example",
        "a\0b",
        "a\r\n\r\n<html>",
        "\u{2028}Bcc: x@evil.example",
        "\u{85}Bcc: x@evil.example",
        "a\u{b}b\u{c}c",
        "=?UTF-8?Q?a=0D=0ABcc:_x?=",
        "\" <x@evil.example>, \"",
        "a <x@evil.example>",
        "\\\"\\",
        "",
        " \r\n ",
        "\t",
    ] {
        let block = block(&constants(), "ana@mail.example", Some(hostile), hostile).await;
        assert_well_formed(&block);
        let parsed =
            MessageParser::default().parse_headers(format!("{block}\r\n").as_bytes()).unwrap().into_owned();
        let to: Vec<_> = parsed.to().unwrap().iter().filter_map(|a| a.address()).collect();
        assert_eq!(to, ["ana@mail.example"], "{hostile:?} in {block}");
    }
}

#[test]
fn hostile_constants_are_refused_field_by_field() {
    let bad = |change: &dyn Fn(&mut CampaignHeaders), pointer: &str| {
        let mut c = constants();
        change(&mut c);
        let problem = HeaderTemplate::compile(&c).expect_err(pointer);
        assert_eq!(problem.errors[0].pointer, pointer);
    };
    for break_ in ["\r\nBcc: x@y.z", "\n", "\r", "\0", "\u{2028}"] {
        bad(&|c| c.from.name = Some(format!("Shop{break_}")), "/from");
        bad(&|c| c.reply_to.as_mut().unwrap().name = Some(format!("Care{break_}")), "/reply_to");
        bad(&|c| c.tracking_base = format!("https://t.shop.example{break_}"), "/tracking_base");
        bad(&|c| c.bounce_domain = format!("b.shop.example{break_}"), "/bounce_domain");
        bad(&|c| c.list_id = format!("news{break_}.shop.example"), "/list_id");
        bad(&|c| c.feedback_id[1] = format!("x{break_}"), "/feedback_id");
        bad(&|c| c.boundary = format!("x{break_}"), "/boundary");
    }
    bad(&|c| c.tracking_base = "https://t.shop.example/>,<mailto:x".into(), "/tracking_base");
    bad(&|c| c.tracking_base = "javascript:alert(1)".into(), "/tracking_base");
    bad(&|c| c.boundary = "a\"b".into(), "/boundary");
    bad(&|c| c.from.address = address("news@例子.公司"), "/from");
}

#[test]
fn a_sender_is_read_in_the_usual_forms() {
    let read = |text: &str| {
        Mailbox::parse(text).map(|m| (m.name.unwrap_or_default(), m.address.as_str().to_owned()))
    };
    assert_eq!(read("Shop <News@shop.example>"), Ok(("Shop".into(), "news@shop.example".into())));
    assert_eq!(
        read("\"Shop, \\\"Ltd\\\"\" <n@shop.example>"),
        Ok(("Shop, \"Ltd\"".into(), "n@shop.example".into()))
    );
    assert_eq!(read("n@shop.example"), Ok((String::new(), "n@shop.example".into())));
    assert!(read("Shop <>").is_err() && read("Shop news@shop.example>").is_err() && read("").is_err());
}

fn decoded(header: &str, text: &[u8]) -> String {
    let mut message = format!("{header}: ").into_bytes();
    message.extend_from_slice(text);
    message.extend_from_slice(b"\r\n\r\n");
    let parsed = MessageParser::default().parse_headers(&message[..]).unwrap();
    parsed.subject().unwrap_or_default().to_owned()
}

#[test]
fn subjects_are_encoded_only_when_they_must_be() {
    let write = |text: &str| {
        let mut out = Vec::new();
        write_text(text, 9, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(write("Hello Ana"), "Hello Ana");
    assert_eq!(write("Your size is new: Größe 42"), "=?UTF-8?Q?Your_size_is_new=3A_Gr=C3=B6=C3=9Fe_42?=");
    assert_eq!(write("春季新品"), "=?UTF-8?B?5pil5a2j5paw5ZOB?=");
    let long = "word ".repeat(60);
    assert!(write(&long).split("\r\n").all(|l| l.len() <= 76));
    assert_eq!(decoded("Subject", write(&long).as_bytes()), long.trim());
    let unbroken = "x".repeat(1_500);
    assert!(write(&unbroken).split("\r\n").all(|l| l.len() <= 76), "folded by encoding");
    assert_eq!(decoded("Subject", write(&unbroken).as_bytes()), unbroken);
}

#[test]
fn names_are_quoted_or_encoded_as_their_characters_ask() {
    let write = |text: &str| {
        let mut out = Vec::new();
        write_phrase(text, 6, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(write("Ana Li"), "Ana Li");
    assert_eq!(write("Li, Ana"), "\"Li, Ana\"");
    assert_eq!(write("A \"B\" \\"), "\"A \\\"B\\\" \\\\\"");
    assert_eq!(write("O'Hara <x@y.z>"), "\"O'Hara <x@y.z>\"");
    assert_eq!(write("小明"), "=?UTF-8?B?5bCP5piO?=");
}

proptest::proptest! {
    #[test]
    fn every_subject_survives_encoding_within_line_limits(text in "\\PC{0,300}") {
        let mut out = Vec::new();
        write_text(&text, 9, &mut out);
        for (i, line) in out.split(|b| *b == b'\n').enumerate() {
            let length = line.len() + if i == 0 { 9 } else { 0 };
            proptest::prop_assert!(length <= 998);
            proptest::prop_assert!(line.is_ascii());
        }
        let expected = words::neutralise(&text).into_owned();
        let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        proptest::prop_assert_eq!(squeeze(&decoded("Subject", &out)), squeeze(&expected));
        proptest::prop_assert!(expected.len() <= TEXT_BYTES_MAX);
    }

    #[test]
    fn no_text_breaks_out_of_its_line(text in proptest::collection::vec(proptest::char::any(), 0..200)) {
        let text: String = text.into_iter().collect();
        let mut out = Vec::new();
        write_phrase(&text, 6, &mut out);
        let out = String::from_utf8(out).unwrap();
        for line in out.split("\r\n").skip(1) {
            proptest::prop_assert!(line.starts_with(' '));
        }
        let bare = out.replace("\r\n ", "");
        let has_control = bare.contains(['\r', '\n', '\0']);
        proptest::prop_assert!(!has_control);
    }
}
