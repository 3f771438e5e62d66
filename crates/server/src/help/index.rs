//! The index of the guides: `docs/README.md`, as far as what it names is part of the program.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{guides::PLACES, markdown::Target};

const TEXT: &str = include_str!("../../../../docs/README.md");

/// Guides for the same people.
#[derive(Default)]
pub(super) struct Group {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
}

/// One guide, and what it is about.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) line: String,
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| groups(TEXT));

/// The groups that have a guide in the program.
pub(super) fn all() -> &'static [Group] {
    &GROUPS
}

/// Reads an index: a heading for each group, and below it an item for each guide that begins with its link.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut entry = Entry::default();
    let mut place = Place::Elsewhere;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                groups.push(Group::default());
                place = Place::Heading;
            }
            Event::Start(Tag::Item) => entry = Entry::default(),
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Target::Guide(address, _) = (PLACES.link)(&dest_url) {
                    entry.address = address;
                }
                place = Place::Link;
            }
            Event::End(TagEnd::Heading(_)) => place = Place::Elsewhere,
            Event::End(TagEnd::Link) => place = Place::Line,
            Event::End(TagEnd::Item) => {
                let done = std::mem::take(&mut entry);
                place = Place::Elsewhere;
                if let Some(group) = groups.last_mut().filter(|_| !done.address.is_empty()) {
                    group.entries.push(done);
                }
            }
            Event::Text(text) | Event::Code(text) => match (place, groups.last_mut()) {
                (Place::Heading, Some(group)) => group.title.push_str(&text),
                (Place::Link, _) => entry.title.push_str(&text),
                (Place::Line, _) => entry.line.push_str(text.trim_start_matches(": ")),
                _ => {}
            },
            Event::SoftBreak if place == Place::Line => entry.line.push(' '),
            _ => {}
        }
    }
    groups.retain(|group| !group.entries.is_empty());
    groups
}

/// What is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Heading,
    Link,
    Line,
}

#[cfg(test)]
mod tests {
    use super::{
        super::guides::{self, SOURCES},
        all,
    };

    #[test]
    fn the_index_has_every_guide_once_by_its_title() {
        let entries: Vec<_> = all().iter().flat_map(|group| &group.entries).collect();
        assert_eq!(entries.len(), SOURCES.len());
        for guide in guides::all() {
            let address = format!("/help/{}", guide.slug);
            let found: Vec<_> = entries
                .iter()
                .filter(|one| one.address == address)
                .collect();
            assert_eq!(found.len(), 1, "{address}");
            assert_eq!(found[0].title, guide.page.title, "{address}");
            assert!(found[0].line.len() > 20, "{address}: {}", found[0].line);
        }
        let titles: Vec<_> = all().iter().map(|group| group.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "For administrators",
                "For everybody",
                "For operators and integrators"
            ]
        );
    }
}
