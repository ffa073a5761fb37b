//! Files as people, cameras and attackers make them.

use super::picture::{Crop, THUMBNAIL_SIDE, crop};
use super::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A picture whose left half is red and right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) },
    )
    .into()
}

fn packed(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// An Exif block: turned by 90 degrees, made at a time, in Singapore.
fn exif_block() -> Vec<u8> {
    let mut out = Vec::from(b"II*\0\x08\0\0\0".as_slice());
    let entry = |out: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32| {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    };
    // The first directory at 8, Exif at 50, GPS at 68, values from 122.
    out.extend(3_u16.to_le_bytes());
    entry(&mut out, 0x0112, 3, 1, 6);
    entry(&mut out, 0x8769, 4, 1, 50);
    entry(&mut out, 0x8825, 4, 1, 68);
    out.extend(0_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    entry(&mut out, 0x9003, 2, 20, 122);
    out.extend(0_u32.to_le_bytes());
    out.extend(4_u16.to_le_bytes());
    entry(&mut out, 1, 2, 2, u32::from_le_bytes(*b"N\0\0\0"));
    entry(&mut out, 2, 5, 3, 142);
    entry(&mut out, 3, 2, 2, u32::from_le_bytes(*b"E\0\0\0"));
    entry(&mut out, 4, 5, 3, 166);
    out.extend(0_u32.to_le_bytes());
    out.extend(b"2026:11:20 10:30:00\0");
    for (over, under) in [(1_u32, 1_u32), (17, 1), (1234, 100), (103, 1), (51, 1), (0, 1)] {
        out.extend(over.to_le_bytes());
        out.extend(under.to_le_bytes());
    }
    out
}

/// A JPEG as a phone makes it: lying on its side, with time and place.
pub(in crate::media) fn phone_jpeg() -> Vec<u8> {
    let plain = packed(&halves(64, 32), ImageFormat::Jpeg);
    let mut body = Vec::from(b"Exif\0\0".as_slice());
    body.extend(exif_block());
    let mut out = plain[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
    out.extend(&plain[2..]);
    out
}

fn clean(bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let head = &bytes[..bytes.len().min(HEAD)];
    (recognise(head)?.clean)(bytes.to_vec())
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|w| w == needle)
}

#[track_caller]
fn refused(bytes: &[u8], code: &str) {
    assert_eq!(clean(bytes).expect_err("refused").code, code);
}

#[test]
fn the_catalogue_is_sorted_and_no_media_type_belongs_to_two() {
    assert!(FORMATS.windows(2).all(|pair| pair[0].name < pair[1].name));
    let mut all: Vec<&str> = FORMATS.iter().flat_map(|f| f.sniffed).copied().collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_phones_picture_is_turned_upright_and_loses_time_and_place() {
    let cleaned = clean(&phone_jpeg()).unwrap();
    assert_eq!((cleaned.width, cleaned.height), (Some(32), Some(64)), "it stands");
    let (at, offset) = cleaned.taken.at.unwrap();
    assert_eq!((at.to_string().as_str(), offset), ("2026-11-20T10:30:00", None));
    let (latitude, longitude, accuracy) = cleaned.taken.place.unwrap();
    assert!((latitude - 1.286_761).abs() < 1e-5 && (longitude - 103.85).abs() < 1e-9 && accuracy.is_none());
    for trace in [b"Exif".as_slice(), b"2026:11:20", b"II*\0"] {
        assert!(!holds(&cleaned.bytes, trace), "the public copy says nothing");
        assert!(!holds(cleaned.thumbnail.as_ref().unwrap(), trace));
    }
    assert_eq!(clean(&cleaned.bytes).unwrap().taken, Taken::default());
    let image = image::load_from_memory(&cleaned.bytes).unwrap().to_rgb8();
    assert!(image.get_pixel(16, 8)[0] > 150 && image.get_pixel(16, 56)[2] > 150, "red is on top");
}

#[test]
fn an_exif_block_that_lies_about_its_parts_says_nothing() {
    let whole = exif_block();
    assert!(exif::read(&whole).place.is_some());
    for cut in 0..whole.len() {
        let found = exif::read(&whole[..cut]);
        assert!(found.place.is_none() || cut >= 190, "{cut}");
    }
    for at in 0..whole.len() {
        for value in [0, 0x7F, 0xFF] {
            let mut changed = whole.clone();
            changed[at] = value;
            if let Some((latitude, longitude, _)) = exif::read(&changed).place {
                assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0);
            }
        }
    }
}

#[test]
fn pictures_of_every_format_come_out_as_the_same_picture_with_a_small_one() {
    for (format, content_type) in [
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::WebP, "image/webp"),
    ] {
        let cleaned = clean(&packed(&halves(500, 100), format)).unwrap();
        assert_eq!((cleaned.kind, cleaned.content_type), (Kind::Image, content_type));
        assert_eq!((cleaned.width, cleaned.height), (Some(500), Some(100)), "{content_type}");
        let image = image::load_from_memory(&cleaned.bytes).unwrap().to_rgb8();
        assert!(image.get_pixel(50, 50)[0] > 150 && image.get_pixel(450, 50)[2] > 150, "{content_type}");
        let small = image::load_from_memory(cleaned.thumbnail.as_ref().unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (THUMBNAIL_SIDE, 64), "{content_type}");
    }
}

#[test]
fn what_follows_the_end_or_hides_in_comments_stays_behind() {
    let script = b"<script>alert(1)</script>";
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let mut twofold = packed(&halves(40, 20), format);
        twofold.extend(script);
        twofold.extend(b"PK\x03\x04");
        let cleaned = clean(&twofold).unwrap();
        assert!(!holds(&cleaned.bytes, b"script") && !holds(&cleaned.bytes, b"PK\x03\x04"), "{format:?}");
    }
    let mut gif = packed(&halves(4, 4), ImageFormat::Gif);
    let end = gif.len() - 1;
    let mut comment = Vec::from([b'!', 0xFE, script.len() as u8]);
    comment.extend(script);
    comment.push(0);
    gif.splice(end..end, comment);
    assert!(holds(&gif, script) && !holds(&clean(&gif).unwrap().bytes, script));
    let mut jpeg = packed(&halves(40, 20), ImageFormat::Jpeg);
    let mut comment = Vec::from([0xFF, 0xFE, 0, script.len() as u8 + 2]);
    comment.extend(script);
    jpeg.splice(2..2, comment);
    assert!(holds(&jpeg, script) && !holds(&clean(&jpeg).unwrap().bytes, script));
}

