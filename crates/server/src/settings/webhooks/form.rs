//! The form of a webhook: its name, address, and of what it hears.

use directory::activity::Area;
use webhooks::subscriptions::{Areas, Webhook};

use crate::choice::Choice;

/// The submitted form: `area` once for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|field| field.0 == name);
        found.map_or("", |field| &field.1)
    }

    pub(super) fn areas(&self) -> Areas {
        if self.get("hears") == "all" {
            return Areas::All;
        }
        let named = |name: &str| {
            self.0
                .iter()
                .any(|(key, value)| key == "area" && value == name)
        };
        let chosen = Area::ALL.into_iter().filter(|area| named(area.as_str()));
        Areas::Of(chosen.collect())
    }
}

/// The form as it is shown.
pub(super) struct Form {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) hears_all: bool,
    pub(super) areas: Vec<Choice>,
    pub(super) error: Option<String>,
}

impl Form {
    /// As nobody has typed anything.
    pub(super) fn empty() -> Self {
        Self::new("", "", &Areas::All)
    }

    /// As a webhook is.
    pub(super) fn of(webhook: &Webhook) -> Self {
        Self::new(&webhook.name, &webhook.url, &webhook.areas)
    }

    /// As it was typed, and what is wrong with it.
    pub(super) fn refused(fields: &Fields, error: String) -> Self {
        Self {
            error: Some(error),
            ..Self::new(fields.get("name"), fields.get("url"), &fields.areas())
        }
    }

    fn new(name: &str, url: &str, areas: &Areas) -> Self {
        let chosen = |area: &Area| matches!(areas, Areas::Of(chosen) if chosen.contains(area));
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            hears_all: *areas == Areas::All,
            areas: Area::ALL
                .iter()
                .map(|area| Choice::new(area.as_str(), area.label(), chosen(area)))
                .collect(),
            error: None,
        }
    }
}
