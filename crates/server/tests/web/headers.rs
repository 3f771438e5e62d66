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

    fn a_request_keeps_its_id_if_it_is_a_plain_one(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let with = |id: &str| {
            let asked = request(Method::GET, "/sign-in", "").header("x-request-id", id);
            site.send(asked.body(Body::empty()).unwrap())
        };
        assert_eq!(with("proxy-7").header("x-request-id"), "proxy-7");
        assert_eq!(with("maria@example.com").header("x-request-id").len(), 36);
    }

    fn a_failure_of_ours_names_its_request(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        site.execute("drop table user_views");
        let answer = site.get("/users", &cookie);
        assert_eq!(answer.status, 500, "{}", answer.body);
        assert!(answer.body.contains(answer.header("x-request-id")), "{}", answer.body);
        let missing = site.get("/nowhere", &cookie);
        assert!(!missing.body.contains(missing.header("x-request-id")));
    }

    fn only_a_named_proxy_is_believed_about_the_sender(db: &TestDb) {
        let settings = Settings {
            https: true,
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        };
        let site = Site::empty(db, settings);
        site.account("Harbour", "maria@example.com");
        let wrong = |connection: &str, client: &str, number: u32| {
            let asked = request(Method::POST, "/sign-in", "")
                .header("sec-fetch-site", "same-origin")
                .header("x-forwarded-for", client)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .extension(server::Peer(connection.parse().unwrap()))
                .body(Body::from(format!("email=nobody{number}%40example.com&password=wrong")));
            site.send(asked.unwrap()).status.as_u16()
        };
        let tried: Vec<_> = (0..51).map(|number| wrong("10.0.0.1", "203.0.113.7", number)).collect();
        assert_eq!(tried.last(), Some(&429));
        // Another client of the same proxy is not held up; one that calls itself a client of the proxy changes nothing.
        assert_eq!(wrong("10.0.0.1", "203.0.113.8", 60), 401);
        assert_eq!(wrong("203.0.113.7", "198.51.100.1", 61), 429);
    }

    fn a_proxy_that_was_reached_without_encryption_is_told_where_it_is(db: &TestDb) {
        let settings = Settings {
            https: true,
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        };
        let site = Site::empty(db, settings);
        let plain = |connection: &str, path: &str| {
            let asked = request(Method::GET, path, "")
                .header("x-forwarded-proto", "http")
                .extension(server::Peer(connection.parse().unwrap()));
            site.send(asked.body(Body::empty()).unwrap())
        };
        let sent = plain("10.0.0.1", "/sign-in?next=%2Fusers");
        assert_eq!(sent.status, 308);
        assert!(sent.header("location").ends_with("/sign-in?next=%2Fusers"));
        assert_eq!(plain("10.0.0.1", "/livez").status, 200);
        assert_ne!(plain("203.0.113.7", "/sign-in").status, 308);
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
