//! What surrounds every answer.

use axum::{
    body::Body,
    http::{Method, header},
};
use server::Settings;
use testkit::{TestDb, on_both};

use crate::site::{Site, request};

const POLICY_PARTS: [&str; 8] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
];

on_both! {
    fn every_answer_carries_the_security_headers(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for path in ["/users", "/sign-in", "/nowhere", "/livez", "/users/no-id", "/assets/none.js"] {
            let answer = site.get(path, &cookie);
            let policy = answer.header("content-security-policy");
            for part in POLICY_PARTS {
                assert!(policy.contains(part), "{path} lacks {part}");
            }
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("x-frame-options"), "DENY");
            assert_eq!(answer.header("referrer-policy"), "same-origin");
            assert_eq!(answer.header("access-control-allow-origin"), "");
            assert_eq!(answer.header("server"), "");
            assert_eq!(answer.header("x-request-id").len(), 36);
            assert_eq!(answer.header("strict-transport-security"), "");
        }
    }

    fn https_brings_hsts_and_a_host_cookie(db: &TestDb) {
        let site = Site::empty(db, Settings { https: true, ..Settings::default() });
        site.account("Harbour", "maria@example.com");
        let fields = [("email", "maria@example.com"), ("password", crate::site::PASSWORD)];
        let answer = site.post("/sign-in", &fields, "");
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-muster="), "{cookie}");
        for flag in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"));
        assert_eq!(site.get("/users", &answer.cookie()).status, 200);
    }

    fn a_plain_cookie_is_still_out_of_reach_of_scripts(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let fields = [("email", "maria@example.com"), ("password", crate::site::PASSWORD)];
        let answer = site.post("/sign-in", &fields, "");
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
    }

    fn pages_are_never_cached_and_assets_are_for_a_year(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let page = site.get("/sign-in", "");
        assert_eq!(page.header("cache-control"), "no-store");
        let links = page.body.split('"').filter(|part| part.starts_with("/assets/"));
        for link in links.collect::<Vec<_>>() {
            let asset = site.get(link, "");
            assert_eq!(asset.status, 200, "{link}");
            assert!(asset.header("cache-control").contains("max-age=31536000"), "{link}");
        }
    }

    fn pages_hold_nothing_inline(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for path in ["/sign-in", "/users", "/notifications", "/nowhere"] {
            let body = site.get(path, &cookie).body;
            assert!(!body.contains(" style="), "{path}");
            assert!(!body.contains("<style") && !body.contains(" onclick="), "{path}");
        }
    }

    fn other_sites_cannot_post(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            for kind in ["application/x-www-form-urlencoded", "text/plain", "application/json"] {
                let posted = request(Method::POST, "/sign-out", &cookie)
                    .header(name, value)
                    .header(header::CONTENT_TYPE, kind)
                    .body(Body::empty());
                assert_eq!(site.send(posted.unwrap()).status, 403, "{name}: {value}");
            }
        }
        assert_eq!(site.get("/users", &cookie).status, 200);
    }

    fn only_reading_is_allowed_by_get(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for route in server::routes().iter().filter(|route| route.method == Method::POST) {
            if server::routes().iter().any(|r| r.path == route.path && r.method == Method::GET) {
                continue;
            }
            let path = route.path.replace("{id}", "01971f00-0000-7000-8000-000000000000");
            assert_eq!(site.get(&path, &cookie).status, 405, "{path}");
        }
    }
}
