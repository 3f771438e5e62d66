//! From a checked row to a person: what a new one gets, and how a known one differs.

use std::collections::BTreeMap;

use directory::{
    cards::Card,
    grants::Grant,
    groups::Membership,
    modules::Seat,
    users::{UserRecord, UserRow},
    workflows::Participation,
};
use kernel::{AccessType, AccountId, CardId, GroupId, ImportId, Timestamp, UserId, WorkflowId};
use uuid::Uuid;

use crate::{
    candidate::{Candidate, Cell, Links, Scalar, Shape},
    changes::{
        Change, FieldEdit, StoredCard, StoredGrant, custom_of, custom_text, has_link, links_of,
        set, value_of,
    },
    options::{LinkWay, Ways},
    references::References,
    settings::Way,
};

/// What turning rows into people needs to know.
pub(crate) struct Maker<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) references: &'a References,
    pub(crate) account: AccountId,
    pub(crate) import: ImportId,
    pub(crate) now: Timestamp,
}

/// New people with all that hangs on them, ready to be written in bulk.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) users: Vec<UserRow>,
    pub(crate) memberships: Vec<Membership>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) participations: Vec<Participation>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) cards: Vec<Card>,
    /// Place and row number of each person, in the order of `users`.
    pub(crate) rows: Vec<(u32, u64, u64)>,
}

