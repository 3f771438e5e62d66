//! The API: pushing files to series and looking how far they are, as programs do it.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use identity::tokens::{self, Scope};
use kernel::Role;
use server::{Peer, Settings};
use testkit::{TestDb, on_both};

use crate::{
    site::{Account, Answer, Site, request},
    tokens::{Made, made_by, with_scopes},
};

const FILE: &str = "User ID,Name,Email\n1,Anna,anna@example.com\n2,Ben,ben@example.com\n";
const NOBODYS: &str = "01971f00-0000-7000-8000-000000000000";

/// A site with a series and a token that may do everything.
struct Api {
    site: Site,
    account: Account,
    series: String,
    token: Made,
}

impl Api {
    fn new(db: &TestDb) -> Self {
        let (site, account) = Site::with_account(db);
        let series = crate::series::made(&site, &site.sign_in("maria@example.com"));
        let token = made_by(&site, &account, "Nightly");
        Self {
            site,
            account,
            series,
            token,
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/series/{}/files?name=staff.csv", self.series)
    }

    fn push(&self, file: &str, key: Option<&str>) -> Answer {
        self.push_as(&self.token.secret, file, key)
    }

    fn push_as(&self, secret: &str, file: &str, key: Option<&str>) -> Answer {
        self.site.send(posted(&self.path(), secret, file, key))
    }

    fn get(&self, path: &str) -> Answer {
        self.site.call(Method::GET, path, &self.token.secret)
    }

    fn imports(&self) -> i64 {
        self.site.count("select count(*) as number from imports")
    }
}

fn posted(path: &str, secret: &str, file: &str, key: Option<&str>) -> Request<Body> {
    let mut request = request(Method::POST, path, "")
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, "text/csv");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(Body::from(file.to_owned())).unwrap()
}

pub(crate) fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).expect("an answer in JSON")
}

#[expect(clippy::indexing_slicing, reason = "a missing member is null")]
pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let problem = json(answer);
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("urn:muster:problem:{code}"));
    assert!(problem["title"].is_string() && problem["detail"].is_string());
}

