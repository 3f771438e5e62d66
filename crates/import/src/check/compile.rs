//! From a mapping and settings to the steps that check every row.

use std::collections::HashMap;

use directory::{Ctx, accounts::Account};
use kernel::{Code, Region, SiteZone};
use tabular::Layout;

use super::{RowChecker, Source, Step};
use crate::{
    Refusal,
    candidate::{Scalar, Shape},
    fields::{Catalogue, Field, Kind},
    mapping::{Mapping, required},
    options::{self, FieldOptions},
    references::References,
    settings::{Mode, Preset, Settings},
    store::problem_counts::ProblemCounts,
    values::{self, Rules},
};

/// What the steps depend on.
pub(crate) struct CheckContext<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) account: &'a Account,
    pub(crate) settings: &'a Settings,
    pub(crate) layout: &'a Layout,
    pub(crate) mapping: &'a Mapping,
    pub(crate) catalogue: &'a Catalogue,
    /// Allowed values of the account's own choice fields, by key.
    pub(crate) choices: &'a HashMap<String, Vec<String>>,
    pub(crate) references: References,
    /// A digest of all this.
    pub(crate) grounds: String,
}

/// Makes the checker of one import.
pub(crate) fn compile(context: CheckContext<'_>) -> Result<RowChecker, Refusal> {
    let settings = context.settings;
    let region = match settings
        .default_country
        .as_ref()
        .or(context.account.default_country.as_ref())
    {
        Some(letters) => Some(letters.parse::<Region>().map_err(|_| {
            Refusal::new(Code::FieldUnknown, format!("{letters:?} is not a country"))
        })?),
        None => None,
    };
    let zone = SiteZone::parse(&context.account.time_zone)
        .map_err(|_| Refusal::new(Code::FieldUnknown, "the account's time zone is not known"))?;
    let sources = Sources::new(&context)?;
    let steps = steps(&sources, &context);
    if steps.is_empty() {
        return Err(Refusal::new(Code::NothingMapped, ""));
    }
    Ok(RowChecker {
        shape: Shape(shape(&steps)),
        references: context.references,
        counts: ProblemCounts::default(),
        grounds: context.grounds,
        next_expiry: None,
        steps,
        ctx: context.ctx.clone(),
        region,
        zone,
        date_order: settings.date_order,
        radix: settings.card_radix,
        split_at_commas: context
            .layout
            .delimiter
            .as_deref()
            .is_none_or(|delimiter| delimiter == ","),
        columns: context.layout.columns,
        ways: options::ways(settings, &sources.options),
        skipping: sources.skipping(),
        as_written: settings.as_written.clone(),
        seen_lists: HashMap::new(),
    })
}

/// Where each field's value comes from.
struct Sources<'a> {
    mapping: &'a Mapping,
    defaults: Vec<(Field, String)>,
    required: Vec<Field>,
    rules: HashMap<Field, Rules>,
    options: HashMap<Field, FieldOptions>,
}

impl<'a> Sources<'a> {
    fn new(context: &CheckContext<'a>) -> Result<Self, Refusal> {
        let settings = context.settings;
        let mut defaults = Vec::new();
        for (name, value) in &settings.defaults {
            let field = context
                .catalogue
                .find(name)
                .ok_or_else(|| Refusal::new(Code::FieldUnknown, format!("{name:?}")))?;
            defaults.push((field, value.clone()));
        }
        for (field, value) in [
            (Field::CardStart, &settings.card_start),
            (Field::CardEnd, &settings.card_end),
        ] {
            defaults.extend(value.clone().map(|value| (field, value)));
        }
        let given: Vec<Field> = defaults.iter().map(|(field, _)| field.clone()).collect();
        context
            .mapping
            .check(
                settings.preset,
                context.catalogue,
                &given,
                &options::joined(settings, context.catalogue),
            )
            .map_err(|error| Refusal::File {
                code: error.code().to_owned(),
                message: format!("failed to {error}"),
            })?;
        Ok(Self {
            mapping: context.mapping,
            defaults,
            required: required_fields(settings, context.catalogue, context.mapping),
            options: options::compile(settings, context.catalogue)?,
            rules: values::compile(&settings.values, context.catalogue, context.choices)?,
        })
    }

    fn find(&self, field: &Field) -> Option<Source> {
        let columns = self.mapping.columns_of(field);
        let default = self
            .defaults
            .iter()
            .find(|(other, _)| other == field)
            .map(|(_, value)| value.clone());
        if columns.is_empty() && default.is_none() {
            return None;
        }
        let options = self.options.get(field);
        Some(Source {
            columns,
            default,
            required: self.required.contains(field),
            rules: self.rules.get(field).cloned().unwrap_or_default(),
            parts: self.mapping.parts_of(field),
            join: options.and_then(|options| options.join.clone()),
            blank: options.map(|options| options.blank).unwrap_or_default(),
            list: options.map(|options| options.list).unwrap_or_default(),
        })
    }

