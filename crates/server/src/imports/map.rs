//! Which column is which field, how people are recognised, and what is done with them.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, Ctx, allows};
use import::{
    FieldOptions, Import, Imports, MatchKey, Mode, Preview, Refusal, Settings,
    fields::{Catalogue, Field, Section as FieldSection},
    mapping::{ColumnSample, Confidence, MappedColumn},
};
use kernel::ImportId;

use super::{
    choices,
    column_options::{self, ColumnOptions},
    frame::{Frame, Place},
    scope::{self, Scopes},
    values,
    work::{ask, engine, queued},
};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other, with_status},
};

const SAMPLES_SHOWN: usize = 3;
/// The fewest lines for giving fields one value for all rows; there is always a blank one.
const DEFAULTS: usize = 3;

#[derive(Template)]
#[template(path = "imports/map.html")]
struct MapPage {
    shell: Shell,
    frame: Frame,
    lines: Vec<Line>,
    unsure: usize,
    keys: Vec<Vec<Choice>>,
    modes: Vec<Choice>,
    scopes: Scopes,
    existing: Vec<Choice>,
    former: Vec<Choice>,
    bad_rows: Vec<Choice>,
    unknown_groups: Vec<Choice>,
    date_orders: Vec<Choice>,
    card_radixes: Vec<Choice>,
    has_cards: bool,
    default_country: String,
    card_start: String,
    card_end: String,
    defaults: Vec<SameValue>,
    has_values: bool,
}

/// One column of the file.
struct Line {
    column: usize,
    header: String,
    samples: Vec<String>,
    filled: String,
    filled_percent: u64,
    badge: Badge,
    reason: String,
    groups: Vec<Group>,
    is_unused: bool,
    options: Option<ColumnOptions>,
}

/// Fields under one heading of a select.
struct Group {
    label: &'static str,
    choices: Vec<Choice>,
}

/// A field with one value for all rows.
struct SameValue {
    fields: Vec<Choice>,
    value: String,
}

/// The submitted form: fields by their names.
type Fields = HashMap<String, String>;

/// `GET /imports/{id}/map`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.is_draft() || import.mapping.is_none() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    Ok(Page(page(&app, visitor, import, None).await?).into_response())
}

/// `POST /imports/{id}/map`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut form = Fields::new();
    for (name, value) in fields {
        scope::add_field(&mut form, name, value);
    }
    let fields = form;
    let then = fields
        .get("then")
        .map_or("check", String::as_str)
        .to_owned();
    let (ctx, form) = (visitor.ctx.clone(), fields.clone());
    let outcome = engine(&app, move |imports| save(imports, &ctx, id, &form)).await?;
    match outcome {
        Ok(()) if then == "values" => Ok(see_other(&values::link(id, "", 0))),
        Ok(()) if then == "check" => {
            let ctx = visitor.ctx.clone();
            queued(&app, move |imports| imports.queue_check(&ctx, id, None)).await?;
            Ok(see_other(&Place::Review.link(id)))
        }
        Ok(()) if then == "stay" => Ok(see_other(&Place::Map.link(id))),
        Ok(()) => Ok(see_other("/imports")),
        Err(Refusal::File { message, .. }) => {
            let ctx = visitor.ctx.clone();
            let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
            let page = page(&app, visitor, import, Some((message, fields))).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(Failure::from(refusal).about(id)),
    }
}

/// Stores settings and columns, in this order, since settings may change what columns must be.
fn save(imports: &Imports, ctx: &Ctx, id: ImportId, fields: &Fields) -> Result<(), Refusal> {
    let rev = fields.get("rev").and_then(|rev| rev.parse().ok());
    let import = imports.find(ctx, id)?;
    let catalogue = imports.catalogue(ctx)?;
    let columns = column_options::columns(&import, &catalogue, fields)?;
    let mut wanted = settings(import.settings.clone(), fields);
    wanted.options = column_options::options(&import, &columns, fields);
    if let Some(message) = scope::missing(&wanted) {
        return Err(Refusal::File {
            code: "scope_missing".to_owned(),
            message,
        });
    }
    let rev = if wanted == import.settings {
        rev.or(Some(-1))
    } else {
        Some(imports.configure(ctx, id, rev.or(Some(-1)), wanted)?.rev)
    };
    let is_as_before = |(place, field, split): &column_options::Column| {
        let mut before = import.mapping.iter().flat_map(|mapping| &mapping.columns);
        before.any(|column| {
            column.column == *place && column.field == *field && column.split == *split
        })
    };
    let changed: Vec<column_options::Column> = columns
        .into_iter()
        .filter(|column| !is_as_before(column))
        .collect();
    imports.map_or_split(ctx, id, rev, &changed)?;
    Ok(())
}

