//! Tokens for programs, as a browser without scripts sees them.

use identity::tokens::{self, NewToken, Scope};
use kernel::{ApiTokenId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Answer, Site};

/// A token, made without its page.
pub(crate) struct Made {
    pub(crate) id: ApiTokenId,
    pub(crate) secret: String,
}

/// A token of the account's owner with every scope.
pub(crate) fn made_by(site: &Site, account: &Account, name: &str) -> Made {
    with_scopes(site, account, name, Scope::ALL)
}

/// The same with these scopes.
pub(crate) fn with_scopes(site: &Site, account: &Account, name: &str, scopes: &[Scope]) -> Made {
    let ctx = site.ctx(account);
    let new = NewToken {
        id: ctx.new_id(),
        maker: account.owner,
        name: name.to_owned(),
        scopes: scopes.to_vec(),
        days: 30,
    };
    let secret = site
        .db
        .write_blocking(|tx| tokens::create(tx, &ctx, &new))
        .unwrap();
    Made {
        id: new.id,
        secret: secret.reveal(),
    }
}

/// A token that another user of the account made.
pub(crate) fn of_user(site: &Site, account: &Account, maker: UserId, name: &str) -> Made {
    let mut ctx = site.ctx(account);
    ctx.actor.user = Some(maker);
    let new = NewToken {
        id: ctx.new_id(),
        maker,
        name: name.to_owned(),
        scopes: vec![Scope::Exports],
        days: 30,
    };
    let made = site
        .db
        .write_blocking(|tx| tokens::create(tx, &ctx, &new))
        .unwrap();
    Made {
        id: new.id,
        secret: made.reveal(),
    }
}

/// Takes a token back.
pub(crate) fn revoked(site: &Site, account: &Account, id: ApiTokenId) {
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| tokens::revoke(tx, &ctx, id))
        .unwrap();
}

/// The value of the form's field on a page.
fn hidden(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn secret(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("value=\"muster_").unwrap();
    format!("muster_{}", rest.split('"').next().unwrap())
}

on_both! {
    fn a_token_is_made_shown_once_listed_and_revoked(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let page = site.get("/settings/tokens", &cookie).body;
        assert!(page.contains("No tokens"));
        let id = hidden(&page);
        let form = [("token", &*id), ("name", "HR export"), ("scope", "imports:write"), ("scope", "users:read"), ("days", "365")];
        let made = site.post("/settings/tokens", &form, &cookie);
        assert_eq!(made.status, 200, "{}", made.body);
        assert_eq!(made.header("cache-control"), "no-store");
        let secret = secret(&made);
        assert_eq!(secret.len(), 71);

        let again = site.post("/settings/tokens", &form, &cookie);
        assert_eq!(again.status, 422);
        assert!(again.body.contains("made already") && !again.body.contains("muster_"));
        let list = site.get("/settings/tokens", &cookie).body;
        for words in ["HR export", "users:read, imports:write", "Maria Keller", "In use", "Never used"] {
            assert!(list.contains(words), "{words}");
        }
        assert!(!list.contains(&secret) && !list.contains("imports:read,"));

        let revoke = format!("/settings/tokens/{id}/revoke");
        assert_eq!(site.post(&revoke, &[], &cookie).status, 303);
        assert!(site.get("/settings/tokens", &cookie).body.contains("Revoked"));
        assert_eq!(site.post(&revoke, &[], &cookie).status, 404);
        assert_eq!(
            site.count("select count(*) as number from activity where action like 'token.%'"),
            2
        );
        assert_eq!(
            site.count("select count(*) as number from activity where details like '%muster!_%' escape '!'"),
            0
        );
    }

    fn what_is_wrong_with_a_token_is_said_beside_its_form(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        made_by(&site, &account, "Nightly");
        let cookie = site.sign_in("maria@example.com");
        let id = hidden(&site.get("/settings/tokens", &cookie).body);
        for (name, read, days, words) in [
            ("nightly", "imports:read", "30", "already a token of this name"),
            (" ", "imports:read", "30", "Give the token a name"),
            ("Other", "", "30", "Choose what the token may be used for"),
            ("Other", "imports:read", "1827", "A token holds for 1 to 1826 days"),
            ("Other", "imports:read", "soon", "A token holds for 1 to 1826 days"),
        ] {
            let form = [("token", &*id), ("name", name), ("scope", read), ("days", days)];
            let answer = site.post("/settings/tokens", &form, &cookie);
            assert_eq!(answer.status, 422);
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
        }
        let form = [("token", "none"), ("name", "Other"), ("scope", "imports:read"), ("days", "30")];
        assert_eq!(site.post("/settings/tokens", &form, &cookie).status, 400);
    }

    fn a_token_of_another_account_is_not_found(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Nightly");
        site.account("Elsewhere", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        assert!(!site.get("/settings/tokens", &cookie).body.contains("Nightly"));
        let theirs = site.post(&format!("/settings/tokens/{}/revoke", token.id), &[], &cookie);
        let nobodys = site.post(
            "/settings/tokens/01971f00-0000-7000-8000-000000000000/revoke",
            &[],
            &cookie,
        );
        assert_eq!((theirs.status, theirs.body), (nobodys.status, nobodys.body));
    }

    fn only_those_who_may_make_tokens_are_led_to_them(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let (admin, user) = (site.member(&account, Role::Admin), site.member(&account, Role::User));
        assert!(site.get("/users", &admin).body.contains("href=\"/settings\"") && site.get("/settings", &admin).body.contains("/settings/tokens"));
        assert!(!site.get("/", &user).body.contains("/settings/tokens"));
        assert_eq!(site.get("/settings/tokens", &user).status, 403);
    }

    fn a_series_shows_how_a_program_pushes_to_it(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let id = crate::series::made(&site, &cookie);
        let page = site.get(&format!("/imports/series/{id}"), &cookie).body;
        assert!(page.contains(&format!("https://people.test/api/v1/series/{id}/files")), "{page}");
        assert!(page.contains("$MUSTER_TOKEN") && !page.contains("muster_"));
    }
}
