//! Imports by the API: a file as a whole and in parts, its plan, its problems, and what is done with it.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_rules::send,
    site::{Answer, Site, request},
    tokens::{Made, made_by},
};

const GOOD: &str = "User ID,Name,Email\n1,Anna Berg,anna@example.com\n2,Ben Cole,ben@example.com\n";
const BAD: &str = "User ID,Name,Email\n1,Anna Berg,anna@example.com\n2,Ben Cole,ben@\n";

pub(crate) struct Api {
    pub(crate) site: Site,
    pub(crate) token: Made,
}

impl Api {
    pub(crate) fn new(db: &TestDb) -> Self {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Imports");
        Self { site, token }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.site
            .call(Method::GET, &format!("/api/v1{path}"), &self.token.secret)
    }

    pub(crate) fn post(&self, path: &str, body: Option<&Value>) -> Answer {
        send(
            &self.site,
            "POST",
            &format!("/api/v1{path}"),
            &self.token,
            body,
            &[],
        )
    }

    pub(crate) fn raw(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut asked = request(method, &format!("/api/v1{path}"), "")
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.token.secret),
            )
            .header(header::CONTENT_TYPE, kind);
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        self.site
            .send(asked.body(Body::from(body.to_owned())).unwrap())
    }

    pub(crate) fn upload(&self, query: &str, file: &str) -> Value {
        let taken = self.raw(
            Method::POST,
            &format!("/imports?name=staff.csv{query}"),
            "text/csv",
            file,
            &[],
        );
        assert_eq!(taken.status, 202, "{}", taken.body);
        let import = json(&taken);
        assert_eq!(taken.header("location"), *import.get("status_url").unwrap());
        import
    }

    pub(crate) fn import(&self, of: &Value) -> Value {
        json(&self.get(&format!("/imports/{}", of["id"].as_str().unwrap())))
    }
}

