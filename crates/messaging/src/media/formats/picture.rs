//! Still pictures: unpacked within limits, turned upright, packed anew. What is packed anew holds nothing
//! but pixels and their colour space, so a file that is two things at once becomes one (P-031), and time and
//! place stay behind (P-032). Also sizes, thumbnails and crops.

use super::super::model::Kind;
use super::{Cleaned, Refusal, Taken, exif, gif, riff};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Longest side, in pixels.
pub const SIDE_MAX: u32 = 12_000;
/// Most pixels of one picture: 40 million need 160 MB to unpack.
pub const PIXELS_MAX: u64 = 40_000_000;
/// Longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;
/// Memory for unpacking one picture.
const MEMORY_MAX: u64 = 400 * 1024 * 1024;
/// Quality of JPEG: no difference is seen, and files do not grow much.
const QUALITY: u8 = 90;
/// Quality of thumbnails.
const THUMBNAIL_QUALITY: u8 = 80;

fn reader(bytes: &[u8], format: ImageFormat) -> ImageReader<Cursor<&[u8]>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader
}

/// Width and height, before anything is unpacked. Refusal: too many pixels.
pub fn size(bytes: &[u8], format: ImageFormat) -> Result<(u32, u32), Refusal> {
    let size = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions();
    let (width, height) = size.map_err(|_| Refusal::broken())?;
    if width > SIDE_MAX || height > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        let detail = format!(
            "The picture has {width} × {height} pixels; at most {SIDE_MAX} a side and 40 million in all."
        );
        return Err(Refusal::new("too_many_pixels", detail));
    }
    if width == 0 || height == 0 {
        return Err(Refusal::broken());
    }
    Ok((width, height))
}

/// A picture unpacked and upright.
struct Unpacked {
    image: DynamicImage,
    colours: Option<Vec<u8>>,
    was_upright: bool,
    taken: Taken,
}

fn unpack(bytes: &[u8], format: ImageFormat) -> Result<Unpacked, Refusal> {
    size(bytes, format)?;
    let mut decoder = reader(bytes, format).into_decoder().map_err(|_| Refusal::broken())?;
    let taken = decoder.exif_metadata().ok().flatten().map(|block| exif::read(&block)).unwrap_or_default();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::broken())?;
    image.apply_orientation(orientation);
    Ok(Unpacked { image, colours, was_upright: orientation == Orientation::NoTransforms, taken })
}

fn pack_jpeg(image: &DynamicImage, quality: u8, colours: Option<Vec<u8>>) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
    let grey = matches!(image, DynamicImage::ImageLuma8(_) | DynamicImage::ImageLuma16(_));
    let image = if grey { image.to_luma8().into() } else { DynamicImage::from(image.to_rgb8()) };
    if let Some(colours) = colours.filter(|_| !grey) {
        // A profile that does not fit is left out: colours are then as in most pictures.
        encoder.set_icc_profile(colours).ok();
    }
    image.write_with_encoder(encoder).map_err(|_| Refusal::broken())?;
    Ok(out)
}

fn pack_png(image: &DynamicImage, colours: Option<Vec<u8>>) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    let mut encoder = PngEncoder::new(&mut out);
    if let Some(colours) = colours {
        encoder.set_icc_profile(colours).ok();
    }
    image.write_with_encoder(encoder).map_err(|_| Refusal::broken())?;
    Ok(out)
}

fn thumbnail(image: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let small = match image.width().max(image.height()) > THUMBNAIL_SIDE {
        true => image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE),
        false => image.clone(),
    };
    match small.color().has_alpha() {
        true => pack_png(&DynamicImage::from(small.to_rgba8()), None),
        false => pack_jpeg(&small, THUMBNAIL_QUALITY, None),
    }
}

/// A public copy with its thumbnail.
pub fn cleaned(
    content_type: &'static str,
    extension: &'static str,
    bytes: Vec<u8>,
    image: &DynamicImage,
) -> Result<Cleaned, Refusal> {
    Ok(Cleaned {
        thumbnail: Some(thumbnail(image)?),
        width: Some(image.width()),
        height: Some(image.height()),
        ..Cleaned::new(Kind::Image, content_type, extension, bytes)
    })
}

