use db::{Sql, params};
use kernel::{CardState, CardType, GroupId, IdentityId, Role, UserId};
use testkit::{TestDb, on_both};

use super::{Choices, Merge, MergeRefusal, Side, look, merge, merged_from, merged_into};
use crate::{
    Actor, Ctx, activity, cards,
    cards::{NewCard, Validity},
    groups,
    scene::{account, group, person, workflow},
    users::{self, UserRecord},
    workflows::Member,
};

struct Two {
    ctx: Ctx,
    kept: UserId,
    other: UserId,
}

fn two(db: &TestDb) -> Two {
    let ctx = account(db, "Harbour");
    let (kept, _) = person(db, &ctx, "Thandi Nkosi");
    let (other, _) = person(db, &ctx, "T Nkosi");
    Two { ctx, kept, other }
}

fn run(db: &TestDb, text: &'static str, people: &Two) {
    let sql = Sql::new("test", text);
    let filled = params![people.ctx.account, people.kept, people.other];
    db.write_blocking(|tx| tx.execute(&sql, filled)).unwrap();
}

/// A statement with a person and some bytes.
fn bytes_of(db: &TestDb, text: &'static str, user: UserId, bytes: &[u8]) {
    let sql = Sql::new("test", text);
    db.write_blocking(|tx| tx.execute(&sql, params![user, bytes]))
        .unwrap();
}

fn count(db: &TestDb, text: &'static str, user: UserId) -> i64 {
    let sql = Sql::new("test", text);
    db.read_blocking(|tx| tx.fetch_one::<(i64,)>(&sql, params![user]))
        .unwrap()
        .0
}

fn seen(db: &TestDb, two: &Two) -> Result<Merge, MergeRefusal> {
    db.read_blocking(|tx| look(tx, &two.ctx, two.kept, two.other))
}

fn go(db: &TestDb, two: &Two, choices: &Choices) -> Result<(), MergeRefusal> {
    let (kept, other) = (record(db, two, two.kept), record(db, two, two.other));
    let versions = (kept.user.version, other.user.version);
    db.write_blocking(|tx| merge(tx, &two.ctx, (two.kept, two.other), versions, choices))
}

fn record(db: &TestDb, two: &Two, user: UserId) -> UserRecord {
    db.read_blocking(|tx| users::get(tx, two.ctx.account, user))
        .unwrap()
}

fn card(db: &TestDb, ctx: &Ctx, user: UserId) {
    let new = NewCard {
        user,
        number: None,
        kind: CardType::Qr,
        validity: Validity::default(),
        is_issued: true,
    };
    db.write_blocking(|tx| cards::add(tx, ctx, &new)).unwrap();
}

/// Gives somebody a sign-in.
fn sign_in(db: &TestDb, ctx: &Ctx, user: UserId) -> IdentityId {
    let id: IdentityId = ctx.new_id();
    let execute = |text: &'static str, filled: &[&dyn db::Param]| {
        let sql = Sql::new("test", text);
        db.write_blocking(|tx| tx.execute(&sql, filled)).unwrap();
    };
    execute(
        "insert into identities (id, created_at, updated_at) values ($1, 0, 0)",
        params![id],
    );
    execute(
        "update users set identity_id = $1, status = 'active', last_sign_in_at = 5 where id = $2",
        params![id, user],
    );
    let hash = id.uuid().as_bytes().to_vec();
    execute(
        "insert into sessions (id, identity_id, account_id, user_id, token_hash, created_at, last_seen_at, expires_at) \
         select $1, $1, account_id, id, $3, 0, 0, 0 from users where id = $2",
        params![id, user, hash],
    );
    id
}

