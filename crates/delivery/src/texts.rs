//! The texts that come with the product, in several languages: one file each, `texts/<language>.txt`.

use std::sync::LazyLock;

use crate::{
    message::{Channel, Purpose},
    templates::Template,
};

const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../texts/en.txt")),
    ("de", include_str!("../texts/de.txt")),
    ("fr", include_str!("../texts/fr.txt")),
    ("es", include_str!("../texts/es.txt")),
    ("it", include_str!("../texts/it.txt")),
    ("pt", include_str!("../texts/pt.txt")),
    ("nl", include_str!("../texts/nl.txt")),
    ("pl", include_str!("../texts/pl.txt")),
];

type Key = (Purpose, Channel, &'static str);

static TEXTS: LazyLock<Vec<(Key, Template)>> = LazyLock::new(|| {
    let files = FILES.iter();
    files
        .flat_map(|(language, file)| read(language, file))
        .collect()
});

/// The languages there are texts in, the one that stands in for all others first.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(language, _)| *language)
}

/// The language of the texts for somebody who wants `wanted`, a BCP 47 tag.
pub fn language_for(wanted: Option<&str>) -> &'static str {
    let wanted = wanted.and_then(|tag| tag.split(['-', '_']).next());
    let known =
        wanted.and_then(|tag| languages().find(|language| language.eq_ignore_ascii_case(tag)));
    known.unwrap_or("en")
}

/// The text that comes with the product.
pub(crate) fn built_in(
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> Option<&'static Template> {
    let found = TEXTS
        .iter()
        .find(|((of, by, spoken), _)| (*of, *by, *spoken) == (purpose, channel, language));
    found.map(|(_, template)| template)
}

/// Sections `== purpose channel`; in those for e-mail the first line is the subject.
fn read(language: &'static str, file: &str) -> Vec<(Key, Template)> {
    let mut texts = Vec::new();
    for section in file.split("== ").skip(1) {
        let Some((head, body)) = section.split_once('\n') else {
            continue;
        };
        let mut words = head.split_whitespace();
        let purpose = words.next().and_then(Purpose::parse);
        let channel = words.next().and_then(Channel::parse);
        let (Some(purpose), Some(channel)) = (purpose, channel) else {
            continue;
        };
        let (subject, text) = match channel {
            Channel::Email => body.split_once('\n').unwrap_or((body, "")),
            Channel::Sms => ("", body),
        };
        let template = Template {
            language: language.to_owned(),
            subject: subject.trim().to_owned(),
            text: text.trim().to_owned(),
        };
        texts.push(((purpose, channel, language), template));
    }
    texts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{render::places, templates::check};

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        for (key, english) in TEXTS
            .iter()
            .filter(|((_, _, language), _)| *language == "en")
        {
            for language in languages() {
                let (purpose, channel, _) = *key;
                let text = built_in(purpose, channel, language)
                    .unwrap_or_else(|| panic!("{key:?} is missing in {language}"));
                check(purpose, channel, text).unwrap();
                let of = |template: &Template| -> BTreeSet<String> {
                    places(&template.subject)
                        .chain(places(&template.text))
                        .map(str::to_owned)
                        .collect()
                };
                assert_eq!(of(text), of(english), "{key:?} {language}");
            }
        }
        for purpose in Purpose::ALL {
            assert!(
                built_in(*purpose, Channel::Email, "en").is_some(),
                "{purpose:?}"
            );
        }
        assert_eq!(
            TEXTS.len() % FILES.len(),
            0,
            "a section that only some files have"
        );
    }

    #[test]
    fn a_language_is_found_by_its_first_part() {
        assert_eq!(language_for(Some("de-CH")), "de");
        assert_eq!(language_for(Some("PT_br")), "pt");
        assert_eq!(language_for(Some("ja")), "en");
        assert_eq!(language_for(None), "en");
    }
}
