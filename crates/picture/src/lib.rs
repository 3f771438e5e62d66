//! Bytes from outside to a square photo of our own making, within bounds.
//!
//! What a file is decides its content, never its name; its measures are looked at before it is decoded. Nothing of the
//! file survives but its pixels: no metadata, and nothing that another program could take it for. Not here: whose photo it
//! is, and where it is kept.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageResult, Limits, Rgb, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
        webp::WebPDecoder,
    },
    imageops::thumbnail,
};

/// The side of a photo, unless the file has less.
pub const LARGE: u32 = 512;
/// The side of a photo in a list.
pub const SMALL: u32 = 96;
/// The shortest side a file may have.
pub const LEAST_SIDE: u32 = 32;
const MOST_SIDE: u32 = 12_000;
const MOST_PIXELS: u64 = 25_000_000;
/// What a decoded picture may take of memory: all the pixels with eight bits a colour, and transparency.
const MOST_MEMORY: u64 = 100 << 20;
const QUALITY: u8 = 82;

/// A square photo as JPEG, in two sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portrait {
    /// At most [`LARGE`] wide.
    pub large: Vec<u8>,
    /// At most [`SMALL`] wide.
    pub small: Vec<u8>,
    /// The hash of the large one.
    pub hash: [u8; 32],
}

/// Why a file is no photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPicture {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("the file is larger than allowed")]
    TooLarge,
    /// A picture, but of a kind that is not taken.
    #[error("this is {0}; photos are JPEG, PNG or WebP")]
    Foreign(&'static str),
    /// No picture at all.
    #[error("this is not a picture")]
    Other,
    /// More pixels than allowed.
    #[error(
        "the picture has too many pixels; 25 megapixels are the most, fewer with 16 bits a colour"
    )]
    TooManyPixels,
    /// Too small to show anybody.
    #[error("the picture is too small; its sides have at least {LEAST_SIDE} pixels")]
    TooSmall,
    /// More than one picture.
    #[error("the picture is animated")]
    Animated,
    /// It cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
}

enum Kind {
    Jpeg,
    Png,
    Webp,
}

/// Makes a photo of a file of at most `most_bytes`: upright, square, and small.
pub fn portrait(bytes: &[u8], most_bytes: u64) -> Result<Portrait, NotAPicture> {
    if bytes.is_empty() {
        return Err(NotAPicture::Empty);
    }
    if bytes.len() as u64 > most_bytes {
        return Err(NotAPicture::TooLarge);
    }
    let kind = kind(bytes)?;
    // A decoder that gives up on hostile bytes must not end the thread that looks at the next file.
    catch_unwind(AssertUnwindSafe(|| make(bytes, &kind))).unwrap_or(Err(NotAPicture::Damaged))
}

fn make(bytes: &[u8], kind: &Kind) -> Result<Portrait, NotAPicture> {
    let source = Cursor::new(bytes);
    let large = match kind {
        Kind::Jpeg => decoded(damaged(JpegDecoder::new(source))?)?,
        Kind::Png => {
            let decoder = damaged(PngDecoder::with_limits(source, limits()))?;
            if damaged(decoder.is_apng())? {
                return Err(NotAPicture::Animated);
            }
            decoded(decoder)?
        }
        Kind::Webp => {
            let decoder = damaged(WebPDecoder::new(source))?;
            if decoder.has_animation() {
                return Err(NotAPicture::Animated);
            }
            decoded(decoder)?
        }
    };
    let small = DynamicImage::ImageRgb8(large.clone());
    let small = if large.width() > SMALL {
        small.thumbnail_exact(SMALL, SMALL)
    } else {
        small
    };
    let large = encoded(&large)?;
    Ok(Portrait {
        hash: *blake3::hash(&large).as_bytes(),
        large,
        small: encoded(&small.into_rgb8())?,
    })
}

/// What the first bytes say.
fn kind(bytes: &[u8]) -> Result<Kind, NotAPicture> {
    let begins = |sign: &[u8]| bytes.starts_with(sign);
    let at = |place: usize, sign: &[u8]| {
        bytes
            .get(place..)
            .is_some_and(|rest| rest.starts_with(sign))
    };
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let has = |text: &[u8]| {
        head.windows(text.len())
            .any(|part| part.eq_ignore_ascii_case(text))
    };
    if begins(&[0xFF, 0xD8, 0xFF]) {
        Ok(Kind::Jpeg)
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if begins(b"RIFF") && at(8, b"WEBP") {
        Ok(Kind::Webp)
    } else if begins(b"GIF8") {
        Err(NotAPicture::Foreign("a GIF"))
    } else if at(4, b"ftyp") {
        Err(NotAPicture::Foreign("a HEIC or AVIF picture, or a film"))
    } else if begins(b"BM") {
        Err(NotAPicture::Foreign("a bitmap"))
    } else if begins(b"II*\0") || begins(b"MM\0*") {
        Err(NotAPicture::Foreign("a TIFF"))
    } else if begins(b"%PDF") {
        Err(NotAPicture::Foreign("a PDF"))
    } else if has(b"<svg") {
        Err(NotAPicture::Foreign("an SVG drawing"))
    } else {
        Err(NotAPicture::Other)
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn damaged<T>(result: ImageResult<T>) -> Result<T, NotAPicture> {
    result.map_err(|error| match error {
        ImageError::Limits(_) => NotAPicture::TooManyPixels,
        _ => NotAPicture::Damaged,
    })
}

/// Looks at the measures first, then decodes, and makes the large photo.
fn decoded(mut decoder: impl ImageDecoder) -> Result<RgbImage, NotAPicture> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width > MOST_SIDE
        || height > MOST_SIDE
        || pixels > MOST_PIXELS
        || decoder.total_bytes() > MOST_MEMORY
    {
        return Err(NotAPicture::TooManyPixels);
    }
    if width < LEAST_SIDE || height < LEAST_SIDE {
        return Err(NotAPicture::TooSmall);
    }
    damaged(decoder.set_limits(limits()))?;
    // A picture whose metadata cannot be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let image = damaged(DynamicImage::from_decoder(decoder))?;
    let mut large = DynamicImage::ImageRgb8(squared(&image, LARGE));
    // Turned last: that makes a copy, and the middle is the middle whichever way is up.
    if let Some(orientation) = orientation {
        large.apply_orientation(orientation);
    }
    Ok(large.into_rgb8())
}

/// The middle of the picture as a square of at most `most` pixels a side, on white where it is transparent.
fn squared(image: &DynamicImage, most: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let side = width.min(height);
    // Seen through a window: the square of a large picture is as large again.
    let middle = image.view((width - side) / 2, (height - side) / 2, side, side);
    let seen = if side > most {
        thumbnail(&*middle, most, most)
    } else {
        middle.to_image()
    };
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        let on_white = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        Rgb([on_white(red), on_white(green), on_white(blue)])
    })
}

fn encoded(image: &RgbImage) -> Result<Vec<u8>, NotAPicture> {
    let mut bytes = Vec::new();
    damaged(JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(image))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
