//! What files are called, and what they are by their first bytes.

/// No longer name is kept.
const MOST: usize = 150;

/// A name without folders and without what a disk, a header or a reader could be misled by.
pub(super) fn safe(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|letter| !is_treacherous(*letter))
        .map(|letter| {
            if "<>:\"|?*".contains(letter) {
                '_'
            } else {
                letter
            }
        })
        .collect();
    let name = name.trim().trim_start_matches('.').trim();
    let (stem, ending) = split(name);
    let room = MOST.saturating_sub(ending.chars().count());
    let stem: String = stem.chars().take(room).collect();
    match stem.trim_end_matches([' ', '.']) {
        "" => format!("document{ending}"),
        stem => format!("{stem}{ending}"),
    }
}

/// Letters that are not seen, or turn the reading direction round.
fn is_treacherous(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The name without its ending, and the ending with its dot.
pub(super) fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if name.len() - dot <= 10 && dot + 1 < name.len() => name.split_at(dot),
        _ => (name, ""),
    }
}

/// The media type by the first bytes; the name only tells packed documents apart.
///
/// Whatever a browser could run is just bytes.
pub(super) fn media_type(head: &[u8], name: &str) -> &'static str {
    const SIGNS: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ];
    const PACKED: &[(&str, &str)] = &[
        (
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            ".pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (".odt", "application/vnd.oasis.opendocument.text"),
        (".ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (".odp", "application/vnd.oasis.opendocument.presentation"),
    ];
    if let Some((_, found)) = SIGNS.iter().find(|(sign, _)| head.starts_with(sign)) {
        return found;
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP".as_slice()) {
        return "image/webp";
    }
    if head.starts_with(b"PK\x03\x04") {
        let name = name.to_ascii_lowercase();
        let packed = PACKED.iter().find(|(ending, _)| name.ends_with(ending));
        return packed.map_or("application/zip", |(_, found)| found);
    }
    if is_plain(head) {
        "text/plain"
    } else {
        "application/octet-stream"
    }
}

/// Text that is no markup; a letter that the end of the head cuts does not count.
fn is_plain(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let first = text.trim_start_matches('\u{feff}').trim_start();
    !first.is_empty() && !first.starts_with('<') && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_and_mislead_nobody() {
        for (given, kept) in [
            ("contract.pdf", "contract.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\Übergabe 1.docx", "Übergabe 1.docx"),
            ("a\"; filename=x.html", "a_; filename=x.html"),
            ("in\r\nvoice\u{202e}fdp.exe", "invoicefdp.exe"),
            (".htaccess", "htaccess"),
            ("", "document"),
            ("...", "document"),
            ("/", "document"),
        ] {
            assert_eq!(safe(given), kept, "{given:?}");
        }
        let long = safe(&format!("{}.pdf", "x".repeat(500)));
        assert_eq!(long.chars().count(), 150);
        assert!(long.ends_with("x.pdf"));
    }

    #[test]
    fn files_are_what_their_first_bytes_say() {
        for (head, name, kind) in [
            (b"%PDF-1.7".as_slice(), "x.html", "application/pdf"),
            (b"\x89PNG\r\n\x1a\nrest", "x", "image/png"),
            (
                b"PK\x03\x04",
                "x.DOCX",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"PK\x03\x04", "x.jar", "application/zip"),
            (b"RIFF\0\0\0\0WEBP", "x", "image/webp"),
            (b"hello", "x.html", "text/plain"),
            (b" \n<html>", "x.txt", "application/octet-stream"),
            (b"<svg onload=x>", "x.png", "application/octet-stream"),
            (b"\xff\xfe\0", "x.txt", "application/octet-stream"),
            ("grü".as_bytes().get(..3).unwrap(), "x.txt", "text/plain"),
        ] {
            assert_eq!(media_type(head, name), kind, "{name}");
        }
    }
}
