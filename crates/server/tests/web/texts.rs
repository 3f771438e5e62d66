//! Settings → Messages: an account's own texts.

use std::time::Duration;

use testkit::{TestDb, on_both};

use crate::site::{Answer, Site};

const TEXT: &str = "/settings/messages/invitation.email.en";

fn save(site: &Site, cookie: &str, seen: &str, subject: &str, text: &str) -> Answer {
    let fields = [
        ("seen", seen),
        ("subject", subject),
        ("text", text),
        ("intent", "save"),
    ];
    site.post(TEXT, &fields, cookie)
}

/// What a form made now says it was made from.
fn seen(site: &Site, cookie: &str) -> String {
    let body = site.get(TEXT, cookie).body;
    let value = body.split_once("name=\"seen\" value=\"").unwrap().1;
    value.split('"').next().unwrap().to_owned()
}

on_both! {
    fn an_account_says_it_in_its_own_words_and_goes_back(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        assert!(!site.get("/settings/messages", &cookie).body.contains("Your own"));
        assert_eq!(seen(&site, &cookie), "");
        let saved = save(&site, &cookie, "", "Come <in>", "Hello {first_name}\r\n\r\n{link}");
        assert_eq!((saved.status.as_u16(), saved.header("location")), (303, format!("{TEXT}?done=saved").as_str()));
        let page = site.get(saved.header("location"), &cookie).body;
        assert!(page.contains("Saved.") && page.contains("value=\"Come &#60;in&#62;\""), "{page}");
        assert!(site.get("/settings/messages", &cookie).body.contains("Your own"));
        let reset = site.post(&format!("{TEXT}/reset"), &[("seen", &seen(&site, &cookie))], &cookie);
        assert_eq!(reset.header("location"), format!("{TEXT}?done=reset"));
        assert!(site.get(TEXT, &cookie).body.contains("your account is ready"));
        assert_eq!(site.count("select count(*) as n from activity where action like 'text.%'"), 2);
    }

    fn a_change_of_somebody_else_is_not_lost(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        assert_eq!(save(&site, &cookie, "", "First", "{link}").status, 303);
        let first = seen(&site, &cookie);
        site.clock.advance(Duration::from_secs(5));
        assert_eq!(save(&site, &cookie, "", "Second", "{link}").status, 409);
        assert_eq!(save(&site, &cookie, &first, "Second", "{link}").status, 303);
        let late = save(&site, &cookie, &first, "Third", "{link}");
        assert!(late.status == 409 && late.body.contains("Somebody changed this text"));
        assert_eq!(site.post(&format!("{TEXT}/reset"), &[("seen", &first)], &cookie).status, 409);
        assert!(site.get(TEXT, &cookie).body.contains("value=\"Second\""));
    }

    fn a_preview_fills_the_places_and_saves_nothing(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let text = "Dear {name}, <script>alert(1)</script>\n\n{link}";
        let fields = [("seen", ""), ("subject", "From {account}"), ("text", text), ("intent", "preview")];
        let preview = site.post(TEXT, &fields, &cookie);
        assert_eq!(preview.status, 200);
        assert!(preview.body.contains("From Harbour Facilities"));
        assert!(preview.body.contains("Dear Maria Keller, &#60;script&#62;") && !preview.body.contains("<script>alert"));
        assert!(preview.body.contains("https://people.test/"));
        assert_eq!(site.count("select count(*) as n from message_templates"), 0);
    }

    fn a_text_that_cannot_work_is_shown_again_with_the_reason(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for (subject, text, reason) in [
            ("Hi", "Come in", "The text needs the place {link}."),
            ("", "{link}", "The subject is empty."),
            ("Hi", "{link} {password}", "{password} is not a place"),
        ] {
            let answer = save(&site, &cookie, "", subject, text);
            assert_eq!(answer.status, 422);
            assert!(answer.body.contains(reason), "{}", answer.body);
            assert!(answer.body.contains(&format!(">{text}</textarea>")));
        }
        assert_eq!(site.count("select count(*) as n from message_templates"), 0);
    }

    fn send_to_me_queues_for_ones_own_address_with_a_harmless_link(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let sent = site.post(&format!("{TEXT}/send"), &[("recipient", "other@example.com")], &cookie);
        assert_eq!(sent.header("location"), format!("{TEXT}?done=sent"));
        let mine = "select count(*) as n from messages where recipient = 'maria@example.com' \
                    and link = 'https://people.test/' and state = 'queued'";
        assert_eq!((site.count(mine), site.count("select count(*) as n from messages")), (1, 1));
        let sms = site.post("/settings/messages/invitation.sms.en/send", &[], &cookie);
        assert_eq!(sms.status, 400);
    }

    fn texts_that_do_not_exist_are_not_found_and_every_one_that_does_is(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for name in ["invitation.email.xx", "bounces.sms.en", "x", "invitation.email.en.y"] {
            assert_eq!(site.get(&format!("/settings/messages/{name}"), &cookie).status, 404, "{name}");
        }
        let list = site.get("/settings/messages", &cookie).body;
        let links: Vec<_> = list.split("<li><a href=\"/settings/messages/").skip(1)
            .map(|part| part.split('"').next().unwrap()).collect();
        assert!(links.len() >= 64, "{}", links.len());
        for name in links.iter().filter(|name| matches!(name.rsplit_once('.'), Some((_, "de" | "en")))) {
            assert_eq!(site.get(&format!("/settings/messages/{name}"), &cookie).status, 200, "{name}");
        }
    }
}