impl Maker<'_> {
    /// Adds the new person of a row to a batch.
    pub(crate) fn create(&self, place: u32, row: &Candidate, id: Uuid, batch: &mut Batch) {
        let id = UserId::from_uuid(id);
        let mut user = UserRow {
            account: self.account,
            id,
            identity: None,
            external_id: None,
            first_name: String::new(),
            last_name: String::new(),
            email: None,
            email_key: None,
            phone: None,
            notes: None,
            role: "user".to_owned(),
            status: "invited".to_owned(),
            person_kind: "employee".to_owned(),
            title: None,
            department: None,
            language: None,
            custom: None,
            version: 1,
            import: Some(self.import),
            created_at: self.now,
            updated_at: self.now,
            admin_role: None,
        };
        let mut custom = BTreeMap::new();
        for (field, cell) in self.shape.0.iter().zip(row.cells()) {
            match (field, cell) {
                (Scalar::Module(key), Cell::Value("true")) => batch.seats.push(Seat {
                    account: self.account,
                    user: id,
                    module: key.clone(),
                    created_at: self.now,
                }),
                (_, Cell::Value(text)) => {
                    set(&mut user, &mut custom, field, Some(text.to_owned()));
                }
                (_, Cell::Absent | Cell::Clear) => {}
            }
        }
        user.custom = custom_text(&custom);
        batch.users.push(user);
        batch.rows.push((place, row.row, row.line));
        self.link(row, id, batch);
    }

    fn link(&self, row: &Candidate, user: UserId, batch: &mut Batch) {
        let (account, created_at) = (self.account, self.now);
        for kind in [Links::Groups, Links::Teams] {
            batch
                .memberships
                .extend(self.ids(row, kind).map(|id| Membership {
                    account,
                    user,
                    group: GroupId::from_uuid(id),
                    created_at,
                }));
        }
        batch
            .participations
            .extend(self.ids(row, Links::Workflows).map(|id| Participation {
                account,
                user,
                workflow: WorkflowId::from_uuid(id),
                created_at,
            }));
        batch.grants.extend(
            self.grants(row)
                .iter()
                .map(|grant| grant.grant(account, user)),
        );
        // A person's first card may share the person's id: it is a different kind of id.
        batch.cards.extend(
            self.card(row, user.uuid())
                .map(|card| card.card(account, user)),
        );
    }

    fn ids(&self, row: &Candidate, kind: Links) -> impl Iterator<Item = Uuid> {
        row.links(kind)
            .filter_map(|place| self.references.get(place))
            .map(|entry| entry.id)
    }

    fn unlinked(&self, row: &Candidate, kind: Links) -> impl Iterator<Item = Uuid> {
        row.unlinks(kind)
            .filter_map(|place| self.references.get(place))
            .map(|entry| entry.id)
    }

    fn cell<'r>(&self, row: &'r Candidate, field: &Scalar) -> Cell<'r> {
        self.shape
            .place(field)
            .map_or(Cell::Absent, |place| row.cell(place))
    }

    fn text(&self, row: &Candidate, field: &Scalar) -> Option<String> {
        self.cell(row, field).value().map(str::to_owned)
    }

    fn micros(&self, row: &Candidate, field: &Scalar) -> Option<i64> {
        self.moment_or(row, field, None)
    }

    /// What the row says of a moment, or the present one where it says nothing.
    fn moment_or(&self, row: &Candidate, field: &Scalar, present: Option<i64>) -> Option<i64> {
        match self.cell(row, field) {
            Cell::Absent => present,
            Cell::Clear => None,
            Cell::Value(text) => text.parse().ok(),
        }
    }

    /// The grants a row asks for.
    pub(crate) fn grants(&self, row: &Candidate) -> Vec<StoredGrant> {
        let access_type = self.text(row, &Scalar::AccessType);
        self.ids(row, Links::Devices)
            .map(|device| StoredGrant {
                device,
                access_type: access_type.clone().unwrap_or_else(|| "always".to_owned()),
                schedule: self.text(row, &Scalar::AccessSchedule),
                starts_at: self.micros(row, &Scalar::AccessStart),
                ends_at: self.micros(row, &Scalar::AccessEnd),
                created_at: self.now.as_micros(),
                notes: None,
                invited_by: None,
                is_guest: false,
            })
            .collect()
    }

    /// The card a row asks for.
    pub(crate) fn card(&self, row: &Candidate, id: Uuid) -> Option<StoredCard> {
        self.text(row, &Scalar::CardId).map(|number| StoredCard {
            id: CardId::from_uuid(id).uuid(),
            number,
            card_type: self
                .text(row, &Scalar::CardType)
                .unwrap_or_else(|| "mobile".to_owned()),
            state: "reserved".to_owned(),
            starts_at: self.micros(row, &Scalar::CardStart),
            ends_at: self.micros(row, &Scalar::CardEnd),
            created_at: self.now.as_micros(),
        })
    }

    /// How a known person would change.
    pub(crate) fn difference(
        &self,
        place: u32,
        row: &Candidate,
        record: &UserRecord,
        ways: &Ways,
        card_id: impl FnOnce() -> Uuid,
    ) -> Change {
        let mut change = Change::of(place, row.row, record);
        let custom = custom_of(&record.user);
        for (field, cell) in self.shape.0.iter().zip(row.cells()) {
            if let Scalar::Module(key) = field {
                seat(&mut change, record, key, cell, ways.scalar(field));
                continue;
            }
            if !field.is_column() || matches!(cell, Cell::Absent) {
                continue;
            }
            let way = ways.scalar(field);
            if way == Way::Ours {
                continue;
            }
            let before = value_of(&record.user, &custom, field).filter(|text| !text.is_empty());
            let after = match cell {
                Cell::Clear if field.can_be_cleared() => None,
                Cell::Absent | Cell::Clear => continue,
                Cell::Value(text) => Some(text).filter(|text| !text.is_empty()),
            };
            if before == after || (way == Way::Blank && before.is_some()) {
                continue;
            }
            change.fields.push(FieldEdit {
                field: field.clone(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            });
        }
        self.link_difference(&mut change, row, record, ways);
        self.grant_difference(&mut change, row, record, ways.links(Links::Devices));
        self.card_difference(
            &mut change,
            row,
            record,
            ways.scalar(&Scalar::CardId),
            card_id,
        );
        change
    }

    fn link_difference(
        &self,
        change: &mut Change,
        row: &Candidate,
        record: &UserRecord,
        ways: &Ways,
    ) {
        for kind in [Links::Groups, Links::Teams, Links::Workflows] {
            let way = ways.links(kind);
            if way == LinkWay::Stay || (way == LinkWay::Fill && !links_of(record, kind).is_empty())
            {
                continue;
            }
            if way == LinkWay::Follow {
                let gone = self
                    .unlinked(row, kind)
                    .filter(|id| has_link(record, kind, *id));
                change.removed.extend(gone.map(|id| (kind, id)));
            }
            for id in self.ids(row, kind) {
                if !has_link(record, kind, id) {
                    change.added.push((kind, id));
                }
            }
            if row.clears(kind) && way == LinkWay::Follow {
                // Other columns of the list may name what is to stay.
                let gone = links_of(record, kind)
                    .into_iter()
                    .filter(|id| self.ids(row, kind).all(|named| named != *id));
                change.removed.extend(gone.map(|id| (kind, id)));
            }
        }
    }

    fn grant_difference(
        &self,
        change: &mut Change,
        row: &Candidate,
        record: &UserRecord,
        way: LinkWay,
    ) {
        let present: Vec<StoredGrant> = record
            .grants
            .iter()
            .map(|grant| StoredGrant::of(&grant.0))
            .collect();
        if way == LinkWay::Stay || (way == LinkWay::Fill && !present.is_empty()) {
            return;
        }
        // A device is handed over by its owner, not by a file.
        let (owned, present): (Vec<_>, Vec<_>) = present
            .into_iter()
            .partition(|grant| grant.access_type == AccessType::Owner.as_str());
        let keep = way != LinkWay::Follow;
        if !keep {
            let gone: Vec<Uuid> = self.unlinked(row, Links::Devices).collect();
            let gone = present.iter().filter(|grant| gone.contains(&grant.device));
            change.grants_before.extend(gone.cloned());
        }
        let mut wanted = self.grants(row);
        wanted.retain(|grant| owned.iter().all(|own| own.device != grant.device));
        if row.clears(Links::Devices) && !keep {
            let gone = present
                .iter()
                .filter(|before| wanted.iter().all(|grant| grant.device != before.device));
            change.grants_before.extend(gone.cloned());
        }
        for wanted in wanted {
            let Some(before) = present.iter().find(|grant| grant.device == wanted.device) else {
                change.grants_after.push(wanted);
                continue;
            };
            let after = self.new_terms(row, before, wanted);
            if !keep && after != *before {
                change.grants_before.push(before.clone());
                change.grants_after.push(after);
            }
        }
    }

    /// A known grant on the row's terms: what is blank stays, but another type is a new agreement.
    fn new_terms(&self, row: &Candidate, before: &StoredGrant, wanted: StoredGrant) -> StoredGrant {
        let says_type = self.text(row, &Scalar::AccessType).is_some();
        if says_type && wanted.access_type != before.access_type {
            return StoredGrant {
                created_at: before.created_at,
                notes: before.notes.clone(),
                invited_by: before.invited_by,
                ..wanted
            };
        }
        StoredGrant {
            schedule: match self.cell(row, &Scalar::AccessSchedule) {
                Cell::Absent => before.schedule.clone(),
                Cell::Clear | Cell::Value(_) => wanted.schedule,
            },
            starts_at: self.moment_or(row, &Scalar::AccessStart, before.starts_at),
            ends_at: self.moment_or(row, &Scalar::AccessEnd, before.ends_at),
            ..before.clone()
        }
    }

    fn card_difference(
        &self,
        change: &mut Change,
        row: &Candidate,
        record: &UserRecord,
        way: Way,
        card_id: impl FnOnce() -> Uuid,
    ) {
        if way == Way::Ours {
            return;
        }
        let keep = way == Way::Blank;
        let wanted = self.card(row, Uuid::nil());
        let takes_away = self.cell(row, &Scalar::CardId) == Cell::Clear && !keep;
        if wanted.is_none() && !takes_away {
            return;
        }
        let live: Vec<StoredCard> = record
            .cards
            .iter()
            .map(StoredCard::of)
            .filter(StoredCard::is_live)
            .collect();
        let same = live.iter().find(|card| {
            wanted
                .as_ref()
                .is_some_and(|wanted| wanted.number == card.number)
        });
        if let Some(same) = same {
            let after = StoredCard {
                card_type: self
                    .text(row, &Scalar::CardType)
                    .unwrap_or_else(|| same.card_type.clone()),
                starts_at: self.moment_or(row, &Scalar::CardStart, same.starts_at),
                ends_at: self.moment_or(row, &Scalar::CardEnd, same.ends_at),
                ..same.clone()
            };
            if after != *same && !keep {
                change.cards_before.push(same.clone());
                change.cards_after.push(after);
            }
            return;
        }
        if keep && !live.is_empty() {
            return;
        }
        // One card per person: the new one takes the place of those that are live.
        for card in live {
            let revoked = StoredCard {
                state: "revoked".to_owned(),
                ..card.clone()
            };
            change.cards_before.push(card);
            change.cards_after.push(revoked);
        }
        change.cards_after.extend(wanted.map(|wanted| StoredCard {
            id: card_id(),
            ..wanted
        }));
    }
}