on_both! {
    fn a_whole_import_is_driven_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let import = api.upload("", BAD);
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        assert_eq!((&import["state"], &import["busy"]), (&"checking".into(), &true.into()));
        assert_problem(&api.get(&format!("{path}/plan")), 409, "wrong_state");
        api.site.work();
        let planned = api.import(&import);
        assert_eq!((&planned["state"], &planned["waits_for"]), (&"planned".into(), &"start".into()));
        let plan = json(&api.get(&format!("{path}/plan")));
        assert_eq!((&plan["counts"]["new"], &plan["counts"]["failed"]), (&1.into(), &1.into()));
        let problems = json(&api.get(&format!("{path}/problems")));
        let problem = &problems["items"][0];
        assert_eq!((&problem["field"], &problem["rows"]), (&"email".into(), &1.into()));
        let code = problem["code"].as_str().unwrap();
        let rows = json(&api.get(&format!("{path}/rows?code={code}&limit=1")));
        assert_eq!((&rows["items"][0]["row"], &rows["items"][0]["problems"][0]["value"]), (&3.into(), &"ben@".into()));
        let next = rows["next"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        assert_eq!(json(&api.get(&next))["items"], value!([]));
        let started = api.post(&format!("{path}/start"), Some(&value!({})));
        assert_eq!((started.status.as_u16(), &json(&started)["state"]), (202, &"queued".into()), "{}", started.body);
        let again = api.post(&format!("{path}/start"), Some(&value!({})));
        assert_problem(&again, 409, "wrong_state");
        assert_eq!(json(&again)["human_url"], import["human_url"]);
        api.site.work();
        let done = api.import(&import);
        assert_eq!((&done["state"], &done["counts"]["new"]), (&"done_with_problems".into(), &1.into()));
        let errors = api.get(&format!("{path}/errors.csv"));
        assert!(errors.body.contains("ben@") && errors.header("content-disposition").contains("error_log.csv"));
        assert!(api.get(&format!("{path}/results.csv")).body.contains("created"));
        assert_eq!(json(&api.get("/users?q=anna"))["items"][0]["name"], "Anna Berg");
        assert_eq!(json(&api.get("/imports?fields=number"))["items"][0]["number"], 1);
        assert_eq!(api.post(&format!("{path}/undo"), None).status, 202);
        api.site.work();
        assert_eq!(api.import(&import)["state"], "undone");
        assert_eq!(json(&api.get("/users?q=anna"))["items"], value!([]));
    }

    fn only_a_clean_file_starts_by_itself(db: &TestDb) {
        let api = Api::new(db);
        let (bad, good) = (api.upload("&policy=auto", BAD), api.upload("&policy=auto&title=Clean", GOOD));
        api.site.work();
        let bad = api.import(&bad);
        assert_eq!((&bad["state"], &bad["waits_for"]), (&"planned".into(), &"start".into()));
        let good = api.import(&good);
        assert_eq!((&good["state"], &good["name"]), (&"done".into(), &"Clean".into()));
        let waits = api.upload("&policy=auto", "colour,shape\nred,round\n");
        api.site.work();
        let waits = api.import(&waits);
        assert!(["columns", "format"].contains(&waits["waits_for"].as_str().unwrap()), "{waits}");
        let owner = api.site.sign_in("maria@example.com");
        assert!(api.site.get(waits["human_url"].as_str().unwrap(), &owner).status.is_redirection());
        let gone = send(&api.site, "DELETE", waits["status_url"].as_str().unwrap(), &api.token, None, &[]);
        assert_eq!(gone.status, 204, "{}", gone.body);
    }

    fn the_same_file_with_the_same_key_is_one_import(db: &TestDb) {
        let api = Api::new(db);
        let once = |file: &str| api.raw(Method::POST, "/imports?name=a.csv", "text/csv", file, &[("idempotency-key", "k")]);
        let (first, again) = (once(GOOD), once(GOOD));
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (202, 202));
        assert_eq!(json(&first)["id"], json(&again)["id"]);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_problem(&once(BAD), 422, "idempotency_key_reused");
        assert_eq!(api.site.count("select count(*) as number from imports"), 1);
        assert_problem(&api.raw(Method::POST, "/imports", "text/csv", "%PDF-1.7 x", &[]), 415, "looks_like_pdf");
    }

    fn a_file_comes_in_parts_and_goes_on_where_it_broke(db: &TestDb) {
        let api = Api::new(db);
        let (size, half) = (GOOD.len(), 30);
        let begun = api.post("/uploads", Some(&value!({"size": size, "name": "C:\\hr\\staff.csv"})));
        assert_eq!(begun.status, 201, "{}", begun.body);
        let upload = json(&begun);
        assert_eq!((&upload["name"], &upload["offset"]), (&"staff.csv".into(), &0.into()));
        let path = format!("/uploads/{}", upload["id"].as_str().unwrap());
        let part = |offset: usize, bytes: &str| {
            api.raw(Method::PATCH, &path, "application/octet-stream", bytes, &[("upload-offset", &offset.to_string())])
        };
        assert_problem(&api.raw(Method::PATCH, &path, "application/octet-stream", "x", &[]), 400, "upload_offset_missing");
        assert_eq!(json(&part(0, &GOOD[..half]))["offset"], half);
        assert_problem(&part(0, &GOOD[..half]), 409, "upload_offset");
        assert_problem(&part(half + 1, "x"), 409, "upload_offset");
        let import = format!("/imports?upload={}", upload["id"].as_str().unwrap());
        assert_problem(&api.post(&import, None), 409, "upload_unfinished");
        assert_eq!(json(&api.get(&path))["offset"], half);
        // What is more than the size is not taken.
        let whole = json(&part(half, &format!("{}more", &GOOD[half..])));
        assert_eq!((&whole["offset"], &whole["complete"]), (&size.into(), &true.into()));
        let taken = api.post(&import, None);
        assert_eq!(taken.status, 202, "{}", taken.body);
        api.site.work();
        assert_eq!(api.import(&json(&taken))["counts"]["new"], 2);
        let other = api.site.account("Elsewhere", "other@example.com");
        let theirs = made_by(&api.site, &other, "Theirs");
        assert_problem(&api.site.call(Method::GET, &format!("/api/v1{path}"), &theirs.secret), 404, "not_found");
        let gone = send(&api.site, "DELETE", &format!("/api/v1{path}"), &api.token, None, &[]);
        assert_eq!((gone.status.as_u16(), api.get(&path).status.as_u16()), (204, 404));
        // Whoever begins another one a day later clears away what was left.
        let left = json(&api.post("/uploads", Some(&value!({"size": 5}))));
        api.site.clock.advance(std::time::Duration::from_hours(25));
        api.post("/uploads", Some(&value!({"size": 5})));
        assert_eq!(api.get(&format!("/uploads/{}", left["id"].as_str().unwrap())).status, 404);
        let files = std::fs::read_dir(api.site.folder.path().join("uploads")).unwrap();
        assert_eq!(files.count(), 1);
    }
}
