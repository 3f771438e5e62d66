//! What cells of a file refer to by name: groups, teams, workflows and devices of the account.

use std::collections::HashMap;

use db::Tx;
use directory::{Ctx, devices, groups, groups::GroupKind, workflows};
use kernel::{Code, Fault, GroupId, GroupName, fold};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{candidate::Links, settings::UnknownGroup};

/// The most groups one import may create; more means that the column is not one of groups.
pub(crate) const MOST_NEW_GROUPS: usize = 5_000;

/// Something a cell can refer to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) kind: Links,
    pub(crate) name: String,
    pub(crate) id: Uuid,
    /// It does not exist yet; the import creates it.
    pub(crate) new: bool,
}

/// Everything cells can refer to. A candidate names an entry by its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    entries: Vec<Reference>,
    places: HashMap<(Links, String), u32>,
    /// Whether any row names an entry.
    named: Vec<bool>,
    create_groups: bool,
    new_groups: usize,
}

impl References {
    /// Loads what the account has.
    pub(crate) fn load(tx: &mut Tx<'_>, ctx: &Ctx, unknown: UnknownGroup) -> db::Result<Self> {
        let mut all = Self {
            create_groups: unknown == UnknownGroup::Create,
            ..Self::default()
        };
        for group in groups::names(tx, ctx.account)? {
            let kind = match group.kind {
                GroupKind::Group => Links::Groups,
                GroupKind::Team => Links::Teams,
            };
            all.add(kind, group.name, group.name_key, group.id.uuid(), false);
        }
        for workflow in workflows::list(tx, ctx.account)? {
            all.add(
                Links::Workflows,
                workflow.name,
                workflow.name_key,
                workflow.id.uuid(),
                false,
            );
        }
        for device in devices::list(tx, ctx.account)? {
            all.add(
                Links::Devices,
                device.name,
                device.name_key,
                device.id.uuid(),
                false,
            );
        }
        Ok(all)
    }

    /// The place of what a name means, or why it means nothing. An unknown group is created if the
    /// import creates such, and only where `may_create`.
    pub(crate) fn find(
        &mut self,
        ctx: &Ctx,
        kind: Links,
        name: &str,
        may_create: bool,
    ) -> Result<u32, Fault> {
        self.resolve(ctx, kind, name, may_create && self.create_groups)
    }

    /// The same for a group that is created whatever happens to others.
    pub(crate) fn create(&mut self, ctx: &Ctx, kind: Links, name: &str) -> Result<u32, Fault> {
        self.resolve(ctx, kind, name, true)
    }

    fn resolve(&mut self, ctx: &Ctx, kind: Links, name: &str, create: bool) -> Result<u32, Fault> {
        let parsed = GroupName::parse(name)?;
        let key = parsed.key().into_owned();
        if let Some(place) = self.places.get(&(kind, key.clone())) {
            if let Some(named) = self.named.get_mut(*place as usize) {
                *named = true;
            }
            return Ok(*place);
        }
        if kind == Links::Groups && create && self.new_groups < MOST_NEW_GROUPS {
            self.new_groups += 1;
            let id: GroupId = ctx.new_id();
            return Ok(self.add(kind, parsed.as_str().to_owned(), key, id.uuid(), true));
        }
        let code = match kind {
            Links::Groups => Code::GroupUnknown,
            Links::Teams => Code::TeamUnknown,
            Links::Workflows => Code::WorkflowUnknown,
            Links::Devices => Code::DeviceUnknown,
        };
        let detail = format!("there is no {} of this name", kind.singular());
        let fault = Fault::new(code, detail);
        Err(match self.nearest(kind, &key) {
            Some(name) => fault.suggest(name),
            None => fault,
        })
    }

    /// Whether something of that kind has exactly this name.
    pub(crate) fn knows(&self, kind: Links, name: &str) -> bool {
        self.places.contains_key(&(kind, fold(name).into_owned()))
    }

    /// The name by which the account knows what a text means.
    pub(crate) fn known(&self, kind: Links, name: &str) -> Option<&str> {
        self.places
            .get(&(kind, fold(name).into_owned()))
            .and_then(|place| self.get(*place))
            .map(|entry| entry.name.as_str())
    }

    /// Everything of one kind, by name.
    pub(crate) fn names(&self, kind: Links) -> impl Iterator<Item = &str> {
        self.entries
            .iter()
            .filter(move |entry| entry.kind == kind)
            .map(|entry| entry.name.as_str())
    }

    pub(crate) fn get(&self, place: u32) -> Option<&Reference> {
        self.entries.get(place as usize)
    }

    pub(crate) fn entries(&self) -> &[Reference] {
        &self.entries
    }

    /// Restores what [`References::entries`] gave; only good for reading by place.
    pub(crate) fn from_entries(entries: Vec<Reference>) -> Self {
        Self {
            entries,
            ..Self::default()
        }
    }

    fn add(&mut self, kind: Links, name: String, key: String, id: Uuid, new: bool) -> u32 {
        let place = self.entries.len() as u32;
        self.places.insert((kind, key), place);
        self.entries.push(Reference {
            kind,
            name,
            id,
            new,
        });
        self.named.push(false);
        place
    }

    /// Takes over the groups that rows read before would create, and what they name.
    pub(crate) fn adopt(&mut self, new: &[Reference], named: &[u32]) {
        for entry in new {
            let key = fold(&entry.name).into_owned();
            self.new_groups += 1;
            self.add(entry.kind, entry.name.clone(), key, entry.id, true);
        }
        for place in named {
            if let Some(named) = self.named.get_mut(*place as usize) {
                *named = true;
            }
        }
    }

    /// The places of the entries that rows name.
    pub(crate) fn named_places(&self) -> Vec<u32> {
        let places = (0..).zip(&self.named);
        places
            .filter(|(_, named)| **named)
            .map(|(place, _)| place)
            .collect()
    }

    /// The entries that existed before and that rows name.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Reference> {
        let marked = self.entries.iter().zip(&self.named);
        marked
            .filter(|(_, named)| **named)
            .map(|(entry, _)| entry)
            .filter(|entry| !entry.new)
    }

    /// A name of that kind that differs by a letter or two.
    fn nearest(&self, kind: Links, key: &str) -> Option<String> {
        self.entries
            .iter()
            .filter(|entry| entry.kind == kind)
            .take(10_000)
            .map(|entry| (strsim::jaro_winkler(&fold(&entry.name), key), &entry.name))
            .filter(|(likeness, _)| *likeness > 0.88)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name.clone())
    }
}

impl Links {
    /// What one of them is called.
    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Groups => "group",
            Self::Teams => "team",
            Self::Workflows => "workflow",
            Self::Devices => "device",
        }
    }
}
