//! Set-up, sign-in, lock-out and sign-out, as a browser sees them.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use server::Settings;
use testkit::{TestDb, on_both};

use crate::site::{PASSWORD, Site, request};

const SET_UP: [(&str, &str); 4] = [
    ("account", "Harbour Facilities"),
    ("name", "Maria Keller"),
    ("email", "maria@example.com"),
    ("password", PASSWORD),
];

on_both! {
    fn a_new_installation_asks_to_be_set_up_once(db: &TestDb) {
        let site = Site::empty(db, Settings::default());
        assert_eq!(site.get("/", "").header("location"), "/sign-in");
        assert_eq!(site.get("/sign-in", "").header("location"), "/setup");
        assert_eq!(site.get("/setup", "").status, 200);
        let made = site.post("/setup", &SET_UP, "");
        assert_eq!((made.status.as_u16(), made.header("location")), (303, "/"));
        assert!(site.get("/users", &made.cookie()).body.contains("Harbour Facilities"));
        assert_eq!(site.get("/setup", "").header("location"), "/sign-in");
        assert_eq!(site.post("/setup", &SET_UP, "").status, 409);
        assert_eq!(site.count("select count(*) from accounts"), 1);
    }

    fn set_up_names_every_field_that_is_wrong_and_keeps_the_rest(db: &TestDb) {
        let site = Site::empty(db, Settings::default());
        let fields = [("account", " "), ("name", "Maria"), ("email", "maria"), ("password", "password")];
        let answer = site.post("/setup", &fields, "");
        assert_eq!(answer.status, 422);
        for id in ["account-error", "email-error", "password-error"] {
            assert!(answer.body.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(!answer.body.contains("name-error"));
        assert!(answer.body.contains("value=\"Maria\"") && answer.body.contains("value=\"maria\""));
        assert!(!answer.body.contains("value=\"password\""));
        assert_eq!(site.count("select count(*) from accounts"), 0);
    }

    fn known_and_unknown_addresses_get_the_same_page(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        for _ in 0..4 {
            let known = site.post("/sign-in", &[("email", "maria@example.com"), ("password", "no")], "");
            let unknown = site.post("/sign-in", &[("email", "mario@example.com"), ("password", "no")], "");
            assert_eq!(known.status, unknown.status);
            assert_eq!(known.body.replace("maria", "mario"), unknown.body);
            assert_eq!(known.header("set-cookie"), "");
        }
    }

    fn three_wrong_tries_lock_for_a_minute(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let right = [("email", "maria@example.com"), ("password", PASSWORD)];
        let wrong = [("email", "maria@example.com"), ("password", "wrong")];
        let statuses: Vec<_> = (0..3).map(|_| site.post("/sign-in", &wrong, "").status.as_u16()).collect();
        assert_eq!(statuses, [401, 401, 429]);
        let locked = site.post("/sign-in", &right, "");
        assert_eq!((locked.status.as_u16(), locked.header("retry-after")), (429, "60"));
        assert!(locked.body.contains("Try again in 1 minute."));
        site.clock.advance(Duration::from_secs(61));
        assert_eq!(site.post("/sign-in", &right, "").status, 303);
    }

    fn a_cookie_from_before_signing_in_is_worth_nothing_after(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let planted = format!("muster={}", "ab".repeat(32));
        let fields = [("email", "maria@example.com"), ("password", PASSWORD)];
        let fresh = site.post("/sign-in", &fields, &planted).cookie();
        assert_ne!(fresh, planted);
        assert_eq!(site.get("/users", &planted).status, 303);
        assert_eq!(site.get("/users", &fresh).status, 200);
    }

    fn signing_out_ends_the_session_on_the_server(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let out = site.post("/sign-out", &[], &cookie);
        assert_eq!(out.header("location"), "/sign-in");
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(site.get("/users", &cookie).status, 303);
    }

    fn a_session_ends_when_it_is_not_used(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        site.clock.advance(Duration::from_hours(11));
        assert_eq!(site.get("/users", &cookie).status, 200);
        site.clock.advance(Duration::from_hours(11));
        assert_eq!(site.get("/users", &cookie).status, 200);
        site.clock.advance(Duration::from_hours(13));
        assert_eq!(site.get("/users", &cookie).status, 303);
    }

    fn one_address_cannot_try_everybody(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let from = |address: &str, number: u32, password: &str| {
            let body = format!("email=p{number}%40example.com&password={password}");
            let mut posted = request(Method::POST, "/sign-in", "")
                .header("sec-fetch-site", "same-origin")
                .header("x-forwarded-for", format!("198.51.100.{}", number % 250))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .unwrap();
            posted.extensions_mut().insert(server::Peer(address.parse().unwrap()));
            site.send(posted).status.as_u16()
        };
        let statuses: Vec<_> = (0..51).map(|number| from("203.0.113.7", number, "wrong")).collect();
        assert!(statuses[..50].iter().all(|status| *status == 401), "{statuses:?}");
        assert_eq!(statuses[50], 429);
        assert_eq!(from("203.0.113.8", 60, "wrong"), 401);
        site.clock.advance(Duration::from_secs(2));
        assert_eq!(from("203.0.113.7", 61, "wrong"), 401);
        // Another node knows it, too.
        let node = Site::empty(db, server::Settings::default());
        let mut posted = request(Method::POST, "/sign-in", "")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("email=p62%40example.com&password=wrong"))
            .unwrap();
        posted.extensions_mut().insert(server::Peer("203.0.113.7".parse().unwrap()));
        assert_eq!(node.send(posted).status, 429);
    }
}
