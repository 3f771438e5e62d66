//! One account with an importer, and short words for what tests look at.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use db::Db;
use directory::{
    Actor, Ctx,
    accounts::{self, NewAccount},
    users::{self, CreateUser, NewUser, UserRecord, UserRow, UserUpdate},
};
use import::{Import, Imports, NewImport, Outcome, Preset, Refusal, RowFilter, Settings, Watch};
use jobs::{Context, Runner};
use kernel::{Clock, Email, ExternalId, Ids, PersonKind, PersonName, Phone, Role};
use tabular::Limits;
use tempfile::TempDir;
use testkit::{NOW, TestDb};

/// An account, an operator and an importer.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) ctx: Ctx,
    pub(crate) imports: Imports,
    pub(crate) context: Context,
    files: TempDir,
}

impl House {
    /// An account without people, whose importer acts as the command line does.
    pub(crate) fn new(db: &TestDb) -> Self {
        Self::with(db, None, None)
    }

    /// The same in a country and a time zone.
    pub(crate) fn with(db: &TestDb, country: Option<&str>, zone: Option<&str>) -> Self {
        // Ids of several houses on one database must differ, though each house's are the same.
        let known = db.read_blocking(accounts::list).unwrap().len() as u64;
        let (clock, ids) = (Clock::fixed(NOW), Ids::seeded(1000 * known));
        let new = NewAccount {
            name: format!("Acme {known}"),
            default_country: country.map(str::to_owned),
            time_zone: zone.map(str::to_owned),
        };
        let account = db
            .write_blocking(|tx| accounts::create(tx, &clock, &ids, &new))
            .unwrap();
        let files = TempDir::new().unwrap();
        let db = Db::clone(db);
        Self {
            ctx: Ctx {
                account: account.id,
                actor: Actor::command_line(),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            imports: Imports::new(db.clone(), files.path(), Limits::default()),
            context: Context::new(db.clone(), clock, ids),
            db,
            files,
        }
    }

    /// The same account with somebody else at the keys.
    pub(crate) fn as_user(&self, person: &UserRow) -> Ctx {
        Ctx {
            actor: Actor::new(
                Some(person.id),
                person.full_name(),
                Role::parse(&person.role).unwrap(),
            ),
            ..self.ctx.clone()
        }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, days: u64) {
        self.context.clock.advance(Duration::from_hours(24 * days));
    }

    /// Makes the next checks look at every row.
    pub(crate) fn forget_checks(&self) {
        let imports = std::fs::read_dir(self.files.path().join("imports")).unwrap();
        for folder in imports {
            let path = folder.unwrap().path().join("checked.json");
            if path.exists() {
                std::fs::remove_file(path).unwrap();
            }
        }
    }

    /// Where the files of an import are.
    pub(crate) fn files_of(&self, import: &Import) -> std::path::PathBuf {
        self.files
            .path()
            .join("imports")
            .join(import.id.to_string())
    }

    /// Where files that arrive in parts are.
    pub(crate) fn uploads(&self) -> std::path::PathBuf {
        self.files.path().join("uploads")
    }

    /// A runner as a process of its own has it.
    pub(crate) fn runner(&self) -> Runner {
        self.imports
            .register(Runner::new(self.context.clone()), None)
    }

    /// A runner in a process that dies at the first sign of a stage's progress.
    pub(crate) fn dying_runner(&self, stage: &'static str) -> Runner {
        self.runner_telling(move |progress| {
            assert_ne!(progress.stage, stage, "the process dies");
        })
    }

    /// A runner whose jobs tell how far they are.
    pub(crate) fn runner_telling(
        &self,
        tell: impl Fn(import::Progress) + Send + Sync + 'static,
    ) -> Runner {
        let runner = Runner::new(self.context.clone());
        self.imports.register(runner, Some(Arc::new(tell)))
    }

    /// Runs all jobs that are due.
    pub(crate) fn run_jobs(&self) {
        self.runner().run_all_due().unwrap();
    }

    /// Takes in a file.
    pub(crate) fn receive(
        &self,
        ctx: &Ctx,
        file: &str,
        settings: &Settings,
    ) -> Result<Import, Refusal> {
        let new = NewImport {
            file_name: "people.csv".to_owned(),
            name: None,
            settings: settings.clone(),
        };
        self.imports.receive(ctx, new, &mut file.as_bytes())
    }

    /// Takes in a file and checks it.
    pub(crate) fn plan(&self, file: &str, settings: &Settings) -> Import {
        self.plan_as(&self.ctx, file, settings)
    }

    /// The same done by somebody else.
    pub(crate) fn plan_as(&self, ctx: &Ctx, file: &str, settings: &Settings) -> Import {
        let import = self.receive(ctx, file, settings).unwrap();
        self.imports
            .check(ctx, import.id, &Watch::nobody())
            .unwrap()
    }

    /// Runs a planned import, confirming what it asks for.
    pub(crate) fn carry_out(&self, planned: &Import) -> Import {
        let guard = planned.plan.as_ref().unwrap().guard.as_ref();
        let confirmed = guard.map(|guard| guard.number);
        self.imports
            .start(&self.ctx, planned.id, None, confirmed)
            .unwrap();
        self.run_jobs();
        self.found(planned)
    }

    /// Imports a file from beginning to end.
    pub(crate) fn import(&self, file: &str, settings: &Settings) -> Import {
        self.carry_out(&self.plan(file, settings))
    }

    /// Imports a file with the general preset, all of whose rows must be good.
    pub(crate) fn add(&self, file: &str) -> Import {
        let done = self.import(file, &general());
        assert_eq!(self.told(&done), [""; 0], "rows of {file}");
        done
    }

    /// The import as it is now.
    pub(crate) fn found(&self, import: &Import) -> Import {
        self.imports.find(&self.ctx, import.id).unwrap()
    }

    /// Takes an import back.
    pub(crate) fn undo(&self, import: &Import) -> Import {
        self.imports.queue_undo(&self.ctx, import.id, None).unwrap();
        self.run_jobs();
        self.found(import)
    }

    /// What becomes of each row, in file order.
    pub(crate) fn fates(&self, import: &Import) -> String {
        let filter = RowFilter {
            limit: 500,
            ..RowFilter::default()
        };
        let rows = self.imports.rows(&self.ctx, import.id, &filter).unwrap();
        let fates: Vec<_> = rows.iter().map(|row| row.outcome.as_str()).collect();
        fates.join(" ")
    }

    /// Row, code and field of every problem but of what was merely brought into standard form.
    pub(crate) fn told(&self, import: &Import) -> Vec<String> {
        let filter = RowFilter {
            limit: 500,
            ..RowFilter::default()
        };
        let rows = self.imports.rows(&self.ctx, import.id, &filter).unwrap();
        rows.iter()
            .flat_map(|row| &row.problems)
            .filter(|problem| problem.severity != "fixed")
            .map(|problem| {
                let field = problem.field.clone().unwrap_or_default();
                format!("{} {} {field}", problem.row, problem.code)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    /// Number of rows with an outcome.
    pub(crate) fn rows_with(&self, import: &Import, outcome: Outcome) -> usize {
        let filter = RowFilter {
            outcome: Some(outcome),
            limit: 500,
            ..RowFilter::default()
        };
        let rows = self.imports.rows(&self.ctx, import.id, &filter);
        rows.unwrap().len()
    }

    /// What is said to a person about each problem, by its code.
    pub(crate) fn messages(&self, import: &Import) -> BTreeMap<String, String> {
        let filter = RowFilter {
            limit: 500,
            ..RowFilter::default()
        };
        let rows = self.imports.rows(&self.ctx, import.id, &filter).unwrap();
        rows.iter()
            .flat_map(|row| &row.problems)
            .map(|problem| (problem.code.clone(), problem.message()))
            .collect()
    }

    /// Everybody, in the order in which they came.
    pub(crate) fn people(&self) -> Vec<UserRecord> {
        self.db
            .read_blocking(|tx| {
                let all = users::UserFilter::default();
                users::list(
                    tx,
                    &self.ctx,
                    &all,
                    users::Sort::Oldest,
                    users::PageAt::Start,
                    1_000,
                )
            })
            .unwrap()
            .people
    }

    /// The person of this name.
    pub(crate) fn person(&self, name: &str) -> UserRecord {
        let mut found: Vec<_> = self
            .people()
            .into_iter()
            .filter(|person| person.user.full_name() == name)
            .collect();
        assert_eq!(found.len(), 1, "people named {name}");
        found.remove(0)
    }

    /// Everybody's full name, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .people()
            .iter()
            .map(|person| person.user.full_name())
            .collect();
        names.sort();
        names
    }

    /// Adds a person by hand.
    pub(crate) fn create(&self, person: &Person<'_>) -> Result<UserRow, CreateUser> {
        self.db
            .write_blocking(|tx| users::create(tx, &self.ctx, &person.new_user()))
    }

    /// Changes a person by hand.
    pub(crate) fn edit(&self, name: &str, change: impl FnOnce(&mut UserRow)) {
        let mut user = self.person(name).user;
        change(&mut user);
        let updates = [UserUpdate { user }];
        let written = self
            .db
            .write_blocking(|tx| {
                users::apply_updates(tx, self.ctx.account, self.ctx.now(), &updates)
            })
            .unwrap();
        assert_eq!(written.len(), 1);
    }

    /// Does something to the account in a transaction.
    pub(crate) fn write<T, E: From<db::Error> + std::fmt::Debug>(
        &self,
        act: impl FnOnce(&mut db::Tx<'_>, &Ctx) -> Result<T, E>,
    ) -> T {
        self.db.write_blocking(|tx| act(tx, &self.ctx)).unwrap()
    }
}

/// A person to be added by hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person<'a> {
    pub(crate) first: &'a str,
    pub(crate) last: &'a str,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) role: Option<Role>,
    pub(crate) kind: Option<PersonKind>,
}

impl Person<'_> {
    fn new_user(&self) -> NewUser {
        NewUser {
            name: PersonName::from_parts(self.first, self.last).unwrap(),
            external_id: self.external_id.map(|id| ExternalId::parse(id).unwrap()),
            email: self.email.map(|email| Email::parse(email).unwrap()),
            phone: self.phone.map(|phone| Phone::parse(phone, None).unwrap()),
            role: self.role.unwrap_or(Role::User),
            kind: self.kind.unwrap_or(PersonKind::Employee),
        }
    }
}

/// What the general preset starts with.
pub(crate) fn general() -> Settings {
    Settings::of(Preset::General)
}

/// A table as CSV.
pub(crate) fn csv<R: AsRef<[C]>, C: AsRef<str>>(rows: &[R]) -> String {
    let quoted = |cell: &C| format!("\"{}\"", cell.as_ref().replace('"', "\"\""));
    rows.iter()
        .map(|row| {
            let cells: Vec<_> = row.as_ref().iter().map(quoted).collect();
            cells.join(",") + "\n"
        })
        .collect()
}

/// A person without what differs between two accounts or two runs: ids, times, import, version.
pub(crate) fn portrait(record: &UserRecord) -> Vec<String> {
    let user = &record.user;
    let mut lines = vec![format!(
        "{:?}",
        (
            (&user.external_id, &user.first_name, &user.last_name),
            (&user.email, &user.email_key, &user.phone, &user.notes),
            (&user.role, &user.status, &user.person_kind),
            (&user.title, &user.department, &user.language, &user.custom),
        )
    )];
    let mut links: Vec<String> = Vec::new();
    links.extend(
        record
            .groups
            .iter()
            .map(|group| format!("{:?} {}", group.1, group.2)),
    );
    links.extend(
        record
            .modules
            .iter()
            .map(|module| format!("module {module}")),
    );
    links.extend(
        record
            .workflows
            .iter()
            .map(|workflow| format!("workflow {}", workflow.1)),
    );
    links.extend(record.grants.iter().map(|(grant, device)| {
        format!(
            "{device} {} {:?} {:?} {:?}",
            grant.access_type, grant.schedule, grant.starts_at, grant.ends_at
        )
    }));
    links.extend(record.cards.iter().map(|card| {
        format!(
            "card {} {} {} {:?} {:?}",
            card.number, card.card_type, card.state, card.starts_at, card.ends_at
        )
    }));
    links.sort();
    lines.extend(links);
    lines
}

/// The portraits of everybody in an account, sorted.
pub(crate) fn portraits(house: &House) -> Vec<Vec<String>> {
    let mut all: Vec<_> = house.people().iter().map(portrait).collect();
    all.sort();
    all
}
