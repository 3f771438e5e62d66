//! Searches: of one kind of resource, or of all below the root.

use db::Tx;
use scim::{ErrorKind, Failure, Filter, Query, Shape, list_response};
use serde_json::Value;

use super::{
    act::At,
    answer::{Call, Done},
    list,
    refused::Refused,
};

/// A search of both kinds goes no further.
const DEEPEST: usize = 10_000;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Both.
    All,
}

impl Among {
    /// What a path below the root stands for.
    pub(super) fn parse(path: &str) -> Option<Self> {
        match path {
            "" => Some(Self::All),
            "/Users" => Some(Self::Users),
            "/Groups" => Some(Self::Groups),
            _ => None,
        }
    }

    fn check(self, filter: &Filter, users: &Shape) -> Result<(), Failure> {
        match self {
            Self::Users => users.check(filter),
            Self::Groups => scim::group().check(filter),
            // An attribute of one kind is missing in the other, but one of them has to have it.
            Self::All => users.check(filter).or_else(|_| scim::group().check(filter)),
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
        among.check(filter, &At::Users.shape(tx, call)?)?;
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
    let skipped = query.start - 1;
    let until = skipped.saturating_add(query.count);
    if until > DEEPEST {
        let detail = format!(
            "A search of users and groups together ends after {DEEPEST} results; search one of them."
        );
        return Err(Failure::of(ErrorKind::TooMany, detail).into());
    }
    let first = Query {
        start: 1,
        count: until,
        ..query.clone()
    };
    let (users, groups) = (
        list::users(tx, call, &first)?,
        list::groups(tx, call, &first)?,
    );
    let mut page = users.page;
    page.extend(groups.page);
    // Newer ids are greater.
    page.sort_by(|one, other| id(other).cmp(id(one)));
    Ok(list::Found {
        total: users.total + groups.total,
        page: page.into_iter().skip(skipped).take(query.count).collect(),
    })
}

fn id(resource: &Value) -> &str {
    resource.get("id").and_then(Value::as_str).unwrap_or("")
}
