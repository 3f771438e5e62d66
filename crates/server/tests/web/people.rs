//! The list of people and a person's page.

use testkit::{TestDb, on_both};

use crate::site::Site;

/// Names on the page, in its order.
fn names(body: &str) -> Vec<&str> {
    body.split("class=\"main\" href=\"/users/")
        .skip(1)
        .filter_map(|part| part.split_once('>')?.1.split('<').next())
        .collect()
}

fn link<'a>(body: &'a str, rel: &str) -> Option<&'a str> {
    body.split_once(&format!("rel=\"{rel}\" href=\""))?
        .1
        .split('"')
        .next()
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
            match link(&body, "next") {
                Some(next) => path = next.replace("&#38;", "&"),
                None => break,
            }
        }
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 21]);
        let mut sorted = pages.concat();
        sorted.sort();
        assert_eq!(pages.concat(), sorted);
        let last = site.get(&path, &cookie).body;
        let before = site.get(&link(&last, "prev").unwrap().replace("&#38;", "&"), &cookie).body;
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
