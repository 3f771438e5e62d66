//! What a checked row says of a person, in a form that is quick to write and read a million times.
//!
//! A row's values stand in the order of the import's [`Shape`]. Texts are canonical: they come out
//! of `kernel`'s types.

use serde::{Deserialize, Serialize};

use crate::fields::Field;

/// A single value of a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scalar {
    /// The organisation's own id.
    ExternalId,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// E-mail address as written.
    Email,
    /// E-mail address for comparing; always beside [`Scalar::Email`].
    EmailKey,
    /// Phone number, E.164.
    Phone,
    /// Notes.
    Notes,
    /// Role.
    Role,
    /// Kind of person.
    PersonKind,
    /// Job title.
    Title,
    /// Department.
    Department,
    /// Language.
    Language,
    /// A field of the account's own, by its key.
    Custom(String),
    /// A module's licence, by its key: `true` or `false`.
    Module(String),
    /// Card number in canonical form.
    CardId,
    /// Card type.
    CardType,
    /// Start of the card, in microseconds.
    CardStart,
    /// End of the card, in microseconds.
    CardEnd,
    /// Access type.
    AccessType,
    /// Start of access, in microseconds.
    AccessStart,
    /// End of access, in microseconds.
    AccessEnd,
    /// Schedule of repeat access.
    AccessSchedule,
    /// Whether the person is active; no column fills it. Last, since changes are stored by place.
    Status,
}

/// A set of links of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Links {
    /// Groups.
    Groups,
    /// Teams.
    Teams,
    /// Workflows.
    Workflows,
    /// Devices.
    Devices,
}

impl Links {
    pub(crate) const ALL: [Self; 4] = [Self::Groups, Self::Teams, Self::Workflows, Self::Devices];

    /// The links a field names.
    pub(crate) fn of(field: &Field) -> Option<Self> {
        match field {
            Field::Groups => Some(Self::Groups),
            Field::Teams => Some(Self::Teams),
            Field::Workflows => Some(Self::Workflows),
            Field::Devices => Some(Self::Devices),
            _other => None,
        }
    }

    /// The field that names them.
    pub(crate) const fn field(self) -> Field {
        match self {
            Self::Groups => Field::Groups,
            Self::Teams => Field::Teams,
            Self::Workflows => Field::Workflows,
            Self::Devices => Field::Devices,
        }
    }

    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Groups => 0,
            Self::Teams => 1,
            Self::Workflows => 2,
            Self::Devices => 3,
        }
    }
}

/// Which single values the rows of one import have, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape(pub(crate) Vec<Scalar>);

impl Shape {
    pub(crate) fn place(&self, scalar: &Scalar) -> Option<usize> {
        self.0.iter().position(|other| other == scalar)
    }
}

/// One value of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// The file says nothing: what is there stays.
    Absent,
    /// The file says `{empty}`: what is there goes.
    Clear,
    /// The file says this.
    Value(&'a str),
}

impl<'a> Cell<'a> {
    pub(crate) const fn value(self) -> Option<&'a str> {
        match self {
            Self::Value(text) => Some(text),
            Self::Absent | Self::Clear => None,
        }
    }
}

const ABSENT: u32 = u32::MAX;
const CLEAR: u32 = u32::MAX - 1;
/// Marks the kind of a link that is to go.
const GOES: u8 = 1 << 4;

/// A checked row. Reused from row to row, so that checking does not allocate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Row number as a spreadsheet shows it.
    pub(crate) row: u64,
    /// Physical line.
    pub(crate) line: u64,
    /// Length of each value, in the order of the shape, or one of the two marks.
    lengths: Vec<u32>,
    text: String,
    /// Kind of link and place in the import's references.
    links: Vec<(u8, u32)>,
    /// Kinds of links the file says to clear.
    cleared: u8,
}

impl Candidate {
    /// Empties it for the next row.
    pub(crate) fn begin(&mut self, row: u64, line: u64) {
        self.row = row;
        self.line = line;
        self.lengths.clear();
        self.text.clear();
        self.links.clear();
        self.cleared = 0;
    }

