//! One action on many people: effect, doing, taking back.

use std::time::Duration;

use directory::{
    activity,
    bulk::{self, BulkAction, Outcome},
    groups::{self, GroupKind},
    modules,
    users::{self, Selection},
    workflows::{self, Member},
};
use kernel::{BulkId, GroupId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// A group, and an action that waits to be confirmed.
pub(crate) fn made(site: &Site, account: &Account, person: UserId) -> (GroupId, BulkId) {
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| {
            let group = groups::create(tx, &ctx, GroupKind::Group, "Of the walk")
                .unwrap()
                .id;
            let people = Selection::People(vec![person]);
            let id = bulk::make(tx, &ctx, &BulkAction::AddToGroup(group), &people).unwrap();
            Ok::<_, db::Error>((group, id))
        })
        .unwrap()
}

fn people(site: &Site, account: &Account, count: usize) -> Vec<UserId> {
    (0..count)
        .map(|n| {
            site.person(
                account,
                &format!("Anna {n:03}"),
                &format!("a{n}@example.com"),
            )
        })
        .collect()
}

fn start(site: &Site, location: &str, people: i64, cookie: &str) {
    let confirmed = site.post(
        &format!("{location}/start"),
        &[("people", &people.to_string())],
        cookie,
    );
    assert_eq!(confirmed.status, 303, "{}", confirmed.body);
    site.jobs();
}

fn members(site: &Site) -> i64 {
    site.count("select count(*) as n from group_members")
}

