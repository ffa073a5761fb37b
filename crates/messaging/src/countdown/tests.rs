//! What a merchant can rely on about countdowns.

use super::feature;
use super::model::{HEIGHT, Look, WIDTH, parse_name, picture};
use crate::templates::{
    Body, CampaignView, CompileOptions, ContactView, EmailSource, PreviewAt, RenderData, StoreView, compile,
};
use crate::testing::App;
use axum::http::StatusCode;
use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use kernel::Timestamp;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Cursor;
use testkit::for_each_engine;

const LOOK: Look = Look { color: [0x11, 0x18, 0x27], background: [255, 255, 255] };

fn frames(gif: &[u8]) -> Vec<image::RgbaImage> {
    let decoder = GifDecoder::new(Cursor::new(gif)).unwrap();
    decoder.into_frames().map(|frame| frame.unwrap().into_buffer()).collect()
}

#[test]
fn every_second_of_the_next_minute_looks_different_and_the_file_stays_small() {
    let gif = picture(3 * 86_400 + 3_661, LOOK).unwrap();
    assert!(gif.len() < 100_000, "{} bytes", gif.len());
    let frames = frames(&gif);
    assert_eq!(frames.len(), 60);
    assert!(frames.iter().all(|f| (f.width(), f.height()) == (u32::from(WIDTH), u32::from(HEIGHT))));
    assert_eq!(frames.iter().map(|f| f.as_raw().clone()).collect::<HashSet<_>>().len(), 60);
}

#[test]
fn what_a_later_picture_begins_with_is_what_an_earlier_one_came_to() {
    let early = frames(&picture(100_000, LOOK).unwrap());
    for second in [1, 20, 59] {
        let late = frames(&picture(100_000 - second, LOOK).unwrap());
        assert_eq!(early[second as usize], late[0]);
    }
}

#[test]
fn a_countdown_stands_at_zero_when_it_is_over() {
    let over = frames(&picture(-5, LOOK).unwrap());
    assert_eq!(over.len(), 1);
    let last = frames(&picture(2, LOOK).unwrap());
    assert_eq!((last.len(), &last[2]), (3, &over[0]));
    assert_eq!(frames(&picture(i64::MAX, LOOK).unwrap()).len(), 60);
}

#[test]
fn a_name_says_an_instant_and_two_colours_and_nothing_else() {
    assert_eq!(parse_name("1796083200-111827-ffffff.gif"), Some((1_796_083_200, LOOK)));
    assert_eq!(parse_name("-5-111827-ffffff.gif"), Some((-5, LOOK)));
    for wrong in [
        "",
        "1-111827.gif",
        "1-111827-fffff.gif",
        "1-111827-ffffff.png",
        "x-111827-ffffff.gif",
        "9999999999999-111827-ffffff.gif",
        "1-11182é-ffffff.gif",
        "1-1-111827-ffffff.gif",
    ] {
        assert_eq!(parse_name(wrong), None, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_tells_the_time_at_which_it_is_loaded() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let ends = t.now().0 / 1_000 + 500;
        let path = format!("/countdown/{ends}-111827-ffffff.gif");
        let first = app.get(&path).await;
        assert_eq!((first.status, first.header("content-type")), (StatusCode::OK, "image/gif"));
        assert_eq!((first.header("cache-control"), first.header("set-cookie")), ("no-store", ""));
        assert_eq!(first.body, app.get(&path).await.body);
        t.advance_ms(3_000);
        let later = app.get(&path).await;
        assert_eq!(frames(&first.body)[3], frames(&later.body)[0]);
        assert_eq!(app.get("/countdown/nonsense.gif").await.status, StatusCode::NOT_FOUND);
        Ok(())
    })
    .await;
}

fn rendered(block: Value, now: Timestamp) -> (String, String) {
    let mut block = block;
    block["id"] = "b1".into();
    block["type"] = "countdown".into();
    let document = json!({"schema": 1, "rows": [{"id": "r1", "columns": [{"blocks": [block]}]}]});
    let source = EmailSource {
        subject: "S".into(),
        preheader: String::new(),
        body: Body::Document { document },
        text: None,
    };
    let compiled = compile(&source, &CompileOptions::default()).unwrap_or_else(|e| panic!("{e:?}"));
    let (store, campaign) = (StoreView::default(), CampaignView::default());
    let extra = json!({ "coupon": { "expires_at": "2026-12-01T08:00:00+08:00" } });
    let data = RenderData {
        contact: ContactView::EMPTY,
        store: &store,
        campaign: &campaign,
        now,
        extra: extra.as_object(),
    };
    let preview = compiled.render_preview_with(&data, &PreviewAt { base: "https://push.example" }).unwrap();
    (preview.html, preview.text)
}

#[test]
fn a_block_shows_the_picture_and_says_the_time_in_words() {
    let before = Timestamp::parse("2026-11-25T00:00:00Z").unwrap();
    let after = Timestamp::parse("2026-12-02T00:00:00Z").unwrap();
    let wanted = format!("\"https://push.example/countdown/{}-111827-ffffff.gif", 1_796_083_200);
    for ends_at in [
        "2026-12-01T00:00:00Z",
        "2026-12-01T02:00:00+02:00",
        "{{ coupon.expires_at }}",
        "{{ coupon.missing | default: '2026-12-01T00:00:00Z' }}",
    ] {
        let block = json!({ "ends_at": ends_at, "label": "Ends", "expired_text": "It is over" });
        let (html, text) = rendered(block.clone(), before);
        assert!(html.contains(&wanted), "{ends_at}: {html}");
        assert!(text.contains("Ends") && text.contains("2026-12-01 00:00 UTC"), "{text}");
        assert!(!html.contains("It is over") && !text.contains("It is over"));
        let (html, text) = rendered(block, after);
        assert!(!html.contains("/countdown/") && text.contains("It is over"), "{text}");
    }
    let (html, text) = rendered(json!({ "ends_at": "{{ coupon.missing }}", "expired_text": "Soon" }), before);
    assert!(!html.contains("/countdown/") && text.contains("Soon"), "no time, no picture: {text}");
}