/// The settings as the form wants them.
fn settings(mut settings: Settings, fields: &Fields) -> Settings {
    let get = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let some = |name: &str| Some(get(name).to_owned()).filter(|text| !text.is_empty());
    if let Some(mode) = Mode::parse(get("mode")) {
        settings.mode = mode;
    }
    // A series keeps its scope, which the page does not offer.
    if fields.contains_key("mode") && settings.scope != Some(import::Scope::Series) {
        settings.scope = scope::scope(get("scope"));
    }
    if let Some(former) = import::Former::parse(get("former")) {
        settings.former = former;
    }
    if let Some(existing) = import::Existing::parse(get("existing")) {
        settings.existing = existing;
    }
    if let Some(bad_rows) = import::BadRows::parse(get("bad_rows")) {
        settings.bad_rows = bad_rows;
    }
    if let Some(unknown_group) = import::UnknownGroup::parse(get("unknown_group")) {
        settings.unknown_group = unknown_group;
    }
    let mut keys: Vec<MatchKey> = Vec::new();
    for key in (0..MatchKey::ALL.len()).filter_map(|n| MatchKey::parse(get(&format!("key{n}")))) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if !keys.is_empty() {
        settings.match_keys = keys;
    }
    settings.default_country = some("default_country").map(|country| country.to_uppercase());
    settings.date_order = choices::date_order(get("date_order"));
    if let Some(radix) = choices::card_radix(get("card_radix")) {
        settings.card_radix = radix;
        settings.card_start = some("card_start");
        settings.card_end = some("card_end");
    }
    settings.defaults = (0..fields.len())
        .take_while(|n| fields.contains_key(&format!("default{n}")))
        .filter_map(|n| Some((some(&format!("default{n}"))?, some(&format!("value{n}"))?)))
        .collect();
    settings
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    sent: Option<(String, Fields)>,
) -> Result<MapPage, Failure> {
    visitor.ctx.require(Action::ViewImports)?;
    let (ctx, subject) = (visitor.ctx.clone(), import.clone());
    let (preview, catalogue, same) = ask(app, move |imports| {
        let same = imports.same_content(&ctx, &subject)?;
        Ok((
            imports.preview(&ctx, &subject, 0)?,
            imports.catalogue(&ctx)?,
            same,
        ))
    })
    .await?;
    let may_import_roles = allows(visitor.session.role, Action::ImportRoles);
    let (error, fields) = match sent {
        Some((error, fields)) => (Some(error), fields),
        None => (None, Fields::new()),
    };
    let chosen = if fields.is_empty() {
        import.settings.clone()
    } else {
        settings(import.settings.clone(), &fields)
    };
    let wanted = chosen.clone();
    let (shell, scopes) = app
        .db
        .read(move |tx| {
            let scopes = Scopes::load(tx, visitor.session.account, &wanted)?;
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, scopes))
        })
        .await?;
    let lines = lines(&import, &preview, &catalogue, &fields, may_import_roles);
    let has_cards = import
        .mapping
        .as_ref()
        .is_some_and(|mapping| mapping.has(&Field::CardId));
    Ok(MapPage {
        shell,
        frame: Frame::of(&import, Place::Map, "What is in the columns?")
            .with_error(error)
            .same_as(same),
        unsure: lines
            .iter()
            .filter(|line| line.badge.tone == "warn")
            .count(),
        lines,
        keys: keys(&chosen),
        modes: choices::modes(chosen.mode),
        scopes,
        former: choices::former(chosen.former),
        existing: choices::existing(Some(chosen.existing)),
        bad_rows: choices::bad_rows(Some(chosen.bad_rows)),
        unknown_groups: choices::unknown_groups(Some(chosen.unknown_group)),
        date_orders: choices::date_orders(chosen.date_order),
        card_radixes: choices::card_radixes(chosen.card_radix),
        has_cards: has_cards || chosen.preset == import::Preset::Cards,
        default_country: chosen.default_country.clone().unwrap_or_default(),
        card_start: chosen.card_start.clone().unwrap_or_default(),
        card_end: chosen.card_end.clone().unwrap_or_default(),
        defaults: defaults(&chosen, &catalogue),
        has_values: values::offered(&import, &catalogue),
    })
}

/// The columns of the file as a form has them, or as they are.
fn lines(
    import: &Import,
    preview: &Preview,
    catalogue: &Catalogue,
    fields: &Fields,
    may_import_roles: bool,
) -> Vec<Line> {
    let sent_columns = column_options::columns(import, catalogue, fields).unwrap_or_default();
    let options = if fields.is_empty() {
        import.settings.options.clone()
    } else {
        column_options::options(import, &sent_columns, fields)
    };
    let offered = Offered {
        options: &options,
        columns: &sent_columns,
        catalogue,
        fields,
        may_import_roles,
    };
    let mut lines: Vec<Line> = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| {
            let sample = preview
                .columns
                .iter()
                .find(|sample| sample.index == column.column);
            offered.line(column, sample)
        })
        .collect();
    // What needs a person comes first; otherwise the order of the file.
    lines.sort_by_key(|line| (line.badge.tone != "warn", line.column));
    lines
}

