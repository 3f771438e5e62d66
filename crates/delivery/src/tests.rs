//! Messages from the queue to a mail server that speaks SMTP, and back.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use jobs::Wake;
use kernel::{AccountId, Clock, Ids, MessageId};
use testkit::{NOW, TestDb, on_both};

use crate::{
    Channel, MailServer, MessageState, Parameters, Purpose, Sender, Settings, SmsGateway,
    bounces::{self, Returned},
    journal::Journal,
    message,
    messages::{self, Message, NewMessage, Wanted},
    outlet, scene,
    templates::{self, Template},
};

struct Post<'d> {
    db: &'d TestDb,
    account: AccountId,
    ids: Ids,
    clock: Clock,
    server: testkit::MailServer,
    folder: tempfile::TempDir,
}

impl<'d> Post<'d> {
    fn new(db: &'d TestDb) -> Self {
        Self {
            db,
            account: scene::account(db),
            ids: Ids::system(),
            clock: Clock::fixed(NOW),
            server: testkit::MailServer::start(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn settings(&self) -> Settings {
        Settings {
            mail: Some(
                MailServer::parse(
                    &self.server.url(),
                    "people@harbour.example",
                    Some("bounces@harbour.example"),
                )
                .unwrap(),
            ),
            mails_per_second: 10_000,
            ..Settings::capture("https://people.harbour.example")
        }
    }

    fn sender(&self, settings: Settings) -> Sender {
        Sender::new(
            self.db.reopen(),
            self.clock.clone(),
            self.ids.clone(),
            Wake::default(),
            settings,
            self.folder.path(),
        )
    }

    fn send(&self) {
        self.sender(self.settings()).send_due().unwrap();
    }

    fn queue(&self, channel: Channel, purpose: Purpose, recipient: &str) -> MessageId {
        let message = NewMessage {
            id: self.ids.next(self.clock.now()),
            account: self.account,
            channel,
            purpose,
            language: Some("de-AT".to_owned()),
            subject: None,
            recipient: recipient.to_owned(),
            parameters: Parameters {
                account: "Harbour".to_owned(),
                name: "Zoë Müller".to_owned(),
                first_name: "Zoë".to_owned(),
                sender: "Maria".to_owned(),
                days: 14,
                list: Vec::new(),
            },
            link: Some("https://people.harbour.example/join/secret".to_owned()),
            due_at: self.clock.now(),
            created_at: self.clock.now(),
        };
        self.db
            .write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message)))
            .unwrap();
        message.id
    }

    fn invite(&self, recipient: &str) -> MessageId {
        self.queue(Channel::Email, Purpose::Invitation, recipient)
    }

    fn message(&self, id: MessageId) -> Message {
        self.db
            .read_blocking(|tx| messages::find(tx, self.account, id))
            .unwrap()
            .unwrap()
    }

    fn state(&self, id: MessageId) -> MessageState {
        self.message(id).state
    }

    fn recipients(&self) -> Vec<String> {
        let mut to: Vec<_> = self
            .server
            .mails()
            .into_iter()
            .map(|mail| mail.to)
            .collect();
        to.sort();
        to
    }
}

