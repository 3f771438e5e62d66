//! Two-factor sign-in as a browser sees it: setting it up, the code after the password, and what an account requires.

use std::time::Duration;

use axum::http::Method;
use db::{Sql, params};
use identity::{Key, two_factor};
use kernel::{IdentityId, Role, UserId};
use server::Access;
use testkit::{TestDb, on_both};

use crate::site::{Answer, PASSWORD, Site};

const MARIA: &str = "maria@example.com";
const NOBODY: &str = "01971f00-0000-7000-8000-000000000000";

/// Somebody's key, with which codes are made as their app makes them.
pub(crate) struct App(Key);

impl App {
    pub(crate) fn code(&self, site: &Site) -> String {
        self.0.code_at(site.clock.now())
    }

    /// The code of a step that was not used yet.
    pub(crate) fn next(&self, site: &Site) -> String {
        site.clock.advance(Duration::from_secs(30));
        self.code(site)
    }
}

fn identity(site: &Site, email: &str) -> IdentityId {
    let sql = Sql::new("test", "select id from identities where email_key = $1");
    let (found,): (IdentityId,) = site
        .db
        .read_blocking(|tx| tx.fetch_one(&sql, params![email]))
        .unwrap();
    found
}

fn user(site: &Site, email: &str) -> UserId {
    let sql = Sql::new("test", "select id from users where email_key = $1");
    let (found,): (UserId,) = site
        .db
        .read_blocking(|tx| tx.fetch_one(&sql, params![email]))
        .unwrap();
    found
}

fn begin(site: &Site, cookie: &str) -> Answer {
    site.post("/me/two-factor/begin", &[("password", PASSWORD)], cookie)
}

fn begun(site: &Site, email: &str) -> App {
    let (who, now) = (identity(site, email), site.clock.now());
    let key = site
        .db
        .read_blocking(|tx| two_factor::begun(tx, who, now))
        .unwrap();
    App(key.unwrap())
}

/// Sets it up for somebody who is signed in; the code of this step is spent.
pub(crate) fn set_up(site: &Site, email: &str, cookie: &str) -> (App, Vec<String>) {
    assert_eq!(begin(site, cookie).status, 200);
    let app = begun(site, email);
    let page = site.post(
        "/me/two-factor/confirm",
        &[("code", &app.code(site))],
        cookie,
    );
    assert_eq!(page.status, 200, "{}", page.body);
    (app, codes(&page))
}

fn codes(page: &Answer) -> Vec<String> {
    let list = page
        .body
        .split("<ul class=\"recovery-codes mono\">")
        .nth(1)
        .unwrap();
    let list = list.split("</ul>").next().unwrap();
    list.split("<li>")
        .skip(1)
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect()
}

fn password(site: &Site, email: &str) -> Answer {
    site.post("/sign-in", &[("email", email), ("password", PASSWORD)], "")
}

/// Shows the password; returns the cookie of the second step.
pub(crate) fn first_step(site: &Site, email: &str) -> String {
    let answer = password(site, email);
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/sign-in/code")
    );
    let cookie = answer.cookie();
    assert!(cookie.starts_with("muster-step="), "{cookie}");
    cookie
}

pub(crate) fn second(site: &Site, step: &str, code: &str) -> Answer {
    site.post("/sign-in/code", &[("code", code)], step)
}

