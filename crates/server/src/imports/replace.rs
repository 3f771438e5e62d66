//! Finding and replacing within values: the form. What it asks for goes the way of every action.

use askama::Template;
use axum::extract::State;
use import::{How, State as ImportState};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    edit::back_to,
    frame::{Frame, Place},
    rows,
    work::ask,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Id, Params},
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "imports/replace.html")]
pub(crate) struct ReplacePage {
    shell: Shell,
    frame: Frame,
    columns: Vec<Choice>,
    ways: Vec<Choice>,
    /// The selected rows in words, and the shown ones unless they are all.
    selection: Option<String>,
    scope: Option<String>,
    query: Query,
    /// Ticked rows.
    only: Vec<String>,
    back: String,
}

/// The rows that were shown before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    outcome: String,
    code: String,
    field: String,
    column: String,
    #[serde(rename = "match")]
    how: String,
    text: String,
    scope: String,
    of: String,
    back: String,
}

/// `GET /imports/{id}/replace`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
    Params(all): Params<Vec<(String, String)>>,
) -> Result<Page<ReplacePage>, Failure> {
    let ctx = visitor.ctx.clone();
    let (import, catalogue) = ask(&app, move |imports| {
        Ok((imports.find(&ctx, id)?, imports.catalogue(&ctx)?))
    })
    .await?;
    if import.state != ImportState::Planned && import.state != ImportState::Refused {
        return Err(Failure::from(import::Refusal::WrongState(import.state)).about(id));
    }
    let shell = app.shell(&visitor, Section::Imports).await?;
    let columns = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| {
            let chosen = column.column.to_string() == query.column
                || column
                    .field
                    .as_ref()
                    .is_some_and(|field| field.key() == query.field);
            Choice::new(column.column.to_string(), rows::header(column), chosen)
        })
        .collect();
    let back = back_to(&[("back".to_owned(), query.back.clone())], id);
    let only: Vec<String> = all
        .into_iter()
        .filter(|(name, _)| name == "only")
        .map(|(_, row)| row)
        .collect();
    Ok(Page(ReplacePage {
        shell,
        frame: Frame::of(&import, Place::Review, "Find and replace"),
        columns,
        ways: ways(How::Contains),
        selection: query.selected(&only),
        scope: query.shown(&import, &catalogue),
        query,
        only,
        back,
    }))
}

impl Query {
    /// The rows that were ticked, in words. All rows of the filter are the shown ones.
    fn selected(&self, only: &[String]) -> Option<String> {
        let is_ticked = self.scope == "selection" && self.of != "filter" && !only.is_empty();
        is_ticked.then(|| counted(only.len() as i64, "selected row", "selected rows"))
    }

    /// The rows that were shown, in words, unless they were all.
    fn shown(
        &self,
        import: &import::Import,
        catalogue: &import::fields::Catalogue,
    ) -> Option<String> {
        let fields = [
            ("outcome".to_owned(), self.outcome.clone()),
            ("code".to_owned(), self.code.clone()),
            ("field".to_owned(), self.field.clone()),
            ("column".to_owned(), self.column.clone()),
            ("match".to_owned(), self.how.clone()),
            ("text".to_owned(), self.text.clone()),
        ];
        let of = super::edit::rows_of(&fields);
        (of != import::Rows::All).then(|| super::edit::rows_in_words(import, catalogue, &of))
    }
}

/// How a text can be looked for.
pub(super) fn ways(chosen: How) -> Vec<Choice> {
    How::ALL
        .into_iter()
        .map(|how| {
            let text = match how {
                How::Exact => "The whole value is",
                How::Contains => "The value contains",
                How::Regex => "The value matches the regular expression",
                How::Blank => "The cell is blank",
            };
            Choice::new(how.as_str(), text, how == chosen)
        })
        .collect()
}