#[test]
fn a_picture_that_is_cut_off_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = packed(&halves(200, 100), format);
        for part in [whole.len() / 2, whole.len() - 8] {
            let found = clean(&whole[..part]);
            assert!(found.is_err(), "{format:?} cut at {part} of {}", whole.len());
        }
    }
}

#[test]
fn a_bomb_is_refused_by_its_size_before_it_is_unpacked() {
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let mut out = (body.len() as u32).to_be_bytes().to_vec();
        let mut checked = name.to_vec();
        checked.extend(body);
        out.extend(&checked);
        out.extend(crc32fast::hash(&checked).to_be_bytes());
        out
    };
    let png = |width: u32, height: u32| {
        let mut head = width.to_be_bytes().to_vec();
        head.extend(height.to_be_bytes());
        head.extend([8, 2, 0, 0, 0]);
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        out.extend(chunk(b"IHDR", &head));
        out.extend(chunk(b"IDAT", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]));
        out.extend(chunk(b"IEND", &[]));
        out
    };
    refused(&png(50_000, 50_000), "too_many_pixels");
    refused(&png(12_001, 1), "too_many_pixels");
    refused(&png(8_000, 8_000), "too_many_pixels");
    refused(&png(100, 100), "broken");
    let mut gif = packed(&halves(2, 2), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    refused(&gif, "too_many_pixels");
}

