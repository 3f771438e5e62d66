//! Search over the guides: passages that have every word, the likeliest first.

use kernel::fold;

use super::{guides, markdown::Passage};

/// The most words of a search that count, and the most places that are shown.
const MOST_WORDS: usize = 8;
const MOST_FOUND: usize = 30;
/// How many words of a passage are shown, before and from the first that was looked for.
const BEFORE: usize = 8;
const AFTER: usize = 28;

/// A place in a guide.
pub(super) struct Found {
    pub(super) address: String,
    pub(super) guide: &'static str,
    /// Empty at the beginning of a guide.
    pub(super) heading: &'static str,
    pub(super) excerpt: Vec<Word>,
    score: usize,
}

/// A word of an excerpt.
pub(super) struct Word {
    pub(super) text: &'static str,
    pub(super) is_hit: bool,
}

/// Where all of the words are; nowhere, if there is none.
pub(super) fn search(text: &str) -> Vec<Found> {
    let words: Vec<String> = text
        .split_whitespace()
        .take(MOST_WORDS)
        .map(|word| fold(word).into_owned())
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Found> = guides::all()
        .iter()
        .flat_map(|guide| {
            guide
                .page
                .passages
                .iter()
                .map(move |passage| (guide, passage))
        })
        .filter_map(|(guide, passage)| {
            let score = score(&words, &guide.page.title, passage)?;
            let hash = if passage.anchor.is_empty() { "" } else { "#" };
            Some(Found {
                address: format!("/help/{}{hash}{}", guide.slug, passage.anchor),
                guide: &guide.page.title,
                heading: &passage.heading,
                excerpt: excerpt(&words, &passage.text),
                score,
            })
        })
        .collect();
    // Equal ones stay in the order of the guides.
    found.sort_by_key(|one| std::cmp::Reverse(one.score));
    found.truncate(MOST_FOUND);
    found
}

/// How well a passage fits, if it has every word: in its heading, in the title of the guide, or in its text.
fn score(words: &[String], title: &str, passage: &Passage) -> Option<usize> {
    let (heading, title, text) = (fold(&passage.heading), fold(title), fold(&passage.text));
    let is_opening = passage.anchor.is_empty();
    let mut sum = 0;
    let mut in_passage = false;
    for word in words {
        let times = text.matches(word.as_str()).count().min(5);
        let in_heading = heading.contains(word.as_str());
        let in_title = title.contains(word.as_str());
        if times == 0 && !in_heading && !in_title {
            return None;
        }
        in_passage |= times > 0 || in_heading || is_opening;
        sum += times
            + 10 * usize::from(in_heading)
            + if is_opening { 20 } else { 2 } * usize::from(in_title);
    }
    in_passage.then_some(sum)
}

/// Some words around the first that was looked for, or the first ones.
fn excerpt(words: &[String], text: &'static str) -> Vec<Word> {
    let is_hit = |text: &str| {
        let text = fold(text);
        words.iter().any(|word| text.contains(word.as_str()))
    };
    let first = text.split_whitespace().position(is_hit).unwrap_or_default();
    text.split_whitespace()
        .skip(first.saturating_sub(BEFORE))
        .take(BEFORE + AFTER)
        .map(|text| Word {
            text,
            is_hit: is_hit(text),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST_FOUND, search};

    #[test]
    fn finds_a_guide_by_what_it_is_about() {
        assert_eq!(search("Roles")[0].address, "/help/roles");
        let found = search("semicolons umlauts");
        assert!(
            found[0].address.starts_with("/help/cookbook#"),
            "{}",
            found[0].address
        );
        assert!(found[0].excerpt.iter().any(|word| word.is_hit));
    }

    #[test]
    fn every_word_has_to_be_there() {
        assert!(search("import zyzzyva").is_empty());
        assert!(search("  ").is_empty());
        assert!(search("<script>").is_empty());
        assert_eq!(search("the").len(), MOST_FOUND);
    }

    #[test]
    fn upper_and_lower_case_are_the_same() {
        let addresses = |text| {
            search(text)
                .into_iter()
                .map(|one| one.address)
                .collect::<Vec<_>>()
        };
        assert_eq!(addresses("BACKUP Restore"), addresses("backup restore"));
        assert!(!addresses("backup restore").is_empty());
    }
}
