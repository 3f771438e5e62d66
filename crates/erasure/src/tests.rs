//! The proof: somebody with unmistakable values in everything there is, erased, and then looked for everywhere.

use std::{fs, ops::ControlFlow, path::Path, time::Duration};

use db::{Sql, params};
use directory::{
    Actor, Ctx,
    accounts::NewAccount,
    activity,
    documents::{Documents, NewDocument, Reassign, Seen},
    leaving::{self, Terms},
    provisioning::{self, Names},
    users::{self, CustomTest, Typed, UserFilter},
    workflows::{self, Member},
};
use identity::{
    Password,
    identities::{self, NewIdentity, Proven},
    set_up::{self, NewOwner},
};
use import::{Imports, NewImport, Preset, Settings, Watch};
use invite::{Channel, manage};
use jobs::{Context, Runner};
use kernel::{Clock, Email, Ids, PersonName, Role, UserId};
use requests::exports;
use tabular::Limits;
use testkit::{NOW, TestDb, on_both};

use super::*;

/// In every text about the person.
const MARK: &str = "zqxmark";
/// What is looked for afterwards; the card in both ways of writing its number.
const VALUES: [&str; 7] = [
    MARK,
    "Quillfeather",
    "821230456",
    "ZQX-90210",
    "5551234567",
    "14AE11E07",
    "qprov7731",
];

struct Scene<'d> {
    db: &'d TestDb,
    ctx: Ctx,
    imports: Imports,
    delivery: delivery::Settings,
    folder: tempfile::TempDir,
}

impl<'d> Scene<'d> {
    fn new(db: &'d TestDb) -> Self {
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
        let actor = Actor::new(Some(owner), "Maria Keller", Role::Owner);
        Self {
            db,
            imports: Imports::new(db.reopen(), folder.path(), Limits::default()),
            ctx: Ctx {
                account: account.id,
                actor,
                clock,
                ids,
            },
            delivery: delivery::Settings::capture("https://people.harbour.example"),
            folder,
        }
    }

    fn runner(&self) -> Runner {
        let ctx = &self.ctx;
        let context = Context::new(self.db.reopen(), ctx.clock.clone(), ctx.ids.clone());
        let runner = self.imports.register(Runner::new(context), None);
        let data = self.folder.path();
        let runner = requests::own_data::register(runner, &self.delivery, data);
        let runner = requests::exports::register(runner, data);
        let runner = invite::register(runner, &self.delivery);
        register(runner, &self.imports, data)
    }

    fn run_jobs(&self) {
        self.runner().run_all_due().unwrap();
    }

