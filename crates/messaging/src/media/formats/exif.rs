//! Time and place of a picture from its Exif block (CIPA DC-008), read before the block is thrown away.
//! Only these few fields are read; whatever does not fit is as absent.

/// What a file says about its making.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taken {
    /// Wall time, and the offset from UTC in seconds if it is known.
    pub at: Option<(jiff::civil::DateTime, Option<i32>)>,
    /// Latitude and longitude in degrees, and accuracy in metres if it is known.
    pub place: Option<(f64, f64, Option<f64>)>,
}

const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
/// Entries of a directory that are looked at.
const ENTRIES_MAX: usize = 512;

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

struct Entry {
    tag: u16,
    kind: u16,
    count: usize,
    /// Where the value, or its offset, stands.
    at: usize,
}

impl<'a> Tiff<'a> {
    fn open(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let tiff = Tiff { bytes, little };
        let first = tiff.u32(4)? as usize;
        Some((tiff, first))
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let raw: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(raw) } else { u16::from_be_bytes(raw) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let raw: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    fn find(&self, directory: usize, tag: u16) -> Option<Entry> {
        let count = usize::from(self.u16(directory)?).min(ENTRIES_MAX);
        (0..count).find_map(|i| {
            let at = directory.checked_add(2)?.checked_add(i * 12)?;
            let entry = Entry {
                tag: self.u16(at)?,
                kind: self.u16(at + 2)?,
                count: self.u32(at + 4)? as usize,
                at: at + 8,
            };
            Some(entry).filter(|e| e.tag == tag)
        })
    }

    fn pointer(&self, directory: usize, tag: u16) -> Option<usize> {
        let entry = self.find(directory, tag).filter(|e| e.kind == 4)?;
        Some(self.u32(entry.at)? as usize)
    }

    fn text(&self, directory: usize, tag: u16) -> Option<&'a str> {
        let entry = self.find(directory, tag).filter(|e| e.kind == 2 && e.count <= 64)?;
        let start = if entry.count <= 4 { entry.at } else { self.u32(entry.at)? as usize };
        let raw = self.bytes.get(start..start.checked_add(entry.count)?)?;
        std::str::from_utf8(raw).ok().map(|t| t.trim_end_matches('\0').trim())
    }

    fn rationals<const N: usize>(&self, directory: usize, tag: u16) -> Option<[f64; N]> {
        let entry = self.find(directory, tag).filter(|e| e.kind == 5 && e.count == N)?;
        let start = self.u32(entry.at)? as usize;
        let mut out = [0.0; N];
        for (i, value) in out.iter_mut().enumerate() {
            let at = start.checked_add(i * 8)?;
            let (over, under) = (self.u32(at)?, self.u32(at.checked_add(4)?)?);
            *value = f64::from(over) / f64::from(under);
        }
        out.iter().all(|v| v.is_finite()).then_some(out)
    }
}

/// Reads time and place; absent if there are none, or none that make sense.
pub fn read(exif: &[u8]) -> Taken {
    let Some((tiff, first)) = Tiff::open(exif) else { return Taken::default() };
    Taken {
        at: tiff.pointer(first, EXIF_IFD).and_then(|ifd| time(&tiff, ifd)),
        place: tiff.pointer(first, GPS_IFD).and_then(|ifd| place(&tiff, ifd)),
    }
}

fn time(tiff: &Tiff<'_>, ifd: usize) -> Option<(jiff::civil::DateTime, Option<i32>)> {
    let text = tiff.text(ifd, DATE_TIME_ORIGINAL)?;
    let at = jiff::civil::DateTime::strptime("%Y:%m:%d %H:%M:%S", text).ok()?;
    Some((at, tiff.text(ifd, OFFSET_TIME_ORIGINAL).and_then(offset)))
}

/// `+08:00` in seconds.
fn offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn place(tiff: &Tiff<'_>, ifd: usize) -> Option<(f64, f64, Option<f64>)> {
    let degrees = |reference: u16, value: u16, negative: &str| {
        let [d, m, s] = tiff.rationals::<3>(ifd, value)?;
        let sign = if tiff.text(ifd, reference)?.eq_ignore_ascii_case(negative) { -1.0 } else { 1.0 };
        Some(sign * (d + m / 60.0 + s / 3_600.0))
    };
    let (latitude, longitude) = (degrees(1, 2, "S")?, degrees(3, 4, "W")?);
    let fits = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    let accuracy = tiff.rationals::<1>(ifd, 0x1F).map(|[metres]| metres);
    fits.then_some((latitude, longitude, accuracy))
}
