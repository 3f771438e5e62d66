//! The guides that are part of the program, read once.

use std::sync::LazyLock;

use super::{
    markdown::{Places, Rendered, Target, render},
    pictures,
};

/// A guide's text as it is in `docs/`.
pub(super) struct Source {
    file: &'static str,
    pub(super) text: &'static str,
}

macro_rules! sources {
    ($($file:literal)+) => {
        &[$(Source {
            file: $file,
            text: include_str!(concat!("../../../../docs/", $file)),
        }),+]
    };
}

/// Which guides there are; in which order and groups, `docs/README.md` says.
pub(super) const SOURCES: &[Source] = sources! {
    "ADMINISTERING.md" "IMPORTING.md" "COOKBOOK.md" "PEOPLE.md" "INVITING.md" "ROLES.md" "ACCESS.md" "CARDS.md"
    "PHOTOS.md" "DOCUMENTS.md" "ACTIVITY.md" "SETTINGS.md" "REQUESTS.md" "MDM.md" "USING.md" "OPERATING.md"
    "UPGRADING.md" "CLI.md" "API.md" "WEBHOOKS.md" "SCIM.md"
};

impl Source {
    /// Its name in addresses.
    pub(super) fn slug(&self) -> String {
        self.file.trim_end_matches(".md").to_lowercase()
    }

    /// What its first heading says.
    fn title(&self) -> Option<&'static str> {
        self.text.lines().next()?.strip_prefix("# ")
    }
}

/// A guide that was read.
pub(super) struct Guide {
    pub(super) slug: String,
    pub(super) page: Rendered,
}

static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| {
    let read = |source: &Source| Guide {
        slug: source.slug(),
        page: render(source.text, PLACES),
    };
    SOURCES.iter().map(read).collect()
});

/// Where links and pictures of a guide lead.
pub(super) const PLACES: Places = Places {
    link: target,
    picture: pictures::in_guide,
};

/// All of them.
pub(super) fn all() -> &'static [Guide] {
    &GUIDES
}

/// The guide with this name in its address.
pub(super) fn named(slug: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| guide.slug == slug)
}

/// Where a link of a guide leads.
fn target(to: &str) -> Target {
    if to.starts_with("https://") {
        return Target::Outside;
    }
    let (file, anchor) = match to.split_once('#') {
        Some((file, anchor)) => (file, format!("#{anchor}")),
        None => (to, String::new()),
    };
    if file.is_empty() {
        return Target::Guide(anchor, None);
    }
    match SOURCES.iter().find(|source| source.file == file) {
        Some(source) => Target::Guide(format!("/help/{}{anchor}", source.slug()), source.title()),
        None => Target::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use pulldown_cmark::{Event, Parser, Tag};

    use super::{
        Guide, SOURCES, all, named,
        pictures::{self, Picture},
    };

    const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
    /// Ids of the page around a guide.
    const OF_THE_PAGE: [&str; 5] = ["main", "status", "bell", "contents", "q"];

    fn leads_somewhere(from: &Guide, to: &str) -> bool {
        let (path, anchor) = to.split_once('#').unwrap_or((to, ""));
        let guide = match path.strip_prefix("/help/") {
            Some(slug) => named(slug),
            None => path.is_empty().then_some(from),
        };
        guide.is_some_and(|guide| anchor.is_empty() || guide.page.anchors.has(anchor))
    }

    #[test]
    fn every_guide_is_a_page_whose_links_lead_somewhere() {
        for guide in all() {
            let page = &guide.page;
            assert!(!page.title.is_empty(), "{} has no heading", guide.slug);
            assert!(page.markup.len() > 500, "{} is empty", guide.slug);
            for after in page.markup.split("href=\"").skip(1) {
                let to = after.split('"').next().unwrap();
                let is_known = to.starts_with("https://")
                    || super::pictures::named(to).is_some()
                    || leads_somewhere(guide, to);
                assert!(is_known, "{}: {to}", guide.slug);
            }
            for id in OF_THE_PAGE {
                assert!(
                    !page.anchors.has(id),
                    "{}: {id} is an id of every page",
                    guide.slug
                );
            }
        }
    }

    #[test]
    fn what_is_not_shipped_is_in_the_repository() {
        for source in SOURCES {
            for event in Parser::new(source.text) {
                let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
                else {
                    continue;
                };
                if dest_url.starts_with("https://") || dest_url.starts_with('#') {
                    continue;
                }
                let file = dest_url.split('#').next().unwrap();
                assert!(
                    Path::new(DOCS).join(file).exists(),
                    "{}: {dest_url}",
                    source.file
                );
            }
        }
    }

    #[test]
    fn the_pictures_shipped_are_those_that_are_shown() {
        let mut shown = BTreeSet::new();
        for source in SOURCES {
            for event in Parser::new(source.text) {
                if let Event::Start(Tag::Image { dest_url, .. }) = event {
                    let picture = pictures::in_guide(&dest_url);
                    let picture = picture.unwrap_or_else(|| panic!("{}: {dest_url}", source.file));
                    assert!(picture.size().0 >= 320, "{dest_url} is not a picture");
                    shown.insert(picture.address());
                }
            }
        }
        let shipped: BTreeSet<_> = pictures::all().iter().map(Picture::address).collect();
        assert_eq!(shown, shipped);
    }

    #[test]
    fn every_guide_of_the_repository_is_in_its_index() {
        let index = fs::read_to_string(Path::new(DOCS).join("README.md")).unwrap();
        for entry in fs::read_dir(DOCS).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_guide = Path::new(&name).extension().is_some_and(|end| end == "md");
            if is_guide && name != "README.md" {
                let links = index.matches(&format!("]({name})")).count();
                assert_eq!(links, 1, "{name}");
            }
        }
    }

    #[test]
    fn the_review_of_an_import_leads_to_every_problem_of_a_row() {
        let importing = named("importing").unwrap();
        // Kept for later, and not reported today.
        let later = importing
            .page
            .markup
            .split("Kept for later")
            .nth(1)
            .unwrap();
        for code in kernel::Code::ALL {
            let name = code.as_str();
            let is_there = importing.page.anchors.has(&format!("row-{name}"))
                || code.scope() != kernel::Scope::Row
                || later.contains(&format!("<code>{name}</code>"));
            assert!(is_there, "{name}");
        }
    }
}
