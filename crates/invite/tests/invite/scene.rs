//! An account with people to invite, and everything around it.

use std::{cell::RefCell, time::Duration};

use db::{Sql, params};
use delivery::{MailServer, Sender, Settings};
use directory::{
    Actor, Ctx,
    accounts::NewAccount,
    users::{self, UserRow},
};
use identity::{
    Password,
    identities::{NewIdentity, Proven},
    sessions::Token,
    set_up::{self, NewOwner},
};
use invite::{
    Channel, InviteError,
    accept::{self, AcceptError, Credential, Door, Offer},
    manage::{self, Invited},
    wave::{self, NewWave, Selection, Wanted, Wave},
};
use jobs::{Context, Runner, Wake};
use kernel::{AccountId, Clock, Email, IdentityId, Ids, PersonName, Phone, Role, UserId, WaveId};
use testkit::{NOW, TestDb};

pub(crate) struct Scene<'d> {
    pub(crate) db: &'d TestDb,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) server: testkit::MailServer,
    pub(crate) ctx: Ctx,
    pub(crate) owner: UserId,
    people: RefCell<u32>,
    folder: tempfile::TempDir,
}

impl<'d> Scene<'d> {
    pub(crate) fn new(db: &'d TestDb) -> Self {
        let (clock, ids) = (Clock::fixed(NOW), Ids::system());
        let (ctx, owner) = account(db, &clock, &ids, "Harbour", "maria@harbour.example");
        Self {
            db,
            clock,
            ids,
            server: testkit::MailServer::start(),
            ctx,
            owner,
            people: RefCell::new(0),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            mail: Some(
                MailServer::parse(&self.server.url(), "people@harbour.example", None).unwrap(),
            ),
            mails_per_second: 100_000,
            ..Settings::capture("https://people.harbour.example")
        }
    }

    pub(crate) fn send(&self) {
        Sender::new(
            self.db.reopen(),
            self.clock.clone(),
            self.ids.clone(),
            Wake::default(),
            self.settings(),
            self.folder.path(),
        )
        .send_due()
        .unwrap();
    }

    pub(crate) fn runner(&self) -> Runner {
        let context = Context::new(self.db.reopen(), self.clock.clone(), self.ids.clone());
        invite::register(Runner::new(context), &self.settings())
    }

    /// Runs jobs and sends messages until nothing is due.
    pub(crate) fn settle(&self) {
        for _ in 0..5 {
            self.runner().run_all_due().unwrap();
            self.send();
        }
    }

