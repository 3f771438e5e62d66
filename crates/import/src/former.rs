//! People of the file who are deactivated: how they come back, when the import brings them back.
//!
//! Not here: whether they do, which `settings` and `decide` say.

use directory::users::UserRecord;

use crate::{
    candidate::{Candidate, Links, Scalar},
    changes::{Change, FieldEdit, StoredCard, StoredGrant},
    person::Maker,
    settings::Former,
};

impl Former {
    /// Whether the import makes them active again.
    pub(crate) const fn comes_back(self) -> bool {
        match self {
            Self::Fresh | Self::Restore => true,
            Self::Leave | Self::Skip => false,
        }
    }
}

impl Maker<'_> {
    /// Adds to a change that the person comes back.
    pub(crate) fn bring_back(
        &self,
        change: &mut Change,
        row: &Candidate,
        record: &UserRecord,
        former: Former,
    ) {
        // Whoever has never signed in is waiting for an invitation, as before.
        let status = if record.user.identity.is_some() {
            "active"
        } else {
            "invited"
        };
        change.fields.push(FieldEdit {
            field: Scalar::Status,
            before: Some(record.user.status.clone()),
            after: Some(status.to_owned()),
        });
        if former == Former::Fresh {
            self.take_access(change, row, record);
            self.take_cards(change, row, record);
        }
    }

    /// Takes the grants that the row does not name.
    fn take_access(&self, change: &mut Change, row: &Candidate, record: &UserRecord) {
        let named: Vec<_> = row
            .links(Links::Devices)
            .filter_map(|place| self.references.get(place))
            .map(|device| device.id)
            .collect();
        for (grant, _) in &record.grants {
            let grant = StoredGrant::of(grant);
            let is_told = change
                .grants_before
                .iter()
                .any(|told| told.device == grant.device);
            if !is_told && !named.contains(&grant.device) {
                change.grants_before.push(grant);
            }
        }
    }

    /// Revokes the live cards that the row does not name.
    fn take_cards(&self, change: &mut Change, row: &Candidate, record: &UserRecord) {
        let named = self
            .shape
            .place(&Scalar::CardId)
            .and_then(|place| row.cell(place).value());
        for card in record.cards.iter().map(StoredCard::of) {
            let is_told = change.cards_before.iter().any(|told| told.id == card.id);
            if card.is_live() && !is_told && named != Some(card.number.as_str()) {
                change.cards_after.push(StoredCard {
                    state: "revoked".to_owned(),
                    ..card.clone()
                });
                change.cards_before.push(card);
            }
        }
    }
}
