//! Where the keys of people stand in a row's checked values.

use std::borrow::Cow;

use directory::users::KeyKind;

use crate::candidate::{Candidate, Cell, Scalar, Shape};

/// The places of the keys, for a file's shape.
pub(super) struct KeyPlaces([(KeyKind, Option<usize>); 4]);

impl KeyPlaces {
    pub(super) fn of(shape: &Shape) -> Self {
        Self([
            (KeyKind::ExternalId, shape.place(&Scalar::ExternalId)),
            (KeyKind::Email, shape.place(&Scalar::EmailKey)),
            (KeyKind::Phone, shape.place(&Scalar::Phone)),
            (KeyKind::Card, shape.place(&Scalar::CardId)),
        ])
    }

    /// Whether the file can have keys of a kind at all.
    pub(super) fn has(&self, kind: KeyKind) -> bool {
        self.0
            .iter()
            .any(|(known, place)| *known == kind && place.is_some())
    }

    /// The keys of a row, in their form for comparing.
    pub(super) fn keys<'c>(
        &self,
        candidate: &'c Candidate,
    ) -> impl Iterator<Item = (KeyKind, Cow<'c, str>)> {
        self.0.into_iter().filter_map(move |(kind, at)| {
            let Some(Cell::Value(key)) = at.map(|at| candidate.cell(at)) else {
                return None;
            };
            let has_capitals = || key.bytes().any(|byte| byte.is_ascii_uppercase());
            let key = if kind == KeyKind::ExternalId && has_capitals() {
                Cow::Owned(key.to_ascii_lowercase())
            } else {
                Cow::Borrowed(key)
            };
            Some((kind, key))
        })
    }
}
