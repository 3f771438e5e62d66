//! The route table, walked by every kind of visitor.

use std::fmt::Write as _;

use axum::http::Method;
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// What each visitor gets, in the order of the columns; `*` stands for any answer below 400.
const EXPECTED: &str = include_str!("access.txt");

on_both! {
    fn every_route_answers_every_visitor_as_recorded(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let other = site.account("Elsewhere", "other@example.com");
        let cookies = cookies(&site, &account);
        let import = crate::imports::draft(&site, &cookies[4]);
        let series = crate::series::made(&site, &cookies[4]);
        let mut table = String::new();
        for route in server::routes() {
            let path = route
                .path
                .replace("users/{id}", &format!("users/{person}"))
                .replace("series/{id}", &format!("series/{series}"))
                .replace("imports/{id}", &format!("imports/{import}"))
                .replace("{name}", "none.css")
                .replace("{file}", "error_log.csv")
                .replace("{row}", "2");
            let row: Vec<String> = cookies
                .iter()
                // Signing somebody out is tried elsewhere; here it would end the walk.
                .map(|cookie| if route.path == "/sign-out" { "" } else { cookie.as_str() })
                .map(|cookie| answer(&site, &route.method, &path, cookie))
                .collect();
            writeln!(table, "{:4} {:30} {}", route.method.as_str(), route.path, row.join(" ")).unwrap();
        }
        let _ = other;
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

/// Anonymous, user, manager, admin, owner, and the owner of another account.
fn cookies(site: &Site, account: &Account) -> Vec<String> {
    let mut cookies = vec![String::new()];
    for role in [Role::User, Role::Manager, Role::Admin] {
        cookies.push(site.member(account, role));
    }
    cookies.push(site.sign_in("maria@example.com"));
    cookies.push(site.sign_in("other@example.com"));
    cookies
}

fn answer(site: &Site, method: &Method, path: &str, cookie: &str) -> String {
    let answer = match *method {
        Method::POST => site.post(path, &[], cookie),
        _ => site.get(path, cookie),
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
