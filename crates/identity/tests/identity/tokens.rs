//! Tokens: how they are made, what they may do, and what ends them.

use std::time::Duration;

use db::{Sql, params};
use directory::{Action, Actor, Ctx, Forbidden};
use identity::{
    answers::{self, Answer, Earlier, Keyed},
    tokens::{self, Bearer, NewToken, Scope, Secret, Standing, TokenRefusal},
};
use kernel::{AccountId, ApiTokenId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::person::House;

const DAY: Duration = Duration::from_hours(24);

fn ctx(house: &House<'_>) -> Ctx {
    let sql = Sql::new(
        "owner",
        "select account_id, id from users where role = 'owner'",
    );
    let (account, user): (AccountId, UserId) = house
        .db
        .read_blocking(|tx| tx.fetch_one(&sql, params![]))
        .unwrap();
    Ctx {
        account,
        actor: Actor::new(Some(user), "Maria Keller", Role::Owner),
        clock: house.clock.clone(),
        ids: house.ids.clone(),
    }
}

fn wanted(ctx: &Ctx, name: &str) -> NewToken {
    NewToken {
        id: ctx.new_id(),
        maker: ctx.actor.user.unwrap(),
        name: name.to_owned(),
        scopes: vec![Scope::ImportsWrite, Scope::ImportsRead],
        days: tokens::USUAL_DAYS,
    }
}

fn create(house: &House<'_>, ctx: &Ctx, new: &NewToken) -> Result<Secret, TokenRefusal> {
    house.db.write_blocking(|tx| tokens::create(tx, ctx, new))
}

fn find(house: &House<'_>, secret: &Secret) -> Option<Bearer> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| tokens::find(tx, secret, now))
        .unwrap()
}

fn code(made: Result<Secret, TokenRefusal>) -> &'static str {
    made.map_or_else(|refusal| refusal.code(), |_| "made")
}