on_both! {
    fn adds_all_of_a_filter_to_a_group_and_takes_it_back_except_who_was_changed_since(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids = people(&site, &account, 30);
        let ctx = site.ctx(&account);
        let group = site.db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Group, "Night")).unwrap().id.to_string();
        let cookie = site.sign_in("maria@example.com");
        assert_eq!(site.post(&format!("/groups/{group}/members"), &[("user", &ids[0].to_string())], &cookie).status, 303);
        let choose = site.get("/users/bulk?all=yes&status=invited", &cookie);
        assert!(choose.body.contains("All people of the list"));
        let made = site.post("/users/bulk", &[("all", "yes"), ("status", "invited"), ("do", "join"), ("to_group", &group)], &cookie);
        let location = made.header("location").to_owned();
        let page = site.get(&location, &cookie).body;
        assert!(page.contains("Add to group Night: 29 people") && page.contains("Already so"), "{page}");
        assert_eq!(members(&site), 1);
        assert_eq!(site.post(&format!("{location}/start"), &[("people", "28")], &cookie).status, 409);
        start(&site, &location, 29, &cookie);
        assert_eq!(members(&site), 30);
        assert_eq!(site.post(&format!("{location}/start"), &[("people", "29")], &cookie).status, 409);
        assert_eq!(site.count("select count(*) as n from activity where action = 'users.bulk'"), 1);
        let other = ids[5].to_string();
        site.post(&format!("/users/{other}/deactivate"), &[], &cookie);
        assert_eq!(site.post(&format!("{location}/undo"), &[], &cookie).status, 303);
        site.jobs();
        assert_eq!(members(&site), 2);
        let page = site.get(&location, &cookie).body;
        assert!(page.contains("Kept: changed since") && page.contains("Taken back"), "{page}");
        assert_eq!(site.post(&format!("{location}/undo"), &[], &cookie).status, 409);
    }

    fn seats_are_given_only_if_there_are_enough_and_the_number_is_said(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids = people(&site, &account, 3);
        let ctx = site.ctx(&account);
        site.db.write_blocking(|tx| modules::set(tx, &ctx, "events", 2)).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let ask = |ids: &[UserId]| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let mut fields = vec![("do", "give"), ("to_module", "events")];
            fields.extend(ids.iter().map(|id| ("pick", id.as_str())));
            site.post("/users/bulk", &fields, &cookie).header("location").to_owned()
        };
        let refused = site.post(&format!("{}/start", ask(&ids)), &[("people", "3")], &cookie);
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("2 of 2 seats of Events are free, and 3 people would need one"), "{}", refused.body);
        let location = ask(&ids[..2]);
        start(&site, &location, 2, &cookie);
        assert_eq!(site.count("select count(*) as n from module_seats"), 2);
        site.post(&format!("{location}/undo"), &[], &cookie);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from module_seats"), 0);
    }

    fn deactivates_those_it_fits_signs_them_out_and_gives_everything_back(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids = people(&site, &account, 2);
        let user = site.member(&account, Role::User);
        let ctx = site.ctx(&account);
        site.db.write_blocking(|tx| modules::set(tx, &ctx, "events", 2)).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let seat = site.post("/users/bulk", &[("all", "yes"), ("role", "user"), ("do", "give"), ("to_module", "events"), ("status", "invited")], &cookie);
        start(&site, seat.header("location"), 2, &cookie);
        let made = site.post("/users/bulk", &[("all", "yes"), ("do", "deactivate")], &cookie);
        let location = made.header("location").to_owned();
        let page = site.get(&location, &cookie).body;
        assert!(page.contains("Deactivate: 3 people") && page.contains("Left out: you"), "{page}");
        start(&site, &location, 3, &cookie);
        assert_eq!(site.get("/me", &user).status, 303);
        assert_eq!(site.count("select count(*) as n from users where status = 'deactivated'"), 3);
        assert_eq!(site.count("select count(*) as n from module_seats"), 0);
        site.post(&format!("{location}/undo"), &[], &cookie);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from users where status = 'deactivated'"), 0);
        assert_eq!(site.count("select count(*) as n from module_seats"), 2);
        let record = site.db.read_blocking(|tx| users::get(tx, account.id, ids[0])).unwrap();
        assert_eq!(record.user.status, "invited");
    }

    fn sets_a_field_by_the_rules_of_the_form(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        people(&site, &account, 2);
        let cookie = site.sign_in("maria@example.com");
        let set = |field: &str, value: &str| site.post("/users/bulk", &[("all", "yes"), ("status", "invited"), ("do", "set"), ("set_field", field), ("set_value", value)], &cookie);
        assert_eq!(set("title", &"x".repeat(101)).status, 422);
        assert_eq!(set("custom.nothing", "1").status, 422);
        assert_eq!(set("role", "owner").status, 422);
        let location = set("title", " Lead ").header("location").to_owned();
        start(&site, &location, 2, &cookie);
        assert_eq!(site.count("select count(*) as n from users where title = 'Lead'"), 2);
        site.post(&format!("{location}/undo"), &[], &cookie);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from users where title is null"), 3);
    }

    fn nobody_acts_on_people_of_another_account(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids = people(&site, &account, 1);
        site.account("Elsewhere", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        let asked = site.post("/users/bulk", &[("pick", &ids[0].to_string()), ("do", "deactivate")], &cookie);
        let page = site.get(asked.header("location"), &cookie).body;
        assert!(page.contains("There is nobody whom it fits") && !page.contains("Anna"), "{page}");
        let (_, id) = made(&site, &account, ids[0]);
        assert_eq!(site.get(&format!("/users/bulk/{id}"), &cookie).status, 404);
    }

    fn invites_those_ticked_as_a_wave(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids = people(&site, &account, 2);
        let cookie = site.sign_in("maria@example.com");
        let page = site.post("/users/bulk", &[("all", "yes"), ("do", "invite")], &cookie);
        assert!(page.body.contains("Left out: they sign in"), "{}", page.body);
        let begun = site.post("/users/bulk/invite", &[("user", &ids[0].to_string())], &cookie);
        assert!(begun.header("location").starts_with("/invitations/waves/"));
        site.work();
        assert_eq!(site.count("select count(*) as n from invitations"), 1);
    }

    fn what_was_set_by_hand_since_is_kept_when_an_action_is_taken_back(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let mut ids = people(&site, &account, 2);
        ids.sort();
        let [first, second] = ids[..] else { unreachable!() };
        let ctx = site.ctx(&account);
        let (flow, team) = site.db.write_blocking(|tx| {
            let flow = workflows::create(tx, &ctx, "Inspections").unwrap().id;
            for id in &ids {
                workflows::add_participant(tx, &ctx, flow, Member::User(*id)).unwrap();
            }
            Ok::<_, db::Error>((flow, groups::create(tx, &ctx, GroupKind::Team, "Harbour").unwrap().id))
        }).unwrap();
        let made = [BulkAction::RemoveFromWorkflow(flow), BulkAction::AddToGroup(team)].map(|action| {
            let people = Selection::People(ids.clone());
            let id = site.db.write_blocking(|tx| {
                let id = bulk::make(tx, &ctx, &action, &people)?;
                bulk::start(tx, &ctx, id, 2)?;
                Ok::<_, bulk::BulkError>(id)
            }).unwrap();
            site.jobs();
            id
        });
        site.execute("update users set role = 'manager' where last_name in ('000', '001')");
        site.db.write_blocking(|tx| {
            workflows::add_participant(tx, &ctx, flow, Member::User(first)).unwrap();
            groups::lead(tx, &ctx, team, second, true).unwrap();
            Ok::<_, db::Error>(())
        }).unwrap();
        for id in made {
            site.db.write_blocking(|tx| bulk::undo(tx, &ctx, id)).unwrap();
            site.jobs();
        }
        let [flow_people, team_people] = made.map(|id| {
            site.db.read_blocking(|tx| bulk::rows(tx, &ctx, id, None, None, 10)).unwrap()
                .into_iter().map(|row| (row.user, row.outcome)).collect::<Vec<_>>()
        });
        assert_eq!(flow_people, [(first, Outcome::Kept), (second, Outcome::Kept)]);
        assert_eq!(team_people, [(first, Outcome::Kept), (second, Outcome::Kept)]);
        let states = site.count("select count(*) as n from bulk_actions where state = 'undone'");
        assert_eq!((states, site.count("select count(*) as n from workflow_participants"), members(&site)), (2, 1, 2));
    }

    fn an_action_is_taken_back_with_the_rights_of_whoever_does_that(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.ctx(&account);
        let mut ids = people(&site, &account, 1);
        ids.extend(owner.actor.user);
        ids.sort();
        let group = site.db.write_blocking(|tx| groups::create(tx, &owner, GroupKind::Group, "Night")).unwrap().id;
        let id = site.db.write_blocking(|tx| {
            let id = bulk::make(tx, &owner, &BulkAction::AddToGroup(group), &Selection::People(ids))?;
            bulk::start(tx, &owner, id, 2)?;
            Ok::<_, bulk::BulkError>(id)
        }).unwrap();
        site.jobs();
        assert_eq!(members(&site), 2);
        let admin = site.member(&account, Role::Admin);
        let undone = site.post(&format!("/users/bulk/{id}/undo"), &[], &admin);
        assert_eq!(undone.status, 303);
        site.jobs();
        let owners = "select count(*) as n from group_members m join users u on u.id = m.user_id where u.role = 'owner'";
        assert_eq!((members(&site), site.count(owners)), (1, 1));
        let by = site.db.read_blocking(|tx| activity::of_subject(tx, account.id, id.uuid(), 10)).unwrap();
        let by = by.iter().map(|entry| (entry.action.as_str(), entry.actor_name.as_str())).collect::<Vec<_>>();
        let maker = owner.actor.name.as_str();
        assert!(by.contains(&("users.bulk", maker)), "{by:?}");
        assert!(by.iter().any(|(action, name)| *action == "users.bulk_undo" && *name != maker), "{by:?}");
    }

    fn an_action_is_taken_back_for_thirty_days_and_then_forgotten(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = people(&site, &account, 1)[0];
        let ctx = site.ctx(&account);
        let made_at = |title: &str| {
            site.db.write_blocking(|tx| {
                let action = BulkAction::SetField { key: "title".to_owned(), value: Some(title.to_owned()) };
                let id = bulk::make(tx, &ctx, &action, &Selection::People(vec![person])).unwrap();
                bulk::start(tx, &ctx, id, 1).unwrap();
                Ok::<_, db::Error>(id)
            }).unwrap()
        };
        let old = made_at("Old");
        site.jobs();
        site.clock.advance(Duration::from_hours(24 * 30 - 1));
        let new = made_at("New");
        site.jobs();
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/users/bulk/{old}"), &cookie).body;
        assert!(page.contains("Possible until") && page.contains("Take it back"), "{page}");
        site.clock.advance(Duration::from_hours(2));
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/users/bulk/{old}"), &cookie).body;
        assert!(page.contains("It could be taken back until") && !page.contains("Take it back"), "{page}");
        let late = site.post(&format!("/users/bulk/{old}/undo"), &[], &cookie);
        assert!(late.status == 409 && late.body.contains("can be taken back for 30 days"), "{}", late.body);
        let refused = site.db.write_blocking(|tx| bulk::undo(tx, &ctx, old)).unwrap_err();
        assert_eq!(refused.code(), "too_late");
        let (ids, now) = (site.ids.clone(), site.clock.now());
        site.db.write_blocking(|tx| directory::upkeep::schedule(tx, &ids, now)).unwrap();
        site.jobs();
        assert_eq!(site.get(&format!("/users/bulk/{old}"), &cookie).status, 404);
        assert_eq!(site.count("select count(*) as n from bulk_actions"), 1);
        assert_eq!(site.count("select count(*) as n from bulk_rows"), 1);
        assert_eq!(site.post(&format!("/users/bulk/{new}/undo"), &[], &cookie).status, 303);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from bulk_rows where outcome = 'restored'"), 1);
    }
}
