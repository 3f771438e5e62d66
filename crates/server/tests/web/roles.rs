//! Administrator roles of the account's own: their pages, and what those who have one meet.

use std::collections::{BTreeSet, VecDeque};

use axum::http::Method;
use db::{Sql, params};
use directory::{
    Action,
    groups::{self, GroupKind, Membership},
    roles::{self, NewRole, Scope, Template},
    users::Selection,
};
use kernel::{AdminRoleId, GroupId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// Makes a role of a template, for all or for a group.
pub(crate) fn made(
    site: &Site,
    account: &Account,
    template: &Template,
    name: &str,
    group: Option<GroupId>,
) -> AdminRoleId {
    let ctx = site.ctx(account);
    let new = NewRole {
        name: name.to_owned(),
        actions: template.actions.iter().copied().collect(),
        groups: group.map_or(Scope::All, |group| Scope::Selected(BTreeSet::from([group]))),
        workflows: Scope::All,
    };
    site.db
        .write_blocking(|tx| roles::add(tx, &ctx, &new))
        .unwrap()
}

/// An administrator with a role of the account's own.
pub(crate) struct Holder {
    pub(crate) user: UserId,
    pub(crate) role: AdminRoleId,
    pub(crate) cookie: String,
}

/// Somebody who has a role of a template and is signed in.
pub(crate) fn holder(
    site: &Site,
    account: &Account,
    template: &Template,
    group: Option<GroupId>,
) -> Holder {
    let role = made(site, account, template, template.name, group);
    let email = format!("{}@example.com", template.key);
    let (user, cookie) = site.member_named(account, Role::Admin, template.key, &email);
    give(site, user, role);
    Holder { user, role, cookie }
}

/// Gives somebody a role of the account's own.
pub(crate) fn give(site: &Site, user: UserId, role: AdminRoleId) {
    let sql = Sql::new("give", "update users set admin_role_id = $2 where id = $1");
    site.db
        .write_blocking(|tx| tx.execute(&sql, params![user, role]))
        .unwrap();
}

/// Puts somebody into a group.
pub(crate) fn join(site: &Site, account: &Account, group: GroupId, user: UserId) {
    let row = Membership {
        account: account.id,
        user,
        group,
        created_at: site.clock.now(),
    };
    site.db.write_blocking(|tx| tx.bulk(&[row])).unwrap();
}

fn group(site: &Site, account: &Account, name: &str, people: &[UserId]) -> GroupId {
    let ctx = site.ctx(account);
    let group = site
        .db
        .write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Group, name));
    let group = group.unwrap().id;
    for user in people {
        join(site, account, group, *user);
    }
    group
}

fn template(key: &str) -> &'static Template {
    Template::find(key).unwrap()
}

/// Follows every link from the first page: how many kinds of pages that leads to, and which links and forms
/// lead to where the visitor is refused.
fn walk(site: &Site, cookie: &str) -> (usize, Vec<String>) {
    let (routes, mut refused) = (server::routes(), Vec::new());
    let (mut known, mut waiting) = (
        BTreeSet::new(),
        VecDeque::from([("/".to_owned(), String::new())]),
    );
    while let Some((path, from)) = waiting.pop_front() {
        // One page of each kind, of each way to ask for it.
        let kind = kind_of(&path);
        if path.starts_with("/assets") || !known.insert(kind) {
            continue;
        }
        let answer = site.get(&path, cookie);
        if answer.status == 403 {
            refused.push(format!("{from} leads to {path}"));
        }
        let onward = answer
            .headers
            .get("location")
            .and_then(|to| to.to_str().ok());
        let links = values_of(&answer.body, "href=\"")
            .into_iter()
            .chain(onward.map(str::to_owned));
        for link in links {
            if link.starts_with('/') {
                waiting.push_back((link, path.clone()));
            }
        }
        for form in answer.body.split("<form method=\"post\"").skip(1) {
            let tag = form.split('>').next().unwrap_or_default();
            for action in values_of(tag, "action=\"") {
                let action = action.split('?').next().unwrap_or_default().to_owned();
                if !is_open(&routes, site, &action, cookie) {
                    refused.push(format!("{path} has a form for {action}"));
                }
            }
        }
    }
    (known.len(), refused)
}

