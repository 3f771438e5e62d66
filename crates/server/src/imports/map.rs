//! Which column is which field, how people are recognised, and what is done with them.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, Ctx};
use import::{
    Import, Imports, Mode, Refusal, Settings,
    fields::{Catalogue, Field},
};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    choices, column_options,
    columns::{Line, lines},
    frame::{Frame, Place},
    keys::{self, KeyList},
    mappings::{self, Notice},
    scope::{self, Scopes},
    values,
    work::{ask, engine, queued},
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// The fewest lines for giving fields one value for all rows; there is always a blank one.
const DEFAULTS: usize = 3;

#[derive(Template)]
#[template(path = "imports/map.html")]
struct MapPage {
    shell: Shell,
    frame: Frame,
    lines: Vec<Line>,
    unsure: usize,
    only_unsure: bool,
    keys: KeyList,
    modes: Vec<Choice>,
    scopes: Scopes,
    existing: Vec<Choice>,
    former: Vec<Choice>,
    card_held: Vec<Choice>,
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
    saved_mappings: Vec<String>,
    mapping_name: String,
    notice: Option<Notice>,
}

/// A field with one value for all rows.
struct SameValue {
    fields: Vec<Choice>,
    value: String,
}

/// Which columns are shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    only: String,
}

/// The submitted form: fields by their names.
type Fields = HashMap<String, String>;

/// `GET /imports/{id}/map`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<mappings::Query>,
    Params(filter): Params<Filter>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.is_draft() || import.mapping.is_none() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    let ctx = visitor.ctx.clone();
    let subject = import.clone();
    let notice = ask(&app, move |imports| {
        Ok(mappings::notice(imports, &ctx, &subject, &query))
    })
    .await?;
    let mut page = page(&app, visitor, import, None).await?;
    page.notice = notice;
    // Nothing is hidden when there is nothing to look at.
    page.only_unsure = filter.only == "unsure" && page.unsure > 0;
    Ok(Page(page).into_response())
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
    let only = fields.get("only").cloned().unwrap_or_default();
    let here = Link::to(Place::Map.link(id))
        .with("only", &only)
        .into_string();
    let then = fields
        .get("then")
        .map_or("check", String::as_str)
        .to_owned();
    let (ctx, form) = (visitor.ctx.clone(), fields.clone());
    let outcome = engine(&app, move |imports| {
        if form.get("then").is_some_and(|then| then == "use") {
            return mappings::apply(imports, &ctx, id, &form);
        }
        save(imports, &ctx, id, &form)?;
        if form.get("then").is_some_and(|then| then == "save-as") {
            return mappings::keep(imports, &ctx, id, &form);
        }
        Ok(None)
    })
    .await?;
    match outcome {
        Ok(Some(link)) => Ok(see_other(&link)),
        Ok(None) if then == "values" => Ok(see_other(&values::link(id, "", 0))),
        Ok(None) if then == "check" => {
            let ctx = visitor.ctx.clone();
            queued(&app, move |imports| imports.queue_check(&ctx, id, None)).await?;
            Ok(see_other(&Place::Review.link(id)))
        }
        Ok(None) if then == "stay" => Ok(see_other(&here)),
        Ok(None) if keys::is_step(&then) => Ok(see_other(&format!("{here}#keys"))),
        Ok(None) => Ok(see_other("/imports")),
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
    if let Some(card_held) = import::CardHeld::parse(get("card_held")) {
        settings.card_held = card_held;
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
    if let Some(keys) = keys::sent(fields) {
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
    let (rates, preview, catalogue, same, saved) = ask(app, move |imports| {
        let same = imports.same_content(&ctx, &subject)?;
        // Columns that cannot be checked yet have no numbers; what is wrong is said elsewhere.
        let rates = match imports.key_rates(&ctx, &subject) {
            Err(refusal) if refusal.is_internal() => return Err(refusal),
            rates => rates.ok(),
        };
        Ok((
            rates,
            imports.preview(&ctx, &subject, 0)?,
            imports.catalogue(&ctx)?,
            same,
            imports.shared_mappings(&ctx)?,
        ))
    })
    .await?;
    let may_import_roles = visitor.ctx.may(Action::ImportRoles);
    let may_move_cards = visitor.ctx.may(Action::ManageCards);
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
        unsure: lines.iter().filter(|line| line.is_unsure()).count(),
        lines,
        only_unsure: false,
        keys: keys::list(&chosen, rates.as_ref()),
        modes: choices::modes(chosen.mode),
        scopes,
        former: choices::former(chosen.former),
        card_held: choices::card_held(Some(chosen.card_held), may_move_cards),
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
        saved_mappings: saved.into_iter().map(|named| named.name).collect(),
        mapping_name: fields.get("mapping_name").cloned().unwrap_or_default(),
        notice: None,
    })
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
