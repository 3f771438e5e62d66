//! Two-factor sign-in of the person who looks: setting it up, new recovery codes, moving it to another app, turning it off.
//!
//! A key and recovery codes are shown once, in the answer to the form that made them.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::accounts;
use identity::{
    Key, Password,
    sessions::Session,
    sign_in::{self, Answer, SignIn},
    two_factor::{self, Code, State as Standing, TwoFactorRefusal},
};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    form::Field,
    format::{Moment, moment, sentence, zone},
    guard::Visitor,
    link::encoded,
    page::{Page, Section, Shell, see_other, with_status},
    qr, second_step,
    sign_in::{hashing, refusal_in_words},
};

#[derive(Template)]
#[template(path = "me/two_factor.html")]
struct TwoFactorPage {
    shell: Shell,
    standing: Standing,
    since: Option<Moment>,
    /// Whether nothing else can be done here before it is set up.
    must: bool,
    password: Field,
    code: Field,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "me/two_factor_key.html")]
struct KeyPage {
    shell: Shell,
    image: Option<String>,
    key: String,
    code: Field,
}

#[derive(Template)]
#[template(path = "me/two_factor_codes.html")]
struct CodesPage {
    shell: Shell,
    codes: Vec<String>,
    /// The codes as a file, in the link itself: they are kept nowhere they could be fetched from again.
    file: String,
}

/// `GET /me/two-factor`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = app.db.read(move |tx| load(tx, &visitor)).await?;
    Ok(Page(page).into_response())
}

fn load(tx: &mut Tx<'_>, visitor: &Visitor) -> db::Result<TwoFactorPage> {
    let session = &visitor.session;
    let zone = zone(&accounts::get(tx, session.account)?.time_zone);
    let standing = two_factor::state(tx, session.identity)?;
    Ok(TwoFactorPage {
        shell: Shell::load(tx, visitor, Section::Me)?,
        since: standing.on_since.map(|since| moment(since, &zone)),
        standing,
        must: session.must_set_up,
        password: Field::default(),
        code: Field::default(),
        error: None,
    })
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Proofs {
    password: String,
    #[serde(default)]
    code: String,
}

/// `POST /me/two-factor/begin`: shows a key to put into the app.
pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Proofs>,
) -> Result<Response, Failure> {
    let (proof, now) = (proof(&app, &visitor, &fields).await?, app.clock.now());
    let begun = app
        .db
        .write(move |tx| two_factor::begin(tx, now, &proof.session, &proof.answer, &proof.code))
        .await?;
    match begun {
        Ok(key) => key_page(&app, visitor, key, None).await,
        Err(refusal) => again(&app, visitor, refusal).await,
    }
}

/// What was typed to show that it is they who ask.
struct Proof {
    session: Session,
    answer: Answer,
    code: Code,
}

/// Compares the password of whoever is signed in, which is slow on purpose; the code is for the use case.
async fn proof(app: &App, visitor: &Visitor, fields: &Proofs) -> Result<Proof, Failure> {
    let session = visitor.session.clone();
    let identity = session.identity;
    let challenge = app
        .db
        .read(move |tx| sign_in::challenge_of(tx, identity))
        .await?;
    let (password, now) = (Password::typed(&fields.password), app.clock.now());
    Ok(Proof {
        session,
        answer: hashing(app, move || challenge.check(&password, now)).await?,
        code: Code::typed(&fields.code),
    })
}

async fn key_page(
    app: &App,
    visitor: Visitor,
    key: Key,
    error: Option<String>,
) -> Result<Response, Failure> {
    let login = visitor.session.email.clone();
    let login = login.unwrap_or_else(|| visitor.session.full_name());
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shell = app.shell(&visitor, Section::Me).await?;
    let page = KeyPage {
        shell,
        image: qr::code(&key.link(&login)),
        key: grouped(&key.reveal()),
        code: Field {
            value: String::new(),
            error,
        },
    };
    Ok(with_status(status, &page))
}

