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
    let made = portrait(&turned(&jpeg(&halves(200, 200))), MOST).unwrap();
    let upright = shown(&made.large).into_rgb8();
    assert!(upright.get_pixel(100, 20).0[0] > 180, "red is on top");
    assert!(upright.get_pixel(100, 180).0[2] > 180, "blue is below");
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

#[test]
fn a_header_that_promises_a_huge_picture_is_not_decoded() {
    let mut bomb = png(&halves(64, 64));
    // Width and height are at 16; the checksum of the header at 29 covers them.
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let refused = portrait(&bomb, MOST).unwrap_err();
    assert!(
        matches!(refused, NotAPicture::Damaged | NotAPicture::TooManyPixels),
        "{refused:?}"
    );
    let wide = png(&RgbImage::new(12_001, 32));
    assert!(portrait(&wide, MOST).is_err());
    let many = png(&RgbImage::new(6000, 4200));
    assert_eq!(portrait(&many, MOST), Err(NotAPicture::TooManyPixels));
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
