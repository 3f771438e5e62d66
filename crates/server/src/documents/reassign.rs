//! Making the ticked documents somebody else's work.

use axum::{extract::State, response::Response};
use directory::{
    documents::{self, DocumentError, Reassign, Seen},
    users::{self, LookupError},
};

use super::refused;
use crate::{
    app::App, extract::Form, failure::Failure, format::sentence, guard::Visitor, link::local_path,
    page::see_other,
};

/// Why nothing was reassigned.
enum Refusal {
    Unknown(LookupError),
    Document(DocumentError),
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::Document(error.into())
    }
}

/// `POST /documents/reassign`: fields `document` as `<id>:<version>`, `to`, `note`, `back`.
pub(crate) async fn reassign(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let get = |name: &str| {
        let found = fields.iter().find(|field| field.0 == name);
        found.map(|field| field.1.clone()).unwrap_or_default()
    };
    let back = get("back");
    let back = local_path(Some(&back))
        .filter(|path| path.starts_with("/documents") || path.starts_with("/users/"))
        .unwrap_or("/documents")
        .to_owned();
    let ticked: Vec<Seen> = fields
        .iter()
        .filter(|field| field.0 == "document")
        .filter_map(|field| seen(&field.1))
        .collect();
    let (to, note) = (get("to"), get("note"));
    let done = app
        .db
        .write(move |tx| {
            let ctx = &visitor.ctx;
            let to = users::lookup(tx, ctx, &to).map_err(Refusal::Unknown)?;
            let wanted = Reassign {
                documents: ticked,
                to,
                note,
            };
            documents::reassign(tx, ctx, &wanted).map_err(Refusal::Document)
        })
        .await;
    match done {
        Ok(_) => {
            app.wake.wake();
            Ok(see_other(&back))
        }
        Err(Refusal::Document(error)) => Err(refused(error, &back)),
        Err(Refusal::Unknown(LookupError::Db(error))) => Err(error.into()),
        Err(Refusal::Unknown(error)) => Err(Failure::Conflict {
            title: "Nothing was reassigned".to_owned(),
            message: sentence(&error.to_string()),
            link: back,
        }),
    }
}

fn seen(text: &str) -> Option<Seen> {
    let (id, version) = text.split_once(':')?;
    Some(Seen {
        id: id.parse().ok()?,
        version: version.parse().ok()?,
    })
}
