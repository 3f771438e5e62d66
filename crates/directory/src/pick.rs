//! Choosing one of the many groups, teams, workflows or devices of an account: the first by name,
//! the one that is chosen, and the one that has exactly a name.

use db::{Select, Tx, from_row, params, sql};
use kernel::{AccountId, GroupName};
use uuid::Uuid;

use crate::groups::GroupKind;

/// Of what there may be very many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    /// Groups or teams.
    Groups(GroupKind),
    /// Workflows.
    Workflows,
    /// Devices.
    Devices,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

from_row!(Named { id, name });

impl Many {
    /// The first of them by name.
    pub fn first(self, tx: &mut Tx<'_>, account: AccountId, limit: i64) -> db::Result<Vec<Named>> {
        tx.select(&self.select(account, limit))
    }

    /// The one with this id.
    pub fn with_id(
        self,
        tx: &mut Tx<'_>,
        account: AccountId,
        id: Uuid,
    ) -> db::Result<Option<Named>> {
        let column = match self {
            Self::Groups(_) => "g.id = $1",
            Self::Workflows => "w.id = $1",
            Self::Devices => "d.id = $1",
        };
        let found: Vec<Named> = tx.select(&self.select(account, 1).and(column, params![id]))?;
        Ok(found.into_iter().next())
    }

    /// The one with this name, however it is written in capitals.
    pub fn named(
        self,
        tx: &mut Tx<'_>,
        account: AccountId,
        name: &str,
    ) -> db::Result<Option<Named>> {
        let Ok(name) = GroupName::parse(name) else {
            return Ok(None);
        };
        let column = match self {
            Self::Groups(_) => "g.name_key = $1",
            Self::Workflows => "w.name_key = $1",
            Self::Devices => "d.name_key = $1",
        };
        let key = name.key().into_owned();
        let found: Vec<Named> = tx.select(&self.select(account, 1).and(column, params![key]))?;
        Ok(found.into_iter().next())
    }

    fn select(self, account: AccountId, limit: i64) -> Select {
        match self {
            Self::Groups(kind) => Select::new(
                sql!("pick/groups"),
                params![account, kind.as_str()],
                &["g.name_key"],
                limit,
            ),
            Self::Workflows => Select::new(
                sql!("pick/workflows"),
                params![account],
                &["w.name_key"],
                limit,
            ),
            Self::Devices => Select::new(
                sql!("pick/devices"),
                params![account],
                &["d.name_key"],
                limit,
            ),
        }
    }
}