on_both! {
    fn everything_of_the_other_goes_over_once(db: &TestDb) {
        let two = two(db);
        let both = group(db, &two.ctx, "Both", &[two.kept, two.other]);
        let team: GroupId = db.write_blocking(|tx| groups::create(tx, &two.ctx, groups::GroupKind::Team, "Night")).unwrap().id;
        crate::scene::join(db, two.ctx.account, team, &[two.other], two.ctx.now());
        workflow(db, &two.ctx, "Onboarding", &[Member::User(two.other)]);
        for text in [
            "update group_members set is_admin = true where account_id = $1 and user_id in ($3) and user_id <> $2",
            "insert into modules (account_id, key, label, seats, created_at) select account_id, 'events', 'Events', 2, 0 from users where account_id = $1 and id = $3 and id <> $2",
            "insert into module_seats (account_id, user_id, module_key, created_at) select account_id, id, 'events', 0 from users where account_id = $1 and id in ($2, $3)",
            "insert into devices (account_id, id, name, name_key, created_at) select account_id, id, 'Gate', 'gate', 0 from users where account_id = $1 and id = $2 and id <> $3",
            "insert into devices (account_id, id, name, name_key, created_at) select account_id, id, 'Door', 'door', 0 from users where account_id = $1 and id = $3 and id <> $2",
            "insert into grants (account_id, user_id, device_id, access_type, created_at) select account_id, id, (select d.id from devices d where d.name = 'Gate'), case when id = $2 then 'always' else 'full' end, 0 from users where account_id = $1 and id in ($2, $3)",
            "insert into grants (account_id, user_id, device_id, access_type, created_at) select account_id, id, (select d.id from devices d where d.name = 'Door'), 'tenant', 0 from users where account_id = $1 and id = $3 and id <> $2",
            "insert into documents (account_id, id, workflow_id, step_id, title, title_key, state, assignee_id, files, version, created_at, updated_at) select s.account_id, u.id, s.workflow_id, s.id, 'A', 'a', 'inbox', u.id, 0, 1, 0, 0 from workflow_steps s join users u on u.account_id = s.account_id where s.account_id = $1 and u.id = $3 and u.id <> $2",
            "insert into kept_fields (account_id, user_id, field, kept_by_name, created_at) select account_id, id, 'title', '', 0 from users where account_id = $1 and id in ($2, $3)",
            "insert into notifications (account_id, id, user_id, kind, text, created_at) select account_id, id, id, 'x', 'told', 0 from users where account_id = $1 and id = $3 and id <> $2",
            "update users set phone = '+27820000001', custom = '{\"locker\":\"12\"}', title = 'Lead' where account_id = $1 and id = $3 and id <> $2",
            "insert into custom_fields (account_id, key, label, kind, position, created_at) select account_id, 'locker', 'Locker', 'text', 0, 0 from users where account_id = $1 and id = $3 and id <> $2",
        ] {
            run(db, text, &two);
        }
        for (user, bytes) in [(two.kept, vec![1_u8]), (two.other, vec![2_u8])] {
            let invited = "insert into invitations (account_id, id, user_id, channel, token_hash, state, number, invited_by_name, created_at, offered_at, expires_at) select account_id, id, id, 'link', $2, 'open', 1, '', 0, 0, 0 from users where id = $1";
            bytes_of(db, invited, user, &bytes);
        }
        bytes_of(db, "insert into photos (account_id, user_id, hash, large, small, updated_at) select account_id, id, $2, $2, $2, 0 from users where id = $1", two.other, &[3]);
        card(db, &two.ctx, two.other);
        let found = seen(db, &two).unwrap();
        assert_eq!((found.moving.groups, found.moving.grants, found.moving.cards, found.moving.documents), (2, 2, 1, 1));
        assert!(found.moving.other_has_photo && !found.moving.kept_has_photo);
        go(db, &two, &Choices::default()).unwrap();

        let kept = record(db, &two, two.kept);
        let groups: Vec<_> = kept.groups.iter().map(|group| group.2.as_str()).collect();
        assert_eq!(groups, ["Both", "Night"]);
        assert_eq!((kept.workflows.len(), kept.modules.len(), kept.kept.len()), (1, 1, 1));
        // Of two accesses to the gate the wider one stays.
        let mut grants: Vec<_> = kept.grants.iter().map(|grant| (grant.1.as_str(), grant.0.access_type.as_str())).collect();
        grants.sort_unstable();
        assert_eq!(grants, [("Door", "tenant"), ("Gate", "full")]);
        assert_eq!(count(db, "select count(*) as n from revoked_grants where user_id = $1 and access_type = 'always'", two.kept), 1);
        assert_eq!(kept.cards.len(), 1);
        // Blanks are filled, what is there stays.
        assert_eq!((kept.user.phone.as_deref(), kept.user.title.as_deref()), (Some("+27820000001"), Some("Lead")));
        assert!(kept.user.custom.as_deref().unwrap().contains("locker"));
        assert_eq!((kept.user.full_name(), kept.user.email.as_deref()), ("Thandi Nkosi".to_owned(), Some("thandi.nkosi@example.com")));
        for (text, number) in [
            ("select count(*) as n from group_members where user_id = $1 and is_admin", 2),
            ("select count(*) as n from documents where assignee_id = $1", 1),
            ("select count(*) as n from invitations where user_id = $1", 2),
            ("select count(*) as n from invitations where user_id = $1 and state = 'open'", 1),
            ("select count(*) as n from photos where user_id = $1", 1),
            ("select count(*) as n from notifications where user_id = $1", 1),
        ] {
            assert_eq!(count(db, text, two.kept), number, "{text}");
        }
        let other = record(db, &two, two.other);
        assert_eq!(other.user.status, "deleted");
        assert_eq!((other.user.email, other.user.phone, other.user.custom), (None, None, None));
        assert!(other.groups.is_empty() && other.grants.is_empty() && other.cards.is_empty() && other.modules.is_empty());
        assert_eq!(db.read_blocking(|tx| merged_into(tx, two.ctx.account, two.other)).unwrap().unwrap().0, two.kept);
        assert_eq!(db.read_blocking(|tx| merged_from(tx, two.ctx.account, two.kept)).unwrap(), [(two.other, "T Nkosi".to_owned())]);
        let log = db.read_blocking(|tx| activity::of_subject(tx, two.ctx.account, two.kept.uuid(), 20)).unwrap();
        let merges: Vec<_> = log.iter().filter(|entry| entry.action == "user.merge").collect();
        assert_eq!(merges.len(), 1);
        assert!(merges[0].details.contains("with T Nkosi") && merges[0].details.contains("Teams: + Night"), "{}", merges[0].details);
        assert_eq!(db.read_blocking(|tx| groups::find(tx, two.ctx.account, both)).unwrap().unwrap().members, 1);
    }

    fn fields_are_taken_as_chosen(db: &TestDb) {
        let two = two(db);
        run(db, "update users set title = case when id = $2 then 'Clerk' else 'Lead' end, department = case when id = $2 then null else 'Dock' end where account_id = $1 and id in ($2, $3)", &two);
        let choices = Choices {
            from_other: ["email", "title"].map(str::to_owned).into(),
            as_kept: ["department".to_owned()].into(),
            ..Choices::default()
        };
        go(db, &two, &choices).unwrap();
        let kept = record(db, &two, two.kept).user;
        assert_eq!(kept.email.as_deref(), Some("t.nkosi@example.com"));
        assert_eq!((kept.title.as_deref(), kept.department), (Some("Lead"), None));
    }

    fn of_two_live_cards_the_chosen_one_stays(db: &TestDb) {
        for side in [Side::Kept, Side::Other] {
            let ctx = account(db, "Harbour");
            let (kept, _) = person(db, &ctx, "Thandi Nkosi");
            let (other, _) = person(db, &ctx, "T Nkosi");
            let two = Two { ctx, kept, other };
            card(db, &two.ctx, two.kept);
            card(db, &two.ctx, two.other);
            let stays = record(db, &two, if side == Side::Kept { two.kept } else { two.other }).cards[0].id;
            go(db, &two, &Choices { card: side, ..Choices::default() }).unwrap();
            let cards = record(db, &two, two.kept).cards;
            assert_eq!(cards.len(), 2);
            for card in cards {
                let state = if card.id == stays { CardState::Active } else { CardState::Revoked };
                assert_eq!(card.state, state.to_string(), "{side:?}");
            }
        }
    }

    fn one_of_two_sign_ins_stays_as_chosen(db: &TestDb) {
        for side in [Side::Kept, Side::Other] {
            let ctx = account(db, "Harbour");
            let (kept, _) = person(db, &ctx, "Thandi Nkosi");
            let (other, _) = person(db, &ctx, "T Nkosi");
            let two = Two { ctx, kept, other };
            let (of_kept, of_other) = (sign_in(db, &two.ctx, two.kept), sign_in(db, &two.ctx, two.other));
            assert!(seen(db, &two).unwrap().both_sign_in());
            assert!(matches!(go(db, &two, &Choices::default()), Err(MergeRefusal::SignIn)));
            go(db, &two, &Choices { sign_in: Some(side), ..Choices::default() }).unwrap();
            let stays = if side == Side::Kept { of_kept } else { of_other };
            assert_eq!(record(db, &two, two.kept).user.identity, Some(stays));
            assert_eq!(record(db, &two, two.other).user.identity, None);
            assert_eq!(count(db, "select count(*) as n from sessions where user_id = $1", two.kept), 1);
            assert_eq!(count(db, "select count(*) as n from sessions where user_id = $1", two.other), 0);
        }
    }

    fn the_only_sign_in_goes_over(db: &TestDb) {
        let two = two(db);
        let identity = sign_in(db, &two.ctx, two.other);
        go(db, &two, &Choices::default()).unwrap();
        let kept = record(db, &two, two.kept).user;
        assert_eq!((kept.identity, kept.status.as_str()), (Some(identity), "active"));
        assert_eq!(count(db, "select count(*) as n from sessions where user_id = $1", two.kept), 1);
    }

    fn refuses_what_cannot_be_merged(db: &TestDb) {
        let two = two(db);
        let stranger = account(db, "Elsewhere");
        let (far, _) = person(db, &stranger, "Far Away");
        let asked = |ctx: &Ctx, kept, other| db.read_blocking(|tx| look(tx, ctx, kept, other)).map(drop);
        assert!(matches!(asked(&two.ctx, two.kept, two.kept), Err(MergeRefusal::Same)));
        assert!(matches!(asked(&two.ctx, two.kept, far), Err(MergeRefusal::NobodyThere)));
        assert!(matches!(asked(&two.ctx, far, two.other), Err(MergeRefusal::NobodyThere)));
        let acting = |user, role| Ctx { actor: Actor::new(Some(user), "X", role), ..two.ctx.clone() };
        assert!(matches!(asked(&acting(two.other, Role::Admin), two.kept, two.other), Err(MergeRefusal::Yourself)));
        assert!(matches!(asked(&acting(two.kept, Role::Manager), two.kept, two.other), Err(MergeRefusal::Forbidden(_))));
        run(db, "update users set role = 'owner' where account_id = $1 and id = $3 and id <> $2", &two);
        assert!(matches!(asked(&two.ctx, two.kept, two.other), Err(MergeRefusal::Owner(_))));
        let admin = acting(far, Role::Admin);
        assert!(matches!(asked(&admin, two.other, two.kept), Err(MergeRefusal::AboveYou(_))));
        // An owner who is kept stays one unless somebody else is.
        let back = Two { ctx: two.ctx.clone(), kept: two.other, other: two.kept };
        let demoting = Choices { from_other: ["role".to_owned()].into(), ..Choices::default() };
        assert!(matches!(go(db, &back, &demoting), Err(MergeRefusal::LastOwner)));
        go(db, &back, &Choices::default()).unwrap();
        assert_eq!(record(db, &back, back.kept).user.role, "owner");
        assert!(matches!(seen(db, &back), Err(MergeRefusal::NobodyThere)));
    }

    fn a_merge_of_people_who_changed_meanwhile_is_refused(db: &TestDb) {
        let two = two(db);
        let gone = db.write_blocking(|tx| merge(tx, &two.ctx, (two.kept, two.other), (1, 9), &Choices::default()));
        assert!(matches!(gone, Err(MergeRefusal::Stale)));
        let wrong = Choices { from_other: ["shoe".to_owned()].into(), ..Choices::default() };
        assert!(matches!(go(db, &two, &wrong), Err(MergeRefusal::Field(_))));
        assert_eq!(record(db, &two, two.other).user.status, "invited");
    }
}
