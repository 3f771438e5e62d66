//! Searches: of one kind of resource, or of all below the root.

use db::Tx;
use scim::{ErrorKind, Failure, Filter, Query, list_response};
use serde_json::Value;

use super::{
    answer::{Call, Done},
    list,
    refused::Refused,
};

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Both, users first.
    All,
}

impl Among {
    fn check(self, filter: &Filter) -> Result<(), Failure> {
        match self {
            Self::Users => scim::user(Vec::new()).check(filter),
            Self::Groups => scim::group().check(filter),
            // An attribute of one kind is missing in the other, but one of them has to have it.
            Self::All => scim::user(Vec::new())
                .check(filter)
                .or_else(|_| scim::group().check(filter)),
        }
    }
}

/// A page of what a query asks for.
pub(super) fn search(
    tx: &mut Tx<'_>,
    call: &Call,
    among: Among,
    query: &Query,
) -> Result<Done, Refused> {
    if let Some(filter) = &query.filter {
        among.check(filter)?;
    }
    let found = match among {
        Among::Users => list::users(tx, call, query)?,
        Among::Groups => list::groups(tx, call, query)?,
        Among::All => all(tx, call, query)?,
    };
    let body: Value = list_response(found.total, query.start, &found.page);
    Ok(Done {
        status: 200,
        body: Some(body),
        location: None,
        version: None,
    })
}

fn all(tx: &mut Tx<'_>, call: &Call, query: &Query) -> Result<list::Found, Refused> {
    if query.sort_by.is_some() {
        let detail = "A search of users and groups together is not sorted.";
        return Err(Failure::of(ErrorKind::InvalidValue, detail).into());
    }
    let mut users = list::users(tx, call, query)?;
    let rest = Query {
        start: query.start.saturating_sub(users.total).max(1),
        count: query.count - users.page.len(),
        ..query.clone()
    };
    let groups = list::groups(tx, call, &rest)?;
    users.total += groups.total;
    users.page.extend(groups.page);
    Ok(users)
}
