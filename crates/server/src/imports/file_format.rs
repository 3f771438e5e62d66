//! How the file is built: shown when the detection is unsure, and whenever somebody asks.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::Action;
use import::{FileChoices, Import, Preview, Refusal};
use kernel::ImportId;
use serde::Deserialize;
use tabular::Layout;

use super::{
    frame::{Frame, Place},
    work::{ask, engine},
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

const ROWS_SHOWN: usize = 30;
const COLUMNS_SHOWN: usize = 40;
const WARNINGS_SHOWN: usize = 10;

const ENCODINGS: [(&str, &str); 16] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Western European (Windows-1252)"),
    ("macintosh", "Western European (Mac Roman)"),
    ("windows-1250", "Central European (Windows-1250)"),
    ("windows-1251", "Cyrillic (Windows-1251)"),
    ("windows-1253", "Greek (Windows-1253)"),
    ("windows-1254", "Turkish (Windows-1254)"),
    ("windows-1255", "Hebrew (Windows-1255)"),
    ("windows-1256", "Arabic (Windows-1256)"),
    ("utf-16le", "UTF-16, little-endian"),
    ("utf-16be", "UTF-16, big-endian"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gbk", "Simplified Chinese (GBK)"),
    ("big5", "Traditional Chinese (Big5)"),
    ("euc-kr", "Korean (EUC-KR)"),
    ("iso-8859-2", "Central European (ISO 8859-2)"),
];
const DELIMITERS: [(&str, &str); 5] = [
    (",", "Comma"),
    (";", "Semicolon"),
    ("\\t", "Tab"),
    ("|", "Vertical bar"),
    (", ", "Comma and blank"),
];
const QUOTES: [(&str, &str); 3] = [
    ("\"", "Double quotes"),
    ("'", "Single quotes"),
    ("none", "None"),
];

#[derive(Template)]
#[template(path = "imports/format.html")]
struct FormatPage {
    shell: Shell,
    frame: Frame,
    evidence: String,
    is_workbook: bool,
    encodings: Vec<Choice>,
    delimiters: Vec<Choice>,
    quotes: Vec<Choice>,
    sheets: Vec<Choice>,
    header_row: String,
    detected_header: String,
    warnings: Vec<String>,
    preview: Vec<PreviewRow>,
}

struct PreviewRow {
    number: u64,
    class: &'static str,
    cells: Vec<PreviewCell>,
}

/// A cell with the blanks around it counted, so that they can be seen.
struct PreviewCell {
    before: usize,
    text: String,
    after: usize,
}

impl PreviewCell {
    fn new(cell: &str) -> Self {
        let text = cell.trim();
        let leading = cell.chars().take_while(|c| c.is_whitespace()).count();
        let all = cell.chars().count();
        let after = if text.is_empty() {
            0
        } else {
            all - leading - text.chars().count()
        };
        Self {
            before: leading.min(20),
            text: text.to_owned(),
            after: after.min(20),
        }
    }
}

/// `GET /imports/{id}/format`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.is_draft() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    let choices = import.settings.file.clone();
    Ok(Page(page(&app, visitor, import, choices, None).await?).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    rev: i64,
    encoding: Option<String>,
    delimiter: Option<String>,
    quote: Option<String>,
    header_row: Option<String>,
    sheet: Option<String>,
    then: String,
}

/// `POST /imports/{id}/format`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let next = if fields.then == "preview" {
        Place::Format
    } else {
        Place::Map
    };
    let rev = fields.rev;
    let choices = fields.choices();
    let (ctx, file) = (visitor.ctx.clone(), choices.clone());
    let outcome = engine(&app, move |imports| {
        let mut settings = imports.find(&ctx, id)?.settings;
        settings.file = file;
        imports.configure(&ctx, id, Some(rev), settings)
    })
    .await?;
    match outcome {
        Ok(_) => Ok(see_other(&next.link(id))),
        Err(Refusal::File { message, .. }) => {
            let ctx = visitor.ctx.clone();
            let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
            let page = page(&app, visitor, import, choices, Some(message)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(Failure::from(refusal).about(id)),
    }
}

impl Fields {
    fn choices(self) -> FileChoices {
        let some = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        FileChoices {
            encoding: some(self.encoding),
            // A delimiter may be a blank, which is not nothing.
            delimiter: self.delimiter.filter(|text| !text.is_empty()),
            quote: some(self.quote),
            header_row: some(self.header_row).map(|row| row.trim().to_lowercase()),
            sheet: some(self.sheet),
        }
    }
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    choices: FileChoices,
    error: Option<String>,
) -> Result<FormatPage, Failure> {
    visitor.ctx.require(Action::ViewImports)?;
    let (ctx, subject) = (visitor.ctx.clone(), import.clone());
    let preview = ask(app, move |imports| {
        imports.preview(&ctx, &subject, ROWS_SHOWN)
    })
    .await?;
    let shell = app.shell(&visitor, Section::Imports).await?;
    let layout = import.layout.clone().ok_or(Failure::NotFound)?;
    Ok(FormatPage {
        shell,
        frame: Frame::of(&import, Place::Format, "How is this file built?").with_error(error),
        evidence: evidence(&layout),
        is_workbook: layout.format.is_workbook(),
        encodings: offered(&ENCODINGS, choices.encoding.as_deref(), &layout.encoding),
        delimiters: offered(
            &DELIMITERS,
            choices.delimiter.as_deref(),
            &layout
                .delimiter
                .clone()
                .unwrap_or_default()
                .replace('\t', "\\t"),
        ),
        quotes: offered(
            &QUOTES,
            choices.quote.as_deref(),
            &layout.quote.map_or_else(|| "none".to_owned(), String::from),
        ),
        sheets: layout
            .sheets
            .iter()
            .map(|sheet| Choice::new(sheet, sheet, layout.sheet.as_ref() == Some(sheet)))
            .collect(),
        header_row: choices.header_row.unwrap_or_default(),
        detected_header: layout
            .header_row
            .map_or_else(|| "none".to_owned(), |row| row.to_string()),
        warnings: layout
            .warnings
            .iter()
            .take(WARNINGS_SHOWN)
            .map(|warning| match warning.line {
                0 => warning.message.to_string(),
                line => format!("Line {line}: {}", warning.message),
            })
            .collect(),
        preview: preview_rows(&layout, &preview),
    })
}

/// What was found, in a sentence.
fn evidence(layout: &Layout) -> String {
    let header = match layout.header_row {
        Some(row) => format!("row {row} has the column names"),
        None => "no row has column names".to_owned(),
    };
    match (&layout.sheet, &layout.delimiter) {
        (Some(sheet), _) => format!("A workbook; the sheet “{sheet}” is read, and {header}."),
        (None, _) => {
            format!(
                "{} text ({}), and {header}.",
                layout.encoding, layout.encoding_evidence
            )
        }
    }
}

/// Every choice with what was detected in front, which stays chosen unless a person chose.
fn offered(all: &[(&str, &str)], chosen: Option<&str>, detected: &str) -> Vec<Choice> {
    let name = |value: &str| {
        all.iter()
            .find(|each| each.0 == value)
            .map_or_else(|| value.to_owned(), |each| each.1.to_owned())
    };
    let mut choices = vec![Choice::new(
        "",
        format!("Detected: {}", name(detected)),
        chosen.is_none(),
    )];
    choices.extend(
        all.iter()
            .map(|(value, text)| Choice::new(*value, *text, chosen == Some(value))),
    );
    choices
}

fn preview_rows(layout: &Layout, preview: &Preview) -> Vec<PreviewRow> {
    let cells = |cells: &[String]| {
        cells
            .iter()
            .take(COLUMNS_SHOWN)
            .map(|cell| PreviewCell::new(cell))
            .collect()
    };
    let mut rows: Vec<PreviewRow> = layout
        .preamble
        .iter()
        .zip(1..)
        .take(10)
        .map(|(text, number)| PreviewRow {
            number,
            class: "outside",
            cells: vec![PreviewCell::new(text)],
        })
        .collect();
    if let Some(number) = layout.header_row {
        let headers: Vec<_> = preview
            .columns
            .iter()
            .map(|column| column.header.clone())
            .collect();
        rows.push(PreviewRow {
            number,
            class: "header",
            cells: cells(&headers),
        });
    }
    rows.extend(preview.rows.iter().map(|(number, row)| PreviewRow {
        number: *number,
        class: "",
        cells: cells(row),
    }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_cell_are_counted() {
        let cell = PreviewCell::new("  Anna\u{a0}");
        assert_eq!(
            (cell.before, cell.text.as_str(), cell.after),
            (2, "Anna", 1)
        );
        let blank = PreviewCell::new("   ");
        assert_eq!((blank.before, blank.text.as_str(), blank.after), (3, "", 0));
    }

    #[test]
    fn what_a_person_chose_stays_chosen() {
        let choices = offered(&DELIMITERS, Some(";"), ",");
        assert_eq!(choices[0].text, "Detected: Comma");
        let chosen: Vec<_> = choices.iter().filter(|choice| choice.chosen).collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].value, ";");
    }
}