on_both! {
    fn a_message_is_sent_once_with_its_own_return_path_and_its_link_is_forgotten(db: &TestDb) {
        let post = Post::new(db);
        let id = post.invite("zoe@münchen.example");
        post.send();
        post.send();
        let [mail] = post.server.mails().try_into().unwrap();
        assert_eq!(mail.to, "zoe@xn--mnchen-3ya.example");
        assert_eq!(mail.from, format!("bounces+{}@harbour.example", id.uuid().simple()));
        for header in ["Subject: ", "Auto-Submitted: auto-generated", "From: Harbour <people@harbour.example>", "Content-Language: de"] {
            assert!(mail.content.contains(header), "{header}\n{}", mail.content);
        }
        assert!(mail.content.contains(&format!("Message-ID: <{}@harbour.example>", id.uuid().simple())), "{}", mail.content);
        assert!(mail.content.contains("join/secret"));
        let message = post.message(id);
        assert_eq!((message.state, message.link, message.attempts), (MessageState::Sent, None, 0));
        assert_eq!(message.settled_at, Some(NOW));
    }

    fn without_a_mail_server_messages_are_kept_with_their_link(db: &TestDb) {
        let post = Post::new(db);
        let (mail, sms) = (post.invite("zoe@example.com"), post.queue(Channel::Sms, Purpose::Invitation, "+27821234567"));
        assert_eq!(post.sender(Settings::capture("http://localhost")).send_due().unwrap(), 2);
        let message = post.message(mail);
        assert_eq!((message.state, message.link.is_some(), post.state(sms)), (MessageState::Captured, true, MessageState::Captured));
        let content = db.read_blocking(|tx| messages::content(tx, post.account, &message)).unwrap().unwrap();
        assert!(content.text.contains("https://people.harbour.example/join/secret") && content.text.contains("Zoë"));
        let listed = db.read_blocking(|tx| messages::list(tx, post.account, &Wanted { recipient: Some("+2782".to_owned()), ..Wanted::default() })).unwrap();
        assert_eq!(listed.iter().map(|message| message.id).collect::<Vec<_>>(), [sms]);
    }

    fn refused_addresses_bounce_with_the_reason_and_the_others_go_on(db: &TestDb) {
        let post = Post::new(db);
        let ids = ["anna", "unknown", "bob", "full", "spam", "carl"].map(|name| post.invite(&format!("{name}@example.com")));
        post.send();
        assert_eq!(post.recipients(), ["anna@example.com", "bob@example.com", "carl@example.com"]);
        let states = ids.map(|id| post.state(id));
        assert_eq!(states, [MessageState::Sent, MessageState::Bounced, MessageState::Sent, MessageState::Bounced, MessageState::Failed, MessageState::Sent]);
        let unknown = post.message(ids[1]);
        assert_eq!(unknown.reason.as_deref(), Some("There is no mailbox with this address."));
        assert!(unknown.reply.unwrap().contains("5.1.1"));
        assert_eq!(post.server.connections(), 1);
        // Both bounces are told once, together.
        let told = || db.write_blocking(|tx| messages::take_unannounced(tx, post.account, 10)).unwrap().len();
        assert_eq!((told(), told()), (2, 0));
    }

    fn a_greylisted_message_arrives_later_and_once(db: &TestDb) {
        let post = Post::new(db);
        let id = post.invite("grey@example.com");
        post.send();
        let message = post.message(id);
        assert_eq!((message.state, message.attempts), (MessageState::Queued, 1));
        post.clock.advance(Duration::from_secs(59));
        post.send();
        assert_eq!(post.server.offers("grey@example.com"), 1);
        post.clock.advance(Duration::from_secs(1));
        post.send();
        post.send();
        assert_eq!((post.state(id), post.recipients().len()), (MessageState::Sent, 1));
    }

    fn who_is_always_put_off_is_given_up_after_three_days(db: &TestDb) {
        let post = Post::new(db);
        let id = post.invite("busy@example.com");
        for _ in 0..100 {
            post.send();
            if post.state(id) != MessageState::Queued {
                break;
            }
            let wait = post.message(id).due_at.since(post.clock.now());
            post.clock.advance(wait);
        }
        assert_eq!(post.state(id), MessageState::Failed);
        assert!(post.clock.now().since(NOW) >= Duration::from_hours(72));
        assert!((15..40).contains(&post.server.offers("busy@example.com")));
    }

    fn when_the_server_is_away_everybody_waits_and_nobody_bounces(db: &TestDb) {
        let post = Post::new(db);
        post.server.close(true);
        let ids: Vec<_> = (0..30).map(|n| post.invite(&format!("p{n}@example.com"))).collect();
        post.send();
        assert!(ids.iter().all(|id| post.state(*id) == MessageState::Queued && post.message(*id).attempts == 0));
        let outlet = db.read_blocking(|tx| outlet::state(tx, Channel::Email)).unwrap();
        assert!(outlet.problem.unwrap().contains("421") || outlet.retry_at.is_some());
        post.server.close(false);
        post.send();
        assert_eq!(post.recipients().len(), 0);
        post.clock.advance(Duration::from_secs(5));
        post.send();
        assert_eq!(post.recipients().len(), 30);
        assert_eq!(db.read_blocking(|tx| outlet::state(tx, Channel::Email)).unwrap().problem, None);
    }

    fn a_message_that_was_on_its_way_is_not_sent_again(db: &TestDb) {
        let post = Post::new(db);
        let (taken, on_its_way) = (post.invite("taken@example.com"), post.invite("way@example.com"));
        let held = db.hold("sender:dead").unwrap();
        let claimed = db.write_blocking(|tx| messages::claim(tx, "sender:dead", Channel::Email, NOW, 10)).unwrap();
        assert_eq!(claimed.len(), 2);
        assert!(db.write_blocking(|tx| messages::hand(tx, "sender:dead", post.account, on_its_way, NOW)).unwrap());
        post.send();
        assert_eq!((post.state(taken), post.state(on_its_way)), (MessageState::Claimed, MessageState::Handed));
        drop(held);
        post.send();
        assert_eq!(post.recipients(), ["taken@example.com"]);
        // Its machine may be back in a moment and know better.
        assert_eq!(post.state(on_its_way), MessageState::Handed);
        post.clock.advance(Duration::from_mins(2));
        post.send();
        assert_eq!(post.recipients(), ["taken@example.com"]);
        let message = post.message(on_its_way);
        assert_eq!((message.state, message.link), (MessageState::Sent, None));
        assert!(message.reason.unwrap().contains("before the answer came"));
        // The one who was taken for dead cannot note anything any more.
        assert!(!db.write_blocking(|tx| messages::hand(tx, "sender:dead", post.account, taken, NOW)).unwrap());
    }

    fn what_a_dead_sender_wrote_last_says_whether_a_message_is_sent_again(db: &TestDb) {
        let post = Post::new(db);
        let ids = ["begun", "answered", "noted"].map(|name| post.invite(&format!("{name}@example.com")));
        let held = db.hold("sender:dead").unwrap();
        db.write_blocking(|tx| messages::claim(tx, "sender:dead", Channel::Email, NOW, 10)).unwrap();
        for id in ids {
            assert!(db.write_blocking(|tx| messages::hand(tx, "sender:dead", post.account, id, NOW)).unwrap());
        }
        let journal = Journal::new(post.folder.path());
        journal.slot("sender:dead", 0).unwrap().begin(ids[0]).unwrap();
        journal.slot("sender:dead", 1).unwrap().answer(ids[1]);
        drop(held);
        post.send();
        assert_eq!(post.recipients(), ["noted@example.com"]);
        let unanswered = ids.map(|id| post.message(id).reason.is_some());
        assert_eq!((ids.map(|id| post.state(id)), unanswered), ([MessageState::Sent; 3], [true, false, false]));
        assert_eq!(journal.read("sender:dead"), None);
    }

    fn a_connection_lost_after_the_content_is_not_tried_again(db: &TestDb) {
        let post = Post::new(db);
        let (first, lost, last) = (post.invite("a@example.com"), post.invite("drop@example.com"), post.invite("z@example.com"));
        post.send();
        post.clock.advance(Duration::from_mins(1));
        post.send();
        assert_eq!(post.server.offers("drop@example.com"), 1);
        assert_eq!([first, lost, last].map(|id| post.state(id)), [MessageState::Sent; 3]);
        assert_eq!(post.recipients().len(), 3);
    }

    fn lines_that_begin_with_a_dot_arrive_as_they_are(db: &TestDb) {
        let post = Post::new(db);
        let own = Template { language: "de".to_owned(), subject: "x".to_owned(), text: ".one\n..two\n.\n{link}".to_owned() };
        db.write_blocking(|tx| templates::store(tx, post.account, NOW, (Purpose::Invitation, Channel::Email), &own, None)).unwrap();
        let id = post.invite("a@example.com");
        post.send();
        assert_eq!(post.state(id), MessageState::Sent);
        let [mail] = post.server.mails().try_into().unwrap();
        assert!(mail.content.contains("\n.one\n..two\n.\n"), "{}", mail.content);
    }

    fn two_senders_at_once_send_everything_once(db: &TestDb) {
        let post = Post::new(db);
        for n in 0..300 {
            post.invite(&format!("p{n:03}@example.com"));
        }
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| post.send());
            }
        });
        post.send();
        let recipients = post.recipients();
        let expected: Vec<_> = (0..300).map(|n| format!("p{n:03}@example.com")).collect();
        assert_eq!(recipients, expected);
    }

    fn who_waits_for_a_message_overtakes_a_wave(db: &TestDb) {
        let post = Post::new(db);
        for n in 0..40 {
            post.invite(&format!("p{n}@example.com"));
        }
        post.queue(Channel::Email, Purpose::PasswordReset, "waiting@example.com");
        post.send();
        assert_eq!(post.server.mails()[0].to, "waiting@example.com");
    }

    fn what_was_withdrawn_is_never_sent(db: &TestDb) {
        let post = Post::new(db);
        let subject = post.ids.uuid(NOW);
        let mut message = NewMessage {
            id: post.ids.next(NOW),
            account: post.account,
            channel: Channel::Email,
            purpose: Purpose::Invitation,
            language: None,
            subject: Some(subject),
            recipient: "a@example.com".to_owned(),
            parameters: Parameters::default(),
            link: Some("https://x".to_owned()),
            due_at: NOW,
            created_at: NOW,
        };
        db.write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message))).unwrap();
        assert_eq!(db.write_blocking(|tx| messages::withdraw(tx, post.account, subject, NOW)).unwrap(), 1);
        post.send();
        assert_eq!((post.state(message.id), post.recipients().len()), (MessageState::Withdrawn, 0));
        message.id = post.ids.next(NOW);
        message.due_at = NOW.checked_add(Duration::from_secs(10)).unwrap();
        db.write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message))).unwrap();
        post.send();
        assert_eq!(post.recipients().len(), 0);
        post.clock.advance(Duration::from_secs(10));
        post.send();
        assert_eq!(post.recipients().len(), 1);
    }

    fn returned_mail_marks_the_message_it_is_about(db: &TestDb) {
        let post = Post::new(db);
        let (by_path, by_header, delayed) = (post.invite("a@example.com"), post.invite("b@example.com"), post.invite("c@example.com"));
        post.send();
        let receive = |mail: &str, to: Option<&str>| {
            db.write_blocking(|tx| bounces::receive(tx, &post.ids, NOW, mail.replace('\n', "\r\n").as_bytes(), to)).unwrap()
        };
        let path = |id: MessageId| format!("bounces+{}@harbour.example", id.uuid().simple());
        assert_eq!(receive(&report("failed", "5.1.1", None), Some(&path(by_path))), Returned::Bounced(by_path));
        assert_eq!(receive(&report("failed", "5.2.2", Some(by_header)), None), Returned::Bounced(by_header));
        assert_eq!(receive(&report("delayed", "4.4.1", Some(delayed)), None), Returned::Nothing);
        assert_eq!(receive("From: b@example.com\nSubject: On holiday\nAuto-Submitted: auto-replied\n\nBack soon", Some(&path(delayed))), Returned::Nothing);
        assert_eq!(receive(&report("failed", "5.1.1", Some(post.ids.next(NOW))), None), Returned::NotOurs);
        assert_eq!(receive(&report("failed", "5.1.1", None), Some(&path(by_path))), Returned::NotOurs);
        assert_eq!([by_path, by_header, delayed].map(|id| post.state(id)), [MessageState::Bounced, MessageState::Bounced, MessageState::Sent]);
        assert_eq!(post.message(by_header).reason.as_deref(), Some("The mailbox is full."));
    }

    fn an_sms_goes_through_the_gateway(db: &TestDb) {
        let post = Post::new(db);
        let (address, requests) = gateway();
        let good = post.queue(Channel::Sms, Purpose::Invitation, "+27821234567");
        let bad = post.queue(Channel::Sms, Purpose::Invitation, "+15005550001");
        let settings = Settings { sms: Some(SmsGateway::parse(&format!("http://AC1:token@{address}?from=%2B12025550123")).unwrap()), ..post.settings() };
        post.sender(settings).send_due().unwrap();
        assert_eq!((post.state(good), post.state(bad)), (MessageState::Sent, MessageState::Bounced));
        assert_eq!(post.message(bad).reason.as_deref(), Some("This is not a phone number that exists."));
        let mut requests = requests.try_iter();
        let (head, body) = requests.find(|(_, body)| body.contains("27821234567")).unwrap();
        assert!(head.starts_with("POST /2010-04-01/Accounts/AC1/Messages.json"), "{head}");
        assert!(head.to_ascii_lowercase().contains("authorization: basic qumxonrva2vu"), "{head}");
        assert!(body.contains("To=%2B27821234567") && body.contains("From=%2B12025550123") && body.contains("join%2Fsecret"), "{body}");
    }

    fn a_running_sender_stops_when_told(db: &TestDb) {
        let post = Post::new(db);
        let id = post.invite("a@example.com");
        let wake = Wake::default();
        let sender = Sender::new(db.reopen(), Clock::System, post.ids.clone(), wake.clone(), post.settings(), post.folder.path());
        thread::scope(|scope| {
            scope.spawn(|| sender.run());
            for _ in 0..200 {
                if post.state(id) == MessageState::Sent {
                    break;
                }
                thread::sleep(Duration::from_millis(25));
            }
            wake.stop();
        });
        assert_eq!(post.state(id), MessageState::Sent);
    }
}

