//! QR codes of links that are shown once.

use qrcode::{EcLevel, QrCode, render::svg};

/// A link as a QR code: an SVG image to put into the page.
pub(crate) fn code(link: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .quiet_zone(true)
        .build();
    // The declaration of an XML file has no place inside a page.
    image
        .find("<svg")
        .and_then(|start| image.get(start..))
        .map(str::to_owned)
}
