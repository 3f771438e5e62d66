//! The set-up page: the installation's first account and its owner.

use std::sync::atomic::Ordering;

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use directory::accounts::NewAccount;
use identity::{
    Password, PasswordHash,
    devices::Origin,
    rules::Rules,
    set_up::{self, NewOwner, SetUp},
};
use kernel::{Email, PersonName};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    form::Field,
    format::sentence,
    page::{Page, see_other, with_status},
    second_step, sign_in,
    throttle::Peer,
};

#[derive(Default, Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    account: Field,
    name: Field,
    email: Field,
    password: Field,
}

/// Whether there is no account yet.
pub(crate) async fn is_needed(app: &App) -> Result<bool, Failure> {
    if app.is_set_up.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let needed = app.db.read(set_up::is_needed).await?;
    if !needed {
        app.is_set_up.store(true, Ordering::Relaxed);
    }
    Ok(needed)
}

/// `GET /setup`
pub(crate) async fn show(State(app): State<App>) -> Result<Response, Failure> {
    if !is_needed(&app).await? {
        return Ok(see_other("/sign-in"));
    }
    Ok(Page(SetUpPage::default()).into_response())
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    account: String,
    name: String,
    email: String,
    password: String,
}

/// `POST /setup`
pub(crate) async fn submit(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    if !is_needed(&app).await? {
        return Err(already_done());
    }
    let mut page = SetUpPage {
        account: Field::new(fields.account),
        name: Field::new(fields.name),
        email: Field::new(fields.email),
        password: Field::new(fields.password),
    };
    let Some((mut owner, password)) = page.owner() else {
        return Ok(page.refused());
    };
    let typed = password.clone();
    owner.password = sign_in::hashing(&app, move || typed.hash()).await?;
    let email = owner.email.clone();
    let state = app.clone();
    let made = app
        .db
        .write(move |tx| set_up::first(tx, &state.clock, &state.ids, &owner))
        .await;
    match made {
        Ok(_) => {}
        Err(SetUp::Account(error)) => {
            page.account.error = Some(sentence(&error.to_string()));
            return Ok(page.refused());
        }
        Err(SetUp::EmailTaken) => {
            page.email.error = Some(sentence(&SetUp::EmailTaken.to_string()));
            return Ok(page.refused());
        }
        Err(SetUp::Done) => return Err(already_done()),
        Err(SetUp::Db(error)) => return Err(error.into()),
    }
    let origin = sign_in::origin(peer.map(|Extension(peer)| peer), &headers);
    signed_in(&app, email, password, origin).await
}

/// The new owner need not type the password again.
async fn signed_in(
    app: &App,
    email: Email,
    password: Password,
    origin: Origin,
) -> Result<Response, Failure> {
    match sign_in::attempt(app, email.into_string(), password, origin).await? {
        Ok(entry) => second_step::go_on(app, &entry, "/"),
        Err(_) => Ok(see_other("/")),
    }
}

impl SetUpPage {
    /// The owner, as far as can be said without the database; the password is not hashed yet.
    fn owner(&mut self) -> Option<(NewOwner, Password)> {
        let account = self.account.value.trim().to_owned();
        if account.is_empty() {
            self.account.error = Some("Enter the name of your organisation.".to_owned());
        }
        let name = self
            .name
            .parse(PersonName::from_full, |fault| sentence(&fault.detail));
        let email = self
            .email
            .parse(Email::parse, |fault| sentence(&fault.detail));
        let about = [
            account.as_str(),
            self.name.value.as_str(),
            self.email.value.as_str(),
        ];
        let password = self.password.parse(
            |text| Password::choose(text, &Rules::default(), &about),
            |weak| sentence(&weak.to_string()),
        );
        let (name, email, password) = (name?, email?, password?);
        if self.account.error.is_some() {
            return None;
        }
        let owner = NewOwner {
            account: NewAccount::named(account),
            name,
            email,
            password: PasswordHash::stored(String::new()),
        };
        Some((owner, password))
    }

    /// The form again with what was wrong; a password is never sent back.
    fn refused(mut self) -> Response {
        self.password.value.clear();
        with_status(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }

    fn has_errors(&self) -> bool {
        [&self.account, &self.name, &self.email, &self.password]
            .iter()
            .any(|field| field.error.is_some())
    }
}

fn already_done() -> Failure {
    Failure::Conflict {
        title: "Already set up".to_owned(),
        message: "Somebody has set up this installation. Ask them for an invitation.".to_owned(),
        link: "/sign-in".to_owned(),
    }
}