/// A delivery status notification as mail servers write them.
fn report(action: &str, status: &str, message: Option<MessageId>) -> String {
    let returned = message.map_or(String::new(), |id| {
        format!("--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{}@harbour.example>\nSubject: Hello\n\n", id.uuid().simple())
    });
    format!(
        "From: MAILER-DAEMON@example.com\nTo: bounces@harbour.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nSorry.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n\
         Final-Recipient: rfc822; a@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status}\n no luck\n\n\
         {returned}--b--\n"
    )
}

/// A gateway that knows one bad number; what it was asked comes out of the channel.
fn gateway() -> (
    std::net::SocketAddr,
    std::sync::mpsc::Receiver<(String, String)>,
) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, requests) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(&stream);
            loop {
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                if head.is_empty() {
                    break;
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let body = String::from_utf8(body).unwrap();
                let (status, json) = if body.contains("5005550001") {
                    (
                        "400 Bad Request",
                        "{\"code\":21211,\"message\":\"invalid\"}",
                    )
                } else {
                    ("201 Created", "{\"sid\":\"SM1\"}")
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
                    json.len()
                );
                (&stream).write_all(answer.as_bytes()).unwrap();
                let _ = tell.send((head, body));
            }
        }
    });
    (address, requests)
}

#[test]
fn names_are_stable_and_read_back() {
    for state in MessageState::ALL {
        assert_eq!(message::MessageState::parse(state.as_str()), Some(*state));
    }
}