    fn put(&self, text: &'static str, values: &[&dyn db::Param]) {
        let sql = Sql::new("put", text);
        self.db
            .write_blocking(|tx| tx.execute(&sql, values))
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// A list is imported, with the person in it.
    fn import(&self, file: &str) -> import::Import {
        let received = self.receive(file);
        let planned = self
            .imports
            .check(&self.ctx, received.id, &Watch::nobody())
            .unwrap();
        let number = planned.plan.as_ref().unwrap().guard.as_ref();
        let number = number.map(|guard| guard.number);
        self.imports
            .start(&self.ctx, planned.id, None, number)
            .unwrap();
        self.run_jobs();
        self.imports.find(&self.ctx, planned.id).unwrap()
    }

    fn receive(&self, file: &str) -> import::Import {
        let new = NewImport {
            file_name: "zqxmark@quill.example.csv".to_owned(),
            name: None,
            settings: Settings::of(Preset::General),
        };
        self.imports
            .receive(&self.ctx, new, &mut file.as_bytes())
            .unwrap()
    }

    fn user(&self, email: &str) -> UserId {
        let sql = Sql::new("user", "select id from users where email_key = $1");
        let (id,) = self
            .db
            .read_blocking(|tx| tx.fetch_one(&sql, params![email]))
            .unwrap();
        id
    }
}

/// Every text or blob column of the database, by the catalogue.
fn columns(db: &TestDb) -> Vec<(String, String, bool)> {
    let sql = Sql::pair(
        "catalogue",
        "select m.name, p.name, p.type from sqlite_master m join pragma_table_info(m.name) p \
         where m.type = 'table' and m.name not like 'sqlite_%' and p.type in ('TEXT', 'BLOB') order by 1, 2",
        "select cast(table_name as text), cast(column_name as text), cast(data_type as text) \
         from information_schema.columns where table_schema = 'public' and data_type in ('text', 'bytea') order by 1, 2",
    );
    let found: Vec<(String, String, String)> =
        db.read_blocking(|tx| tx.fetch(&sql, params![])).unwrap();
    found
        .into_iter()
        .map(|(table, column, kind)| {
            let is_text = kind.eq_ignore_ascii_case("text");
            (table, column, is_text)
        })
        .collect()
}

/// Where in the database a value of the person is.
fn in_database(db: &TestDb) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column, is_text) in columns(db) {
        let (sqlite, postgres) = if is_text {
            (
                format!(
                    "select count(*) as n from {table} where instr(lower({column}), lower($1)) > 0"
                ),
                format!(
                    "select count(*) as n from {table} where position(lower($1) in lower({column})) > 0"
                ),
            )
        } else {
            (
                format!(
                    "select count(*) as n from {table} where instr({column}, cast($1 as blob)) > 0"
                ),
                format!(
                    "select count(*) as n from {table} where position(convert_to($1, 'UTF8') in {column}) > 0"
                ),
            )
        };
        let sql = Sql::pair("search", sqlite.leak(), postgres.leak());
        for value in VALUES {
            let (rows,): (i64,) = db
                .read_blocking(|tx| tx.fetch_one(&sql, params![value]))
                .unwrap_or_else(|error| panic!("{table}.{column}: {error}"));
            if rows > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found.dedup();
    found
}

/// Files of the data folder that have a value of the person, in their name or their content.
fn in_files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let shown = path.display().to_string();
        if path.is_dir() {
            in_files(&path, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        let text = String::from_utf8_lossy(&bytes).into_owned() + &shown.to_lowercase();
        if VALUES
            .iter()
            .any(|value| text.contains(&value.to_lowercase()))
        {
            found.push(shown);
        }
    }
}

fn files(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    in_files(scene.folder.path(), &mut found);
    found
}

/// What is left of the files of documents and archives, packed ones that cannot be searched included.
fn left(scene: &Scene<'_>, folder: &str) -> usize {
    let mut count = 0;
    let mut waiting = vec![scene.folder.path().join(folder)];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                count += 1;
            }
        }
    }
    count
}

const FILE: &str = "First name,Last name,E-mail,Phone,User ID,Notes,Title,Card ID\n\
    Zqxmark,Quillfeather,zqxmark@quill.example,+27821230456,ZQX-90210,zqxmark notes,zqxmark title,5551234567\n\
    Ben,Cole,ben@harbour.example,+27821112222,B-1,,,\n";

