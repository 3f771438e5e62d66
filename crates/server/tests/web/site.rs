//! A server with two accounts, and a browser to visit it with.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    response::Response,
};
use db::{Db, Sql, params};
use delivery::Sender;
use directory::{Actor, Ctx, accounts::NewAccount, users, users::NewUser};
use http_body_util::BodyExt;
use identity::{
    Password, PasswordHash,
    set_up::{self, NewOwner},
};
use import::Imports;
use jobs::{Context, Runner};
use kernel::{AccountId, Clock, Email, IdentityId, Ids, PersonKind, PersonName, Role, UserId};
use server::{App, Settings};
use tabular::Limits;
use tempfile::TempDir;
use testkit::{NOW, TestDb};
use tokio::runtime::Runtime;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// The server under test, with its clock.
pub(crate) struct Site {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    router: Router,
    runtime: Runtime,
    pub(crate) runner: Runner,
    sender: Sender,
    pub(crate) folder: TempDir,
}

/// An account of the site.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) owner: UserId,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie to send along from now on.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }
}

impl Site {
    /// A server on an empty database.
    pub(crate) fn empty(db: &TestDb, settings: Settings) -> Self {
        let delivery = delivery::Settings::capture("https://people.test");
        Self::sending(db, settings, delivery)
    }

    /// The same with ways out for messages.
    pub(crate) fn sending(db: &TestDb, settings: Settings, delivery: delivery::Settings) -> Self {
        let (clock, ids) = (Clock::fixed(NOW), Ids::seeded(7));
        let folder = TempDir::new().unwrap();
        let imports = Imports::new(db.reopen(), folder.path(), Limits::default())
            .telling_who_leaves(invite::many::withdraw_staged);
        let context = Context::new(db.reopen(), clock.clone(), ids.clone());
        let wake = context.wake.clone();
        let runner = invite::register(Runner::new(context), &delivery);
        let runner = identity::reset::register(runner, &delivery);
        let runner = directory::photos::register(runner, folder.path());
        let runner = requests::own_data::register(runner, &delivery, folder.path());
        let runner = requests::exports::register(runner, folder.path());
        let runner = admit::register(runner, &imports, &delivery);
        let runner = directory::cards::register(runner);
        let runner = directory::upkeep::register(delivery::register(runner), folder.path());
        let runner = directory::bulk::register(imports.register(runner, None));
        let runner = erasure::register(runner, &imports, folder.path());
        let sender = Sender::new(
            db.reopen(),
            clock.clone(),
            ids.clone(),
            wake.clone(),
            delivery.clone(),
            &folder.path().join("sending"),
        );
        let settings = Settings {
            data: folder.path().to_owned(),
            ..settings
        };
        let app = App::new(
            db.reopen(),
            clock.clone(),
            ids.clone(),
            imports,
            wake,
            delivery,
            settings,
        );
        Self {
            db: db.reopen(),
            clock,
            ids,
            router: server::router(&app),
            runtime: Runtime::new().unwrap(),
            runner,
            sender,
            folder,
        }
    }

    /// A server with one account whose owner is `maria@example.com`.
    pub(crate) fn with_account(db: &TestDb) -> (Self, Account) {
        let site = Self::empty(db, Settings::default());
        let account = site.account("Harbour Facilities", "maria@example.com");
        (site, account)
    }

    /// Adds an account with its owner.
    pub(crate) fn account(&self, name: &str, email: &str) -> Account {
        let new = NewOwner {
            account: NewAccount::named(name),
            name: PersonName::from_full("Maria Keller").unwrap(),
            email: Email::parse(email).unwrap(),
            password: hash(),
        };
        let made = self
            .db
            .write_blocking(|tx| set_up::account(tx, &self.clock, &self.ids, &new));
        let (account, owner) = made.unwrap();
        Account {
            id: account.id,
            owner,
        }
    }

    /// The surroundings of a use case done by the account's owner.
    pub(crate) fn ctx(&self, account: &Account) -> Ctx {
        Ctx {
            account: account.id,
            actor: Actor::new(Some(account.owner), "Maria Keller", Role::Owner),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        }
    }

    /// Adds somebody who cannot sign in.
    pub(crate) fn person(&self, account: &Account, name: &str, email: &str) -> UserId {
        let new = NewUser {
            name: PersonName::from_full(name).unwrap(),
            external_id: None,
            email: Email::parse(email).ok(),
            phone: None,
            role: Role::User,
            kind: PersonKind::Employee,
        };
        let ctx = self.ctx(account);
        self.db
            .write_blocking(|tx| users::create(tx, &ctx, &new))
            .unwrap()
            .id
    }