/// Whether the guard lets somebody post to an address: a form from elsewhere is refused only after that.
fn is_open(routes: &[server::Route], site: &Site, path: &str, cookie: &str) -> bool {
    let fits = |route: &&server::Route| {
        let (pattern, parts): (Vec<&str>, Vec<&str>) =
            (route.path.split('/').collect(), path.split('/').collect());
        route.method == Method::POST
            && pattern.len() == parts.len()
            && pattern
                .iter()
                .zip(&parts)
                .all(|(one, other)| one.starts_with('{') || one == other)
    };
    let found: Vec<_> = routes.iter().filter(fits).collect();
    assert!(!found.is_empty(), "no route for {path}");
    found.iter().any(|route| match route.access {
        server::Access::May(action) => actor(site, cookie).may(action),
        server::Access::MayForAll(action) => actor(site, cookie).may_for_all(action),
        _ => true,
    })
}

/// Who a cookie signs in.
fn actor(site: &Site, cookie: &str) -> directory::Actor {
    let token = cookie.split('=').nth(1).unwrap().split(';').next().unwrap();
    let token = identity::sessions::Token::parse(token).unwrap();
    let now = site.clock.now();
    let session = site
        .db
        .read_blocking(|tx| identity::sessions::find(tx, &token, now))
        .unwrap()
        .unwrap();
    directory::Actor::new(Some(session.user), "", session.role).with(session.custom.clone())
}

/// A path without the ids in it, and only the names of what is asked.
fn kind_of(link: &str) -> String {
    let link = link.split('#').next().unwrap_or_default();
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| {
            if part.len() == 36 && part.contains('-') {
                "{id}"
            } else {
                part
            }
        })
        .collect();
    let names: BTreeSet<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    format!(
        "{}?{}",
        parts.join("/"),
        names.into_iter().collect::<Vec<_>>().join("&")
    )
}