/// The person in everything that has a use case for it.
fn live(scene: &Scene<'_>) -> UserId {
    let (db, ctx) = (scene.db, &scene.ctx);
    let done = scene.import(FILE);
    assert_eq!(done.counts.created, 2, "{:?}", done.reason);
    let (user, ben) = (
        scene.user("zqxmark@quill.example"),
        scene.user("ben@harbour.example"),
    );
    // By hand: a field of its own, which the log tells of, and one that imports leave alone.
    db.write_blocking(|tx| {
        let record = users::get(tx, ctx.account, user)?;
        let mut typed = Typed::of(&record);
        typed
            .0
            .insert("department".to_owned(), "zqxmark department".to_owned());
        let draft = users::read(tx, ctx, &typed, Some(&record))?.unwrap();
        users::save(tx, ctx, user, record.user.version, &draft).unwrap();
        Ok::<_, db::Error>(())
    })
    .unwrap();
    // An identity provider knows them by names of its own.
    let names = Names {
        user_name: Some("qprov7731-login".to_owned()),
        external_id: Some("qprov7731-object".to_owned()),
        said: Some("{\"nickName\":\"qprov7731-nick\"}".to_owned()),
    };
    db.write_blocking(|tx| provisioning::keep(tx, ctx, user, &names, false))
        .unwrap();
    let as_user = Ctx {
        actor: Actor::new(Some(user), "Zqxmark Quillfeather", Role::Owner),
        ..ctx.clone()
    };
    db.write_blocking(|tx| users::keep(tx, &as_user, user, &["title".to_owned()]))
        .unwrap();
    db.write_blocking(|tx| users::keep(tx, &as_user, ben, &["title".to_owned()]))
        .unwrap();
    db.write_blocking(|tx| {
        activity::record(
            tx,
            &as_user,
            "user.update",
            Some(ben.uuid()),
            "told by Zqxmark Quillfeather",
        )
    })
    .unwrap();
    // Invited and signed in.
    db.write_blocking(|tx| manage::invite(tx, ctx, &scene.delivery, user, Channel::Email))
        .unwrap();
    db.write_blocking(|tx| manage::invite(tx, &as_user, &scene.delivery, ben, Channel::Email))
        .unwrap();
    let email = Email::parse("zqxmark@quill.example").unwrap();
    let password = Password::typed("correct horse battery").hash();
    db.write_blocking(|tx| {
        let new = NewIdentity {
            email: Some(&email),
            phone: None,
            password: &password,
            proven: Proven::Email,
        };
        let identity = identities::create(tx, &ctx.ids, ctx.now(), &new)?.unwrap();
        assert!(identities::join(
            tx,
            ctx.now(),
            identity,
            ctx.account,
            user
        )?);
        Ok::<_, db::Error>(())
    })
    .unwrap();
    documents(scene, user, ben);
    db.write_blocking(|tx| requests::own_data::request(tx, ctx, user))
        .unwrap();
    scene.run_jobs();
    scene.receive(FILE);
    user
}

/// One that stays theirs, and one that went to somebody else.
fn documents(scene: &Scene<'_>, user: UserId, ben: UserId) {
    let (db, ctx) = (scene.db, &scene.ctx);
    let flow = db
        .write_blocking(|tx| {
            let flow = workflows::create(tx, ctx, "Permits").unwrap().id;
            for member in [user, ben] {
                workflows::add_participant(tx, ctx, flow, Member::User(member)).unwrap();
            }
            Ok::<_, db::Error>(flow)
        })
        .unwrap();
    let documents = Documents::new(db.reopen(), scene.folder.path());
    let upload = |assignee, title: &str, content: &str| {
        let file = documents
            .files()
            .receive("zqxmark.txt", &mut content.as_bytes(), 1)
            .unwrap();
        let new = NewDocument {
            workflow: flow,
            assignee,
            title: title.to_owned(),
            note: String::new(),
            file,
        };
        documents.upload(ctx, new).unwrap()
    };
    upload(user, "zqxmark permit", "of zqxmark");
    let file = documents
        .files()
        .receive("permit.txt", &mut "neutral".as_bytes(), 1)
        .unwrap();
    let new = NewDocument {
        workflow: flow,
        assignee: ben,
        title: "Permit".to_owned(),
        note: String::new(),
        file,
    };
    let other = documents.upload(ctx, new).unwrap();
    for (version, to) in [(1, user), (2, ben)] {
        let wanted = Reassign {
            documents: vec![Seen { id: other, version }],
            to,
            note: String::new(),
        };
        db.write_blocking(|tx| directory::documents::reassign(tx, ctx, &wanted))
            .unwrap();
    }
}

