//! Forms: their bounds, and where they lead.

use axum::{
    body::Body,
    http::{Method, header},
};
use testkit::{TestDb, on_both};

use crate::site::{PASSWORD, Site, request};

on_both! {
    fn a_form_that_is_too_large_is_refused(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let body = format!("email=a&password={}", "x".repeat(3 << 20));
        let posted = request(Method::POST, "/sign-in", "")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        assert_eq!(site.send(posted.unwrap()).status, 413);
    }

    fn a_form_that_lacks_its_fields_is_refused_without_an_echo(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let answer = site.post("/sign-in", &[("<script>alert(1)</script>", "x")], "");
        assert_eq!(answer.status, 400);
        assert!(!answer.body.contains("alert(1)"));
    }

    fn signing_in_goes_on_to_the_page_asked_for_but_never_elsewhere(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let asked = site.get("/users?q=nkosi&role=user", "");
        assert_eq!(asked.header("location"), "/sign-in?next=%2Fusers%3Fq%3Dnkosi%26role%3Duser");
        for (next, location) in [
            ("/users?q=nkosi", "/users?q=nkosi"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            let fields = [("email", "maria@example.com"), ("password", PASSWORD), ("next", next)];
            assert_eq!(site.post("/sign-in", &fields, "").header("location"), location);
        }
    }
}
