//! Mail that comes back over HTTP: who may bring it, and what becomes of the message.

use axum::{body::Body, http::Method};
use delivery::{Channel, MessageState, Parameters, Purpose, bounces, messages};
use kernel::MessageId;
use server::Settings;
use testkit::{NOW, TestDb, on_both};

use crate::site::{Account, Answer, Site, request};

const TOKEN: &str = "a secret of the mail server";

fn site(db: &TestDb) -> (Site, Account) {
    let mut delivery = delivery::Settings::capture("https://people.test");
    delivery.bounce_token = Some(TOKEN.to_owned());
    let site = Site::sending(db, Settings::default(), delivery);
    let account = site.account("Harbour Facilities", "maria@example.com");
    (site, account)
}

/// A message that has left.
fn sent(site: &Site, account: &Account) -> MessageId {
    let message = messages::NewMessage {
        id: site.ids.next(NOW),
        account: account.id,
        channel: Channel::Email,
        purpose: Purpose::Invitation,
        language: None,
        subject: None,
        recipient: "thandi@example.com".to_owned(),
        parameters: Parameters::default(),
        link: Some("https://people.test/join/secret".to_owned()),
        due_at: NOW,
        created_at: NOW,
    };
    site.db
        .write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message)))
        .unwrap();
    site.execute("update messages set state = 'sent', link = null");
    message.id
}

fn state(site: &Site, account: &Account, id: MessageId) -> MessageState {
    let found = site
        .db
        .read_blocking(|tx| messages::find(tx, account.id, id));
    found.unwrap().unwrap().state
}

fn report(action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mail.example.com\r\nTo: bounces@example.com\r\nSubject: Undelivered\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mail.example.com\r\n\r\n\
         Final-Recipient: rfc822; thandi@example.com\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n--b--\r\n"
    )
}

fn bring(site: &Site, token: &str, id: MessageId, mail: impl Into<Body>) -> Answer {
    let path = format!(
        "/hooks/bounces?recipient=bounces%2B{}@example.com",
        id.uuid().simple()
    );
    // As a mail server does: neither a cookie nor what a browser says about where it comes from.
    let request = request(Method::POST, &path, "")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "message/rfc822")
        .body(mail.into());
    site.send(request.unwrap())
}

on_both! {
    fn a_returned_mail_marks_its_message(db: &TestDb) {
        let (site, account) = site(db);
        let id = sent(&site, &account);
        assert_eq!(bring(&site, TOKEN, id, report("delayed")).status, 204);
        assert_eq!(state(&site, &account, id), MessageState::Sent);
        assert_eq!(bring(&site, TOKEN, id, report("failed")).status, 204);
        assert_eq!(state(&site, &account, id), MessageState::Bounced);
        assert_eq!(bring(&site, TOKEN, id, "not a mail").status, 204);
    }

    fn only_who_knows_the_secret_may_bring_mail(db: &TestDb) {
        let (site, account) = site(db);
        let id = sent(&site, &account);
        for token in ["", "a secret of the mail serve", "another"] {
            assert_eq!(bring(&site, token, id, report("failed")).status, 401, "{token:?}");
        }
        let owner = site.sign_in("maria@example.com");
        let with_cookie = request(Method::POST, "/hooks/bounces", &owner).body(Body::from(report("failed")));
        assert_eq!(site.send(with_cookie.unwrap()).status, 401);
        assert_eq!(state(&site, &account, id), MessageState::Sent);
    }

    fn a_mail_past_the_bound_is_refused_and_an_open_hook_does_not_exist(db: &TestDb) {
        let (site, account) = site(db);
        let id = sent(&site, &account);
        assert_eq!(bring(&site, TOKEN, id, vec![b'x'; bounces::LONGEST + 1]).status, 413);
        let closed = Site::empty(db, Settings::default());
        assert_eq!(bring(&closed, "", id, report("failed")).status, 404);
        assert_eq!(state(&site, &account, id), MessageState::Sent);
    }
}