    pub(crate) fn later(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// A person who never signed in.
    pub(crate) fn person(&self, email: Option<&str>, phone: Option<&str>) -> UserId {
        self.person_of(&self.ctx, email, phone)
    }

    pub(crate) fn person_of(&self, ctx: &Ctx, email: Option<&str>, phone: Option<&str>) -> UserId {
        *self.people.borrow_mut() += 1;
        let id: UserId = ctx.new_id();
        let email = email.map(|email| Email::parse(email).unwrap());
        let now = ctx.now();
        let row = UserRow {
            account: ctx.account,
            id,
            identity: None,
            external_id: None,
            first_name: format!("Person{}", self.people.borrow()),
            last_name: "Tester".to_owned(),
            email: email.as_ref().map(|email| email.as_str().to_owned()),
            email_key: email.as_ref().map(|email| email.key().into_owned()),
            phone: phone.map(str::to_owned),
            notes: None,
            role: "user".to_owned(),
            status: "invited".to_owned(),
            person_kind: "employee".to_owned(),
            title: None,
            department: None,
            language: None,
            custom: None,
            version: 1,
            import: None,
            created_at: now,
            updated_at: now,
            admin_role: None,
        };
        self.db
            .write_blocking(|tx| users::insert(tx, std::slice::from_ref(&row)))
            .unwrap();
        id
    }

    pub(crate) fn invite(&self, user: UserId, channel: Channel) -> Result<Invited, InviteError> {
        self.invite_in(&self.ctx, user, channel)
    }

    pub(crate) fn invite_in(
        &self,
        ctx: &Ctx,
        user: UserId,
        channel: Channel,
    ) -> Result<Invited, InviteError> {
        self.db
            .write_blocking(|tx| manage::invite(tx, ctx, &self.settings(), user, channel))
    }

    /// Begins a wave and lets it run to its end.
    pub(crate) fn wave(&self, selection: Selection, again: bool) -> Wave {
        let new = NewWave {
            selection,
            again,
            channel: Wanted::Any,
            days: None,
            send_at: None,
        };
        let id = self
            .db
            .write_blocking(|tx| wave::begin(tx, &self.ctx, &new))
            .unwrap();
        self.settle();
        self.wave_state(id)
    }

    pub(crate) fn wave_state(&self, id: WaveId) -> Wave {
        self.db
            .read_blocking(|tx| wave::find(tx, self.ctx.account, id))
            .unwrap()
            .unwrap()
    }

    /// The link in the newest mail to somebody.
    pub(crate) fn link_to(&self, recipient: &str) -> Token {
        let mail = self
            .server
            .mails()
            .into_iter()
            .rev()
            .find(|mail| mail.to == recipient);
        let content = mail
            .unwrap_or_else(|| panic!("no mail to {recipient}"))
            .content;
        // Quoted-printable breaks lines with an equals sign.
        let content = content.replace("=\n", "");
        token_in(&content)
    }

    pub(crate) fn look(&self, token: &Token) -> Door {
        self.db
            .read_blocking(|tx| accept::look(tx, token, self.clock.now()))
            .unwrap()
    }

    pub(crate) fn offer(&self, token: &Token) -> Offer {
        match self.look(token) {
            Door::Open(offer) => *offer,
            door => panic!("{door:?}"),
        }
    }

    pub(crate) fn accept(&self, token: &Token) -> Result<(AccountId, IdentityId), AcceptError> {
        let hash = Password::typed("correct horse battery").hash();
        self.db.write_blocking(|tx| {
            accept::accept(
                tx,
                &self.clock,
                &self.ids,
                token,
                None,
                &Credential::New(&hash),
            )
        })
    }

    pub(crate) fn status(&self, user: UserId) -> String {
        let sql = Sql::new("status", "select status from users where id = $1");
        self.db
            .read_blocking(|tx| tx.fetch_one::<(String,)>(&sql, params![user]))
            .unwrap()
            .0
    }

    /// Somebody who signs in elsewhere with a proven address.
    pub(crate) fn identity(
        &self,
        email: Option<&str>,
        phone: Option<&str>,
        proven: Proven,
    ) -> IdentityId {
        let email = email.map(|email| Email::parse(email).unwrap());
        let hash = Password::typed("correct horse battery").hash();
        let new = NewIdentity {
            email: email.as_ref(),
            phone: phone.map(|phone| Phone::parse(phone, None).unwrap()),
            password: &hash,
            proven,
        };
        self.db
            .write_blocking(|tx| {
                identity::identities::create(tx, &self.ids, self.clock.now(), &new)
            })
            .unwrap()
            .unwrap()
    }

    pub(crate) fn recipients(&self) -> Vec<String> {
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

pub(crate) fn token_in(text: &str) -> Token {
    let (_, rest) = text.split_once("/join/").unwrap();
    Token::parse(&rest[..64]).unwrap()
}

/// An account whose owner acts.
pub(crate) fn account(
    db: &TestDb,
    clock: &Clock,
    ids: &Ids,
    name: &str,
    email: &str,
) -> (Ctx, UserId) {
    let owner = NewOwner {
        account: NewAccount::named(name),
        name: PersonName::from_full("Maria Keller").unwrap(),
        email: Email::parse(email).unwrap(),
        password: Password::typed("correct horse battery").hash(),
    };
    let (account, owner) = db
        .write_blocking(|tx| {
            set_up::account(tx, clock, ids, &owner).map_err(|error| match error {
                set_up::SetUp::Db(error) => error,
                other => panic!("{other}"),
            })
        })
        .unwrap();
    let actor = Actor::new(Some(owner), "Maria Keller", Role::Owner);
    (
        Ctx {
            account: account.id,
            actor,
            clock: clock.clone(),
            ids: ids.clone(),
        },
        owner,
    )
}
