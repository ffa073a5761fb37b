//! Hostile and honest files, small; made here (T-08).

use super::*;
use proptest::prelude::*;
use std::io::Write as _;
use std::path::PathBuf;
use tempfile::TempDir;

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Files(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// Rows as `line: a|b|c` or `line! reason`.
fn rows_of(source: &Source) -> Vec<String> {
    let mut out = Vec::new();
    source
        .read(0, &mut |batch| {
            for row in batch.rows() {
                out.push(match row.fault() {
                    Some(fault) => format!("{}! {}", row.line(), fault.reason),
                    None => format!("{}: {}", row.line(), row.cells().collect::<Vec<_>>().join("|")),
                });
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    out
}

fn read(bytes: impl AsRef<[u8]>) -> Vec<String> {
    read_with(bytes, &ReadOptions::default())
}

fn read_with(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Vec<String> {
    let files = Files::new();
    rows_of(&open(&files.file("f.csv", bytes), options).unwrap())
}

fn layout(bytes: impl AsRef<[u8]>) -> Layout {
    let files = Files::new();
    open(&files.file("f.csv", bytes), &ReadOptions::default()).unwrap().layout
}

fn refused(bytes: impl AsRef<[u8]>) -> String {
    let files = Files::new();
    match open(&files.file("f.bin", bytes), &ReadOptions::default()) {
        Ok(source) => panic!("was read as {:?}", source.layout),
        Err(e) => e.problem().expect("a problem, no fault").detail.clone(),
    }
}

#[test]
fn cells_lines_and_quotes_are_read_as_programs_write_them() {
    assert_eq!(
        read("email,name,note\na@b.cd,\"Li, Ana\",\"said \"\"hi\"\"\"\r\nc@d.ef,5\" screen,\n"),
        ["2: a@b.cd|Li, Ana|said \"hi\"", "3: c@d.ef|5\" screen|"]
    );
    assert_eq!(read("a,b\n\"x\ny\",1\nz,2"), ["2: x\ny|1", "4: z|2"], "a value may span lines");
    assert_eq!(read("a,b\r1,2\r\n3,4\n\n\n5,6"), ["2: 1|2", "3: 3|4", "6: 5|6"], "line ends are mixed");
    assert_eq!(read("a,b\n 1 , \"2\" \n,,\n  \n3"), ["2:  1 |2", "5: 3"], "blank rows are no rows");
}

#[test]
fn an_unbalanced_quote_swallows_no_other_row() {
    let unclosed = "a quote opens here and is never closed; close it, or double every quote inside a value";
    let inside = "text follows a closing quote; double the quotes inside a value";
    assert_eq!(
        read("a,b\n1,\"2\n3,4\n5,6\n"),
        ["2! ".to_owned() + unclosed, "3: 3|4".into(), "4: 5|6".into()],
        "to the end of the file"
    );
    assert_eq!(
        read("a,b\n1,\"2\n3,\"4\"\n5,6\n"),
        ["2! ".to_owned() + inside, "3: 3|4".into(), "4: 5|6".into()],
        "to the next quote"
    );
    assert_eq!(
        read("a,b,c\n\"1,2,3\n4,5\",6\n7,8,9\n"),
        ["2! ".to_owned() + unclosed, "3: 4|5\"|6".into(), "4: 7|8|9".into()],
        "a row over several lines with too few cells is a broken quote"
    );
}

#[test]
fn quotes_that_break_again_and_again_stay_cheap() {
    let mut text = String::from("a,b\nx,\"\n");
    for _ in 0..400_000 {
        text.push_str("a\",\"\n");
    }
    let read = read(&text);
    assert!(read.len() >= 200_000 && read.iter().all(|r| r.contains('!') || r.contains(": ")));
}

#[test]
fn what_is_too_long_is_reported_and_the_next_row_is_read() {
    let long = "x".repeat(FIELD_BYTES_MAX + 1);
    let longer = "y,".repeat(600_000);
    let huge = "z".repeat(5 * 1024 * 1024);
    let text = format!("a,b\n1,{long}\n3,4\n\"{long}\",1\n{longer}\n5,6\n{huge}\n7,8\n{huge}");
    assert_eq!(
        read(text),
        [
            "2! a value has at most 64 KiB",
            "3: 3|4",
            "4! a quote opens here and is never closed; close it, or double every quote inside a value",
            "5! a row has at most 2,000 columns",
            "6: 5|6",
            "7! a value has at most 64 KiB",
            "8: 7|8",
            "9! a value has at most 64 KiB",
        ]
    );
}

#[test]
fn fifty_thousand_columns_are_refused_in_the_header_and_reported_in_a_row() {
    let wide = "c,".repeat(50_000);
    assert!(refused(&wide).contains("line 1"), "{}", refused(&wide));
    assert_eq!(read(format!("a,b\n{wide}\n1,2\n")), ["2! a row has at most 2,000 columns", "3: 1|2"]);
}

#[test]
fn encodings_are_found() {
    let text = "email,имя\nа@b.cd,Zoë 陈\n";
    let utf16 = |big: bool, bom: bool| -> Vec<u8> {
        let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        let body = "email,name,city\nana@b.cd,Zoë,Köln\nbob@b.cd,Bob,Oslo\n".encode_utf16();
        bom.then_some(0xFEFF).into_iter().chain(body).flat_map(unit).collect()
    };
    let found = |bytes: &[u8]| (layout(bytes).encoding.unwrap(), read(bytes).first().cloned().unwrap());
    assert_eq!(found(text.as_bytes()), ("UTF-8".into(), "2: а@b.cd|Zoë 陈".into()));
    assert_eq!(layout(format!("\u{feff}{text}")).columns, ["email", "имя"], "a byte order mark is no column");
    for (big, name) in [(false, "UTF-16LE"), (true, "UTF-16BE")] {
        for bom in [true, false] {
            assert_eq!(found(&utf16(big, bom)), (name.to_owned(), "2: ana@b.cd|Zoë|Köln".to_owned()));
        }
    }
    let latin = "email,name,city\nana@b.cd,Zoë Müller,Köln\njose@b.cd,José Peña,Málaga\n";
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(latin);
    assert_eq!(found(&latin), ("windows-1252".into(), "2: ana@b.cd|Zoë Müller|Köln".into()));
    let chinese = "邮箱,姓名,城市\nana@b.cd,陈小明,广州市\nbob@b.cd,李雷,北京市\n";
    let (gb, ..) = encoding_rs::GB18030.encode(chinese);
    assert_eq!(found(&gb), ("gb18030".into(), "2: ana@b.cd|陈小明|广州市".into()));
}

#[test]
fn a_late_character_decides_the_encoding_and_a_choice_overrules_it() {
    let mut bytes = b"email,name\n".to_vec();
    for n in 0..60_000 {
        bytes.extend_from_slice(format!("n{n}@b.cd,Name\n").as_bytes());
    }
    bytes.extend_from_slice(b"z@b.cd,Jos\xE9 Pe\xF1a\n");
    assert_eq!(layout(&bytes).encoding.unwrap(), "windows-1252");
    let options = ReadOptions { encoding: Some("utf-8".into()), ..Default::default() };
    assert!(read_with(&bytes, &options).last().unwrap().contains('\u{fffd}'));
    let unknown = ReadOptions { encoding: Some("klingon".into()), ..Default::default() };
    let files = Files::new();
    assert!(open(&files.file("f.csv", &bytes), &unknown).is_err());
}

#[test]
fn delimiters_and_headers_are_found() {
    let found = |text: &str| (layout(text).delimiter.unwrap(), layout(text).columns.len());
    assert_eq!(found("email;name;city\na@b.cd;\"x, y, z\";1,5\nb@b.cd;z;2,5\n"), (Delimiter::Semicolon, 3));
    assert_eq!(found("email\tname\na@b.cd\tx, y\n"), (Delimiter::Tab, 2));
    assert_eq!(found("email|name|tags\na@b.cd|x|a,b,c\nb@b.cd|y|a,b\n"), (Delimiter::Pipe, 3));
    assert_eq!(found("email\na@b.cd\nc@d.ef\n"), (Delimiter::Comma, 1));
    assert_eq!(found("sep=;\r\nemail;name\r\na@b.cd;x\r\n"), (Delimiter::Semicolon, 2));
    assert_eq!(read("sep=;\r\nemail;name\r\na@b.cd;x\r\n"), ["3: a@b.cd|x"]);
    let bare = layout("a@b.cd,Ana\nc@d.ef,Bo\n");
    assert_eq!((bare.has_header, bare.columns), (false, vec!["column 1".to_owned(), "column 2".into()]));
    assert_eq!(layout("Email,Name,name,,\n1,2,3,4,5\n").columns, ["Email", "Name", "name (2)"]);
}

#[test]
fn what_is_no_table_is_refused_with_what_it_looks_like() {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend((0..255_u8).cycle().take(4_000));
    for (bytes, words) in [
        (Vec::new(), "empty file"),
        (b" \r\n\t\n".to_vec(), "empty file"),
        (png, "PNG"),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), "PDF"),
        (b"{\n \"contacts\": []}".to_vec(), "JSON"),
        (b"[{\"email\":\"a@b.cd\"}]".to_vec(), "JSON"),
        (b"<!DOCTYPE html><html><body>".to_vec(), "web page"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "SVG"),
        (b"<?xml version=\"1.0\"?><a/>".to_vec(), "XML"),
        (
            b"Received: from x\r\nFrom: a@b.cd\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n\r\nhi".to_vec(),
            "email",
        ),
        (b"\x1F\x8B\x08\0\0".to_vec(), "gzip"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "old .xls"),
        ((0..=255_u8).cycle().take(9_000).collect(), "binary"),
        (b"PK\x05\x06".iter().copied().chain([0; 18]).collect(), "zip archive"),
    ] {
        let said = refused(&bytes);
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_zero_byte_spoils_its_row_only() {
    let rows = read(b"email,name\na@b.cd,x\0y\nc@d.ef,z\n");
    assert_eq!(rows, ["2: a@b.cd|x\0y", "3: c@d.ef|z"]);
}

#[test]
fn reading_can_begin_in_the_middle_and_be_stopped() {
    let files = Files::new();
    let text: String =
        std::iter::once("n\n".to_owned()).chain((0..10_000).map(|n| format!("v{n}\n"))).collect();
    let source = open(&files.file("f.csv", text), &ReadOptions::default()).unwrap();
    let mut first = None;
    let summary = source
        .read(7_777, &mut |batch| {
            let row = batch.rows().next().map(|r| (r.number, r.line(), r.cell(0).to_owned()));
            first = first.take().or(row);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((first, summary.rows), (Some((7_777, 7_779, "v7777".to_owned())), 10_000));
    let mut seen = 0;
    source
        .read(0, &mut |batch| {
            seen += batch.len();
            ControlFlow::Break(())
        })
        .unwrap();
    assert!(seen < 10_000);
}

proptest! {
    /// What is written by the rules is read back, whatever the values.
    #[test]
    fn written_rows_are_read_back(
        rows in prop::collection::vec(prop::collection::vec("[a-z\",;\\n\\r é]{0,12}", 3), 1..20),
    ) {
        let quote = |v: &String| format!("\"{}\"", v.replace('"', "\"\""));
        let line = |r: &Vec<String>| r.iter().map(quote).collect::<Vec<_>>().join(",");
        let text = format!("\"one\",\"two\",\"three\"\n{}\n", rows.iter().map(line).collect::<Vec<_>>().join("\n"));
        let options = ReadOptions { delimiter: Some(Delimiter::Comma), encoding: Some("utf-8".into()), ..Default::default() };
        let read: Vec<String> = read_with(text, &options).into_iter().map(|r| r.split_once(": ").unwrap().1.to_owned()).collect();
        let wanted: Vec<String> =
            rows.iter().filter(|r| !r.concat().trim().is_empty()).map(|r| r.join("|")).collect();
        prop_assert_eq!(read, wanted);
    }

    /// No bytes whatever make the reader fail in another way than by a problem, or lose count of lines.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let files = Files::new();
        if let Ok(source) = open(&files.file("f.csv", &bytes), &ReadOptions::default()) {
            rows_of(&source);
        }
    }

    /// Broken quoting of any kind reports rows in order of lines.
    #[test]
    fn any_quoting_keeps_the_order_of_lines(text in "[ab\",\\n]{0,300}") {
        let lines: Vec<u64> = read_with(format!("x,y\n{text}"), &ReadOptions { delimiter: Some(Delimiter::Comma), header: Some(true), ..Default::default() })
            .iter()
            .map(|r| r.split([':', '!']).next().unwrap().parse().unwrap())
            .collect();
        prop_assert!(lines.windows(2).all(|w| w[0] < w[1]), "{:?}", lines);
    }
}

pub(in crate::imports) mod workbooks {
    use super::*;

    /// A zip archive of stored or deflated parts; sizes in the directory may lie.
    pub fn archive(parts: &[(&str, &[u8])], deflate: bool, lie: Option<u32>) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, body) in parts {
            let offset = out.len() as u32;
            let packed = if deflate { pack(body) } else { body.to_vec() };
            let mut common = Vec::new();
            common.extend_from_slice(&20_u16.to_le_bytes());
            common.extend_from_slice(&0_u16.to_le_bytes());
            common.extend_from_slice(&(if deflate { 8_u16 } else { 0 }).to_le_bytes());
            common.extend_from_slice(&[0; 4]);
            common.extend_from_slice(&crc(body).to_le_bytes());
            common.extend_from_slice(&(packed.len() as u32).to_le_bytes());
            common.extend_from_slice(&lie.unwrap_or(body.len() as u32).to_le_bytes());
            common.extend_from_slice(&(name.len() as u16).to_le_bytes());
            common.extend_from_slice(&0_u16.to_le_bytes());
            out.extend_from_slice(b"PK\x03\x04");
            out.extend_from_slice(&common);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&packed);
            directory.extend_from_slice(b"PK\x01\x02\x14\x00");
            directory.extend_from_slice(&common);
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let at = out.len() as u32;
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        for count in [parts.len() as u16; 2] {
            out.extend_from_slice(&count.to_le_bytes());
        }
        out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out
    }

    fn pack(body: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn crc(body: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(body);
        crc.sum()
    }

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// A workbook with one sheet and this sheet data and these shared texts.
    pub fn workbook(data: &str, shared: &str, deflate: bool, lie: Option<u32>) -> Vec<u8> {
        let book = format!(
            "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let links = format!(
            "{HEAD}<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{LINKS}/styles\" Target=\"styles.xml\"/></Relationships>"
        );
        let styles = format!(
            "{HEAD}<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let sheet = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>");
        let top = format!(
            "{HEAD}<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        let parts: [(&str, &[u8]); 6] = [
            ("_rels/.rels", top.as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", links.as_bytes()),
            ("xl/styles.xml", styles.as_bytes()),
            ("xl/sharedStrings.xml", shared.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ];
        archive(&parts, deflate, lie)
    }

    pub fn shared(texts: &[&str]) -> String {
        let items: String = texts.iter().map(|t| format!("<si><t>{t}</t></si>")).collect();
        format!("{HEAD}<sst xmlns=\"{MAIN}\" uniqueCount=\"{}\">{items}</sst>", texts.len())
    }

    const ROWS: &str = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"s\"><v>3</v></c><c r=\"C3\" s=\"1\"><v>33239</v></c></row>\
        <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>b@b.cd</t></is></c><c r=\"B4\"><v>6591234567</v></c><c r=\"C4\" t=\"e\"><v>#N/A</v></c></row>";
    const TEXTS: &[&str] = &["email", "phone", "birthday", "a&amp;a@b.cd"];

    #[test]
    fn a_workbook_is_read_with_dates_numbers_and_gaps() {
        for deflate in [false, true] {
            let files = Files::new();
            let path = files.file("f.xlsx", workbook(ROWS, &shared(TEXTS), deflate, None));
            let source = open(&path, &ReadOptions::default()).unwrap();
            assert_eq!((source.layout.kind.as_str(), &source.layout.sheets[0][..]), ("xlsx", "People"));
            assert_eq!(source.layout.columns, ["email", "phone", "birthday"]);
            assert_eq!(rows_of(&source), ["3: a&a@b.cd||1991-01-01", "4: b@b.cd|6591234567"]);
            let other = ReadOptions { sheet: Some("Nobody".into()), ..Default::default() };
            assert!(open(&path, &other).unwrap_err().problem().unwrap().detail.contains("People"));
        }
    }

    fn refuses(bytes: Vec<u8>, words: &str) {
        let said = refused(&bytes);
        assert!(said.contains(words), "{words}: {said}");
    }

    #[test]
    fn a_bomb_is_found_before_it_goes_off() {
        let blank = "<row><c><v>1</v></c></row>".repeat(2_000_000);
        refuses(workbook(&blank, &shared(TEXTS), true, None), "fill the memory");
        refuses(workbook(&blank, &shared(TEXTS), true, Some(1_000)), "fill the memory");
        let endless = format!(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
            "a".repeat(3 << 20)
        );
        refuses(workbook(&endless, &shared(TEXTS), true, None), "fill the memory");
        let announced = shared(TEXTS).replace("uniqueCount=\"4\"", "uniqueCount = '99999999999'");
        refuses(workbook(ROWS, &announced, false, None), "fill the memory");
    }

    #[test]
    fn entities_and_damage_are_refused() {
        let entities = shared(TEXTS)
            .replace("<sst", "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst");
        refuses(workbook(ROWS, &entities, false, None), "declarations");
        let unknown = shared(&["email", "phone", "birthday", "&bomb;"]);
        let files = Files::new();
        let opened =
            open(&files.file("f.xlsx", workbook(ROWS, &unknown, false, None)), &ReadOptions::default());
        assert!(opened.is_err_and(|e| e.problem().is_some()));
        let whole = workbook(ROWS, &shared(TEXTS), true, None);
        for cut in [10, whole.len() / 2, whole.len() - 1] {
            assert!(!refused(&whole[..cut]).is_empty());
        }
        let mut twice = whole.clone();
        twice.extend_from_slice(&whole);
        assert!(!refused(&twice).is_empty(), "two archives in one file may be read as either");
        refuses(archive(&[("word/document.xml", b"<a/>")], false, None), "Word");
        refuses(archive(&[("content.xml", b"<a/>")], false, None), "OpenDocument");
        refuses(archive(&[("subscribed.csv", b"email\n")], false, None), "Unpack");
    }

    #[test]
    fn cells_far_out_cost_nothing() {
        let data =
            format!("{ROWS}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row><row r=\"1048577\"/>");
        let files = Files::new();
        let source = open(
            &files.file("f.xlsx", workbook(&data, &shared(TEXTS), false, None)),
            &ReadOptions::default(),
        )
        .unwrap();
        let rows = rows_of(&source);
        assert_eq!(rows.last().unwrap(), "1048576! a row has at most 2,000 columns");
        assert_eq!(rows.len(), 3);
    }

    proptest! {
        /// Damage anywhere in a workbook ends in a problem or in rows, never in a panic or an abort.
        #[test]
        fn damage_is_survived(at in 0_usize..3_000, byte: u8) {
            let mut bytes = workbook(ROWS, &shared(TEXTS), false, None);
            let at = at % bytes.len();
            bytes[at] = byte;
            let files = Files::new();
            if let Ok(source) = open(&files.file("f.xlsx", bytes), &ReadOptions::default()) {
                let _ = source.read(0, &mut |_| ControlFlow::Continue(()));
            }
        }
    }
}