#[test]
fn what_is_no_media_is_refused_whatever_its_name() {
    for bytes in [
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".as_slice(),
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>",
        b"<?xml version=\"1.0\"?><svg/>",
        b"  \xef\xbb\xbf<html><body>hi</body></html>",
        b"<!DOCTYPE html>",
        b"%PDF-1.7\n",
        b"PK\x03\x04\x14\0\0\0",
        b"#!/bin/sh\nrm -rf /\n",
        b"\0\0\0\x1cftypheic\0\0\0\0mif1heic",
        b"text with a \0 inside",
        b"\xff\xfe\x80 not utf-8",
        b"",
    ] {
        refused(bytes, "format");
    }
    assert!(clean(b"GIF89a/*\x01\0\x01\0*/=1;alert(1)//").is_err(), "a script that begins as a picture");
}

#[test]
fn text_is_taken_as_it_is() {
    let cleaned = clean("\u{feff}Grüße, 你好\n\tline".as_bytes()).unwrap();
    assert_eq!((cleaned.kind, cleaned.bytes.as_slice()), (Kind::Text, "Grüße, 你好\n\tline".as_bytes()));
    let long = "ü".repeat(HEAD);
    assert_eq!(clean(long.as_bytes()).unwrap().bytes.len(), 2 * HEAD, "a character on the edge is no fault");
}

#[test]
fn a_part_of_a_picture_is_cut_out_and_resized() {
    let whole = clean(&packed(&halves(100, 40), ImageFormat::Jpeg)).unwrap().bytes;
    let right = Crop { x: 60, y: 10, width: 30, height: 20, resize: Some((60, 40)) };
    let part = crop(&whole, "image/jpeg", right).unwrap();
    assert_eq!((part.width, part.height, part.content_type), (Some(60), Some(40), "image/jpeg"));
    assert!(image::load_from_memory(&part.bytes).unwrap().to_rgb8().get_pixel(30, 20)[2] > 150, "it is blue");
    for (x, width) in [(71, 30), (0, 101), (u32::MAX, 2), (0, 0)] {
        let outside = Crop { x, y: 0, width, height: 10, resize: None };
        assert_eq!(crop(&whole, "image/jpeg", outside).unwrap_err().code, "outside");
    }
    let png = clean(&packed(&halves(20, 20), ImageFormat::Png)).unwrap().bytes;
    let all = Crop { x: 0, y: 0, width: 20, height: 20, resize: None };
    assert_eq!(crop(&png, "image/png", all).unwrap().content_type, "image/png");
    assert_eq!(crop(b"hello", "text/plain; charset=utf-8", all).unwrap_err().code, "not_an_image");
}

fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = ((body.len() + 8) as u32).to_be_bytes().to_vec();
    out.extend(kind);
    out.extend(body);
    out
}

fn mp4_track(handler: &[u8; 4]) -> Vec<u8> {
    let mut header = vec![0; 76];
    header.extend((640_u32 << 16).to_be_bytes());
    header.extend((360_u32 << 16).to_be_bytes());
    let mut hdlr = vec![0; 8];
    hdlr.extend(handler);
    hdlr.extend([0; 13]);
    let media = mp4_box(b"mdia", &mp4_box(b"hdlr", &hdlr));
    mp4_box(b"trak", &[mp4_box(b"tkhd", &header), media, mp4_box(b"udta", b"+01.29+103.85/")].concat())
}

fn mp4(tracks: &[&[u8; 4]], more: &[u8]) -> Vec<u8> {
    let mut mvhd = vec![0; 4];
    mvhd.extend(3_877_500_600_u32.to_be_bytes());
    mvhd.extend([0; 92]);
    let mut movie = mp4_box(b"mvhd", &mvhd);
    tracks.iter().for_each(|handler| movie.extend(mp4_track(handler)));
    movie.extend(mp4_box(b"udta", &mp4_box(b"\xa9xyz", b"+01.2868+103.8500/")));
    movie.extend(mp4_box(b"meta", b"com.apple.quicktime.location.ISO6709 +01.2868+103.8500/"));
    let mut out = mp4_box(b"ftyp", b"isom\0\0\x02\0isomiso2avc1mp41");
    out.extend(mp4_box(b"moov", &movie));
    out.extend(mp4_box(b"mdat", b"samples"));
    out.extend(more);
    out
}

