//! What the tests of this crate begin with.

use std::time::Duration;

use db::{Sql, params};
use kernel::{
    AccountId, Clock, Email, GroupId, Ids, PersonKind, PersonName, Role, Timestamp, UserId,
    WorkflowId,
};
use testkit::{NOW, TestDb};

use crate::{
    Actor, Ctx,
    accounts::{self, NewAccount},
    groups::{self, GroupKind, Membership},
    users::{self, NewUser},
    workflows::{self, Member},
};

/// An account, acted in by an owner of whom no row is known.
pub(crate) fn account(db: &TestDb, name: &str) -> Ctx {
    let (clock, ids) = (Clock::fixed(NOW), Ids::system());
    let new = NewAccount::named(name);
    let account = db
        .write_blocking(|tx| accounts::create(tx, &clock, &ids, &new))
        .unwrap();
    Ctx {
        account: account.id,
        actor: Actor::command_line(),
        clock,
        ids,
    }
}

/// A person who signs in, and the surroundings they act in.
pub(crate) fn person(db: &TestDb, ctx: &Ctx, name: &str) -> (UserId, Ctx) {
    // Ids of different moments are in the order in which they were made.
    ctx.clock.advance(Duration::from_millis(1));
    let new = NewUser {
        name: PersonName::from_full(name).unwrap(),
        external_id: None,
        email: Some(
            Email::parse(&format!(
                "{}@example.com",
                name.replace(' ', ".").to_lowercase()
            ))
            .unwrap(),
        ),
        phone: None,
        role: Role::User,
        kind: PersonKind::Employee,
    };
    let id = db
        .write_blocking(|tx| users::create(tx, ctx, &new))
        .unwrap()
        .id;
    let actor = Actor::new(Some(id), name, Role::User);
    (
        id,
        Ctx {
            actor,
            ..ctx.clone()
        },
    )
}

/// A group with people in it.
pub(crate) fn group(db: &TestDb, ctx: &Ctx, name: &str, people: &[UserId]) -> GroupId {
    let group = db
        .write_blocking(|tx| groups::create(tx, ctx, GroupKind::Group, name))
        .unwrap()
        .id;
    join(db, ctx.account, group, people, ctx.now());
    group
}

/// Puts people into a group.
pub(crate) fn join(
    db: &TestDb,
    account: AccountId,
    group: GroupId,
    people: &[UserId],
    created_at: Timestamp,
) {
    let rows: Vec<_> = people
        .iter()
        .map(|user| Membership {
            account,
            user: *user,
            group,
            created_at,
        })
        .collect();
    db.write_blocking(|tx| tx.bulk(&rows)).unwrap();
}

/// A workflow with one step, in which these take part.
pub(crate) fn workflow(db: &TestDb, ctx: &Ctx, name: &str, members: &[Member]) -> WorkflowId {
    let workflow = db
        .write_blocking(|tx| workflows::create(tx, ctx, name))
        .unwrap()
        .id;
    for member in members {
        db.write_blocking(|tx| workflows::add_participant(tx, ctx, workflow, *member))
            .unwrap();
    }
    workflow
}

/// Changes somebody's status, as pages and imports do.
pub(crate) fn set_status(db: &TestDb, user: UserId, status: &str) {
    let sql = Sql::new("status", "update users set status = $2 where id = $1");
    db.write_blocking(|tx| tx.execute(&sql, params![user, status]))
        .unwrap();
}

/// Gives somebody one of the fixed roles.
pub(crate) fn set_role(db: &TestDb, user: UserId, role: &str) {
    let sql = Sql::new("role", "update users set role = $2 where id = $1");
    db.write_blocking(|tx| tx.execute(&sql, params![user, role]))
        .unwrap();
}
