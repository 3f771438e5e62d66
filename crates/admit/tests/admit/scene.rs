//! An account with devices and people, and everything that works on a sent draft.

use std::{io::Cursor, time::Duration};

use admit::{Added, AdmitError, Draft, Fields, Sending, Sheet, SheetPerson, Skip, Standing};
use db::{Backend, Sql, Tx, params};
use delivery::Settings;
use directory::{
    Actor, Ctx,
    access::{self, Giving, Recipient, Terms, give},
    accounts::NewAccount,
    devices,
    users::{self, UserRow},
};
use identity::{
    Password,
    set_up::{self, NewOwner},
};
use import::Imports;
use jobs::{Context, NewJob, Runner};
use kernel::{
    AccessType, Clock, DeviceId, Email, GroupName, Ids, InviteDraftId, PersonName, Role, Timestamp,
    UserId,
};
use tabular::Limits;
use testkit::{NOW, TestDb};

pub(crate) struct Scene<'d> {
    pub(crate) db: &'d TestDb,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) ctx: Ctx,
    pub(crate) imports: Imports,
    delivery: Settings,
    _folder: tempfile::TempDir,
}

impl<'d> Scene<'d> {
    pub(crate) fn new(db: &'d TestDb) -> Self {
        let (clock, ids) = (Clock::fixed(NOW), Ids::system());
        let owner = NewOwner {
            account: NewAccount {
                name: "Harbour".to_owned(),
                default_country: Some("ZA".to_owned()),
                time_zone: None,
            },
            name: PersonName::from_full("Maria Keller").unwrap(),
            email: Email::parse("maria@harbour.example").unwrap(),
            password: Password::typed("correct horse battery").hash(),
        };
        let (account, owner) = db
            .write_blocking(|tx| {
                set_up::account(tx, &clock, &ids, &owner).map_err(|error| match error {
                    set_up::SetUp::Db(error) => error,
                    other => panic!("{other}"),
                })
            })
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self {
            ctx: Ctx {
                account: account.id,
                actor: Actor::new(Some(owner), "Maria Keller", Role::Owner),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            imports: Imports::new(db.reopen(), folder.path(), Limits::default()),
            delivery: Settings::capture("https://people.harbour.example"),
            db,
            clock,
            ids,
            _folder: folder,
        }
    }

    pub(crate) fn delivery(&self) -> Settings {
        self.delivery.clone()
    }

    pub(crate) fn runner(&self) -> Runner {
        let context = Context::new(self.db.reopen(), self.clock.clone(), self.ids.clone());
        let runner = invite::register(Runner::new(context), &self.delivery());
        let runner = self.imports.register(runner, None);
        admit::register(runner, &self.imports, &self.delivery())
    }

    /// Queues the job of a sent draft anew, as when whatever ran it was taken for dead.
    pub(crate) fn begin_again(&self, id: InviteDraftId) {
        let payload = serde_json::json!({ "account": self.ctx.account, "draft": id });
        let job = NewJob::new("admit.send", &payload).unwrap();
        let (ids, now) = (&self.ids, self.clock.now());
        self.db
            .write_blocking(|tx| jobs::enqueue(tx, ids, now, &job.run_at(now)))
            .unwrap();
    }

    /// Runs jobs until nothing is left to wait for.
    pub(crate) fn settle(&self) {
        for _ in 0..6 {
            self.runner().run_all_due().unwrap();
            self.clock.advance(Duration::from_secs(2));
        }
    }

    pub(crate) fn device(&self, name: &str) -> DeviceId {
        self.db
            .write_blocking(|tx| {
                devices::create(tx, &self.ctx, name).map_err(|error| panic!("{error}"))
            })
            .map(|device| device.id)
            .map_err(|error: db::Error| error)
            .unwrap()
    }

    pub(crate) fn rename(&self, device: DeviceId, name: &str) {
        let name = GroupName::parse(name).unwrap();
        let guests = devices::GuestLimits::new(120, 3).unwrap();
        self.db
            .write_blocking(|tx| access::configure(tx, &self.ctx, device, &name, guests))
            .unwrap();
    }

    /// A person of the account; whoever is active signs in.
    pub(crate) fn person(&self, name: &str, phone: Option<&str>, status: &str) -> UserId {
        self.person_with(name, phone, None, status)
    }

    pub(crate) fn person_with(
        &self,
        name: &str,
        phone: Option<&str>,
        email: Option<&str>,
        status: &str,
    ) -> UserId {
        let id: UserId = self.ctx.new_id();
        let name = PersonName::from_full(name).unwrap();
        let row = UserRow {
            account: self.ctx.account,
            id,
            identity: None,
            external_id: None,
            first_name: name.first().to_owned(),
            last_name: name.last().to_owned(),
            email: email.map(str::to_owned),
            email_key: email.map(str::to_lowercase),
            phone: phone.map(str::to_owned),
            notes: None,
            role: "user".to_owned(),
            status: status.to_owned(),
            person_kind: "employee".to_owned(),
            title: None,
            department: None,
            language: None,
            custom: None,
            version: 1,
            import: None,
            created_at: NOW,
            updated_at: NOW,
            admin_role: None,
        };
        self.db
            .write_blocking(|tx| users::insert(tx, std::slice::from_ref(&row)))
            .unwrap();
        id
    }

    /// The person of this name.
    pub(crate) fn user(&self, name: &str) -> UserId {
        let by_name = Sql::new(
            "user",
            "select id from users where first_name || ' ' || last_name = $1",
        );
        let (id,) = self
            .db
            .read_blocking(|tx| tx.fetch_one(&by_name, params![name]))
            .unwrap();
        id
    }

    pub(crate) fn grant(&self, user: UserId, device: DeviceId, terms: Terms) {
        let giving = Giving {
            devices: vec![device],
            terms,
            people: vec![Recipient { user, notes: None }],
        };
        self.db
            .write_blocking(|tx| give(tx, &self.ctx, &giving))
            .unwrap();
    }

    /// Somebody without a role of note, as they act.
    pub(crate) fn acting(&self, user: UserId, name: &str) -> Ctx {
        Ctx {
            actor: Actor::new(Some(user), name, Role::User),
            ..self.ctx.clone()
        }
    }

    pub(crate) fn in_minutes(&self, minutes: u64) -> Timestamp {
        self.clock
            .now()
            .checked_add(Duration::from_mins(minutes))
            .unwrap()
    }

    pub(crate) fn always(&self) -> Terms {
        self.terms(AccessType::Always, None)
    }

    pub(crate) fn terms(&self, kind: AccessType, ends_at: Option<Timestamp>) -> Terms {
        Terms::new(kind, None, None, ends_at, self.clock.now()).unwrap()
    }

    /// A draft with access and devices chosen.
    pub(crate) fn draft(
        &self,
        ctx: &Ctx,
        terms: &Terms,
        devices: &[DeviceId],
    ) -> Result<InviteDraftId, AdmitError> {
        self.db.write_blocking(|tx| {
            let draft = admit::open(tx, ctx)?;
            admit::choose_access(tx, ctx, draft.id, terms)?;
            admit::choose_devices(tx, ctx, draft.id, devices)?;
            Ok(draft.id)
        })
    }

    pub(crate) fn upload(&self, ctx: &Ctx, id: InviteDraftId, text: &str) -> Added {
        let mut source = Cursor::new(text.to_owned());
        admit::read_file(
            &self.db.reopen(),
            &self.imports,
            ctx,
            id,
            "people.csv",
            &mut source,
        )
        .unwrap()
    }

    pub(crate) fn add(
        &self,
        ctx: &Ctx,
        id: InviteDraftId,
        name: &str,
        phone: &str,
    ) -> Result<i64, AdmitError> {
        let fields = Fields {
            name: name.to_owned(),
            phone: phone.to_owned(),
            ..Fields::default()
        };
        self.db
            .write_blocking(|tx| admit::add(tx, ctx, id, &fields))
    }

    pub(crate) fn find(&self, ctx: &Ctx, id: InviteDraftId) -> Result<Draft, AdmitError> {
        self.db.read_blocking(|tx| admit::find(tx, ctx, id))
    }

    pub(crate) fn send(&self, ctx: &Ctx, id: InviteDraftId) -> Result<Sending, AdmitError> {
        let rev = self.find(ctx, id)?.rev;
        self.db.write_blocking(|tx| admit::send(tx, ctx, id, rev))
    }

    pub(crate) fn sheet(&self, ctx: &Ctx, id: InviteDraftId) -> Sheet {
        admit::sheet(&self.db.reopen(), &self.imports, ctx, id).unwrap()
    }

    pub(crate) fn people(&self, ctx: &Ctx, id: InviteDraftId) -> Vec<SheetPerson> {
        self.db
            .read_blocking(|tx| admit::sheet_people(tx, ctx, id, admit::PageAt::Start))
            .unwrap()
            .0
    }

    /// Names with where they stand.
    pub(crate) fn standings(&self, ctx: &Ctx, id: InviteDraftId) -> Vec<(String, Standing)> {
        self.people(ctx, id)
            .into_iter()
            .map(|person| (person.name, person.standing))
            .collect()
    }

    pub(crate) fn names(&self, ctx: &Ctx, id: InviteDraftId) -> Vec<String> {
        self.db
            .read_blocking(|tx| admit::page(tx, ctx, id, "", admit::PageAt::Start))
            .unwrap()
            .cards
            .into_iter()
            .map(|card| card.name)
            .collect()
    }

    pub(crate) fn skips(&self, ctx: &Ctx, id: InviteDraftId) -> Vec<Skip> {
        self.db
            .read_blocking(|tx| admit::skips(tx, ctx, id, 100))
            .unwrap()
    }

    /// How many cards a use case has written.
    pub(crate) fn written(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<(), AdmitError>) -> i64 {
        // SQLite keeps no trace in the rows: a trigger counts there.
        let (prepare, count) = match self.db.backend() {
            Backend::Sqlite => (
                &[
                    "create table if not exists written (number integer)",
                    "delete from written",
                    "create trigger if not exists w1 after insert on invite_cards begin insert into written select new.number; end",
                    "create trigger if not exists w2 after update on invite_cards begin insert into written select new.number; end",
                ][..],
                "select count(distinct number) as n from written",
            ),
            Backend::Postgres => (
                &[][..],
                "select count(*) as n from invite_cards where xmin = pg_current_xact_id()::xid",
            ),
        };
        self.db
            .write_blocking(|tx| {
                for text in prepare {
                    tx.execute(&Sql::new("prepare", text), params![])?;
                }
                work(tx)?;
                let (written,): (i64,) = tx.fetch_one(&Sql::new("written", count), params![])?;
                Ok::<_, AdmitError>(written)
            })
            .unwrap()
    }

    pub(crate) fn count(&self, text: &'static str) -> i64 {
        self.db
            .read_blocking(|tx| tx.fetch_one::<(i64,)>(&Sql::new("count", text), params![]))
            .unwrap()
            .0
    }

    pub(crate) fn texts(&self, text: &'static str) -> Vec<String> {
        self.db
            .read_blocking(|tx| tx.fetch::<(String,)>(&Sql::new("texts", text), params![]))
            .unwrap()
            .into_iter()
            .map(|(text,)| text)
            .collect()
    }
}