    /// Appends the next value of the shape.
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        self.lengths.push(match cell {
            Cell::Absent => ABSENT,
            Cell::Clear => CLEAR,
            Cell::Value(text) => {
                self.text.push_str(text);
                text.len() as u32
            }
        });
    }

    pub(crate) fn link(&mut self, kind: Links, reference: u32) {
        if !self.links.contains(&(kind.tag(), reference)) {
            self.links.push((kind.tag(), reference));
        }
    }

    /// Names a link that is to go.
    pub(crate) fn unlink(&mut self, kind: Links, reference: u32) {
        if !self.links.contains(&(kind.tag() | GOES, reference)) {
            self.links.push((kind.tag() | GOES, reference));
        }
    }

    pub(crate) fn clear_links(&mut self, kind: Links) {
        self.cleared |= 1 << kind.tag();
    }

    pub(crate) const fn clears(&self, kind: Links) -> bool {
        self.cleared & (1 << kind.tag()) != 0
    }

    /// The references of one kind.
    pub(crate) fn links(&self, kind: Links) -> impl Iterator<Item = u32> + '_ {
        self.links
            .iter()
            .filter(move |link| link.0 == kind.tag())
            .map(|link| link.1)
    }

    /// The references of one kind that are to go.
    pub(crate) fn unlinks(&self, kind: Links) -> impl Iterator<Item = u32> + '_ {
        self.links
            .iter()
            .filter(move |link| link.0 == kind.tag() | GOES)
            .map(|link| link.1)
    }

    /// The values in the order of the shape.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell<'_>> + '_ {
        let mut rest = self.text.as_str();
        self.lengths.iter().map(move |length| match *length {
            ABSENT => Cell::Absent,
            CLEAR => Cell::Clear,
            length => {
                let (text, after) = rest.split_at_checked(length as usize).unwrap_or((rest, ""));
                rest = after;
                Cell::Value(text)
            }
        })
    }

    /// The value at a place of the shape.
    pub(crate) fn cell(&self, place: usize) -> Cell<'_> {
        self.cells().nth(place).unwrap_or(Cell::Absent)
    }

    /// The same row without the value at a place of the shape.
    pub(crate) fn without(&self, place: usize) -> Self {
        let mut row = Self {
            lengths: Vec::with_capacity(self.lengths.len()),
            text: String::with_capacity(self.text.len()),
            ..self.clone()
        };
        for (at, cell) in self.cells().enumerate() {
            row.push(if at == place { Cell::Absent } else { cell });
        }
        row
    }

    /// Appends the row's stored form.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.row.to_le_bytes());
        out.extend_from_slice(&self.line.to_le_bytes());
        out.push(self.cleared);
        out.extend_from_slice(&(self.lengths.len() as u16).to_le_bytes());
        out.extend_from_slice(&(self.links.len() as u32).to_le_bytes());
        for length in &self.lengths {
            out.extend_from_slice(&length.to_le_bytes());
        }
        for (kind, reference) in &self.links {
            out.push(*kind);
            out.extend_from_slice(&reference.to_le_bytes());
        }
        out.extend_from_slice(self.text.as_bytes());
    }

    /// Reads what [`Candidate::encode`] wrote; `None` when it is damaged.
    pub(crate) fn decode(&mut self, bytes: &[u8]) -> Option<()> {
        let mut rest = bytes;
        self.begin(
            u64::from_le_bytes(take(&mut rest)?),
            u64::from_le_bytes(take(&mut rest)?),
        );
        [self.cleared] = take(&mut rest)?;
        let values = u16::from_le_bytes(take(&mut rest)?);
        let links = u32::from_le_bytes(take(&mut rest)?);
        for _ in 0..values {
            self.lengths.push(u32::from_le_bytes(take(&mut rest)?));
        }
        for _ in 0..links {
            let [kind] = take(&mut rest)?;
            self.links
                .push((kind, u32::from_le_bytes(take(&mut rest)?)));
        }
        self.text.push_str(std::str::from_utf8(rest).ok()?);
        Some(())
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Candidate {
        let mut row = Candidate::default();
        row.begin(12, 14);
        row.push(Cell::Value("Thandi"));
        row.push(Cell::Absent);
        row.push(Cell::Clear);
        row.push(Cell::Value(""));
        row.push(Cell::Value("Żółć"));
        row.link(Links::Teams, 3);
        row.link(Links::Groups, 1);
        row.link(Links::Teams, 3);
        row.clear_links(Links::Workflows);
        row.unlink(Links::Groups, 9);
        row
    }

    #[test]
    fn comes_back_as_it_was_written() {
        let row = row();
        let mut bytes = Vec::new();
        row.encode(&mut bytes);
        let mut read = Candidate::default();
        assert_eq!(read.decode(&bytes), Some(()));
        assert_eq!(read, row);
        assert_eq!(
            read.cells().collect::<Vec<_>>(),
            [
                Cell::Value("Thandi"),
                Cell::Absent,
                Cell::Clear,
                Cell::Value(""),
                Cell::Value("Żółć")
            ]
        );
        assert_eq!(read.links(Links::Teams).collect::<Vec<_>>(), [3]);
        assert_eq!(read.links(Links::Groups).collect::<Vec<_>>(), [1]);
        assert_eq!(read.unlinks(Links::Groups).collect::<Vec<_>>(), [9]);
        assert!(read.clears(Links::Workflows) && !read.clears(Links::Groups));
    }

    #[test]
    fn a_value_can_be_left_out() {
        let without = row().without(0);
        assert_eq!(without.cell(0), Cell::Absent);
        assert_eq!(without.cell(4), Cell::Value("Żółć"));
        assert_eq!(without.links(Links::Teams).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn refuses_what_is_damaged() {
        let mut bytes = Vec::new();
        row().encode(&mut bytes);
        let mut read = Candidate::default();
        for length in 0..20 {
            assert_eq!(read.decode(&bytes[..length]), None);
        }
    }
}
