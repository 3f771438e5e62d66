//! One change at an address below the root: of a request of its own, or of a bulk request.

use db::Tx;
use kernel::{GroupId, UserId};
use scim::{BulkMethod, Shape};
use serde_json::Value;

use super::{
    answer::{Call, Done, Versions},
    groups,
    own::OwnFields,
    refused::{Refused, not_found},
    users,
};

/// What an address stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// All users.
    Users,
    /// One of them.
    User(UserId),
    /// All groups.
    Groups,
    /// One of them.
    Group(GroupId),
}

impl At {
    /// What stands at a path below the root.
    pub(super) fn parse(path: &str) -> Result<Self, Refused> {
        let mut parts = path.trim_matches('/').split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("Users"), None, None) => Ok(Self::Users),
            (Some("Users"), Some(id), None) => Ok(Self::User(parsed(id)?)),
            (Some("Groups"), None, None) => Ok(Self::Groups),
            (Some("Groups"), Some(id), None) => Ok(Self::Group(parsed(id)?)),
            _ => Err(not_found()),
        }
    }

    /// The kind of resource there.
    pub(super) fn shape(self, tx: &mut Tx<'_>, call: &Call) -> db::Result<Shape> {
        match self {
            Self::Users | Self::User(_) => Ok(OwnFields::load(tx, call.ctx.account)?.users()),
            Self::Groups | Self::Group(_) => Ok(scim::group()),
        }
    }
}

fn parsed<T: std::str::FromStr>(id: &str) -> Result<T, Refused> {
    id.parse().map_err(|_| not_found())
}

/// Makes, replaces, changes or removes what is there.
pub(super) fn act(
    tx: &mut Tx<'_>,
    call: &Call,
    (method, at): (BulkMethod, At),
    versions: &Versions,
    body: &Value,
) -> Result<Done, Refused> {
    match (method, at) {
        (BulkMethod::Post, At::Users) => users::create(tx, call, body),
        (BulkMethod::Put, At::User(id)) => users::replace(tx, call, id, versions, body),
        (BulkMethod::Patch, At::User(id)) => users::change(tx, call, id, versions, body),
        (BulkMethod::Delete, At::User(id)) => users::delete(tx, call, id, versions),
        (BulkMethod::Post, At::Groups) => groups::create(tx, call, body),
        (BulkMethod::Put, At::Group(id)) => groups::replace(tx, call, id, versions, body),
        (BulkMethod::Patch, At::Group(id)) => groups::change(tx, call, id, versions, body),
        (BulkMethod::Delete, At::Group(id)) => groups::delete(tx, call, id, versions),
        (BulkMethod::Post, At::User(_) | At::Group(_))
        | (BulkMethod::Put | BulkMethod::Patch | BulkMethod::Delete, At::Users | At::Groups) => {
            Err(not_found())
        }
    }
}