#[test]
fn a_video_loses_its_place_and_keeps_its_offsets() {
    let file = mp4(&[b"vide", b"soun"], &mp4_box(b"uuid", b"XMP with +01.2868+103.8500/"));
    let cleaned = clean(&file).unwrap();
    assert_eq!((cleaned.kind, cleaned.content_type), (Kind::Video, "video/mp4"));
    assert_eq!((cleaned.width, cleaned.height), (Some(640), Some(360)));
    assert!(holds(&file, b"+01.2") && !holds(&cleaned.bytes, b"+01.2"), "no place is left");
    assert_eq!(cleaned.bytes.len(), file.len());
    let at = |bytes: &[u8]| bytes.windows(7).position(|w| w == b"samples");
    assert_eq!(at(&cleaned.bytes), at(&file));
    assert_eq!(cleaned.taken.at.unwrap().0.date().to_string(), "2026-11-14");
    let sound = clean(&mp4(&[b"soun"], b"")).unwrap();
    assert_eq!((sound.kind, sound.content_type, sound.extension), (Kind::Audio, "audio/mp4", "m4a"));
}

#[test]
fn a_video_with_other_tracks_or_parts_is_refused() {
    refused(&mp4(&[b"vide", b"meta"], b""), "unexpected_content");
    refused(&mp4(&[], b""), "broken");
    refused(&mp4(&[b"vide"], &mp4_box(b"evil", b"<script>")), "unexpected_content");
    refused(&mp4(&[b"vide"], b"trailing words"), "broken");
    let whole = mp4(&[b"vide"], b"");
    refused(&whole[..whole.len() - 3], "broken");
    let mut other = whole.clone();
    other[8..12].copy_from_slice(b"M4B ");
    assert!(clean(&other).is_err());
}

fn ebml(id: &[u8], body: &[u8]) -> Vec<u8> {
    let mut out = id.to_vec();
    out.extend((0x1000_0000_u32 | body.len() as u32).to_be_bytes());
    out.extend(body);
    out
}

fn webm(doctype: &[u8], live: bool, tracks: &[u8]) -> Vec<u8> {
    let entry = |kind: &u8| {
        let size = [ebml(&[0xB0], &[2, 128]), ebml(&[0xBA], &[1, 104])].concat();
        ebml(&[0xAE], &[ebml(&[0x83], &[*kind]), ebml(&[0xE0], &size)].concat())
    };
    let tracks: Vec<u8> = tracks.iter().flat_map(entry).collect();
    let block = [ebml(&[0xE7], &[0]), ebml(&[0xA3], b"frames")].concat();
    let cluster = match live {
        true => [&[0x1F, 0x43, 0xB6, 0x75, 0xFF], block.as_slice()].concat(),
        false => ebml(&[0x1F, 0x43, 0xB6, 0x75], &block),
    };
    let tags = ebml(&[0x12, 0x54, 0xC3, 0x67], b"LOCATION +01.2868+103.8500");
    let body = [ebml(&[0x16, 0x54, 0xAE, 0x6B], &tracks), tags, cluster.clone(), cluster].concat();
    let segment = match live {
        true => [&[0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], body.as_slice()]
            .concat(),
        false => ebml(&[0x18, 0x53, 0x80, 0x67], &body),
    };
    [ebml(&[0x1A, 0x45, 0xDF, 0xA3], &ebml(&[0x42, 0x82], doctype)), segment].concat()
}

