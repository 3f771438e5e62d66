//! The outbox: what is listed, who sees which link, and taking a message back.

use delivery::{Channel, MailServer, Parameters, Purpose, Sender, messages};
use jobs::Wake;
use kernel::{MessageId, Role};
use server::Settings;
use testkit::{NOW, TestDb, on_both};

use crate::site::{Account, Site};

const LINK: &str = "https://people.test/join/secret";

/// A message of this purpose that waits.
fn message(site: &Site, account: &Account, purpose: Purpose, to: &str, name: &str) -> MessageId {
    let message = messages::NewMessage {
        id: site.ids.next(NOW),
        account: account.id,
        channel: if to.starts_with('+') {
            Channel::Sms
        } else {
            Channel::Email
        },
        purpose,
        language: None,
        subject: None,
        recipient: to.to_owned(),
        parameters: Parameters {
            account: "Harbour <b>Facilities</b>".to_owned(),
            first_name: name.to_owned(),
            ..Parameters::default()
        },
        link: Some(LINK.to_owned()),
        due_at: NOW,
        created_at: NOW,
    };
    site.db
        .write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message)))
        .unwrap();
    message.id
}

/// An invitation that waits.
pub(crate) fn queued(site: &Site, account: &Account, to: &str) -> MessageId {
    message(site, account, Purpose::Invitation, to, "Thandi")
}

/// Everything that is due is sent, or kept where there is no way out.
fn send(site: &Site, settings: delivery::Settings) {
    Sender::new(
        site.db.clone(),
        site.clock.clone(),
        site.ids.clone(),
        Wake::default(),
        settings,
        &site.folder.path().join("sending"),
    )
    .send_due()
    .unwrap();
}

fn capture() -> delivery::Settings {
    delivery::Settings::capture("https://people.test")
}

