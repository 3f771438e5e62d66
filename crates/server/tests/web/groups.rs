//! Groups, teams and modules, and what managers see of people.

use directory::{
    Actor, Ctx,
    groups::{self, GroupKind},
    users::{self, PageAt, Sort, UserFilter},
};
use kernel::{CardType, GroupId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::{
    card_pages,
    site::{Account, Site},
};

fn id_at(location: &str) -> GroupId {
    location.strip_prefix("/groups/").unwrap().parse().unwrap()
}

fn find(site: &Site, account: &Account, q: &str) -> UserId {
    let ctx = site.ctx(account);
    site.db
        .read_blocking(|tx| users::search(tx, &ctx, q, &UserFilter::default()))
        .unwrap()
        .first()
        .unwrap()
        .user
        .id
}

on_both! {
    fn groups_are_created_renamed_filled_and_deleted_with_the_number_confirmed(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let made = site.post("/groups", &[("kind", "group"), ("name", " Night  shift ")], &cookie);
        let path = made.header("location").to_owned();
        for bad in ["", "night shift", &"x".repeat(101)] {
            assert_eq!(site.post("/groups", &[("kind", "group"), ("name", bad)], &cookie).status, 422, "{bad}");
        }
        assert_eq!(site.post(&format!("{path}/rename"), &[("name", "Day shift")], &cookie).status, 303);
        assert!(site.get(&format!("{path}?q=nko"), &cookie).body.contains("Add Thandi Nkosi"));
        let user = person.to_string();
        assert_eq!(site.post(&format!("{path}/members"), &[("user", &user)], &cookie).status, 303);
        assert_eq!(site.post(&format!("{path}/members"), &[("user", &user)], &cookie).status, 303);
        let page = site.get(&path, &cookie).body;
        assert!(page.contains("Day shift") && page.contains("1 person") && page.contains("Remove Thandi Nkosi"));
        let record = site.db.read_blocking(|tx| users::get(tx, account.id, person)).unwrap();
        assert_eq!(record.user.version, 2);
        let old = site.post(&format!("{path}/delete"), &[("members", "0")], &cookie);
        assert_eq!(old.status, 409);
        assert!(old.body.contains("There are 1 people in it now"));
        assert_eq!(site.post(&format!("{path}/members/{user}/remove"), &[], &cookie).status, 303);
        assert_eq!(site.post(&format!("{path}/delete"), &[("members", "0")], &cookie).status, 303);
        assert_eq!(site.get(&path, &cookie).status, 404);
        assert!(site.get(&format!("/users/{user}/activity"), &cookie).body.contains("Groups: + Day shift"));
    }

    fn managers_see_the_people_of_the_teams_they_lead_and_nobody_else(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let seen = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let hidden = site.person(&account, "Anna Berg", "anna@example.com");
        card_pages::made(&site, &account, &card_pages::new(seen, "90214719", CardType::Rf));
        let manager = site.member(&account, Role::Manager);
        let manager_id = find(&site, &account, "manager@");
        let cookie = site.sign_in("maria@example.com");
        let team = site.post("/groups", &[("kind", "team"), ("name", "Harbour")], &cookie).header("location").to_owned();
        let group = site.post("/groups", &[("kind", "group"), ("name", "Everybody")], &cookie).header("location").to_owned();
        let add = |place: &str, user: UserId| site.post(&format!("{place}/members"), &[("user", &user.to_string())], &cookie);
        for (place, user) in [(&team, seen), (&team, manager_id), (&group, hidden), (&group, manager_id)] {
            assert_eq!(add(place, user).status, 303);
        }
        // Being in a team, or leading what is no team, shows nobody.
        let lead = |place: &str, user: UserId| site.post(&format!("{place}/members/{user}/lead"), &[("leads", "yes")], &cookie).status;
        assert_eq!(lead(&group, manager_id), 409);
        assert_eq!(lead(&team, seen), 409);
        assert!(!site.get("/users", &manager).body.contains("Thandi"));
        assert_eq!(site.get(&format!("/users/{seen}"), &manager).status, 404);
        assert_eq!(lead(&team, manager_id), 303);
        let list = site.get("/users", &manager).body;
        assert!(list.contains("Thandi Nkosi") && !list.contains("Anna Berg") && !list.contains("Maria Keller</a>"));
        assert!(list.contains("2 people"));
        assert!(!site.get("/users?q=anna", &manager).body.contains("Anna Berg"));
        assert!(site.get("/users?q=thandi", &manager).body.contains("Thandi Nkosi"));
        assert_eq!(site.get(&format!("/users/{seen}"), &manager).status, 200);
        let nobody = site.get("/users/01971f00-0000-7000-8000-000000000000", &manager);
        let theirs = site.get(&format!("/users/{hidden}"), &manager);
        assert_eq!((theirs.status, theirs.body), (nobody.status, nobody.body));
        let written = hidden.to_string().replace('-', "%2D");
        for id in [hidden.to_string(), written] {
            for page in ["", "/workflows", "/photo"] {
                assert_eq!(site.get(&format!("/users/{id}{page}"), &manager).status, 404, "{id}{page}");
            }
        }
        assert_eq!(site.get(&format!("/users/{seen}/workflows"), &manager).status, 200);
        let cards = site.get("/users?col=cards", &cookie).body;
        assert!(cards.contains("••••4719") && !cards.contains("90214719"), "{cards}");
        assert!(site.get("/users/export?file=all-csv", &cookie).body.contains("90214719"));
        assert!(!site.get("/users/export?file=all-csv", &manager).body.contains("4719"));
        let file = site.get("/users/export?file=all-csv", &manager).body;
        assert!(file.contains("Thandi") && !file.contains("Anna") && !file.contains("maria@"), "{file}");
        let ticked = site.get(&format!("/users/export?file=csv&pick={hidden}&pick={seen}"), &manager).body;
        assert!(ticked.contains("Thandi") && !ticked.contains("Anna"), "{ticked}");
        for path in [format!("/users/{seen}/edit"), "/users/new".to_owned(), "/users/bulk".to_owned(), "/groups".to_owned()] {
            assert_eq!(site.get(&path, &manager).status, 403, "{path}");
        }
        let ended = site.post(&format!("{team}/members/{manager_id}/lead"), &[], &cookie);
        assert_eq!(ended.status, 303);
        assert!(!site.get("/users", &manager).body.contains("Thandi"));
    }

    fn the_use_cases_hide_people_from_managers_of_other_teams_and_accounts(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let leader = site.person(&account, "Lea Der", "lea@example.com");
        site.execute("update users set role = 'manager' where first_name = 'Lea'");
        let owner = site.ctx(&account);
        let other = site.account("Elsewhere", "other@example.com");
        let team = site.db.write_blocking(|tx| {
            let team = groups::create(tx, &owner, GroupKind::Team, "Harbour").unwrap().id;
            groups::add_member(tx, &owner, team, person).unwrap();
            groups::add_member(tx, &owner, team, leader).unwrap();
            groups::lead(tx, &owner, team, leader, true).unwrap();
            Ok::<_, db::Error>(team)
        }).unwrap();
        assert_eq!(id_at(&format!("/groups/{team}")), team);
        let as_manager = |account, user| Ctx {
            account,
            actor: Actor::new(Some(user), "Lea", Role::Manager),
            ..owner.clone()
        };
        let sees = |ctx: &Ctx| site.db.read_blocking(|tx| {
            let page = users::list(tx, ctx, &UserFilter::default(), Sort::Name, PageAt::Start, 10)?;
            let found = users::search(tx, ctx, "thandi", &UserFilter::default())?.len();
            let shown = users::see(tx, ctx, person).is_ok();
            Ok::<_, users::ListUsers>((page.total, found, shown))
        }).unwrap();
        assert_eq!(sees(&as_manager(account.id, leader)), (2, 1, true));
        assert_eq!(sees(&as_manager(account.id, person)), (0, 0, false));
        assert_eq!(sees(&as_manager(other.id, leader)), (0, 0, false));
    }

    fn modules_say_their_seats_and_never_have_fewer_than_are_assigned(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let set = |key: &str, seats: &str| site.post("/settings/modules", &[("key", key), ("seats", seats)], &cookie);
        assert_eq!(set("lone_working", "2").status, 303);
        for (key, seats) in [("Lone Working", "1"), ("events", "many"), ("events", "-1")] {
            assert_eq!(set(key, seats).status, 422, "{key} {seats}");
        }
        site.post("/users/new", &[("first_name", "Anna"), ("modules", "lone_working")], &cookie);
        let page = site.get("/settings/modules", &cookie).body;
        assert!(page.contains("Lone Working") && page.contains("<a href=\"/users?module=lone_working\">1</a>"), "{page}");
        let refused = set("lone_working", "0");
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("1 seats of lone_working are in use"), "{}", refused.body);
        assert_eq!(site.count("select seats as n from modules"), 2);
    }
}
