//! The list of people and a person's page.

use directory::{
    fields::{self, FieldKind},
    groups::{self, GroupKind},
    modules,
    users::{self, UserFilter},
    workflows::{self, Member},
};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::Site;

/// Names on the page, in its order.
fn names(body: &str) -> Vec<&str> {
    body.split("class=\"main\" href=\"/users/")
        .skip(1)
        .filter_map(|part| part.split_once('>')?.1.split('<').next())
        .collect()
}

/// Where the button of a page leads.
fn link(body: &str, name: &str) -> Option<String> {
    let rest = body.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(format!("/users?{name}={}", rest.split('"').next()?))
}

on_both! {
    fn pages_visit_everybody_once_forwards_and_backwards(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        for number in 0..120 {
            site.person(&account, &format!("Anna {:03}", number % 60), &format!("a{number}@example.com"));
        }
        let cookie = site.sign_in("maria@example.com");
        let (mut path, mut pages) = ("/users".to_owned(), Vec::new());
        loop {
            let body = site.get(&path, &cookie).body;
            pages.push(names(&body).into_iter().map(str::to_owned).collect::<Vec<_>>());
            match link(&body, "after") {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 21]);
        let mut sorted = pages.concat();
        sorted.sort();
        assert_eq!(pages.concat(), sorted);
        let last = site.get(&path, &cookie).body;
        let before = site.get(&link(&last, "before").unwrap(), &cookie).body;
        assert_eq!(names(&before), pages[1]);
        assert!(site.get("/users", &cookie).body.contains("121 people"));
    }

    fn searches_names_addresses_and_ids_from_their_beginning(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "t.nkosi@example.com");
        site.person(&account, "Jörg Österreich", "joerg@example.com");
        let cookie = site.sign_in("maria@example.com");
        let found = |q: &str| {
            let body = site.get(&format!("/users?q={q}"), &cookie).body;
            names(&body).join(", ")
        };
        assert_eq!(found("nko"), "Thandi Nkosi");
        assert_eq!(found("NKOSI%20thandi"), "Thandi Nkosi");
        assert_eq!(found("t.nk"), "Thandi Nkosi");
        assert_eq!(found("j%C3%B6rg"), "Jörg Österreich");
        assert_eq!(found("kosi"), "");
        assert_eq!(found("x%27%20or%201=1--"), "");
    }

    fn filters_by_status_and_role(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let found = |query: &str| names(&site.get(&format!("/users?{query}"), &cookie).body).join(", ");
        assert_eq!(found("status=invited"), "Thandi Nkosi");
        assert_eq!(found("role=owner"), "Maria Keller");
        assert_eq!(found("status=active&role=user"), "");
        assert_eq!(found("status=nonsense&after=nonsense"), "Maria Keller, Thandi Nkosi");
    }

    fn every_filter_narrows_the_list_and_they_add_up(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        for name in ["Anna One", "Berta Two", "Carla Three"] {
            let email = format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase());
            site.person(&account, name, &email);
        }
        site.execute("update users set phone = '+27821234567', person_kind = 'visitor', custom = '{\"locker\":\"12\",\"note\":\"a \\\"locker\\\":\\\"13\\\"\"}' where first_name = 'Anna'");
        site.execute("update users set email = null, email_key = null where first_name = 'Berta'");
        let group = site.db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Group, "Night")).unwrap().id;
        site.db.write_blocking(|tx| modules::set(tx, &ctx, "events", 5)).unwrap();
        site.db.write_blocking(|tx| fields::create(tx, &ctx, "Locker", FieldKind::Text, &[])).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let anna = site.db.read_blocking(|tx| users::search(tx, &ctx, "anna", &UserFilter::default())).unwrap()[0].user.id;
        assert_eq!(site.post(&format!("/groups/{group}/members"), &[("user", &anna.to_string())], &cookie).status, 303);
        let found = |query: &str| names(&site.get(&format!("/users?{query}"), &cookie).body).join(", ");
        assert_eq!(found(&format!("group={group}")), "Anna One");
        assert_eq!(found(&format!("group={group}&status=active")), "");
        assert_eq!(found(&format!("q=a&group={group}")), "Anna One");
        assert_eq!(found("kind=visitor"), "Anna One");
        assert_eq!(found("kind=employee"), "Berta Two, Carla Three, Maria Keller");
        assert_eq!(found("has=phone"), "Anna One");
        assert_eq!(found("lacks=email"), "Berta Two");
        assert_eq!(found("field=locker"), "Anna One");
        assert_eq!(found("field=locker&value=12"), "Anna One");
        assert_eq!(found("field=locker&value=13"), "");
        assert_eq!(found("field=locker&value=1"), "");
        assert_eq!(found("seen=day"), "Maria Keller");
        assert_eq!(found("seen=never&sort=name_down"), "Carla Three, Berta Two, Anna One");
        assert_eq!(found("seen=long_ago"), "");
        assert_eq!(found("invite=none&sort=last_name"), "Anna One, Carla Three, Berta Two");
        assert_eq!(found("module=events"), "");
        assert_eq!(found("card=active"), "");
        let mut newest: Vec<String> = found("sort=newest").split(", ").map(str::to_owned).collect();
        newest.reverse();
        assert_eq!(found("sort=oldest"), newest.join(", "));
        assert_eq!(site.post(&format!("/users/{anna}/invite"), &[("channel", "email")], &cookie).status, 303);
        assert_eq!(found("invite=open"), "Anna One");
        assert_eq!(found("invite=expired"), "");
    }

    fn people_are_found_by_a_workflow_of_their_group(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        let [direct, both, grouped, _] = ["Anna One", "Berta Two", "Carla Three", "Dora Four"]
            .map(|name| site.person(&account, name, &format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase())));
        let (group, workflow, other) = site.db.write_blocking(|tx| {
            let group = groups::create(tx, &ctx, GroupKind::Group, "Night").unwrap().id;
            for user in [both, grouped] {
                groups::add_member(tx, &ctx, group, user).unwrap();
            }
            let workflow = workflows::create(tx, &ctx, "Audit").unwrap().id;
            let other = workflows::create(tx, &ctx, "Permits").unwrap().id;
            for member in [Member::User(direct), Member::User(both), Member::Group(group)] {
                workflows::add_participant(tx, &ctx, workflow, member).unwrap();
            }
            Ok::<_, db::Error>((group, workflow, other))
        }).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let found = |query: &str| names(&site.get(&format!("/users?{query}"), &cookie).body).join(", ");
        assert_eq!(found(&format!("workflow={workflow}")), "Anna One, Berta Two, Carla Three");
        assert_eq!(found(&format!("workflow={workflow}&group={group}")), "Berta Two, Carla Three");
        assert_eq!(found(&format!("q=b&workflow={workflow}")), "Berta Two");
        assert_eq!(found(&format!("workflow={other}")), "");
    }

    fn more_groups_than_a_select_holds_are_found_by_name_and_the_chosen_one_is_always_shown(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        let anna = site.person(&account, "Anna One", "anna@example.com");
        let last = site.db.write_blocking(|tx| {
            for number in 0..500 {
                groups::create(tx, &ctx, GroupKind::Group, &format!("Group {number:03}")).unwrap();
            }
            let last = groups::create(tx, &ctx, GroupKind::Group, "Zebra").unwrap().id;
            groups::add_member(tx, &ctx, last, anna).unwrap();
            Ok::<_, db::Error>(last)
        }).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let page = site.get("/users", &cookie).body;
        assert!(page.contains("name=\"group_named\"") && !page.contains("name=\"team_named\"") && !page.contains("Zebra</option>"), "{page}");
        let chosen = format!("<option value=\"{last}\" selected>Zebra</option>");
        for query in [format!("group={last}"), "group_named=zebra".to_owned()] {
            let page = site.get(&format!("/users?{query}"), &cookie).body;
            assert!(page.contains(&chosen), "{page}");
            assert_eq!(names(&page), ["Anna One"]);
            // What is done next is done with the group, whichever way it was found.
            assert!(page.contains(&format!("<input type=\"hidden\" name=\"group\" value=\"{last}\">")), "{page}");
        }
        let none = site.get("/users?group_named=Giraffe", &cookie).body;
        assert!(none.contains("There is none of this name") && none.contains("No one matches"), "{none}");

        let anna = anna.to_string();
        let choose = site.get(&format!("/users/bulk?pick={anna}"), &cookie).body;
        assert!(choose.contains("name=\"to_group_named\"") && !choose.contains("name=\"to_workflow_named\""), "{choose}");
        let wrong = site.post("/users/bulk", &[("pick", &anna), ("do", "leave"), ("to_group_named", "Giraffe")], &cookie);
        assert!(wrong.status == 422 && wrong.body.contains("There is no group called “Giraffe”"), "{}", wrong.body);
        let made = site.post("/users/bulk", &[("pick", &anna), ("do", "leave"), ("to_group_named", "zebra")], &cookie);
        let page = site.get(made.header("location"), &cookie).body;
        assert!(page.contains("Remove from group Zebra"), "{page}");
    }

    fn columns_are_chosen_and_kept_in_views_of_ones_own_and_shared_ones(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let body = site.get("/users?col=kind&col=added", &cookie).body;
        assert!(body.contains("<th scope=\"col\">Kind</th>") && !body.contains("<th scope=\"col\">Contact</th>"), "{body}");
        let kept = site.post("/users/views", &[("name", "Only new"), ("shared", "yes"), ("query", "status=invited&col=kind&after=x&evil=1")], &cookie);
        assert_eq!(kept.header("location"), "/users?status=invited&col=kind");
        let admin = site.member(&account, Role::Admin);
        let seen = site.get("/users", &admin);
        assert!(seen.body.contains("Only new"), "{} {}", seen.status, seen.body);
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        assert!(!site.get("/users", &other).body.contains("Only new"));
        assert_eq!(site.post("/users/views", &[("name", " "), ("query", "")], &cookie).status, 409);
    }

    fn ticks_survive_pages_without_scripts(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids: Vec<_> = (0..60).map(|n| site.person(&account, &format!("Anna {n:03}"), &format!("a{n}@example.com"))).collect();
        let cookie = site.sign_in("maria@example.com");
        let next = link(&site.get(&format!("/users?pick={}", ids[0]), &cookie).body, "after").unwrap();
        let second = site.get(&format!("{next}&pick={}&pick={}", ids[0], ids[55]), &cookie).body;
        assert!(second.contains("2 ticked"));
        assert!(second.contains(&format!("type=\"hidden\" name=\"pick\" value=\"{}\"", ids[0])));
        assert!(second.contains(&format!("id=\"pick-{}\" aria-label=\"Tick Anna 055\" checked", ids[55])));
    }

    fn exports_those_ticked_or_all_of_the_list_with_the_columns_shown(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let thandi = site.person(&account, "Thandi Nkosi", "=thandi@example.com");
        site.person(&account, "Anna Berg", "anna@example.com");
        let cookie = site.sign_in("maria@example.com");
        let file = |query: &str| site.get(&format!("/users/export?{query}"), &cookie);
        let ticked = file(&format!("file=csv&pick={thandi}"));
        assert_eq!(ticked.header("content-type"), "text/csv; charset=utf-8");
        assert!(ticked.body.contains("Thandi") && !ticked.body.contains("Anna"), "{}", ticked.body);
        let all = file("file=all-csv&status=invited").body;
        assert!(all.contains("Anna") && all.contains("Thandi") && !all.contains("Maria"));
        let shown = file(&format!("file=shown-csv&col=kind&pick={thandi}")).body;
        assert_eq!(shown.trim_start_matches('\u{feff}').lines().next(), Some("First name,Last name,Kind"));
        assert_eq!(file("file=csv").status, 409);
        assert_eq!(file("file=all-xlsx").status, 200);
    }

    fn markup_in_names_is_only_text(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let hostile = "<img src=x onerror=alert(1)> \"'&";
        let id = site.person(&account, hostile, "x@example.com");
        let cookie = site.sign_in("maria@example.com");
        for path in ["/users".to_owned(), format!("/users/{id}"), "/users?q=%3Cimg%20src".to_owned()] {
            let answer = site.get(&path, &cookie);
            assert_eq!(answer.status, 200);
            assert!(answer.body.contains("&#60;img src=x onerror=alert(1)&#62;"), "{path}");
            assert!(!answer.body.contains("<img"), "{path}");
        }
    }
}