fn values_of(html: &str, before: &str) -> Vec<String> {
    html.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|value| {
            value
                .replace("&amp;", "&")
                .replace("&#38;", "&")
                .split('#')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

on_both! {
    fn a_role_is_made_given_shown_and_deleted_by_pages(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let harbour = group(&site, &account, "Harbour", &[person]).to_string();
        let page = site.get("/settings/roles/new?template=site", &owner).body;
        assert!(page.contains("value=\"users.export\" checked") && page.contains("value=\"settings.edit\">"), "{page}");
        let wrong = [("name", "Site"), ("may", "users.view"), ("groups", "some")];
        let refused = site.post("/settings/roles/new", &wrong, &owner);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Choose at least one group, or all"), "{}", refused.body);
        let whole = [("name", "Site"), ("may", "imports.run"), ("groups", "some"), ("group", &harbour)];
        assert_eq!(site.post("/settings/roles/new", &whole, &owner).status, 422);
        let right = [("name", "Site"), ("may", "users.edit"), ("groups", "some"), ("group", &harbour), ("workflows", "all")];
        assert_eq!(site.post("/settings/roles/new", &right, &owner).status, 303);
        let list = site.get("/settings/roles", &owner).body;
        assert!(list.contains("1 group or team") && list.contains("0 people"), "{list}");
        let id = list.split("/users?role=").nth(1).unwrap().split('"').next().unwrap().to_owned();

        // Given in the person's form, shown on their page and in the list, found by the filter.
        let edit = format!("/users/{person}/edit");
        let form = site.get(&edit, &owner).body;
        assert!(form.contains("<option value=\"Site\">Site</option>"), "{form}");
        let version = form.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut fields: Vec<(&str, &str)> = vec![
            ("version", &version), ("first_name", "Thandi"), ("last_name", "Nkosi"), ("email", "thandi@example.com"),
            ("role", "Site"), ("person_kind", "employee"), ("groups", &harbour),
        ];
        let old: Vec<(String, String)> = form
            .split("name=\"old.").skip(1)
            .filter_map(|part| {
                let (key, rest) = part.split_once('"')?;
                let value = rest.split("value=\"").nth(1)?.split('"').next()?;
                Some((format!("old.{key}"), value.to_owned()))
            })
            .collect();
        fields.extend(old.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let saved = site.post(&edit, &fields, &owner);
        assert_eq!(saved.status, 303, "{}", saved.body);
        assert!(site.get(&format!("/users/{person}"), &owner).body.contains("<span class=\"badge plain\">Site</span>"));
        let filtered = site.get(&format!("/users?role={id}"), &owner).body;
        assert!(filtered.contains("Thandi Nkosi") && !filtered.contains("Maria Keller</a>"), "{filtered}");

        let delete = format!("/settings/roles/{id}/delete");
        assert!(site.get(&delete, &owner).body.contains("1 person has this role"));
        assert_eq!(site.post(&delete, &[], &owner).status, 409);
        assert_eq!(site.post(&delete, &[("instead", "user")], &owner).status, 303);
        assert_eq!(site.text("select role from users where admin_role_id is null and first_name = 'Thandi'"), "user");
    }

    fn no_page_leads_its_visitor_to_a_refusal(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        crate::imports::draft(&site, &owner);
        crate::series::made(&site, &owner);
        crate::outbox::queued(&site, &account, "thandi@example.com");
        crate::inviting::wave(&site, &account);
        crate::devices::two_with(&site, &account, person);
        crate::card_pages::card_and_run(&site, &account, person);
        crate::leaving::deleted(&site, &account);
        let harbour = group(&site, &account, "Harbour", &[person]);
        let mut visitors: Vec<(&str, String)> = [Role::User, Role::Manager, Role::Admin]
            .map(|role| (role.as_str(), site.member(&account, role)))
            .into();
        crate::documents::made(&site, &account, &[person]);
        for template in roles::TEMPLATES {
            let only = (template.key == "site").then_some(harbour);
            visitors.push((template.key, holder(&site, &account, template, only).cookie));
        }
        let mut refused = Vec::new();
        for (role, cookie) in visitors {
            let (pages, links) = walk(&site, &cookie);
            assert!(pages >= 5, "{role} came to {pages} pages");
            refused.extend(links.into_iter().map(|link| format!("{role}: {link}")));
        }
        assert_eq!(refused, Vec::<String>::new());
    }

    fn a_changed_role_counts_at_the_next_request(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let holder = holder(&site, &account, template("people"), None);
        assert_eq!(site.get("/users/new", &holder.cookie).status, 200);
        let auditor = made(&site, &account, template("auditor"), "Auditor", None);
        give(&site, holder.user, auditor);
        assert_eq!(site.get("/users/new", &holder.cookie).status, 403);
        assert_eq!(site.get("/users", &holder.cookie).status, 200);
        // A role that is gone leaves nothing, not everything.
        give(&site, holder.user, site.ctx(&account).new_id());
        assert_eq!(site.get("/users", &holder.cookie).status, 403);
        assert_eq!(site.get("/me", &holder.cookie).status, 200);
    }

    fn a_token_does_no_more_than_its_makers_present_role(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let token = crate::tokens::made_by(&site, &account, "HR export");
        let owner = site.sign_in("maria@example.com");
        let import = crate::imports::draft(&site, &owner);
        let path = format!("/api/v1/imports/{import}");
        assert_eq!(site.call(Method::GET, &path, &token.secret).status, 200);
        let importer = NewRole {
            name: "Programs".to_owned(),
            actions: BTreeSet::from([Action::ManageTokens, Action::ViewImports]),
            groups: Scope::All,
            workflows: Scope::All,
        };
        let ctx = site.ctx(&account);
        let role = site.db.write_blocking(|tx| roles::add(tx, &ctx, &importer)).unwrap();
        site.execute("update users set role = 'admin'");
        give(&site, account.owner, role);
        assert_eq!(site.call(Method::GET, &path, &token.secret).status, 200);
        let series = format!("/api/v1/series/{}/files", ctx.new_id::<kernel::SeriesId>());
        assert_eq!(site.call(Method::POST, &series, &token.secret).status, 403);
        // Somebody who looks after one group has no tokens, whatever they made before.
        let harbour = group(&site, &account, "Harbour", &[]);
        give(&site, account.owner, made(&site, &account, template("site"), "Site", Some(harbour)));
        assert_eq!(site.call(Method::GET, &path, &token.secret).status, 401);
    }

    fn whoever_looks_after_a_group_meets_nobody_else_on_any_page(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let inside = site.person(&account, "Ida Inside", "ida@example.com");
        let outside = site.person(&account, "Otto Outside", "otto@example.com");
        let harbour = group(&site, &account, "Harbour", &[inside]);
        let holder = holder(&site, &account, template("site"), Some(harbour));
        let theirs = crate::documents::made(&site, &account, &[outside]);
        let (card, _) = crate::card_pages::card_and_run(&site, &account, outside);
        let cookie = &holder.cookie;
        for path in ["/users", "/users?q=O", "/users?q=Otto", "/users/export?file=all-csv", "/cards", "/cards?q=99", "/cards?q=Otto", "/documents"] {
            let answer = site.get(path, cookie);
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.body.contains("Otto Outside") && !answer.body.contains("otto@"), "{path}: {}", answer.body);
        }
        let list = site.get("/users", cookie).body;
        assert!(list.contains("Ida Inside"), "{list}");
        for path in [
            format!("/users/{outside}"), format!("/users/{outside}/edit"), format!("/users/{outside}/photo"),
            format!("/users/{outside}/workflows"), format!("/cards/{card}"),
            format!("/documents/{}", theirs.document), format!("/documents/{}/files/1", theirs.document),
        ] {
            assert_eq!(site.get(&path, cookie).status, 404, "{path}");
        }
        for (path, fields) in [
            (format!("/users/{outside}/edit"), vec![("version", "1"), ("first_name", "X"), ("groups", "")]),
            (format!("/users/{outside}/deactivate"), vec![]),
            (format!("/users/{outside}/invite"), vec![("channel", "link")]),
            (format!("/users/{outside}/reset-password"), vec![]),
            (format!("/users/{outside}/data"), vec![]),
            (format!("/users/{outside}/keep"), vec![("field", "title")]),
            (format!("/cards/{card}/replace"), vec![("number", "77")]),
            (format!("/cards/{card}/show"), vec![]),
        ] {
            assert_eq!(site.post(&path, &fields, cookie).status, 404, "{path}");
        }
        // By ids in forms.
        let (id, document) = (outside.to_string(), format!("{}:1", theirs.document));
        let new_card = [("user", "otto@example.com"), ("kind", "qr"), ("number", "4711"), ("starts", ""), ("ends", "")];
        assert_eq!(site.post("/cards/new", &new_card, cookie).status, 409);
        let reassign = [("document", &*document), ("to", "ida@example.com"), ("note", "")];
        assert!([404, 409].contains(&site.post("/documents/reassign", &reassign, cookie).status.as_u16()));
        let bulk = [("pick", &*id), ("do", "deactivate")];
        let made = site.post("/users/bulk", &bulk, cookie);
        assert_eq!(site.count("select count(*) as n from bulk_rows"), 0, "{}", made.body);
        let card = card.to_string();
        let revoke = [("card", &*card), ("step", "revoke"), ("sure", "yes")];
        assert_ne!(site.post("/cards/change", &revoke, cookie).status, 303);
        assert_eq!(site.count("select count(*) as n from cards where state = 'revoked'"), 0);
        // By what is left to whoever began it: nobody of the others.
        let all = Selection::Matching(directory::users::UserFilter::default());
        let ctx = site.ctx(&account);
        let role = site.db.read_blocking(|tx| roles::held(tx, account.id, Role::Admin, Some(holder.role))).unwrap();
        let acting = directory::Ctx { actor: directory::Actor::new(Some(holder.user), "site", Role::Admin).with(role), ..ctx };
        let chosen = site.db.read_blocking(|tx| directory::bulk::chosen(tx, &acting, &all, 50)).unwrap();
        assert_eq!(chosen, [inside]);
    }
}