on_both! {
    fn a_token_acts_for_its_maker(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let secret = create(&house, &ctx, &wanted(&ctx, " Nightly ")).unwrap();
        let bearer = find(&house, &secret).unwrap();
        assert_eq!((bearer.account, bearer.actor.user), (ctx.account, ctx.actor.user));
        assert_eq!((&*bearer.name, &*bearer.actor.name), ("Nightly", "Maria Keller (token Nightly)"));
        assert_eq!(bearer.scopes, [Scope::ImportsRead, Scope::ImportsWrite]);
        assert_eq!(bearer.actor.role, Role::Owner);
        assert_eq!(house.count("select count(*) as number from api_tokens"), 1);
        assert_eq!(
            house.count("select count(*) as number from activity where action = 'token.create'"),
            1
        );
    }

    fn a_token_ends_by_time_by_revoking_and_with_its_maker(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let short = NewToken { days: 30, ..wanted(&ctx, "Short") };
        let secret = create(&house, &ctx, &short).unwrap();
        let standing = |house: &House<'_>| {
            let all = house.db.read_blocking(|tx| tokens::list(tx, &ctx)).unwrap();
            all[0].standing(house.clock.now())
        };
        house.clock.advance(DAY * 29 + Duration::from_hours(23));
        assert!(find(&house, &secret).is_some());
        house.clock.advance(Duration::from_hours(1));
        assert!(find(&house, &secret).is_none());
        assert_eq!(standing(&house), Standing::Expired);

        let new = wanted(&ctx, "Long");
        let secret = create(&house, &ctx, &new).unwrap();
        house.execute("update users set role = 'admin'");
        assert_eq!(find(&house, &secret).unwrap().actor.role, Role::Admin);
        house.execute("update users set role = 'manager'");
        assert!(find(&house, &secret).is_none());
        house.execute("update users set role = 'owner', status = 'deactivated'");
        assert!(find(&house, &secret).is_none());
        house.execute("update users set status = 'deleted'");
        assert!(find(&house, &secret).is_none());
        house.execute("update users set status = 'active'");
        assert!(find(&house, &secret).is_some());
        house.db.write_blocking(|tx| tokens::revoke(tx, &ctx, new.id)).unwrap();
        assert!(find(&house, &secret).is_none());
        let again = house.db.write_blocking(|tx| tokens::revoke(tx, &ctx, new.id));
        assert!(matches!(again, Err(TokenRefusal::NotFound)));
        assert_eq!(
            house.count("select count(*) as number from activity where action = 'token.revoke'"),
            1
        );
    }

    fn what_cannot_be_made_is_refused(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let first = wanted(&ctx, "Nightly");
        create(&house, &ctx, &first).unwrap();
        let stranger: UserId = ctx.new_id();
        for (new, expected) in [
            (NewToken { name: "Other".to_owned(), ..first.clone() }, "token_made_already"),
            (wanted(&ctx, "NIGHTLY"), "token_exists"),
            (wanted(&ctx, "  "), "name_invalid"),
            (wanted(&ctx, &"x".repeat(101)), "name_invalid"),
            (NewToken { scopes: vec![], ..wanted(&ctx, "A") }, "scope_missing"),
            (NewToken { days: 0, ..wanted(&ctx, "A") }, "days_invalid"),
            (NewToken { days: tokens::MOST_DAYS + 1, ..wanted(&ctx, "A") }, "days_invalid"),
            (NewToken { maker: stranger, ..wanted(&ctx, "A") }, "maker_unfit"),
        ] {
            assert_eq!(code(create(&house, &ctx, &new)), expected);
        }
        let mut manager = ctx.clone();
        manager.actor.role = Role::Manager;
        assert!(matches!(
            create(&house, &manager, &wanted(&ctx, "A")),
            Err(TokenRefusal::Forbidden(Forbidden(Action::ManageTokens)))
        ));
        house.db.write_blocking(|tx| tokens::revoke(tx, &ctx, first.id)).unwrap();
        assert_eq!(code(create(&house, &ctx, &wanted(&ctx, "Nightly"))), "made");
    }

    fn a_token_of_another_account_is_not_found(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let new = wanted(&ctx, "Nightly");
        let secret = create(&house, &ctx, &new).unwrap();
        let other = Ctx { account: ctx.new_id(), ..ctx.clone() };
        let revoked = house.db.write_blocking(|tx| tokens::revoke(tx, &other, new.id));
        assert!(matches!(revoked, Err(TokenRefusal::NotFound)));
        assert!(house.db.read_blocking(|tx| tokens::list(tx, &other)).unwrap().is_empty());
        assert!(find(&house, &secret).is_some());
    }

    fn use_is_written_down_once_an_hour(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let secret = create(&house, &ctx, &wanted(&ctx, "Nightly")).unwrap();
        let bearer = find(&house, &secret).unwrap();
        let now = house.clock.now();
        assert!(bearer.is_stale(now));
        house.db.write_blocking(|tx| tokens::seen(tx, &bearer, now)).unwrap();
        house.clock.advance(Duration::from_mins(59));
        assert!(!find(&house, &secret).unwrap().is_stale(house.clock.now()));
        house.clock.advance(Duration::from_mins(1));
        assert!(find(&house, &secret).unwrap().is_stale(house.clock.now()));
    }

    fn an_answer_is_kept_for_a_day_by_token_and_key(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let (one, two): (ApiTokenId, ApiTokenId) = (ctx.new_id(), ctx.new_id());
        let keyed = |token, content| Keyed::new(ctx.account, token, "run-7", [content; 32]).unwrap();
        let answer = |status| Answer { status, body: "{}".to_owned(), headers: std::collections::BTreeMap::default() };
        let find = |keyed: &Keyed| {
            let now = house.clock.now();
            house.db.read_blocking(|tx| answers::find(tx, keyed, now)).unwrap()
        };
        let keep = |keyed: &Keyed, status| {
            let now = house.clock.now();
            house.db.write_blocking(|tx| answers::keep(tx, keyed, &answer(status), now)).unwrap()
        };
        assert_eq!(find(&keyed(one, 1)), Earlier::Unknown);
        assert!(keep(&keyed(one, 1), 202));
        assert!(!keep(&keyed(one, 1), 409));
        assert_eq!(find(&keyed(one, 1)), Earlier::Same(answer(202)));
        assert_eq!(find(&keyed(one, 2)), Earlier::Other);
        assert_eq!(find(&keyed(two, 1)), Earlier::Unknown);
        house.clock.advance(DAY);
        assert_eq!(find(&keyed(one, 1)), Earlier::Unknown);
        assert!(keep(&keyed(one, 2), 202));
        assert_eq!(house.count("select count(*) as number from api_answers"), 1);
        assert!(Keyed::new(ctx.account, one, "", [0; 32]).is_none());
        assert!(Keyed::new(ctx.account, one, "a\u{7f}", [0; 32]).is_none());
    }
}