/// And in the rows that only pages, phones and other people make.
fn rows(scene: &Scene<'_>, user: UserId) {
    let ctx = &scene.ctx;
    let (account, owner) = (ctx.account, ctx.actor.user);
    let id = || uuid::Uuid::from_u128(ctx.ids.uuid(ctx.now()).as_u128());
    let name = "Zqxmark Quillfeather";
    let hash = vec![7_u8; 32];
    let image = b"jpeg zqxmark".to_vec();
    scene.put("insert into photos (account_id, user_id, hash, large, small, updated_at) values ($1, $2, $3, $4, $4, 0)", params![account, user, hash, image]);
    scene.put("insert into early_access (account_id, user_id, state, asked_at, decided_by_name) values ($1, $2, 'approved', 0, $3)", params![account, owner, name]);
    scene.put("insert into early_access (account_id, user_id, state, version, asked_at) values ($1, $2, 'approved', 'zqxmark', 0)", params![account, user]);
    scene.put("insert into notifications (account_id, id, user_id, kind, text, created_at) values ($1, $2, $3, 'x', $4, 0)", params![account, id(), user, "to zqxmark"]);
    scene.put("insert into notifications (account_id, id, user_id, kind, text, created_at) values ($1, $2, $3, 'x', $4, 0)", params![account, id(), owner, "about Zqxmark Quillfeather"]);
    let token = id();
    scene.put("insert into api_tokens (account_id, id, user_id, name, name_key, scopes, token_hash, created_at, expires_at) values ($1, $2, $3, 'zqxmark', 'zqxmark', '', $4, 0, 0)", params![account, token, user, hash]);
    scene.put("insert into api_answers (account_id, token_id, key_hash, request_hash, status, body, created_at) values ($1, $2, $3, $3, 200, 'zqxmark', 0)", params![account, token, hash]);
    scene.put("insert into api_answers (account_id, token_id, key_hash, request_hash, status, body, created_at) values ($1, $2, $3, $3, 200, 'zqxmark@quill.example', 0)", params![account, id(), hash]);
    scene.put("insert into user_views (account_id, id, owner_id, name, name_key, is_shared, query, created_at) values ($1, $2, $3, 'zqxmark', 'zqxmark', false, 'q=zqxmark', 0)", params![account, id(), user]);
    scene.put("insert into shared_mappings (account_id, name_key, name, mapping, saved_by_name, saved_at) values ($1, 'a', 'A', '{}', $2, 0)", params![account, name]);
    let draft = id();
    scene.put("insert into invite_drafts (account_id, id, user_id, user_name, state, rev, pasted, created_at, updated_at) values ($1, $2, $3, $4, 'open', 1, 'zqxmark', 0, 0)", params![account, draft, user, name]);
    scene.put("insert into invite_lists (account_id, draft_id, number, name, row_count) values ($1, $2, 1, 'zqxmark', 1)", params![account, draft]);
    scene.put("insert into invite_cards (account_id, draft_id, number, name, name_key, email) values ($1, $2, 1, 'zqxmark', 'zqxmark', 'x@y')", params![account, draft]);
    let other = id();
    scene.put("insert into invite_drafts (account_id, id, user_id, user_name, state, rev, pasted, created_at, updated_at) values ($1, $2, $3, 'Maria Keller', 'open', 1, 'Zqxmark Quillfeather, zqxmark@quill.example', 0, 0)", params![account, other, owner]);
    scene.put("insert into invite_cards (account_id, draft_id, number, name, name_key, email, email_key, phone, user_id) values ($1, $2, 1, $3, 'zqxmark', 'zqxmark@quill.example', 'zqxmark@quill.example', '+27821230456', $4)", params![account, other, name, user]);
    scene.put("insert into invite_skips (account_id, draft_id, list_number, row_no, name, phone, code, reason) values ($1, $2, 1, 1, $3, '+27821230456', '', '')", params![account, other, name]);
    scene.put("insert into jobs (id, account_id, kind, payload, state, run_at, error, created_at) values ($1, $2, 'other', $3, 'failed', 0, 'Zqxmark Quillfeather', 0)", params![id(), account, "{\"sender\":\"Zqxmark Quillfeather\"}"]);
    let batch = id();
    scene.put("insert into photo_batches (account_id, id, source_name, recognise, replace_existing, state, begun_by, begun_by_name, created_at) values ($1, $2, 'x', 'email', false, 'done', $3, $4, 0)", params![account, batch, user, name]);
    scene.put("insert into photo_results (account_id, batch_id, position, name, outcome, reason, user_id) values ($1, $2, 1, 'zqxmark@quill.example.jpg', 'stored', '', $3)", params![account, batch, user]);
    scene.put("insert into photo_results (account_id, batch_id, position, name, outcome, reason) values ($1, $2, 2, 'zqxmark@quill.example.png', 'kept', 'Zqxmark Quillfeather has one')", params![account, batch]);
    scene.put("insert into card_runs (account_id, id, source, state, begun_by, begun_by_name, created_at) values ($1, $2, 'picks', 'done', $3, $4, 0)", params![account, id(), user, name]);
    scene.put("insert into series (account_id, id, name, name_key, pattern, schedule, settings, brakes, saved_by, saved_by_name, created_at, updated_at) values ($1, $2, 'S', 's', '*', '{}', '{}', '{}', $3, $4, 0, 0)", params![account, id(), user, name]);
    scene.put("insert into bulk_actions (account_id, id, action, told, filter, state, made_by, made_by_name, created_at, updated_at) values ($1, $2, '{}', 'Set title to zqxmark@quill.example', null, 'done', $3, $4, 0, 0)", params![account, id(), user, name]);
    scene.put("insert into import_visitors (account_id, import_id, user_id, name, step, seen_at) values ($1, $2, $3, $4, 'x', 0)", params![account, id(), user, name]);
    scene.put("insert into sessions (id, identity_id, account_id, user_id, token_hash, user_agent, created_at, last_seen_at, expires_at) select $1, identity_id, account_id, id, $2, 'zqxmark', 0, 0, 0 from users where account_id = $3 and id = $4", params![id(), hash, account, user]);
    scene.put("insert into password_resets (token_hash, identity_id, channel, recipient, state, created_at, expires_at) select $1, identity_id, 'email', 'zqxmark@quill.example', 'open', 0, 0 from users where account_id = $2 and id = $3", params![hash, account, user]);
}