on_both! {
    fn kept_messages_are_shown_as_their_recipients_would_get_them(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let id = message(&site, &account, Purpose::Invitation, "thandi@example.com", "<i>Thandi</i>");
        send(&site, capture());
        let cookie = site.sign_in("maria@example.com");
        let list = site.get("/outbox", &cookie).body;
        assert!(list.contains("No mail server is configured: messages are kept here."));
        assert!(list.contains("Kept here") && list.contains("thandi@example.com"), "{list}");
        let shown = site.get(&format!("/outbox/{id}"), &cookie).body;
        assert!(shown.contains("Hello &#60;i&#62;Thandi&#60;/i&#62;,"), "{shown}");
        assert!(!shown.contains("<i>Thandi") && !shown.contains("Harbour <b>"));
        assert!(shown.contains(LINK) && !shown.contains("Withdraw"));
        let html = site.get(&format!("/outbox/{id}/html"), &cookie);
        assert!(html.body.contains("Hello &lt;i&gt;Thandi&lt;/i&gt;,"), "{}", html.body);
        let policy = html.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.ends_with("sandbox") && !policy.contains("script-src"));
    }

    fn a_link_that_signs_in_is_for_owners_and_only_where_nothing_is_sent(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let (owner, admin) = (site.sign_in("maria@example.com"), site.member(&account, Role::Admin));
        let shows_link = |id: MessageId, cookie: &str| {
            let page = site.get(&format!("/outbox/{id}"), cookie);
            let html = site.get(&format!("/outbox/{id}/html"), cookie);
            assert_eq!((page.status.as_u16(), html.status.as_u16()), (200, 200));
            assert_eq!(page.body.contains(LINK), html.body.contains(LINK));
            assert_eq!(!page.body.contains(LINK), page.body.contains("for the recipient and not shown"));
            page.body.contains(LINK)
        };
        for purpose in [Purpose::PasswordReset, Purpose::Invitation, Purpose::Reminder, Purpose::OwnData] {
            let id = message(&site, &account, purpose, "thandi@example.com", "Thandi");
            assert!(!shows_link(id, &owner), "{purpose:?} waits");
            send(&site, capture());
            assert!(shows_link(id, &owner), "{purpose:?} is kept");
            assert!(!shows_link(id, &admin), "{purpose:?} for an administrator");
        }
        let early = message(&site, &account, Purpose::EarlyAccess, "thandi@example.com", "Thandi");
        assert!(shows_link(early, &admin));
    }

    fn a_bounce_says_why_in_plain_words_and_what_the_server_said(db: &TestDb) {
        let server = testkit::MailServer::start();
        let mail = MailServer::parse(&server.url(), "people@example.com", None).unwrap();
        let settings = delivery::Settings { mail: Some(mail), ..capture() };
        let site = Site::sending(db, Settings::default(), settings.clone());
        let account = site.account("Harbour Facilities", "maria@example.com");
        let id = queued(&site, &account, "unknown.thandi@example.com");
        queued(&site, &account, "sipho@example.com");
        send(&site, settings);
        let cookie = site.sign_in("maria@example.com");
        let shown = site.get(&format!("/outbox/{id}"), &cookie).body;
        assert!(shown.contains("There is no mailbox with this address."), "{shown}");
        assert!(shown.contains("The server said: <samp") && shown.contains("550"), "{shown}");
        let bounced = site.get("/outbox?state=bounced", &cookie).body;
        assert!(bounced.contains("unknown.thandi@") && !bounced.contains("sipho@"));
        assert!(!bounced.contains("No mail server is configured"));
        assert!(bounced.contains("Bounced (1)") && bounced.contains("Sent (1)"));
    }

    fn an_outage_says_what_is_wrong_and_when_it_is_tried_next(db: &TestDb) {
        // Nobody listens on port 1.
        let mail = MailServer::parse("smtp://127.0.0.1:1?tls=none", "people@example.com", None).unwrap();
        let settings = delivery::Settings { mail: Some(mail), ..capture() };
        let site = Site::sending(db, Settings::default(), settings.clone());
        let account = site.account("Harbour Facilities", "maria@example.com");
        queued(&site, &account, "thandi@example.com");
        send(&site, settings);
        let list = site.get("/outbox", &site.sign_in("maria@example.com")).body;
        assert!(list.contains("E-mail is not leaving."), "{list}");
        assert!(list.contains("Next try: <time"));
        assert!(list.contains("Waiting"));
    }

    fn pages_and_filters_visit_every_message_once(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        for number in 0..110 {
            queued(&site, &account, &format!("a{number:03}@example.com"));
        }
        message(&site, &account, Purpose::Access, "+27821234567", "Thandi");
        let cookie = site.sign_in("maria@example.com");
        let (mut path, mut seen) = ("/outbox?to=a".to_owned(), Vec::new());
        loop {
            let body = site.get(&path, &cookie).body;
            let ids = body.split("class=\"main\" href=\"/outbox/").skip(1);
            seen.push(ids.map(|part| part.split('"').next().unwrap().to_owned()).collect::<Vec<_>>());
            let Some((_, next)) = body.split_once("rel=\"next\" href=\"") else { break };
            path = next.split('"').next().unwrap().replace("&#38;", "&");
        }
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 10]);
        let mut all = seen.concat();
        assert!(all.is_sorted_by(|one, other| one > other), "newest first");
        all.dedup();
        assert_eq!(all.len(), 110);
        let access = site.get("/outbox?purpose=access", &cookie).body;
        assert!(access.contains("+27821234567") && !access.contains("a001@"));
        let nobody = site.get("/outbox?to=%3Cscript%3E", &cookie).body;
        assert!(nobody.contains("No message matches") && !nobody.contains("<script>"));
        assert_eq!(site.get("/outbox?state=nonsense&before=x", &cookie).status, 200);
    }

    fn a_message_that_waits_can_be_taken_back_once(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let (first, second) = (queued(&site, &account, "a@example.com"), queued(&site, &account, "b@example.com"));
        let cookie = site.sign_in("maria@example.com");
        assert!(site.get(&format!("/outbox/{first}"), &cookie).body.contains("/withdraw"));
        for _ in 0..2 {
            let answer = site.post(&format!("/outbox/{first}/withdraw"), &[], &cookie);
            assert_eq!((answer.status.as_u16(), answer.header("location")), (303, format!("/outbox/{first}").as_str()));
        }
        assert!(site.get(&format!("/outbox/{first}"), &cookie).body.contains("Withdrawn"));
        assert_eq!(site.count("select count(*) as n from activity where action = 'message.withdrawn'"), 1);
        send(&site, capture());
        let late = site.post(&format!("/outbox/{second}/withdraw"), &[], &cookie);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("left already"));
        assert_eq!(site.count("select count(*) as n from messages where state = 'captured'"), 1);
    }

    fn messages_of_another_account_are_not_found(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let id = queued(&site, &account, "thandi@example.com");
        site.account("Elsewhere", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        assert_eq!(site.get(&format!("/outbox/{id}"), &cookie).status, 404);
        assert_eq!(site.get(&format!("/outbox/{id}/html"), &cookie).status, 404);
        assert_eq!(site.post(&format!("/outbox/{id}/withdraw"), &[], &cookie).status, 404);
        assert!(!site.get("/outbox", &cookie).body.contains("thandi"));
    }
}
