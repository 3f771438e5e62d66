//! What a misspelt name probably is: few letters differ, or the end is missing.

use kernel::fold;

/// The most names a value is compared with.
const COMPARED: usize = 12_000;
/// The shortest beginning that says anything, in letters.
const SHORTEST_BEGINNING: usize = 4;

/// The name a value was probably meant to be, if one is clearly nearest.
pub fn likely<'n>(value: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = letters(value);
    let length = wanted.chars().count();
    let mut best: Option<(usize, &str)> = None;
    let mut is_tied = false;
    for name in names.take(COMPARED) {
        let Some(distance) = distance(&wanted, length, &letters(name)) else {
            continue;
        };
        match best {
            Some((nearest, _)) if distance > nearest => {}
            Some((nearest, other)) if distance == nearest => {
                is_tied |= fold(other) != fold(name);
            }
            _ => {
                best = Some((distance, name));
                is_tied = false;
            }
        }
    }
    best.filter(|_| !is_tied).map(|(_, name)| name)
}

/// How far two names are apart; none when they are different names.
fn distance(wanted: &str, length: usize, name: &str) -> Option<usize> {
    let other = name.chars().count();
    if wanted.is_empty() || name.is_empty() {
        return None;
    }
    // One wrong letter in four, two at most: "HR" is not "IT".
    let allowed = (length.min(other) / 4).min(2);
    if length.abs_diff(other) <= allowed {
        let distance = strsim::osa_distance(wanted, name);
        // Numbers are not misspelt: "Team 12" is not "Team 13".
        if distance <= allowed && digits(wanted).eq(digits(name)) {
            return Some(distance);
        }
    }
    // A longer value says more than the name it begins with; a shorter one is cut off. Counts less
    // than any misspelling, and among several beginnings nothing is guessed.
    let is_beginning = length >= SHORTEST_BEGINNING && name.starts_with(wanted);
    (is_beginning && digits(wanted).eq(digits(name))).then_some(3)
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

/// Letters and digits only, folded, so that spaces and hyphens make no difference.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likely_of(value: &str, names: &[&'static str]) -> Option<&'static str> {
        likely(value, names.iter().copied())
    }

    #[test]
    fn recognises_misspelt_and_shortened_names() {
        let names = ["Berlin", "Field Office", "Night-Shift", "Köln"];
        assert_eq!(likely_of("Berln", &names), Some("Berlin"));
        assert_eq!(likely_of("BERLIN ", &names), Some("Berlin"));
        assert_eq!(likely_of("nightshift", &names), Some("Night-Shift"));
        assert_eq!(likely_of("Field Ofice", &names), Some("Field Office"));
        assert_eq!(likely_of("Field", &names), Some("Field Office"));
        assert_eq!(likely_of("Koeln", &names), None);
    }

    #[test]
    fn does_not_guess_between_names() {
        assert_eq!(likely_of("HR", &["IT", "QA"]), None);
        assert_eq!(likely_of("Team 12", &["Team 13"]), None);
        assert_eq!(likely_of("Nord", &["Nord Ost", "Nord West"]), None);
        assert_eq!(likely_of("Berlin, Kreuzberg", &["Berlin"]), None);
        assert_eq!(likely_of("Haus X", &["Haus A", "Haus B"]), None);
        assert_eq!(likely_of("", &["Berlin"]), None);
        assert_eq!(likely_of("日本", &["日本語"]), None);
    }
}