    /// Sources with values that leave their rows out.
    fn skipping(&self) -> Vec<(Field, Source)> {
        self.rules
            .iter()
            .filter(|(_, rules)| rules.skip_rows())
            .filter_map(|(field, _)| Some((field.clone(), self.find(field)?)))
            .collect()
    }
}

/// Fields whose blank cell is a problem: those a preset needs, by the way the file fills them.
fn required_fields(settings: &Settings, catalogue: &Catalogue, mapping: &Mapping) -> Vec<Field> {
    let mut needs = required(settings.preset, catalogue);
    if settings.mode == Mode::Add && settings.preset == Preset::General {
        needs.push(vec![
            vec![Field::FullName],
            vec![Field::FirstName, Field::LastName],
        ]);
    }
    needs
        .into_iter()
        .filter_map(|ways| {
            ways.into_iter()
                .find(|way| way.iter().all(|field| mapping.has(field)))
        })
        .flatten()
        // A blank licence cell means no licence (S3.12).
        .filter(|field| !matches!(field, Field::Module(_)))
        .collect()
}

fn steps(sources: &Sources<'_>, context: &CheckContext<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let [full, first, last] =
        [Field::FullName, Field::FirstName, Field::LastName].map(|field| sources.find(&field));
    if full.is_some() || first.is_some() || last.is_some() {
        steps.push(Step::Name { full, first, last });
    }
    for (field, scalar) in [
        (Field::ExternalId, Scalar::ExternalId),
        (Field::Email, Scalar::Email),
        (Field::Phone, Scalar::Phone),
        (Field::Notes, Scalar::Notes),
        (Field::Role, Scalar::Role),
        (Field::PersonKind, Scalar::PersonKind),
        (Field::Title, Scalar::Title),
        (Field::Department, Scalar::Department),
        (Field::Language, Scalar::Language),
    ] {
        steps.extend(sources.find(&field).map(|source| Step::Value {
            field,
            scalar,
            source,
        }));
    }
    steps.extend(own_steps(sources, context));
    for field in [Field::Groups, Field::Teams, Field::Workflows] {
        steps.extend(
            sources
                .find(&field)
                .map(|source| Step::Links { field, source }),
        );
    }
    if let Some(id) = sources.find(&Field::CardId) {
        steps.push(Step::Card {
            id,
            card_type: sources.find(&Field::CardType),
            start: sources.find(&Field::CardStart),
            end: sources.find(&Field::CardEnd),
        });
    }
    if let Some(devices) = sources.find(&Field::Devices) {
        steps.push(Step::Access {
            devices,
            access_type: sources.find(&Field::AccessType),
            start: sources.find(&Field::AccessStart),
            end: sources.find(&Field::AccessEnd),
            schedule: sources.find(&Field::AccessSchedule),
        });
    }
    steps
}

/// Steps for the account's modules, modules the file names all the same, and its own fields.
fn own_steps(sources: &Sources<'_>, context: &CheckContext<'_>) -> Vec<Step> {
    let catalogue = context.catalogue;
    let mut steps = Vec::new();
    let mut keys: Vec<String> = catalogue
        .modules
        .iter()
        .map(|(key, _)| key.clone())
        .collect();
    for column in &context.mapping.columns {
        if let Some(Field::Module(key)) = &column.field
            && !keys.contains(key)
        {
            keys.push(key.clone());
        }
    }
    for key in keys {
        let field = Field::Module(key.clone());
        let owned = catalogue.has(&field);
        let label = catalogue.label(&field).into_owned();
        steps.extend(sources.find(&field).map(|source| Step::Module {
            key,
            label,
            owned,
            source,
        }));
    }
    for (key, _, kind) in &catalogue.custom {
        let choices = context.choices.get(key).cloned().unwrap_or_default();
        let kind: Kind = *kind;
        steps.extend(
            sources
                .find(&Field::Custom(key.clone()))
                .map(|source| Step::Custom {
                    key: key.clone(),
                    kind,
                    choices,
                    source,
                }),
        );
    }
    steps
}

/// The values the steps push, in their order.
fn shape(steps: &[Step]) -> Vec<Scalar> {
    let mut shape = Vec::new();
    for step in steps {
        match step {
            Step::Name { .. } => shape.extend([Scalar::FirstName, Scalar::LastName]),
            Step::Value { scalar, .. } => {
                shape.push(scalar.clone());
                if *scalar == Scalar::Email {
                    shape.push(Scalar::EmailKey);
                }
            }
            Step::Custom { key, .. } => shape.push(Scalar::Custom(key.clone())),
            Step::Module { key, .. } => shape.push(Scalar::Module(key.clone())),
            Step::Links { .. } => {}
            Step::Card { .. } => shape.extend([
                Scalar::CardId,
                Scalar::CardType,
                Scalar::CardStart,
                Scalar::CardEnd,
            ]),
            Step::Access { .. } => shape.extend([
                Scalar::AccessType,
                Scalar::AccessStart,
                Scalar::AccessEnd,
                Scalar::AccessSchedule,
            ]),
        }
    }
    shape
}