/// In groups of four, as people type it; apps leave the blanks out.
fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    groups.collect::<Vec<_>>().join(" ")
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct First {
    code: String,
}

/// `POST /me/two-factor/confirm`: the first code of the app turns it on, and shows the recovery codes.
pub(crate) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<First>,
) -> Result<Response, Failure> {
    let (state, session) = (app.clone(), visitor.session.clone());
    let confirmed = app
        .db
        .write(move |tx| two_factor::confirm(tx, &state.clock, &state.ids, &session, &fields.code))
        .await?;
    match confirmed {
        Ok(codes) => codes_page(&app, visitor, codes).await,
        Err(TwoFactorRefusal::Code(_)) => {
            let (identity, now) = (visitor.session.identity, app.clock.now());
            let key = app
                .db
                .read(move |tx| two_factor::begun(tx, identity, now))
                .await?;
            let words = "That is not the code the app shows now. Is the phone's clock right?";
            match key {
                Some(key) => key_page(&app, visitor, key, Some(words.to_owned())).await,
                None => Ok(see_other("/me/two-factor")),
            }
        }
        Err(refusal) => again(&app, visitor, refusal).await,
    }
}

async fn codes_page(app: &App, visitor: Visitor, codes: Vec<String>) -> Result<Response, Failure> {
    app.wake.wake();
    let text = format!(
        "Recovery codes of {} for Muster. Each works once.\n\n{}\n",
        visitor.session.full_name(),
        codes.join("\n")
    );
    let page = CodesPage {
        shell: app.shell(&visitor, Section::Me).await?,
        codes,
        file: format!("data:text/plain;charset=utf-8,{}", encoded(&text)),
    };
    Ok(Page(page).into_response())
}

/// `POST /me/two-factor/codes`: new recovery codes.
pub(crate) async fn renew(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Proofs>,
) -> Result<Response, Failure> {
    let (proof, state) = (proof(&app, &visitor, &fields).await?, app.clone());
    let renewed = app
        .db
        .write(move |tx| {
            let typed = (&proof.answer, &proof.code);
            two_factor::renew_codes(tx, &state.clock, &state.ids, &proof.session, typed)
        })
        .await?;
    match renewed {
        Ok(codes) => codes_page(&app, visitor, codes).await,
        Err(refusal) => again(&app, visitor, refusal).await,
    }
}

/// `POST /me/two-factor/off`
pub(crate) async fn turn_off(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Proofs>,
) -> Result<Response, Failure> {
    let (proof, state) = (proof(&app, &visitor, &fields).await?, app.clone());
    let turned_off = app
        .db
        .write(move |tx| {
            let typed = (&proof.answer, &proof.code);
            two_factor::turn_off(tx, &state.clock, &state.ids, &proof.session, typed)
        })
        .await?;
    match turned_off {
        Ok(()) => {
            app.wake.wake();
            Ok(see_other("/me/two-factor"))
        }
        Err(refusal) => again(&app, visitor, refusal).await,
    }
}

/// The page again, with what was wrong.
async fn again(
    app: &App,
    visitor: Visitor,
    refusal: TwoFactorRefusal,
) -> Result<Response, Failure> {
    let mut page = app.db.read(move |tx| load(tx, &visitor)).await?;
    match refusal {
        TwoFactorRefusal::Password(SignIn::Wrong) => {
            page.password.error = Some("That is not your password.".to_owned());
        }
        TwoFactorRefusal::Password(locked) => {
            page.password.error = Some(refusal_in_words(locked));
        }
        TwoFactorRefusal::Code(refusal) => {
            page.code.error = Some(second_step::refusal_in_words(refusal));
        }
        TwoFactorRefusal::Required | TwoFactorRefusal::NotThere => {
            page.error = Some(sentence(&refusal.to_string()));
        }
    }
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
