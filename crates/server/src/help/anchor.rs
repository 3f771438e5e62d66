//! Names of places in a guide: those that code hosts give to headings, so that a link works in both.

use std::collections::BTreeSet;

/// The anchors of one guide, each given once.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeSet<String>);

impl Anchors {
    /// The anchor of a heading; of headings that say the same, later ones get a number.
    pub(super) fn of_heading(&mut self, text: &str) -> String {
        let plain = plain(text);
        let mut anchor = plain.clone();
        let mut number = 0;
        while !self.0.insert(anchor.clone()) {
            number += 1;
            anchor = format!("{plain}-{number}");
        }
        anchor
    }

    /// The anchor of a table's row that is about something with a name; of several rows the first has it.
    pub(super) fn of_row(&mut self, name: &str) -> Option<String> {
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        let anchor = format!("row-{name}");
        (is_name && self.0.insert(anchor.clone())).then_some(anchor)
    }

    #[cfg(test)]
    pub(super) fn has(&self, anchor: &str) -> bool {
        self.0.contains(anchor)
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|sign| match sign {
            ' ' => Some('-'),
            '-' | '_' => Some(sign),
            _ => sign.is_alphanumeric().then_some(sign),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Anchors;

    #[test]
    fn headings_are_named_as_code_hosts_name_them() {
        let mut anchors = Anchors::default();
        assert_eq!(
            anchors.of_heading("`muster imports fix`"),
            "muster-imports-fix"
        );
        assert_eq!(anchors.of_heading("Check & send"), "check--send");
        assert_eq!(anchors.of_heading("Check & send"), "check--send-1");
        assert_eq!(anchors.of_heading("Who’s who?"), "whos-who");
        assert_eq!(
            anchors.of_row("email_invalid").unwrap(),
            "row-email_invalid"
        );
        assert_eq!(anchors.of_row("email_invalid"), None);
        assert_eq!(anchors.of_row("custom.…"), None);
    }
}
