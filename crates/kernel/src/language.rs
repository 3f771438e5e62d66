//! Languages by their BCP 47 tags.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault, ascii::InlineAscii};

/// A language, perhaps with a script and a region: `en`, `pt-BR`, `zh-Hant-TW`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(InlineAscii<12>);

/// The languages offered, with the names people write for them.
const OFFERED: [(&str, &[&str]); 24] = [
    ("en", &["english"]),
    ("de", &["german", "deutsch"]),
    ("fr", &["french", "français", "francais"]),
    ("es", &["spanish", "español", "espanol"]),
    ("pt", &["portuguese", "português", "portugues"]),
    ("it", &["italian", "italiano"]),
    ("nl", &["dutch", "nederlands"]),
    ("pl", &["polish", "polski"]),
    ("tr", &["turkish", "türkçe", "turkce"]),
    ("ja", &["japanese", "日本語"]),
    ("zh", &["chinese", "中文"]),
    ("ko", &["korean", "한국어"]),
    ("sv", &["swedish", "svenska"]),
    ("da", &["danish", "dansk"]),
    ("nb", &["norwegian", "norsk"]),
    ("fi", &["finnish", "suomi"]),
    ("cs", &["czech", "čeština"]),
    ("hu", &["hungarian", "magyar"]),
    ("ro", &["romanian", "română"]),
    ("ru", &["russian", "русский"]),
    ("uk", &["ukrainian", "українська"]),
    ("el", &["greek", "ελληνικά"]),
    ("ar", &["arabic", "العربية"]),
    ("he", &["hebrew", "עברית"]),
];

impl Language {
    /// Reads a tag in any case, with hyphens or underscores, or the name of an offered language.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let written = raw.trim();
        if let Some(tag) = canonical(written) {
            return Ok(tag);
        }
        let folded = crate::fold(written);
        let named = OFFERED.iter().find(|(_, names)| names.contains(&&*folded));
        match named.and_then(|(tag, _)| canonical(tag)) {
            Some(tag) => Ok(tag),
            None => Err(Fault::new(
                Code::LanguageUnknown,
                "it is not a language tag",
            )),
        }
    }

    /// The languages offered to choose from.
    pub fn offered() -> impl Iterator<Item = Self> {
        OFFERED.iter().filter_map(|(tag, _)| canonical(tag))
    }

    /// Whether the language itself, whatever its script and region, is offered.
    pub fn is_offered(self) -> bool {
        OFFERED.iter().any(|(tag, _)| *tag == self.primary())
    }

    /// The language without script and region.
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A tag of language, optional script and optional region, in the usual case.
fn canonical(written: &str) -> Option<Language> {
    if !(2..=12).contains(&written.len()) || !written.is_ascii() {
        return None;
    }
    let mut tag = String::with_capacity(written.len());
    let mut parts = written.split(['-', '_']).peekable();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let language = parts
        .next()
        .filter(|part| matches!(part.len(), 2 | 3) && letters(part))?;
    tag.push_str(&language.to_ascii_lowercase());
    if let Some(script) = parts.next_if(|part| part.len() == 4 && letters(part)) {
        let (first, rest) = script.split_at_checked(1)?;
        tag.push('-');
        tag.push_str(&first.to_ascii_uppercase());
        tag.push_str(&rest.to_ascii_lowercase());
    }
    let is_region = |part: &&str| {
        (part.len() == 2 && letters(part))
            || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if let Some(region) = parts.next_if(is_region) {
        tag.push('-');
        tag.push_str(&region.to_ascii_uppercase());
    }
    if parts.next().is_some() {
        return None;
    }
    InlineAscii::new(tag.as_bytes()).map(Language)
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = Fault;

    fn from_str(raw: &str) -> Result<Self, Fault> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Language {
    type Error = Fault;

    fn try_from(raw: String) -> Result<Self, Fault> {
        Self::parse(&raw)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        Self::from(language.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_take_their_usual_form() {
        for (raw, tag) in [
            ("en", "en"),
            ("EN_us", "en-US"),
            ("pt-br", "pt-BR"),
            ("ZH_hant_tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("Deutsch", "de"),
            ("FRANÇAIS", "fr"),
            ("日本語", "ja"),
        ] {
            assert_eq!(Language::parse(raw).unwrap().as_str(), tag, "{raw}");
        }
        for raw in [
            "",
            "e",
            "klingonish",
            "en-",
            "en-USA",
            "en-US-x",
            "12",
            "en--US",
        ] {
            assert_eq!(
                Language::parse(raw).unwrap_err().code,
                Code::LanguageUnknown,
                "{raw}"
            );
        }
    }

    #[test]
    fn offers_a_list() {
        assert!(Language::parse("pt-BR").unwrap().is_offered());
        assert!(!Language::parse("tlh").unwrap().is_offered());
        assert_eq!(Language::offered().count(), OFFERED.len());
    }

    proptest! {
        #[test]
        fn a_parsed_tag_parses_to_itself(raw in "[a-zA-Z0-9_-]{0,13}") {
            if let Ok(tag) = Language::parse(&raw) {
                prop_assert_eq!(Language::parse(tag.as_str()), Ok(tag));
            }
        }
    }
}