fn seat(change: &mut Change, record: &UserRecord, key: &str, cell: Cell<'_>, way: Way) {
    if way == Way::Ours {
        return;
    }
    let keep = way == Way::Blank;
    let has = record.modules.iter().any(|module| module == key);
    match cell {
        Cell::Value("true") if !has => change.seats_added.push(key.to_owned()),
        Cell::Value("false") | Cell::Clear if has && !keep => {
            change.seats_removed.push(key.to_owned());
        }
        Cell::Absent | Cell::Clear | Cell::Value(_) => {}
    }
}

impl Scalar {
    /// Whether it is a column of the person, rather than a link.
    pub(crate) const fn is_column(&self) -> bool {
        match self {
            Self::ExternalId
            | Self::FirstName
            | Self::LastName
            | Self::Email
            | Self::EmailKey
            | Self::Phone
            | Self::Notes
            | Self::Role
            | Self::PersonKind
            | Self::Title
            | Self::Department
            | Self::Language
            | Self::Custom(_)
            | Self::Status => true,
            Self::Module(_)
            | Self::CardId
            | Self::CardType
            | Self::CardStart
            | Self::CardEnd
            | Self::AccessType
            | Self::AccessStart
            | Self::AccessEnd
            | Self::AccessSchedule => false,
        }
    }

    /// Whether `{empty}` can clear it; a person always has a name, a role and a kind.
    pub(crate) const fn can_be_cleared(&self) -> bool {
        !matches!(
            self,
            Self::FirstName | Self::LastName | Self::Role | Self::PersonKind | Self::Status
        )
    }
}