on_both! {
    fn a_pushed_file_is_imported_and_can_be_followed(db: &TestDb) {
        let api = Api::new(db);
        let pushed = api.push(FILE, None);
        assert_eq!(pushed.status, 202, "{}", pushed.body);
        let body = json(&pushed);
        assert_eq!(body["state"], "looking");
        assert_eq!(pushed.header("location"), body["status_url"]);
        let status = body["status_url"].as_str().unwrap();
        let run = json(&api.get(status));
        assert_eq!((&run["state"], &run["busy"]), (&"looking".into(), &true.into()));
        api.site.work();
        let run = json(&api.get(status));
        assert_eq!(run["state"], "started");
        assert_eq!(run["file"], "staff.csv");
        let import = json(&api.get(&format!("/api/v1/imports/{}", body["import"].as_str().unwrap())));
        assert_eq!(import, run["import"]);
        assert_eq!((&import["state"], &import["busy"]), (&"done".into(), &false.into()));
        assert_eq!((&import["rows_total"], &import["rows_done"]), (&2.into(), &2.into()));
        let counts = serde_json::json!({
            "new": 2, "changed": 0, "unchanged": 0, "skipped": 0, "failed": 0, "not_started": 0,
        });
        assert_eq!(import["counts"], counts);
        let owner = api.site.sign_in("maria@example.com");
        assert!(api.site.get(import["human_url"].as_str().unwrap(), &owner).status.is_redirection());

        let again = api.push(FILE, None);
        assert_eq!((again.status.as_u16(), &json(&again)["state"]), (200, &"nothing_new".into()));
        assert_eq!(api.imports(), 1);
        assert_eq!(
            api.site.count(
                "select count(*) as number from imports where created_by_name = \
                 'Maria Keller (token Nightly)'"
            ),
            1
        );
    }

    fn a_form_does_as_well_as_raw_bytes_and_so_does_the_name_of_a_series(db: &TestDb) {
        let api = Api::new(db);
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"C:\\hr\\list.csv\"\r\n\r\n{FILE}\r\n--b--\r\n"
        );
        let form = request(Method::POST, "/api/v1/series/staff/files", "")
            .header(header::AUTHORIZATION, format!("bearer {}", api.token.secret))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body));
        let pushed = api.site.send(form.unwrap());
        assert_eq!(pushed.status, 202, "{}", pushed.body);
        let run = json(&api.get(json(&pushed)["status_url"].as_str().unwrap()));
        assert_eq!(run["file"], "list.csv");

        let empty = request(Method::POST, &api.path(), "")
            .header(header::AUTHORIZATION, format!("Bearer {}", api.token.secret))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from("--b--\r\n"));
        assert_problem(&api.site.send(empty.unwrap()), 422, "file_missing");
    }

    fn a_push_while_an_import_waits_is_refused_with_where_to_look(db: &TestDb) {
        let api = Api::new(db);
        let unsure = "Column,Other\nx,y\n";
        let pushed = json(&api.push(unsure, None));
        api.site.work();
        let run = json(&api.get(pushed["status_url"].as_str().unwrap()));
        assert_eq!(run["state"], "held");
        assert!(!run["reasons"].as_array().unwrap().is_empty());
        let refused = api.push(FILE, None);
        assert_problem(&refused, 409, "series_waits");
        assert_eq!(json(&refused)["human_url"], format!("/imports/series/{}", api.series));
        assert_eq!(api.imports(), 1);
        let owner = api.site.sign_in("maria@example.com");
        let discard = format!("/imports/{}/discard", pushed["import"].as_str().unwrap());
        api.site.post(&discard, &[], &owner);
    }

    fn two_pushes_at_once_make_one_import(db: &TestDb) {
        let api = Api::new(db);
        let other = FILE.replace("Anna", "Anne");
        let [one, two] = api.site.send_both([
            posted(&api.path(), &api.token.secret, FILE, None),
            posted(&api.path(), &api.token.secret, &other, None),
        ]);
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409], "{} {}", one.body, two.body);
        assert_eq!(api.imports(), 1);
    }

    fn the_same_key_gets_the_same_answer(db: &TestDb) {
        let api = Api::new(db);
        let first = api.push(FILE, Some("night-1"));
        assert_eq!(first.status, 202);
        api.site.work();
        let again = api.push(FILE, Some("night-1"));
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        let other = FILE.replace("Anna", "Anne");
        assert_problem(&api.push(&other, Some("night-1")), 422, "idempotency_key_reused");
        assert_problem(&api.push(&other, Some("")), 400, "idempotency_key_invalid");
        assert_eq!(api.imports(), 1);

        let nothing = api.push(FILE, Some("night-2"));
        assert_eq!(nothing.status, 200);
        assert_eq!(api.push(&other, Some("night-3")).status, 202);
        api.site.work();
        // Something is new by now, but this request was answered already.
        assert_eq!(api.push(FILE, Some("night-2")).body, nothing.body);
        api.site.clock.advance(Duration::from_hours(24));
        assert_eq!(api.push(FILE, Some("night-1")).status, 202);
    }

    fn the_same_key_twice_at_once_makes_one_import(db: &TestDb) {
        let api = Api::new(db);
        let [one, two] = api.site.send_both([
            posted(&api.path(), &api.token.secret, FILE, Some("night-1")),
            posted(&api.path(), &api.token.secret, FILE, Some("night-1")),
        ]);
        assert_eq!((one.status.as_u16(), two.status.as_u16()), (202, 202), "{} {}", one.body, two.body);
        assert_eq!(one.body, two.body);
        assert_eq!(api.imports(), 1);
    }

    fn refusals_are_kept_with_their_key_too(db: &TestDb) {
        let api = Api::new(db);
        let refused = api.push("", Some("night-1"));
        assert_problem(&refused, 422, "empty");
        let again = api.push("", Some("night-1"));
        assert_eq!((again.status, again.body), (refused.status, refused.body));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(api.imports(), 0);
        assert!(!api.site.has_files());
    }

    fn only_a_token_that_holds_gets_in(db: &TestDb) {
        let api = Api::new(db);
        let cookie = api.site.sign_in("maria@example.com");
        let none = api.site.send(
            request(Method::GET, &format!("/api/v1/imports/{NOBODYS}"), &cookie)
                .body(Body::empty())
                .unwrap(),
        );
        assert_problem(&none, 401, "token_missing");
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"muster\"");
        let session = cookie.split_once('=').unwrap().1;
        for wrong in ["x", session, &format!("muster_{session}"), &api.token.secret[..70]] {
            let answer = api.push_as(wrong, FILE, None);
            assert_problem(&answer, 401, "token_invalid");
            assert!(answer.header("www-authenticate").contains("invalid_token"));
        }
        for end in ["deactivated", "deleted"] {
            api.site.execute(match end {
                "deleted" => "update users set status = 'deleted'",
                _ => "update users set status = 'deactivated'",
            });
            assert_problem(&api.push(FILE, None), 401, "token_invalid");
        }
        api.site.execute("update users set status = 'active', role = 'manager'");
        assert_problem(&api.push(FILE, None), 401, "token_invalid");
        api.site.execute("update users set role = 'owner'");
        let ctx = api.site.ctx(&api.account);
        let id = api.token.id;
        api.site.db.write_blocking(|tx| tokens::revoke(tx, &ctx, id)).unwrap();
        assert_problem(&api.push(FILE, None), 401, "token_invalid");
        let short = made_by(&api.site, &api.account, "Nightly");
        assert_eq!(api.push_as(&short.secret, FILE, None).status, 202);
        api.site.clock.advance(Duration::from_hours(24 * 30));
        assert_problem(&api.push_as(&short.secret, FILE, None), 401, "token_invalid");
        assert_eq!(api.imports(), 1);
    }

    fn a_token_opens_no_page(db: &TestDb) {
        let api = Api::new(db);
        let token = &api.token.secret;
        assert_eq!(api.site.call(Method::GET, "/users", token).status, 303);
        assert_eq!(api.site.call(Method::POST, "/settings/tokens", token).status, 303);
        let as_cookie = format!("muster={}", token.trim_start_matches("muster_"));
        assert_eq!(api.site.get("/users", &as_cookie).status, 303);
    }

    fn a_scope_is_for_what_it_says(db: &TestDb) {
        let api = Api::new(db);
        let read = with_scopes(&api.site, &api.account, "Reader", &[Scope::ImportsRead]);
        assert_problem(&api.push_as(&read.secret, FILE, None), 403, "scope_missing");
        let write = with_scopes(&api.site, &api.account, "Writer", &[Scope::ImportsWrite]);
        let pushed = json(&api.push_as(&write.secret, FILE, None));
        let status = pushed["status_url"].as_str().unwrap();
        assert_problem(&api.site.call(Method::GET, status, &write.secret), 403, "scope_missing");
        assert_eq!(api.site.call(Method::GET, status, &read.secret).status, 200);
    }

    fn what_another_account_has_is_not_found_like_what_nobody_has(db: &TestDb) {
        let api = Api::new(db);
        let pushed = json(&api.push(FILE, None));
        let (import, run) = (pushed["import"].as_str().unwrap(), pushed["run"].as_str().unwrap());
        let series = &api.series;
        let other = api.site.account("Elsewhere", "other@example.com");
        let token = made_by(&api.site, &other, "Nightly").secret;
        let ask = |method: &Method, path: &str| api.site.call(method.clone(), path, &token);
        for (method, theirs, nobodys) in [
            (Method::GET, format!("/api/v1/imports/{import}"), format!("/api/v1/imports/{NOBODYS}")),
            (Method::POST, format!("/api/v1/series/{series}/files"), format!("/api/v1/series/{NOBODYS}/files")),
            (Method::POST, "/api/v1/series/Staff/files".to_owned(), "/api/v1/series/Nobodys/files".to_owned()),
            (
                Method::GET,
                format!("/api/v1/series/{series}/runs/{run}"),
                format!("/api/v1/series/{NOBODYS}/runs/{NOBODYS}"),
            ),
        ] {
            let (theirs, nobodys) = (ask(&method, &theirs), ask(&method, &nobodys));
            assert_problem(&theirs, 404, "not_found");
            assert_eq!(theirs.body, nobodys.body);
        }
        assert_problem(&api.get(&format!("/api/v1/series/{series}/runs/{NOBODYS}")), 404, "not_found");
        assert_problem(&api.get("/api/v1/imports/17"), 404, "not_found");
        assert_problem(&api.get("/api/v1/nowhere"), 404, "not_found");
        let wrong_method = api.site.call(Method::PUT, &format!("/api/v1/imports/{import}"), &api.token.secret);
        assert_problem(&wrong_method, 405, "method_not_allowed");
        assert!(wrong_method.header("allow").starts_with("GET,HEAD"));
    }

    fn what_is_no_spreadsheet_is_refused(db: &TestDb) {
        let api = Api::new(db);
        let sent_as = |kind: &str, body: &str| {
            let request = request(Method::POST, &api.path(), "")
                .header(header::AUTHORIZATION, format!("Bearer {}", api.token.secret))
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()));
            api.site.send(request.unwrap())
        };
        let by_curl = sent_as("application/x-www-form-urlencoded", FILE);
        assert_problem(&by_curl, 415, "content_type_unsupported");
        assert!(by_curl.body.contains("--form"));
        assert_problem(&sent_as("application/json", "{}"), 415, "content_type_unsupported");
        assert_problem(&sent_as("text/csv; charset=utf-8", "%PDF-1.7\n1 0 obj"), 415, "looks_like_pdf");
        assert_problem(&sent_as("text/csv", ""), 422, "empty");
        assert_eq!(api.imports(), 0);
        assert!(!api.site.has_files());
    }

    fn a_file_over_the_limit_is_refused(db: &TestDb) {
        let settings = Settings { upload_limit_bytes: 100, ..Settings::default() };
        let site = Site::empty(db, settings);
        let account = site.account("Harbour", "maria@example.com");
        let series = crate::series::made(&site, &site.sign_in("maria@example.com"));
        let token = made_by(&site, &account, "Nightly");
        let path = format!("/api/v1/series/{series}/files");
        let long = FILE.repeat(10);
        assert_problem(&site.send(posted(&path, &token.secret, &long, None)), 413, "too_large");
        let form = request(Method::POST, &path, "")
            .header(header::AUTHORIZATION, format!("Bearer {}", token.secret))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{long}\r\n--b--\r\n"
            )));
        assert_problem(&site.send(form.unwrap()), 413, "too_large");
        assert!(!site.has_files());
    }

    fn an_address_that_tries_many_tokens_has_to_wait(db: &TestDb) {
        let api = Api::new(db);
        let from = |secret: &str, address: &str| {
            let mut request = posted(&api.path(), secret, FILE, None);
            request.extensions_mut().insert(Peer(address.parse().unwrap()));
            api.site.send(request)
        };
        for _ in 0..50 {
            assert_eq!(from("muster_x", "203.0.113.7").status, 401);
        }
        let waits = from("muster_x", "203.0.113.7");
        assert_problem(&waits, 429, "too_many_tries");
        assert_eq!(waits.header("retry-after"), "2");
        assert_eq!(from("muster_x", "203.0.113.8").status, 401);
        // Another program of the same site, whose token holds, goes on.
        assert_eq!(from(&api.token.secret, "203.0.113.7").status, 202);
    }

    fn a_program_has_its_makers_role_and_no_more(db: &TestDb) {
        let api = Api::new(db);
        api.site.member(&api.account, Role::Admin);
        let mut ctx = api.site.ctx(&api.account);
        let sql = db::Sql::new("admin", "select id from users where role = 'admin'");
        let (admin,) = api.site.db.read_blocking(|tx| tx.fetch_one(&sql, db::params![])).unwrap();
        ctx.actor.user = Some(admin);
        ctx.actor.role = Role::Admin;
        let new = tokens::NewToken {
            id: ctx.new_id(),
            maker: admin,
            name: "Administrator's".to_owned(),
            scopes: Scope::ALL.to_vec(),
            days: 30,
        };
        let secret = api.site.db.write_blocking(|tx| tokens::create(tx, &ctx, &new)).unwrap().reveal();
        let bearer = api.site.db.read_blocking(|tx| {
            tokens::find(tx, &tokens::Secret::parse(&secret).unwrap(), ctx.now())
        });
        assert_eq!(bearer.unwrap().unwrap().actor.role, Role::Admin);
        // A series of lists with roles is an owner's.
        api.site.execute("update series set settings = replace(settings, '\"general\"', '\"roles\"')");
        let answer = api.push_as(&secret, FILE, None);
        assert_problem(&answer, 403, "not_permitted");
        assert_eq!(api.push(FILE, None).status, 202);
    }
}
