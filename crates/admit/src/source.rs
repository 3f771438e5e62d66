//! The list that the import engine is given: the people of a draft with the devices each of them gets.

use std::collections::HashMap;

use directory::access::Terms;
use import::{
    Existing, FieldOptions, FileChoices, Former, Import, MatchKey, NewImport, Preset, Settings,
    Way,
    fields::Field,
    values::{ValueAction, ValueRule},
};
use kernel::DeviceId;
use tabular::{CsvFormat, CsvWriter};

use crate::{
    card::Card,
    draft::{ChosenDevice, Draft},
};

/// The columns, with the field each of them fills.
const COLUMNS: [(&str, &str); 7] = [
    ("name", "full_name"),
    ("phone", "phone"),
    ("email", "email"),
    ("devices", "devices"),
    ("access_type", "access_type"),
    ("access_end", "access_end"),
    ("access_schedule", "access_schedule"),
];
/// What is known of people who are here already stays as it is.
const OURS: [&str; 3] = ["full_name", "phone", "email"];

/// The import of a draft: existing people get access and nothing else. Access they have by then is left alone.
pub(crate) fn new_import(draft: &Draft, cards: &[Card]) -> NewImport {
    // The preset cannot do without a number; somebody may have an address only.
    let preset = if cards.iter().all(|card| card.phone.is_some()) {
        Preset::Invite
    } else {
        Preset::General
    };
    let columns = COLUMNS.map(|(header, field)| (header.to_owned(), field.to_owned()));
    let options = OURS.map(|field| FieldOptions {
        field: field.to_owned(),
        existing: Some(Way::Ours),
        ..FieldOptions::default()
    });
    let settings = Settings {
        existing: Existing::Keep,
        former: Former::Skip,
        match_keys: vec![MatchKey::Phone, MatchKey::Email],
        map: columns.into(),
        values: rules(draft),
        options: options.into(),
        file: FileChoices {
            encoding: Some("utf-8".to_owned()),
            delimiter: Some(",".to_owned()),
            quote: Some("\"".to_owned()),
            header_row: Some("1".to_owned()),
            sheet: None,
        },
        // Nobody looks at the run of this import; its rows were looked at before.
        past_failures: true,
        ..Settings::of(preset)
    };
    NewImport {
        file_name: "invitation.csv".to_owned(),
        name: Some(format!("Invitation by {}", draft.user_name)),
        settings,
    }
}

/// The name under which each device stands in the list: its own may hold what divides names, and may change.
fn tokens(draft: &Draft) -> impl Iterator<Item = (&ChosenDevice, String)> {
    let mut devices: Vec<_> = draft.devices.iter().collect();
    devices.sort_by_key(|device| device.id);
    let numbered = devices.into_iter().enumerate();
    numbered.map(|(place, device)| (device, format!("device {}", place + 1)))
}

/// What the names in the list mean at this moment.
pub(crate) fn meanings(draft: &Draft) -> Vec<(String, ValueAction)> {
    tokens(draft)
        .map(|(device, token)| (token, ValueAction::Use(device.name.clone())))
        .collect()
}

fn rules(draft: &Draft) -> Vec<ValueRule> {
    let rule = |(value, then)| ValueRule {
        field: Field::Devices.key().into_owned(),
        value,
        then,
    };
    meanings(draft).into_iter().map(rule).collect()
}

/// Whether an import knows the devices by the names they have at this moment.
pub(crate) fn is_up_to_date(draft: &Draft, import: &Import) -> bool {
    let known = &import.settings.values;
    rules(draft).iter().all(|rule| known.contains(rule))
}

/// The list as CSV, one row for each card in their order.
pub(crate) fn write(
    draft: &Draft,
    terms: &Terms,
    cards: &[Card],
    gifts: &[(i64, DeviceId)],
) -> std::io::Result<Vec<u8>> {
    let names: HashMap<DeviceId, String> = tokens(draft)
        .map(|(device, token)| (device.id, token))
        .collect();
    let mut devices: HashMap<i64, Vec<&str>> = HashMap::new();
    for (number, device) in gifts {
        if let Some(name) = names.get(device) {
            devices.entry(*number).or_default().push(name);
        }
    }
    let kind = terms.kind().as_str();
    let end = terms.ends_at().map(|end| end.to_string());
    let schedule = terms.schedule().map(ToString::to_string);
    let (end, schedule) = (end.unwrap_or_default(), schedule.unwrap_or_default());
    let mut writer = CsvWriter::new(Vec::new(), CsvFormat::default());
    writer.write_row(COLUMNS.map(|(header, _)| header))?;
    for card in cards {
        let names = devices.get(&card.number).map(|names| names.join(";"));
        writer.write_row([
            card.name.as_str(),
            card.phone.as_deref().unwrap_or_default(),
            card.email.as_deref().unwrap_or_default(),
            &names.unwrap_or_default(),
            kind,
            &end,
            &schedule,
        ])?;
    }
    writer.finish()
}
