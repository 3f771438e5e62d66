//! The route table, walked by every kind of visitor.

use std::fmt::Write as _;

use axum::http::Method;
use directory::roles;
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// What each visitor gets, in the order of the columns.
const EXPECTED: &str = include_str!("access.txt");

on_both! {
    fn every_route_answers_every_visitor_as_recorded(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let other = site.account("Elsewhere", "other@example.com");
        let mut visitors = visitors(&site, &account, &other);
        let owner = site.sign_in("maria@example.com");
        let owner = owner.as_str();
        let import = crate::imports::draft(&site, owner);
        let series = crate::series::made(&site, owner);
        let token = crate::tokens::made_by(&site, &account, "Other");
        let message = crate::outbox::queued(&site, &account, "thandi@example.com");
        let wave = crate::inviting::wave(&site, &account);
        let invitation = crate::inviting::invitation(&site, &account, person);
        let (gate, door) = crate::devices::two_with(&site, &account, person);
        let member = crate::documents::id_of(&site, "user@example.com");
        let made = crate::documents::made(&site, &account, &[member]);
        let draft = crate::wizard::draft(&site, owner);
        let (card, run) = crate::card_pages::card_and_run(&site, &account, person);
        let (group, bulk) = crate::bulk::made(&site, &account, person);
        let former = crate::leaving::deleted(&site, &account);
        // Administrators with a role of each template; whoever has the site's sees nobody but the person.
        crate::roles::join(&site, &account, group, person);
        for template in roles::TEMPLATES {
            let groups = (template.key == "site").then_some(group);
            visitors.push(Visitor::Person(crate::roles::holder(&site, &account, template, groups).cookie));
        }
        let admin_role = crate::roles::made(&site, &account, &roles::TEMPLATES[0], "Of the walk", None);
        let mut table = String::new();
        for route in server::routes() {
            let path = route
                .path
                .replace("deleted-users/{id}", &format!("deleted-users/{former}"))
                .replace("{series}", &series)
                .replace("uploads/{id}", "uploads/01971f00-0000-7000-8000-000000000000")
                .replace("users/deleted/{id}", &format!("users/deleted/{former}"))
                .replace("users/{id}", &format!("users/{person}"))
                .replace("Users/{id}", &format!("Users/{person}"))
                .replace("Groups/{id}", &format!("Groups/{group}"))
                .replace("series/{id}", &format!("series/{series}"))
                .replace("imports/{id}", &format!("imports/{import}"))
                .replace("tokens/{id}", &format!("tokens/{}", token.id))
                .replace("waves/{id}", &format!("waves/{wave}"))
                .replace("invitations/{id}", &format!("invitations/{invitation}"))
                .replace("accounts/{id}", &format!("accounts/{}", account.id))
                .replace("workflows/steps/{id}", &format!("workflows/steps/{}", made.step))
                .replace("workflows/{id}", &format!("workflows/{}", made.workflow))
                .replace("documents/{id}", &format!("documents/{}", made.document))
                .replace("invite/{id}", &format!("invite/{draft}"))
                .replace("{number}", "1")
                .replace("groups/{id}", &format!("groups/{group}"))
                .replace("{bulk}", &bulk.to_string())
                .replace("{user}", &person.to_string())
                .replace("{member}", &person.to_string())
                .replace("{view}", "01971f00-0000-7000-8000-000000000000")
                .replace("{token}", "none")
                .replace("{run}", "01971f00-0000-7000-8000-000000000000")
                .replace("cards/runs/{id}", &format!("cards/runs/{run}"))
                .replace("cards/{id}", &format!("cards/{card}"))
                .replace("outbox/{id}", &format!("outbox/{message}"))
                .replace("photos/{id}", "photos/01971f00-0000-7000-8000-000000000000")
                .replace("me/data/{id}", "me/data/01971f00-0000-7000-8000-000000000000")
                .replace("me/devices/{id}", "me/devices/01971f00-0000-7000-8000-000000000000")
                .replace("notifications/{id}", "notifications/01971f00-0000-7000-8000-000000000000")
                .replace("roles/{id}", &format!("roles/{admin_role}"))
                .replace("{session}", "01971f00-0000-7000-8000-000000000000")
                .replace("access/{id}", &format!("access/{door}"))
                .replace("devices/{id}", &format!("devices/{gate}"))
                .replace("users/{user}", &format!("users/{person}"))
                .replace("{text}", "invitation.email.en")
                .replace("{guide}", "importing")
                .replace("{name}", "none.css")
                .replace("{file}", "error_log.csv")
                .replace("{row}", "2");
            let row: Vec<String> = visitors
                .iter()
                // Signing somebody out is tried elsewhere; here it would end the walk.
                .map(|visitor| if route.path == "/sign-out" { &Visitor::Nobody } else { visitor })
                .map(|visitor| answer(&site, &route.method, &path, visitor))
                .collect();
            writeln!(table, "{:4} {:30} {}", route.method.as_str(), route.path, row.join(" ")).unwrap();
        }
        assert_eq!(table, EXPECTED, "\n{table}");
    }

    fn people_of_another_account_are_not_found_like_people_who_do_not_exist(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.account("Elsewhere", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        let theirs = site.get(&format!("/users/{person}"), &cookie);
        let nobodys = site.get("/users/01971f00-0000-7000-8000-000000000000", &cookie);
        assert_eq!((theirs.status, &theirs.body), (nobodys.status, &nobodys.body));
        assert_eq!(theirs.status, 404);
        assert!(!site.get("/users", &cookie).body.contains("Thandi"));
    }

    fn a_deactivated_user_is_out_at_once(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        assert_eq!(site.get("/users", &cookie).status, 200);
        site.execute("update users set status = 'deactivated'");
        assert_eq!(site.get("/users", &cookie).status, 303);
    }
}

/// Somebody or something that asks.
enum Visitor {
    Nobody,
    Person(String),
    Program(String),
}

impl Visitor {
    fn cookie(&self) -> &str {
        match self {
            Self::Person(cookie) => cookie,
            Self::Nobody | Self::Program(_) => "",
        }
    }
}

/// Anonymous, user, manager, admin, owner, the owner of another account, a token with every scope
/// of an owner, and one of the other account's.
fn visitors(site: &Site, account: &Account, other: &Account) -> Vec<Visitor> {
    let mut visitors = vec![Visitor::Nobody];
    for role in [Role::User, Role::Manager, Role::Admin] {
        visitors.push(Visitor::Person(site.member(account, role)));
    }
    visitors.push(Visitor::Person(site.sign_in("maria@example.com")));
    visitors.push(Visitor::Person(site.sign_in("other@example.com")));
    for account in [account, other] {
        let token = crate::tokens::made_by(site, account, "Walker");
        visitors.push(Visitor::Program(token.secret));
    }
    visitors
}

fn answer(site: &Site, method: &Method, path: &str, visitor: &Visitor) -> String {
    let answer = match (visitor, method) {
        (Visitor::Program(secret), _) => site.call(method.clone(), path, secret),
        (_, &Method::POST) => site.post(path, &[], visitor.cookie()),
        (_, method) if *method != Method::GET => {
            let request = crate::site::request(method.clone(), path, visitor.cookie())
                .header("sec-fetch-site", "same-origin")
                .body(axum::body::Body::empty());
            site.send(request.unwrap())
        }
        _ => site.get(path, visitor.cookie()),
    };
    assert!(
        !answer.status.is_server_error(),
        "{method} {path}: {}",
        answer.body
    );
    let leads_to_sign_in = answer.header("location").starts_with("/sign-in");
    match answer.status.as_u16() {
        303 if leads_to_sign_in => "sign-in".to_owned(),
        status => status.to_string(),
    }
}

#[test]
fn every_address_of_the_checklist_is_a_route() {
    let text = include_str!("../../../../docs/CHECKLIST.md");
    let routes = server::routes();
    let named: Vec<_> = text.split('`').skip(1).step_by(2).collect();
    let addresses: Vec<_> = named.iter().filter(|name| name.starts_with('/')).collect();
    assert!(addresses.len() > 100, "{}", addresses.len());
    let unknown: Vec<_> = addresses
        .into_iter()
        .filter(|address| routes.iter().all(|route| route.path != **address))
        .collect();
    assert_eq!(unknown, [] as [&&str; 0]);
}
