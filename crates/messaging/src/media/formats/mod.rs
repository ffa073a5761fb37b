//! The catalogue of formats the library takes: one file each. Each takes a file apart, keeps what is
//! picture, sound or text, and leaves out or refuses everything else: places, comments, whatever follows
//! the end. What a file claims to be (its name, its sender's word) is not looked at (P-031).

mod exif;
mod gif;
mod matroska;
mod mp3;
mod mp4;
mod ogg;
pub mod picture;
mod riff;
#[cfg(test)]
pub(super) mod tests;
mod text;

pub use exif::Taken;

use super::model::Kind;

/// Why a file is not taken: a stable word, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable word.
    pub code: &'static str,
    /// A sentence.
    pub detail: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Refusal { code, detail: detail.into() }
    }

    /// The file ends too early, or its parts do not fit each other.
    fn broken() -> Self {
        Refusal::new(
            "broken",
            "The file is not whole, or is not what it begins as. Save it anew and try again.",
        )
    }

    /// The file holds something that the format has no place for.
    fn strange(what: &str) -> Self {
        Refusal::new(
            "unexpected_content",
            format!("The file holds {what}. Save it anew without and try again."),
        )
    }
}

/// A file as it may be shown to everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned {
    /// What it is.
    pub kind: Kind,
    /// Its media type.
    pub content_type: &'static str,
    /// Ending of its name.
    pub extension: &'static str,
    /// The public copy.
    pub bytes: Vec<u8>,
    /// A small picture of it: media type, ending and bytes.
    pub thumbnail: Option<Vec<u8>>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// What it said about its making; in the public copy no more.
    pub taken: Taken,
}

impl Cleaned {
    fn new(kind: Kind, content_type: &'static str, extension: &'static str, bytes: Vec<u8>) -> Self {
        Cleaned {
            kind,
            content_type,
            extension,
            bytes,
            thumbnail: None,
            width: None,
            height: None,
            taken: Taken::default(),
        }
    }
}

/// A format.
pub struct Format {
    /// Its name, for refusals.
    pub name: &'static str,
    /// Media types by which it is recognised from its first bytes.
    sniffed: &'static [&'static str],
    /// Largest file, in bytes.
    pub bytes_max: u64,
    /// Takes it apart.
    pub clean: fn(Vec<u8>) -> Result<Cleaned, Refusal>,
}

const MIB: u64 = 1024 * 1024;

/// Every format, by name.
pub const FORMATS: &[Format] = &[
    Format { name: "GIF", sniffed: &["image/gif"], bytes_max: 25 * MIB, clean: gif::clean },
    Format { name: "JPEG", sniffed: &["image/jpeg"], bytes_max: 25 * MIB, clean: picture::clean_jpeg },
    Format { name: "MP3", sniffed: &["audio/mpeg"], bytes_max: 50 * MIB, clean: mp3::clean },
    Format {
        name: "MP4",
        sniffed: &["audio/m4a", "video/mp4", "video/x-m4v"],
        bytes_max: BYTES_MAX,
        clean: mp4::clean,
    },
    Format {
        name: "Ogg",
        sniffed: &["audio/ogg", "audio/opus", "video/ogg"],
        bytes_max: 50 * MIB,
        clean: ogg::clean,
    },
    Format { name: "PNG", sniffed: &["image/png"], bytes_max: 25 * MIB, clean: picture::clean_png },
    Format { name: "WAV", sniffed: &["audio/x-wav"], bytes_max: 50 * MIB, clean: riff::clean_wav },
    Format {
        name: "WebM",
        sniffed: &["video/webm", "video/x-matroska"],
        bytes_max: BYTES_MAX,
        clean: matroska::clean,
    },
    Format { name: "WebP", sniffed: &["image/webp"], bytes_max: 25 * MIB, clean: picture::clean_webp },
    Format { name: "text", sniffed: &[], bytes_max: MIB, clean: text::clean },
];

/// Largest file of any format, in bytes.
pub const BYTES_MAX: u64 = 100 * MIB;
/// Bytes that are enough to recognise a format.
pub const HEAD: usize = 8_192;

/// The format of a file by its first bytes. What is recognised as nothing may be text. Refusal: something
/// the library does not take.
pub fn recognise(head: &[u8]) -> Result<&'static Format, Refusal> {
    // Browsers write the beginning of their recordings in many ways; which kind of EBML it is, the format says.
    let sniffed = match head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]) {
        true => Some("video/webm"),
        false => infer::get(head).map(|found| found.mime_type()),
    };
    let found = match sniffed {
        Some(sniffed) => FORMATS.iter().find(|f| f.sniffed.contains(&sniffed)),
        None => FORMATS.iter().find(|f| f.sniffed.is_empty()).filter(|_| text::begins_as_text(head)),
    };
    found.ok_or_else(|| {
        let is = sniffed.map_or("something unknown".to_owned(), |s| s.to_string());
        let detail = format!(
            "By its content this is {is}. The library takes JPEG, PNG, GIF, WebP, MP4, WebM, MP3, Ogg, WAV \
             and plain text."
        );
        Refusal::new("format", detail)
    })
}
