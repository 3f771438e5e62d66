//! Spelling of headers: two headers that a person reads as the same become the same text.

use unicode_normalization::UnicodeNormalization;

/// The header without case, accents, spaces and punctuation: `E-Mail Adresse` is `emailadresse`.
pub(crate) fn compact(header: &str) -> String {
    words(header).concat()
}

/// The words of a header in order: `workEmail_Address` is `work`, `email`, `address`.
pub(crate) fn words(header: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    for letter in header.nfkc() {
        let starts_word = letter.is_uppercase() && previous.is_lowercase();
        if starts_word || !is_part_of_word(letter) {
            finish(&mut words, &mut word);
        }
        if matches!(letter, '#' | '№') {
            words.push("number".to_owned());
        } else if is_part_of_word(letter) {
            word.push(letter);
        }
        previous = letter;
    }
    finish(&mut words, &mut word);
    words
}

// Apostrophes and dots inside a word do not part it, but they do between words: `Tel.Nr` is two.
fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || is_accent(letter)
}

fn finish(words: &mut Vec<String>, word: &mut String) {
    let folded = fold(word);
    word.clear();
    if !folded.is_empty() {
        words.push(folded);
    }
}

fn fold(word: &str) -> String {
    let bare: String = word
        .nfd()
        .filter(|letter| !is_accent(*letter))
        .nfc()
        .collect();
    let mut folded = String::with_capacity(bare.len());
    for letter in bare
        .to_lowercase()
        .nfd()
        .filter(|letter| !is_accent(*letter))
        .nfc()
    {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
    folded
}

// Only the accents of Latin, Greek and Cyrillic letters: the voicing marks of kana change the word.
fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_case_space_underscore_and_hyphen() {
        for header in [
            "First Name",
            "first_name",
            "FIRST-NAME",
            " firstName ",
            "First.Name",
        ] {
            assert_eq!(compact(header), "firstname", "{header}");
        }
    }

    #[test]
    fn folds_accents_and_special_letters() {
        assert_eq!(compact("Prénom"), "prenom");
        assert_eq!(compact("Imię"), "imie");
        assert_eq!(compact("Straße"), "strasse");
        assert_eq!(compact("Çalışan KİMLİK"), "calisankimlik");
        assert_eq!(compact("Ｅ－ｍａｉｌ"), "email");
    }

    #[test]
    fn keeps_the_voicing_of_kana_and_whole_hangul() {
        assert_ne!(compact("ガ"), compact("カ"));
        assert_eq!(compact("이름"), "이름");
    }

    #[test]
    fn parts_words_at_capitals_signs_and_number_signs() {
        assert_eq!(words("workEmail_Address"), ["work", "email", "address"]);
        assert_eq!(words("Cell #"), ["cell", "number"]);
        assert_eq!(words("Mitarbeiter-Nr."), ["mitarbeiter", "nr"]);
        assert_eq!(words("userID"), ["user", "id"]);
        assert!(words(" -- ").is_empty());
    }
}