on_both! {
    fn it_is_set_up_with_the_password_and_a_first_code(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        assert!(site.get("/me/two-factor", &cookie).body.contains("It is off"));
        let wrong = site.post("/me/two-factor/begin", &[("password", "wrong")], &cookie);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("id=\"password-error\""));
        let page = begin(&site, &cookie);
        assert!(page.body.contains("<svg") && page.body.contains("Or type this key"));
        let shown = page.body.split("aria-describedby=\"key-help\">").nth(1).unwrap();
        let shown = shown.split('<').next().unwrap().to_owned();
        assert_eq!(shown.replace(' ', "").len(), 32);
        assert!(!site.get("/me/two-factor", &cookie).body.contains(&shown), "shown once");
        let wrong = site.post("/me/two-factor/confirm", &[("code", "12 34")], &cookie);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains(&shown) && wrong.body.contains("id=\"code-error\""));
        let app = begun(&site, MARIA);
        let done = site.post("/me/two-factor/confirm", &[("code", &app.code(&site))], &cookie);
        let given = codes(&done);
        assert_eq!(given.len(), 10);
        assert!(done.body.contains("download=\"muster-recovery-codes.txt\""));
        let again = site.post("/me/two-factor/confirm", &[("code", &app.code(&site))], &cookie);
        assert_eq!(again.status, 422);
        assert!(!again.body.contains(&given[0]));
        let page = site.get("/me/two-factor", &cookie);
        assert!(page.body.contains("It is on") && page.body.contains("10 recovery codes"));
        assert!(site.get("/notifications", &cookie).body.contains("Two-factor sign-in was turned on"));
        assert_eq!(site.count("select count(*) as n from messages where purpose = 'security_notice'"), 1);
    }

    fn signing_in_asks_for_a_code_and_goes_on_to_where_one_wanted(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (app, _) = set_up(&site, MARIA, &cookie);
        let fields = [("email", MARIA), ("password", PASSWORD), ("next", "/imports?a=b")];
        let answer = site.post("/sign-in", &fields, "");
        assert_eq!(answer.header("location"), "/sign-in/code?next=%2Fimports%3Fa%3Db");
        let held = answer.header("set-cookie");
        assert!(held.contains("HttpOnly") && held.contains("SameSite=Lax") && held.contains("Max-Age=600"), "{held}");
        let step = answer.cookie();
        // What the browser holds is no session, by whatever name it is brought.
        let as_session = step.replace("muster-step=", "muster=");
        for cookie in [&step, &as_session] {
            assert_eq!(site.get("/users", cookie).header("location"), "/sign-in?next=%2Fusers");
        }
        assert!(site.get("/sign-in/code?next=/imports", &step).body.contains("name=\"next\" value=\"/imports\""));
        assert!(!site.get("/sign-in/code?next=//evil.example", &step).body.contains("evil"));
        let wrong = second(&site, &step, "000000");
        assert_eq!((wrong.status.as_u16(), wrong.header("set-cookie")), (401, ""));
        let right = site.post("/sign-in/code", &[("code", &app.next(&site)), ("next", "/imports?a=b")], &step);
        assert_eq!((right.status.as_u16(), right.header("location")), (303, "/imports?a=b"));
        assert_eq!(right.headers.get_all("set-cookie").iter().count(), 2, "a session, and no step any more");
        assert_eq!(site.get("/users", &right.cookie()).status, 200);
        assert_eq!(second(&site, &step, &app.next(&site)).header("location"), "/sign-in?done=late");
        assert!(site.get("/sign-in?done=late", "").body.contains("Too much time has passed"));
    }

    fn a_code_is_taken_once(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (app, _) = set_up(&site, MARIA, &cookie);
        let code = app.next(&site);
        assert_eq!(second(&site, &first_step(&site, MARIA), &code).status, 303);
        assert_eq!(second(&site, &first_step(&site, MARIA), &code).status, 401);
        assert_eq!(second(&site, &first_step(&site, MARIA), &app.next(&site)).status, 303);
    }

    fn a_recovery_code_is_taken_once(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (_, codes) = set_up(&site, MARIA, &cookie);
        assert_eq!(second(&site, &first_step(&site, MARIA), &codes[0]).status, 303);
        assert_eq!(second(&site, &first_step(&site, MARIA), &codes[0]).status, 401);
        assert!(site.get("/me/two-factor", &cookie).body.contains("9 recovery codes"));
        assert!(site.get("/notifications", &cookie).body.contains("A recovery code was used"));
    }

    fn wrong_codes_lock_the_whole_sign_in(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (app, _) = set_up(&site, MARIA, &cookie);
        let step = first_step(&site, MARIA);
        let statuses: Vec<_> = (0..3).map(|_| second(&site, &step, "000000").status.as_u16()).collect();
        assert_eq!(statuses, [401, 401, 429]);
        let locked = second(&site, &step, &app.next(&site));
        assert_eq!((locked.status.as_u16(), locked.header("retry-after")), (429, "30"));
        assert_eq!(password(&site, MARIA).status, 429);
        assert_eq!(site.get("/users", &cookie).status, 200, "an open session survives");
    }

    fn the_password_page_says_nothing_new_to_strangers(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        set_up(&site, MARIA, &cookie);
        let with = site.post("/sign-in", &[("email", MARIA), ("password", "no")], "");
        let without = site.post("/sign-in", &[("email", "mario@example.com"), ("password", "no")], "");
        assert_eq!((with.status, with.body.replace("maria", "mario")), (without.status, without.body.clone()));
        assert_eq!(with.header("set-cookie"), "");
        assert_eq!(second(&site, "", "000000").header("location"), "/sign-in?done=late");
        let made_up = format!("muster-step={}", "ab".repeat(32));
        assert_eq!(second(&site, &made_up, "000000").header("location"), "/sign-in?done=late");
    }

    fn neither_a_reset_nor_an_invitation_gets_around_it(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (app, _) = set_up(&site, MARIA, &cookie);
        site.post("/reset", &[("login", MARIA)], "");
        site.jobs();
        let link = site.text("select link from messages where purpose = 'password_reset' and link is not null");
        let link = link.strip_prefix("https://people.test").unwrap().to_owned();
        let set = site.post(&link, &[("password", PASSWORD)], "");
        assert_eq!((set.header("location"), set.header("set-cookie")), ("/sign-in?done=password", ""));
        let other = site.account("Elsewhere", "other@example.com");
        let there = site.person(&other, "Maria There", MARIA);
        // Whose address was proven would be in at once, without a link.
        site.execute("update identities set email_verified_at = null");
        let link = crate::inviting::link(&site, &other, there);
        let joined = site.post(&link, &[("password", PASSWORD)], "");
        assert_eq!((joined.status.as_u16(), joined.header("location")), (303, "/sign-in/code"));
        let step = joined.cookie();
        assert!(step.starts_with("muster-step="));
        let entered = second(&site, &step, &app.next(&site));
        assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/"), "to the account of the link, without a choice");
        assert!(site.get("/me", &entered.cookie()).body.contains("<span class=\"account\">Elsewhere</span>"));
    }

    fn who_must_have_it_can_do_nothing_else_before(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in(MARIA);
        let admin = site.member(&account, Role::Admin);
        let token = crate::tokens::made_by(&site, &account, "Robot");
        let fields = [("role", "admin"), ("role", "owner")];
        assert_eq!(site.post("/settings/security/two-factor", &[("role", "king")], &owner).status, 400);
        assert_eq!(site.post("/settings/security/two-factor", &fields, &owner).status, 303);
        for route in server::routes() {
            if route.path == "/sign-out" {
                continue;
            }
            let parts = route.path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let answer = if route.method == Method::POST { site.post(&path, &[], &admin) } else { site.get(&path, &admin) };
            let led = answer.header("location") == "/me/two-factor";
            let stopped = matches!(route.access, Access::SignedIn | Access::May(_) | Access::MayForAll(_));
            assert_eq!(led, stopped, "{} {}", route.method, route.path);
        }
        let page = site.get("/me/two-factor", &admin);
        assert!(page.body.contains("asks for it") && page.body.contains("Set it up now"));
        assert_ne!(site.call(Method::GET, &format!("/api/v1/imports/{NOBODY}"), &token.secret).status, 303);
        let (app, _) = set_up(&site, "admin@example.com", &admin);
        assert_eq!(site.get("/users", &admin).status, 200);
        let off = site.post("/me/two-factor/off", &[("password", PASSWORD), ("code", &app.next(&site))], &admin);
        assert!(off.body.contains("asks for two-factor sign-in"));
        let user = site.member(&account, Role::User);
        assert_eq!(site.get("/me", &user).status, 200, "not asked of users");
    }

    fn it_is_turned_off_with_password_and_code(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in(MARIA);
        let (app, old) = set_up(&site, MARIA, &cookie);
        let post = |path, code: &str| site.post(path, &[("password", PASSWORD), ("code", code)], &cookie);
        assert!(post("/me/two-factor/off", "000000").body.contains("id=\"code-error\""));
        let renewed = codes(&post("/me/two-factor/codes", &app.next(&site)));
        assert_ne!(renewed[0], old[0]);
        assert_eq!(post("/me/two-factor/off", &old[1]).status, 422);
        assert_eq!(post("/me/two-factor/off", &renewed[1]).header("location"), "/me/two-factor");
        assert!(site.get("/me/two-factor", &cookie).body.contains("It is off"));
        site.sign_in(MARIA);
    }

    fn an_administrator_resets_it_for_who_lost_the_phone(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in(MARIA);
        set_up(&site, MARIA, &owner);
        let admin = site.member(&account, Role::Admin);
        let cookie = site.member(&account, Role::User);
        set_up(&site, "user@example.com", &cookie);
        let id = user(&site, "user@example.com");
        let page = site.get(&format!("/users/{id}/devices"), &admin);
        assert!(page.body.contains("Reset two-factor sign-in"), "{}", page.body);
        let path = format!("/users/{id}/reset-two-factor");
        assert_eq!(site.post(&format!("/users/{}/reset-two-factor", account.owner), &[], &admin).status, 403);
        assert_eq!(site.post(&format!("/users/{}/reset-two-factor", account.owner), &[], &owner).status, 409, "one's own");
        let other = site.account("Elsewhere", "other@example.com");
        let stranger = site.sign_in("other@example.com");
        assert_eq!(site.post(&path, &[], &stranger).status, 404);
        // The same person in another account: nobody of one account weakens the other's sign-in.
        site.person(&other, "Second Self", "self@example.com");
        site.execute("update users set status = 'active', identity_id = (select id from identities where email_key = 'user@example.com') where first_name = 'Second'");
        let refused = site.post(&path, &[], &admin);
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("muster users reset-two-factor"));
        site.execute("update users set status = 'deactivated' where first_name = 'Second'");
        assert_eq!(site.post(&path, &[], &admin).status, 303);
        assert!(site.get("/sign-in", &cookie).body.contains("An administrator signed you out here"));
        let back = site.sign_in("user@example.com");
        assert!(site.get("/notifications", &back).body.contains("An administrator reset your two-factor"));
        assert!(site.get(&format!("/users/{id}/activity"), &admin).body.contains("reset the two-factor sign-in of"));
        assert_eq!(site.post(&path, &[], &admin).status, 404);
    }
}
