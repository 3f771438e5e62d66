use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder, codecs::webp::WebPEncoder};

use super::*;

const MOST: u64 = 3 << 20;

/// The left half red, the right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    })
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    encoded(image).unwrap()
}

fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            image,
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    bytes
}

fn webp(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .write_image(
            image,
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    bytes
}

fn shown(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// Puts an Exif part that says "turn by 90 degrees" behind the first marker.
fn turned(jpeg: &[u8]) -> Vec<u8> {
    let exif =
        b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let (start, rest) = jpeg.split_at(2);
    [start, exif, rest].concat()
}

#[test]
fn every_kind_becomes_a_square_jpeg() {
    let picture = halves(900, 600);
    for bytes in [jpeg(&picture), png(&picture), webp(&picture)] {
        let made = portrait(&bytes, MOST).unwrap();
        assert_eq!(shown(&made.large).dimensions(), (512, 512));
        assert_eq!(shown(&made.small).dimensions(), (96, 96));
        assert!(made.large.starts_with(&[0xFF, 0xD8]));
        // The middle was kept: half red, half blue.
        let large = shown(&made.large).into_rgb8();
        assert!(large.get_pixel(100, 256).0[0] > 180 && large.get_pixel(400, 256).0[2] > 180);
    }
    let tiny = portrait(&png(&halves(40, 50)), MOST).unwrap();
    assert_eq!(shown(&tiny.large).dimensions(), (40, 40));
}

#[test]
fn a_picture_is_turned_upright_and_its_metadata_dropped() {
    for (width, height) in [(200, 200), (300, 200), (200, 300), (1200, 800)] {
        let made = portrait(&turned(&jpeg(&halves(width, height))), MOST).unwrap();
        let upright = shown(&made.large).into_rgb8();
        let (side, tenth) = (upright.height(), upright.height() / 10);
        assert!(
            upright.get_pixel(side / 2, tenth).0[0] > 180,
            "red is on top"
        );
        let below = upright.get_pixel(side / 2, side - tenth);
        assert!(below.0[2] > 180, "blue is below");
    }
    let made = portrait(&turned(&jpeg(&halves(200, 200))), MOST).unwrap();
    assert!(!made.large.windows(4).any(|part| part == b"Exif"));
}

#[test]
fn what_hides_behind_a_picture_is_gone() {
    let mut polyglot = jpeg(&halves(100, 100));
    polyglot.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04");
    let made = portrait(&polyglot, MOST).unwrap();
    assert!(!made.large.windows(8).any(|part| part == b"<script>"));
}

#[test]
fn what_is_no_photo_is_refused_with_its_reason() {
    let svg = b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>";
    let cases: [(&[u8], NotAPicture); 8] = [
        (b"", NotAPicture::Empty),
        (svg, NotAPicture::Foreign("an SVG drawing")),
        (b"GIF89a<script>", NotAPicture::Foreign("a GIF")),
        (b"%PDF-1.7", NotAPicture::Foreign("a PDF")),
        (
            b"\0\0\0\x18ftypheic",
            NotAPicture::Foreign("a HEIC or AVIF picture, or a film"),
        ),
        (b"first,last\r\n", NotAPicture::Other),
        (b"\xff\xd8\xff\xe0", NotAPicture::Damaged),
        (b"\x89PNG\r\n\x1a\n", NotAPicture::Damaged),
    ];
    for (bytes, reason) in cases {
        assert_eq!(portrait(bytes, MOST), Err(reason), "{bytes:?}");
    }
    let whole = jpeg(&halves(300, 300));
    let cut = whole.get(..whole.len() / 8).unwrap();
    assert_eq!(portrait(cut, MOST), Err(NotAPicture::Damaged));
    assert_eq!(portrait(&whole, 100), Err(NotAPicture::TooLarge));
    assert_eq!(
        portrait(&png(&halves(31, 400)), MOST),
        Err(NotAPicture::TooSmall)
    );
}

/// The checksum at the end of a part of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

/// The start of a PNG with transparency that is as large as it says; its header is in order.
fn promised(side: u32, bits: u8) -> Vec<u8> {
    let mut bytes = png(&halves(64, 64));
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    bytes[24..26].copy_from_slice(&[bits, 6]);
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

#[test]
fn a_header_that_promises_a_huge_picture_is_not_decoded() {
    let whole = png(&halves(64, 64));
    assert_eq!(crc(&whole[12..29]).to_be_bytes(), whole[29..33]);
    for (side, bits) in [(30_000, 8), (5_001, 8), (5_000, 16), (3_700, 16)] {
        let refused = portrait(&promised(side, bits), MOST);
        assert_eq!(refused, Err(NotAPicture::TooManyPixels), "{side} {bits}");
    }
    // These would be decoded, were there more of them.
    for (side, bits) in [(5_000, 8), (3_600, 16)] {
        let refused = portrait(&promised(side, bits), MOST);
        assert_eq!(refused, Err(NotAPicture::Damaged), "{side} {bits}");
    }
    for (width, height) in [(12_001, 32), (6000, 4200)] {
        let many = png(&RgbImage::new(width, height));
        assert_eq!(portrait(&many, MOST), Err(NotAPicture::TooManyPixels));
    }
}

#[test]
fn the_largest_picture_there_may_be_becomes_a_photo() {
    let all = image::RgbaImage::from_pixel(5_000, 5_000, image::Rgba([20, 200, 20, 255]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&all, 5_000, 5_000, ExtendedColorType::Rgba8)
        .unwrap();
    let made = portrait(&bytes, MOST).unwrap();
    assert_eq!(shown(&made.large).dimensions(), (512, 512));
    assert!(shown(&made.small).into_rgb8().get_pixel(48, 48).0[1] > 180);
}

#[test]
fn transparency_is_white() {
    let clear = image::RgbaImage::from_pixel(64, 64, image::Rgba([0, 0, 0, 0]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&clear, 64, 64, ExtendedColorType::Rgba8)
        .unwrap();
    let made = portrait(&bytes, MOST).unwrap();
    assert!(shown(&made.large).into_rgb8().get_pixel(30, 30).0[0] > 250);
}
