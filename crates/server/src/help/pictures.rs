//! The pictures of the guides, embedded in the program.

use std::sync::LazyLock;

/// A picture of `docs/screenshots`.
#[derive(Debug)]
pub(crate) struct Picture {
    stem: &'static str,
    /// The PNG.
    pub(crate) content: &'static [u8],
    address: String,
}

impl Picture {
    fn new(stem: &'static str, content: &'static [u8]) -> Self {
        let hash = blake3::hash(content).to_hex();
        let hash = hash.get(..12).unwrap_or_default();
        Self {
            stem,
            content,
            address: format!("/assets/{stem}.{hash}.png"),
        }
    }

    /// Where it is; another picture is elsewhere, so that browsers may keep it.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Width and height in pixels, as the first part of every PNG says.
    pub(super) fn size(&self) -> (u32, u32) {
        let number = |at: usize| {
            let bytes = self.content.get(at..at + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        (
            number(16).unwrap_or_default(),
            number(20).unwrap_or_default(),
        )
    }
}

macro_rules! pictures {
    ($($stem:literal)+) => {
        vec![$(Picture::new(
            $stem,
            include_bytes!(concat!("../../../../docs/screenshots/", $stem, ".png")),
        )),+]
    };
}

/// Those that a guide shows, and no others: each makes the program larger.
static PICTURES: LazyLock<Vec<Picture>> = LazyLock::new(|| {
    pictures! {
        "access" "activity" "cards" "delete" "documents" "duplicates" "help" "invitations" "invite"
        "invite-wizard" "map" "notifications" "person" "plan" "reports" "results" "review"
        "role" "series" "settings" "undo" "upload" "users" "values"
    }
});

/// The picture at an address of `/assets/`.
pub(crate) fn named(address: &str) -> Option<&'static Picture> {
    PICTURES.iter().find(|picture| picture.address == address)
}

/// The picture that a guide means.
pub(super) fn in_guide(place: &str) -> Option<&'static Picture> {
    let stem = place.strip_prefix("screenshots/")?.strip_suffix(".png")?;
    PICTURES.iter().find(|picture| picture.stem == stem)
}

#[cfg(test)]
pub(super) fn all() -> &'static [Picture] {
    &PICTURES
}