#[test]
fn a_recording_of_a_browser_loses_its_tags() {
    for live in [true, false] {
        let file = webm(b"webm", live, &[1, 2]);
        let cleaned = clean(&file).unwrap();
        assert_eq!((cleaned.kind, cleaned.width, cleaned.height), (Kind::Video, Some(640), Some(360)));
        assert!(holds(&file, b"+01.2") && !holds(&cleaned.bytes, b"+01.2"));
        assert_eq!(cleaned.bytes.len(), file.len());
        assert_eq!(clean(&cleaned.bytes).unwrap().bytes, cleaned.bytes, "what is cleaned is clean");
        assert_eq!(clean(&webm(b"webm", live, &[2])).unwrap().content_type, "audio/webm");
    }
    refused(&webm(b"matroska", false, &[1]), "format");
    refused(&webm(b"webm", false, &[1, 33]), "unexpected_content");
    refused(&webm(b"webm", false, &[]), "broken");
    let whole = webm(b"webm", false, &[1]);
    refused(&whole[..whole.len() - 2], "broken");
    refused(&[whole, b"<script>".to_vec()].concat(), "unexpected_content");
}

fn mp3(frames: usize) -> Vec<u8> {
    let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
    frame.resize(417, 0x55);
    frame.repeat(frames)
}

#[test]
fn sound_keeps_its_frames_and_nothing_else() {
    let mut tagged = b"ID3\x04\0\0\0\0\0\x14TXXX GPS 1.28,103.85".to_vec();
    tagged.extend(mp3(6));
    tagged.extend(b"TAG recorded at home".iter().chain(&[0; 108]));
    let cleaned = clean(&tagged).unwrap();
    assert_eq!((cleaned.kind, cleaned.bytes), (Kind::Audio, mp3(6)));
    let mut cut = mp3(6);
    cut.truncate(6 * 417 - 100);
    assert_eq!(clean(&cut).unwrap().bytes, mp3(5), "half a frame at the end is left out");
    refused(&[mp3(6), b"<script>".to_vec()].concat(), "broken");
    refused(&mp3(2), "broken");

    let mut chunks = vec![(*b"fmt ", [1_u8; 16].as_slice()), (*b"LIST", b"GPS!"), (*b"data", b"samples!")];
    let wav = riff::write(b"WAVE", &chunks);
    let cleaned = clean(&wav).unwrap();
    chunks.remove(1);
    assert_eq!((cleaned.content_type, cleaned.bytes), ("audio/wav", riff::write(b"WAVE", &chunks)));
    refused(&wav[..wav.len() - 4], "broken");
    refused(&riff::write(b"WAVE", &chunks[..1]), "broken");
}

fn ogg(comment: &str) -> Vec<u8> {
    let page = |kind: u8, body: &[u8]| {
        let mut out = Vec::from([b'O', b'g', b'g', b'S', 0, kind]);
        out.extend([0; 8]);
        out.extend(7_u32.to_le_bytes());
        out.extend([0; 8]);
        out.push(1);
        out.push(body.len() as u8);
        out.extend(body);
        out
    };
    let mut tags = b"OpusTags\x04\0\0\0test\x01\0\0\0".to_vec();
    tags.extend((comment.len() as u32).to_le_bytes());
    tags.extend(comment.as_bytes());
    [page(2, b"OpusHead\x01\x01\0\0\0\0\0\0\0\0\0"), page(0, &tags), page(4, b"sound")].concat()
}

#[test]
fn ogg_is_taken_unless_a_comment_says_where_it_was() {
    let file = ogg("ENCODER=browser");
    assert_eq!(clean(&file).unwrap().bytes, file);
    for comment in ["LOCATION=home", "geo_lat=1.28", "METADATA_BLOCK_PICTURE=x"] {
        refused(&ogg(comment), "place");
    }
    refused(&[file.clone(), b"<script>".to_vec()].concat(), "broken");
    refused(&file[..file.len() - 1], "broken");
    let mut other = file.clone();
    other[28..36].copy_from_slice(b"fishead\0");
    assert!(clean(&other).is_err(), "video in Ogg is not taken");
}
