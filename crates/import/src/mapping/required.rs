//! The fields without which a preset cannot do its work.

use crate::fields::{Catalogue, Field};
use crate::settings::Preset;

/// What a preset needs: for each need the ways to meet it, each a set of fields.
pub fn required(preset: Preset, catalogue: &Catalogue) -> Vec<Vec<Vec<Field>>> {
    let first_and_last = vec![Field::FirstName, Field::LastName];
    let name = vec![vec![Field::FullName], first_and_last.clone()];
    let one = |field: Field| vec![vec![field]];
    match preset {
        Preset::General => Vec::new(),
        Preset::Invite => vec![name, one(Field::Phone)],
        Preset::Team => vec![name, one(Field::Email)],
        Preset::Cards => vec![name],
        Preset::Roles => {
            let mut needs = vec![
                vec![first_and_last, vec![Field::FullName]],
                one(Field::Email),
                one(Field::Role),
            ];
            let modules = catalogue
                .modules
                .iter()
                .map(|(key, _)| Field::Module(key.clone()));
            needs.extend(modules.map(one));
            needs
        }
    }
}