/// JPEG, packed anew.
pub fn clean_jpeg(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    if !ends(&bytes) {
        return Err(Refusal::broken());
    }
    let found = unpack(&bytes, ImageFormat::Jpeg)?;
    let copy = pack_jpeg(&found.image, QUALITY, found.colours)?;
    Ok(Cleaned { taken: found.taken, ..cleaned("image/jpeg", "jpg", copy, &found.image)? })
}

/// True if the picture's data go on to the mark of their end: decoders fill up what is missing with grey.
fn ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    // Segments up to the first scan have a length; from there on, marks are looked for.
    while let Some(&[0xFF, mark, high, low]) = bytes.get(at..at + 4).and_then(|s| s.first_chunk::<4>()) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        at += 2 + length;
        if mark == 0xDA {
            return bytes.get(at..).is_some_and(|data| data.windows(2).any(|w| w == [0xFF, 0xD9]));
        }
    }
    false
}

/// PNG, packed anew. Of an animated one the first picture stays.
pub fn clean_png(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let found = unpack(&bytes, ImageFormat::Png)?;
    let copy = pack_png(&found.image, found.colours)?;
    Ok(Cleaned { taken: found.taken, ..cleaned("image/png", "png", copy, &found.image)? })
}

/// WebP with its pictures and colour space only; turned and packed without loss if it lies on its side.
pub fn clean_webp(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    const KEPT: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    /// Flags of VP8X that say Exif and XMP follow.
    const DESCRIBED: u8 = 0x08 | 0x04;
    let found = unpack(&bytes, ImageFormat::WebP)?;
    let mut kept = riff::chunks(&bytes, b"WEBP")?;
    kept.retain(|(name, _)| KEPT.contains(&name));
    let head = kept.iter().find(|(name, _)| name == b"VP8X").map(|(_, body)| {
        let mut head = body.to_vec();
        head.first_mut().into_iter().for_each(|flags| *flags &= !DESCRIBED);
        head
    });
    if let (Some(head), Some(chunk)) = (&head, kept.iter_mut().find(|(name, _)| name == b"VP8X")) {
        chunk.1 = head;
    }
    let copy = match found.was_upright {
        true => riff::write(b"WEBP", &kept),
        false => {
            let mut out = Cursor::new(Vec::new());
            found.image.write_to(&mut out, ImageFormat::WebP).map_err(|_| Refusal::broken())?;
            out.into_inner()
        }
    };
    Ok(Cleaned { taken: found.taken, ..cleaned("image/webp", "webp", copy, &found.image)? })
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Pixels from the left.
    pub x: u32,
    /// Pixels from the top.
    pub y: u32,
    /// Pixels wide.
    pub width: u32,
    /// Pixels high.
    pub height: u32,
    /// Size to bring it to, if another one.
    pub resize: Option<(u32, u32)>,
}

/// Cuts a part out of a public copy: JPEG, or PNG if it has parts that are seen through. Refusal: the part
/// is not in the picture, the picture moves, or it is no picture.
pub fn crop(bytes: &[u8], content_type: &str, crop: Crop) -> Result<Cleaned, Refusal> {
    let format = ImageFormat::from_mime_type(content_type)
        .ok_or_else(|| Refusal::new("not_an_image", "Only pictures can be cropped."))?;
    if format == ImageFormat::Gif && gif::is_animated(bytes) {
        return Err(Refusal::new("animated", "An animated picture cannot be cropped."));
    }
    let found = unpack(bytes, format)?;
    let inside = |start: u32, length: u32, whole: u32| {
        length > 0 && start.checked_add(length).is_some_and(|end| end <= whole)
    };
    let (width, height) = (found.image.width(), found.image.height());
    if !inside(crop.x, crop.width, width) || !inside(crop.y, crop.height, height) {
        return Err(Refusal::new(
            "outside",
            format!("The picture has {width} × {height} pixels; the part reaches beyond."),
        ));
    }
    let mut part = found.image.crop_imm(crop.x, crop.y, crop.width, crop.height);
    if let Some((width, height)) = crop.resize {
        part = part.resize_exact(width, height, image::imageops::FilterType::Lanczos3);
    }
    match part.color().has_alpha() || format == ImageFormat::Png {
        true => cleaned("image/png", "png", pack_png(&part, found.colours)?, &part),
        false => cleaned("image/jpeg", "jpg", pack_jpeg(&part, QUALITY, found.colours)?, &part),
    }
}