/// Keys in their order of trust, each with what else it could be.
fn keys(settings: &Settings) -> Vec<Vec<Choice>> {
    (0..MatchKey::ALL.len())
        .map(|place| {
            let chosen = settings.match_keys.get(place);
            let mut choices = Vec::new();
            if place > 0 {
                choices.push(Choice::new("", "–", chosen.is_none()));
            }
            choices.extend(MatchKey::ALL.iter().map(|key| {
                Choice::new(key.as_str(), choices::key_name(*key), chosen == Some(key))
            }));
            choices
        })
        .collect()
}

fn defaults(settings: &Settings, catalogue: &Catalogue) -> Vec<SameValue> {
    (0..DEFAULTS.max(settings.defaults.len() + 1))
        .map(|place| {
            let (chosen, value) = settings.defaults.get(place).cloned().unwrap_or_default();
            let mut fields = vec![Choice::new("", "–", chosen.is_empty())];
            fields.extend(
                catalogue
                    .fields()
                    .into_iter()
                    .filter(|field| !is_key(field))
                    .map(|field| {
                        let key = field.key().into_owned();
                        let is_chosen = key == chosen;
                        Choice::new(key, catalogue.label(&field), is_chosen)
                    }),
            );
            SameValue { fields, value }
        })
        .collect()
}

/// The same key for all rows would be one person.
fn is_key(field: &Field) -> bool {
    matches!(
        field,
        Field::ExternalId | Field::Email | Field::Phone | Field::CardId
    )
}

/// What a column may be.
struct Offered<'a> {
    options: &'a [FieldOptions],
    columns: &'a [column_options::Column],
    catalogue: &'a Catalogue,
    fields: &'a Fields,
    may_import_roles: bool,
}

impl Offered<'_> {
    fn line(&self, column: &MappedColumn, sample: Option<&ColumnSample>) -> Line {
        let chosen = match self.fields.get(&format!("c{}", column.column)) {
            Some(sent) => sent.clone(),
            None => column
                .field
                .as_ref()
                .map(|field| field.key().into_owned())
                .unwrap_or_default(),
        };
        let (rows, filled) = sample.map_or((0, 0), |sample| (sample.rows, sample.filled));
        let percent = (filled * 100).checked_div(rows).unwrap_or_default();
        Line {
            column: column.column,
            header: sample.map_or_else(|| column.header.clone(), ColumnSample::name),
            samples: sample.map(distinct).unwrap_or_default(),
            filled: format!("{percent} % filled"),
            filled_percent: percent,
            badge: Badge::from(column),
            reason: column.reason.clone(),
            is_unused: chosen.is_empty(),
            options: self.options(column, &chosen),
            groups: self.groups(&chosen),
        }
    }

    /// The options of a column, with the split that was just sent, if any.
    fn options(&self, column: &MappedColumn, chosen: &str) -> Option<ColumnOptions> {
        let field = self.catalogue.find(chosen);
        let mut column = column.clone();
        if let Some((_, _, split)) = self.columns.iter().find(|sent| sent.0 == column.column) {
            column.split.clone_from(split);
        }
        ColumnOptions::of(&column, field.as_ref(), self.options, self.catalogue)
    }

    fn groups(&self, chosen: &str) -> Vec<Group> {
        const SECTIONS: [(FieldSection, &str); 6] = [
            (FieldSection::Identity, "Identity"),
            (FieldSection::Contact, "Contact"),
            (FieldSection::Work, "Work"),
            (FieldSection::Access, "Access"),
            (FieldSection::Card, "Card"),
            (FieldSection::Custom, "Own fields"),
        ];
        let fields = self.catalogue.fields();
        SECTIONS
            .into_iter()
            .map(|(section, label)| Group {
                label,
                choices: fields
                    .iter()
                    .filter(|field| field.section() == section && self.may_be(field))
                    .map(|field| {
                        let key = field.key().into_owned();
                        let is_chosen = key == chosen;
                        Choice::new(key, self.catalogue.label(field), is_chosen)
                    })
                    .collect(),
            })
            .filter(|group| !group.choices.is_empty())
            .collect()
    }

    /// Roles and modules are only for those who could give them by hand.
    fn may_be(&self, field: &Field) -> bool {
        self.may_import_roles || !matches!(field, Field::Role | Field::Module(_))
    }
}

/// The first few values that differ, short enough to be read.
fn distinct(sample: &ColumnSample) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for value in &sample.samples {
        let short: String = value.trim().chars().take(60).collect();
        if !short.is_empty() && !shown.contains(&short) {
            shown.push(short);
        }
        if shown.len() == SAMPLES_SHOWN {
            break;
        }
    }
    shown
}

impl From<&MappedColumn> for Badge {
    fn from(column: &MappedColumn) -> Self {
        let (tone, icon, text) = match column.confidence {
            Confidence::Exact => ("good", Icon::Done, "Exact"),
            Confidence::Remembered => ("good", Icon::Clock, "Remembered"),
            Confidence::Chosen => ("good", Icon::Check, "Chosen"),
            Confidence::Likely => ("info", Icon::Fixed, "Likely"),
            Confidence::Check => ("warn", Icon::Warning, "Please check"),
            Confidence::Unused => ("still", Icon::Off, "Not used"),
        };
        Self { tone, icon, text }
    }
}