    /// Adds somebody with this role who signs in as `<role>@example.com`; returns their cookie.
    pub(crate) fn member(&self, account: &Account, role: Role) -> String {
        let email = format!("{}@example.com", role.as_str());
        self.member_named(account, role, role.as_str(), &email).1
    }

    /// The same with this name and address; returns the person, too.
    pub(crate) fn member_named(
        &self,
        account: &Account,
        role: Role,
        name: &str,
        email: &str,
    ) -> (UserId, String) {
        let id = self.person(account, name, email);
        let identity: IdentityId = self.ids.next(NOW);
        let insert = Sql::new(
            "insert",
            "insert into identities (id, email, email_key, password_hash, created_at, updated_at) \
             values ($1, $2, $2, $3, 0, 0)",
        );
        let link = Sql::new(
            "link",
            "update users set identity_id = $2, status = 'active', role = $3 where id = $1",
        );
        self.db
            .write_blocking(|tx| {
                tx.execute(&insert, params![identity, email, hash().as_str()])?;
                tx.execute(&link, params![id, identity, role.as_str()])
            })
            .unwrap();
        (id, self.sign_in(email))
    }

    /// Signs in with the password everybody has; returns the cookie.
    pub(crate) fn sign_in(&self, email: &str) -> String {
        let answer = self.post("/sign-in", &[("email", email), ("password", PASSWORD)], "");
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.cookie()
    }

    pub(crate) fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(
            request(Method::GET, path, cookie)
                .body(Body::empty())
                .unwrap(),
        )
    }

    /// Submits a form of our own page.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let body: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = request(Method::POST, path, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")));
        self.send(request.unwrap())
    }

    /// Calls the API without a body.
    pub(crate) fn call(&self, method: Method, path: &str, secret: &str) -> Answer {
        let request = request(method, path, "")
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .body(Body::empty());
        self.send(request.unwrap())
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response: Response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            }
        })
    }

    /// Sends two requests at the same time.
    pub(crate) fn send_both(&self, requests: [Request<Body>; 2]) -> [Answer; 2] {
        std::thread::scope(|scope| {
            let sent = requests.map(|request| scope.spawn(|| self.send(request)));
            sent.map(|sent| sent.join().unwrap())
        })
    }

    /// Uploads a file with these choices.
    pub(crate) fn upload(
        &self,
        file_name: &str,
        content: &[u8],
        fields: &[(&str, &str)],
        cookie: &str,
    ) -> Answer {
        self.upload_to("/imports/new", file_name, content, fields, cookie)
    }

    /// The same to another address.
    pub(crate) fn upload_to(
        &self,
        path: &str,
        file_name: &str,
        content: &[u8],
        fields: &[(&str, &str)],
        cookie: &str,
    ) -> Answer {
        const BOUNDARY: &str = "a-boundary-of-the-test";
        let mut body = Vec::new();
        let quoted = file_name.replace('"', "%22");
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"{quoted}\"\r\nContent-Type: text/csv\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(content);
        for (name, value) in fields {
            let part = format!(
                "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}"
            );
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = request(Method::POST, path, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(body));
        self.send(request.unwrap())
    }

    /// Does the work that is queued, and sends what is to be sent.
    pub(crate) fn work(&self) {
        self.runner.run_all_due().unwrap();
        self.sender.send_due().unwrap();
    }

    /// Whether the data folder holds anything of an import.
    pub(crate) fn has_files(&self) -> bool {
        let folder = self.folder.path().join("imports");
        std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Runs a statement of the test's own.
    pub(crate) fn execute(&self, text: &'static str) {
        let sql = Sql::new("test", text);
        self.db
            .write_blocking(|tx| tx.execute(&sql, params![]))
            .unwrap();
    }

    /// Does the work that is queued, and sends nothing.
    pub(crate) fn jobs(&self) {
        self.runner.run_all_due().unwrap();
    }

    /// The one text a statement of the test's own finds.
    pub(crate) fn text(&self, text: &'static str) -> String {
        let sql = Sql::new("test", text);
        self.db
            .read_blocking(|tx| tx.fetch_one::<(String,)>(&sql, params![]))
            .unwrap()
            .0
    }

    pub(crate) fn count(&self, text: &'static str) -> i64 {
        let sql = Sql::new("test", text);
        self.db
            .read_blocking(|tx| tx.fetch_one::<(i64,)>(&sql, params![]))
            .unwrap()
            .0
    }
}

/// A request as a browser on our own pages sends it.
pub(crate) fn request(method: Method, path: &str, cookie: &str) -> axum::http::request::Builder {
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "muster.test");
    if cookie.is_empty() {
        builder
    } else {
        builder.header(header::COOKIE, cookie)
    }
}

fn hash() -> PasswordHash {
    static HASH: LazyLock<PasswordHash> = LazyLock::new(|| Password::typed(PASSWORD).hash());
    HASH.clone()
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}
