//! `muster groups`: what is done with one group or team.

use anyhow::{Result, anyhow};
use directory::{
    Ctx,
    groups::{self, Group, GroupKind},
    users::{self, PageAt, Sort, UserFilter, UserRecord},
};
use kernel::fold;

use super::{
    shown::{self, ShownMember},
    users::find,
};
use crate::{
    cli::{Groups, WhichGroup},
    exit::Exit,
    house::House,
};

/// People read at a time.
const PAGE: usize = 500;

pub(crate) fn run(house: &House, command: &Groups) -> Result<Exit> {
    match command {
        Groups::Rename { name, new, which } => {
            let (ctx, group) = named(house, name, which)?;
            house
                .db
                .write_blocking(|tx| groups::rename(tx, &ctx, group.id, new))?;
        }
        Groups::Delete {
            name,
            people,
            which,
        } => {
            let (ctx, group) = named(house, name, which)?;
            house
                .db
                .write_blocking(|tx| groups::delete(tx, &ctx, group.id, *people))?;
        }
        Groups::Members { name, which, json } => {
            let (ctx, group) = named(house, name, which)?;
            members(house, &ctx, &group, json.json)?;
        }
        Groups::Add { name, key, which } => {
            let (ctx, group) = named(house, name, which)?;
            let user = find(house, &ctx, key)?.user.id;
            house
                .db
                .write_blocking(|tx| groups::add_member(tx, &ctx, group.id, user))?;
        }
        Groups::Remove { name, key, which } => {
            let (ctx, group) = named(house, name, which)?;
            let user = find(house, &ctx, key)?.user.id;
            house
                .db
                .write_blocking(|tx| groups::remove_member(tx, &ctx, group.id, user))?;
        }
        Groups::List(_) | Groups::Create { .. } => return super::lists::groups(house, command),
    }
    Ok(Exit::Done)
}

/// The group or team of this name, whatever the case.
fn named(house: &House, name: &str, which: &WhichGroup) -> Result<(Ctx, Group)> {
    let ctx = house.ctx(which.account.account.as_deref())?;
    let kind = GroupKind::parse(&which.kind).unwrap_or(GroupKind::Group);
    let all = house.db.read_blocking(|tx| groups::list(tx, ctx.account))?;
    let found = all
        .into_iter()
        .find(|group| group.kind == kind && fold(&group.name) == fold(name));
    let group = found.ok_or_else(|| anyhow!("there is no {} {name:?}", kind.as_str()))?;
    Ok((ctx, group))
}

fn members(house: &House, ctx: &Ctx, group: &Group, as_json: bool) -> Result<()> {
    let id = Some(group.id);
    let filter = match group.kind {
        GroupKind::Group => UserFilter {
            group: id,
            ..UserFilter::default()
        },
        GroupKind::Team => UserFilter {
            team: id,
            ..UserFilter::default()
        },
    };
    let mut people: Vec<UserRecord> = Vec::new();
    loop {
        let at = people
            .last()
            .map_or(PageAt::Start, |last| PageAt::After(last.user.id));
        let page = house
            .db
            .read_blocking(|tx| users::list(tx, ctx, &filter, Sort::Name, at, PAGE))?;
        people.extend(page.people);
        if !page.has_next {
            break;
        }
    }
    let people: Vec<ShownMember> = people
        .into_iter()
        .map(|person| ShownMember {
            id: person.user.id,
            name: person.user.full_name(),
            email: person.user.email,
        })
        .collect();
    shown::members(as_json, &people)
}