on_both! {
    fn nothing_of_an_erased_person_is_left_anywhere(db: &TestDb) {
        let scene = Scene::new(db);
        let ctx = &scene.ctx;
        let user = live(&scene);
        rows(&scene, user);
        // A search that finds nothing beforehand would prove nothing.
        let before = in_database(db);
        for place in [
            "activity.actor_name", "activity.details", "api_answers.body", "cards.number", "document_files.name",
            "document_history.note", "early_access.decided_by_name", "identities.email", "imports.source_name",
            "invitations.invited_by_name", "invite_cards.phone", "invite_drafts.pasted", "invite_skips.name", "jobs.payload",
            "kept_fields.kept_by_name", "messages.parameters", "messages.recipient", "notifications.text",
            "password_resets.recipient", "photo_results.reason", "photos.large", "provisioned_users.external_id", "provisioned_users.said", "provisioned_users.user_name", "sessions.user_agent", "users.email", "users.notes",
        ] {
            assert!(before.contains(&place.to_owned()), "{place} has nothing to be erased: {before:?}");
        }
        assert!(columns(db).len() > 200, "the catalogue is read");
        assert!(files(&scene).len() >= 4, "{:?}", files(&scene));
        assert_eq!((left(&scene, "documents"), left(&scene, "own-data")), (2, 1));

        ctx.clock.advance(Duration::from_hours(1));
        let terms = Terms { with_documents: true, take_out: true };
        db.write_blocking(|tx| leaving::delete(tx, ctx, user, None, terms)).unwrap();
        db.write_blocking(|tx| schedule(tx, &ctx.ids, ctx.now())).unwrap();
        ctx.clock.advance(Duration::from_hours(24 * 29));
        scene.run_jobs();
        assert!(db.read_blocking(|tx| users::find(tx, ctx.account, user)).unwrap().is_some(), "restorable for 30 days");
        ctx.clock.advance(Duration::from_hours(48));
        scene.run_jobs();

        assert_eq!(in_database(db), [] as [String; 0]);
        assert_eq!(files(&scene), [] as [String; 0]);
        assert_eq!((left(&scene, "documents"), left(&scene, "own-data")), (1, 0));
        if let Some(file) = db.url().strip_prefix("sqlite:") {
            // Nor in the file of the database and its log, which nobody asks by a statement.
            let mut found = Vec::new();
            in_files(Path::new(file).parent().unwrap(), &mut found);
            assert_eq!(found, [] as [String; 0]);
        }
        let by_id = |name: &'static str, text: &'static str| {
            let sql = Sql::new(name, text);
            let mut rows = 0;
            db.read_blocking(|tx| tx.for_each::<db::Error>(&sql, params![ctx.account], |_| { rows += 1; Ok(ControlFlow::Continue(())) })).unwrap();
            rows
        };
        assert_eq!(by_id("left", "select user_id from deleted_users where account_id = $1"), 0);
        // What others did and have is still there.
        assert_eq!(by_id("people", "select id from users where account_id = $1"), 2);
        assert!(by_id("told", "select id from activity where account_id = $1 and details like 'told by Erased person%'") > 0);
        assert!(by_id("done", "select id from activity where account_id = $1 and actor_name like 'Erased person%'") > 0);
        assert!(by_id("documents", "select id from documents where account_id = $1") == 1);
    }

    fn files_of_people_end_when_one_of_them_is_erased(db: &TestDb) {
        let scene = Scene::new(db);
        let ctx = &scene.ctx;
        let user = live(&scene);
        let everybody = UserFilter::default();
        let export = db.write_blocking(|tx| exports::begin(tx, ctx, &everybody, false)).unwrap();
        scene.run_jobs();
        assert_eq!(left(&scene, "exports"), 1);
        let found = |ctx: &Ctx| db.read_blocking(|tx| exports::find(tx, ctx, export)).unwrap();
        assert!(found(ctx).unwrap().rows >= Some(2));
        ctx.clock.advance(Duration::from_hours(1));
        let terms = Terms { with_documents: true, take_out: true };
        db.write_blocking(|tx| leaving::delete(tx, ctx, user, None, terms)).unwrap();
        scene.run_jobs();
        assert!(found(ctx).is_some(), "deleting keeps it: the person may come back");
        db.write_blocking(|tx| leaving::request(tx, ctx, user, "Zqxmark Quillfeather")).unwrap();
        db.write_blocking(|tx| enqueue(tx, &ctx.ids, ctx.now(), ctx.account)).unwrap();
        // What is asked for at that moment is not written, nor what it looked for kept.
        let test = CustomTest { key: "nickname".to_owned(), value: Some("zqxmark".to_owned()) };
        let filter = UserFilter { custom: vec![test], ..UserFilter::default() };
        let asked = db.write_blocking(|tx| exports::begin(tx, ctx, &filter, false)).unwrap();
        scene.run_jobs();
        assert!(found(ctx).is_none());
        assert_eq!(left(&scene, "exports"), 0);
        assert!(db.read_blocking(|tx| exports::find(tx, ctx, asked)).unwrap().is_none());
        assert!(!in_database(db).iter().any(|place| place.starts_with("exports.")));
        let later = db.write_blocking(|tx| exports::begin(tx, ctx, &everybody, false)).unwrap();
        scene.run_jobs();
        assert!(db.read_blocking(|tx| exports::find(tx, ctx, later)).unwrap().unwrap().rows > Some(0));
    }

    fn files_that_could_not_be_removed_are_tried_again(db: &TestDb) {
        let scene = Scene::new(db);
        let ctx = &scene.ctx;
        let user = live(&scene);
        ctx.clock.advance(Duration::from_hours(1));
        let terms = Terms { with_documents: true, take_out: true };
        db.write_blocking(|tx| leaving::delete(tx, ctx, user, None, terms)).unwrap();
        db.write_blocking(|tx| leaving::request(tx, ctx, user, "Zqxmark Quillfeather")).unwrap();
        // The process ends after the transaction and before the files.
        db.write_blocking(|tx| leaving::erase(tx, ctx, &[user])).unwrap();
        assert_eq!(left(&scene, "own-data"), 1);
        db.write_blocking(|tx| enqueue(tx, &ctx.ids, ctx.now(), ctx.account)).unwrap();
        scene.run_jobs();
        assert_eq!((left(&scene, "documents"), left(&scene, "own-data")), (1, 0));
        let still = db.read_blocking(|tx| leaving::files_left(tx, ctx.account)).unwrap();
        assert!(still.is_empty());
    }
}
