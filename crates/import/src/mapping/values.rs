//! What one value looks like. Looks only: whether a value is right is decided when rows are checked.

use crate::fields::compact;

const HONORIFICS: &str = "mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|herr|frau|hr|fr|m|mme|mlle|monsieur|madame|\
    sr|sra|srta|senor|senora|sig|sigra|signor|signora|dott|dottssa|pan|pani|de heer|mevrouw|dhr|mevr|rev|hon|\
    先生|女士|小姐|様|さん|bay|bayan";
const YES_AND_NO: &str = "true|false|yes|no|y|n|1|0|on|off|x|ja|nein|oui|non|vrai|faux|si|sim|nao|verdadero|falso|\
    verdadeiro|vero|falso|wahr|falsch|tak|nie|prawda|falsz|waar|onwaar|nee|evet|hayir|dogru|yanlis|ano|ne|да|нет|\
    はい|いいえ|是|否|真|假|예|아니오|enabled|disabled|active|inactive|sant|falskt";
const ROLES: &str = "user|manager|accountowner|owner|admin|administrator|member|standarduser|accountadmin|\
    benutzer|mitarbeiter|leiter|inhaber|kontoinhaber|utilisateur|gestionnaire|proprietaire|responsable|usuario|gerente|\
    propietario|administrador|utilizador|gestor|proprietario|utente|responsabile|amministratore|gebruiker|beheerder|\
    eigenaar|uzytkownik|kierownik|wlasciciel|kullanici|yonetici|sahip|ユーザー|マネージャー|管理者|オーナー|用户|经理|\
    管理员|所有者|使用者|用戶|經理|管理員|擁有者|사용자|관리자|소유자|пользователь|менеджер|владелец|администратор";
const KINDS: &str = "employee|visitor|member|guest|staff|mitarbeiter|besucher|gast|mitglied|employe|visiteur|membre|\
    empleado|visitante|miembro|funcionario|membro|dipendente|visitatore|medewerker|bezoeker|lid|pracownik|gosc|\
    calisan|ziyaretci|uye|社員|従業員|来訪者|訪問者|会員|员工|访客|会员|員工|訪客|會員|직원|방문자|회원|сотрудник|посетитель|гость";
const ACCESS_TYPES: &str = "full|fullaccess|tenant|always|repeat|repeating|temporary|temp|owner|vollzugriff|immer|mieter|befristet";
const CARD_TYPES: &str = "mobile|mobilecard|rf|rfid|rfcard|qr|qrcode|csn|mobil";
const LANGUAGES: &str = "english|german|french|spanish|portuguese|italian|dutch|polish|turkish|japanese|chinese|korean|\
    russian|swedish|czech|deutsch|francais|espanol|portugues|italiano|nederlands|polski|turkce|日本語|中文|한국어|русский|\
    svenska|cestina|englisch|franzosisch|spanisch|italienisch|anglais|allemand|ingles|arabic|hebrew|greek|danish|\
    finnish|norwegian|hungarian|romanian";
const MONTHS: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|mrz|fev|avr|juin|juil|aout|ene|abr|ago|dic|set|out|gen|mag|giu|lug|ott";

fn is_one_of(value: &str, words: &str) -> bool {
    let value = compact(value);
    !value.is_empty() && words.split('|').any(|word| compact(word) == value)
}

pub(super) fn is_honorific(value: &str) -> bool {
    is_one_of(value, HONORIFICS)
}

pub(super) fn is_yes_or_no(value: &str) -> bool {
    is_one_of(value, YES_AND_NO)
}

pub(super) fn is_role(value: &str) -> bool {
    is_one_of(value, ROLES)
}

pub(super) fn is_kind(value: &str) -> bool {
    is_one_of(value, KINDS)
}

pub(super) fn is_access_type(value: &str) -> bool {
    is_one_of(value, ACCESS_TYPES)
}

pub(super) fn is_card_type(value: &str) -> bool {
    is_one_of(value, CARD_TYPES)
}

/// A language tag such as `pt-BR`, or the name of a language.
pub(super) fn is_language(value: &str) -> bool {
    let value = value.trim();
    let mut parts = value.split(['-', '_']);
    let tag = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let region = parts.all(|part| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (tag && region) || is_one_of(value, LANGUAGES)
}

pub(super) fn is_email(value: &str) -> bool {
    let value = value.trim().trim_start_matches("mailto:");
    let Some((name, host)) = value.rsplit_once('@') else {
        return false;
    };
    !name.is_empty()
        && !value.contains(char::is_whitespace)
        && host.split('.').count() > 1
        && host.split('.').all(|label| !label.is_empty())
}

/// A phone number, with or without the signs that tell it from any other number.
pub(super) fn is_phone(value: &str) -> bool {
    is_marked_phone(value) || is_plain_phone(value)
}

/// A phone number with a plus, leading zeros or the usual separators.
pub(super) fn is_marked_phone(value: &str) -> bool {
    let value = value.trim();
    let number = without_extension(value);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let allowed = |letter: char| {
        letter.is_ascii_digit() || letter.is_whitespace() || "+-–().\u{2011}/".contains(letter)
    };
    let marked = number.starts_with(['+', '0', '('])
        || number
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len()
            > 1;
    (6..=16).contains(&digits) && number.chars().all(allowed) && marked && !is_date(value)
}

/// Digits and separators as in short national numbers: enough where the header says phone.
pub(super) fn is_dialable(value: &str) -> bool {
    let value = value.trim();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let others = |letter: char| !letter.is_ascii_digit() && !" +-().".contains(letter);
    is_phone(value) || ((6..=16).contains(&digits) && !value.contains(others) && !is_date(value))
}

/// Nine to fifteen digits, or such a number as Excel shortens it.
pub(super) fn is_plain_phone(value: &str) -> bool {
    let value = value.trim();
    let digits = value.strip_suffix(".0").unwrap_or(value);
    let plain = (9..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain || is_shortened_number(value)
}

/// A long number as Excel shortens it, such as `2.78E+10`.
pub(super) fn is_shortened_number(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.trim().split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    exponent
        .parse::<u8>()
        .is_ok_and(|exponent| (8..40).contains(&exponent))
        && mantissa.starts_with(|letter: char| letter.is_ascii_digit())
        && mantissa
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

fn without_extension(value: &str) -> &str {
    let lower = value.to_ascii_lowercase();
    let at = ["ext", "x", "#", "wew", "poste", "durchwahl"]
        .iter()
        .filter_map(|word| lower.find(word))
        .min();
    at.and_then(|at| value.get(..at)).unwrap_or(value).trim()
}

/// A day, with or without a time, in any usual order; or the number Excel keeps for a day.
pub(super) fn is_date(value: &str) -> bool {
    let value = value.trim();
    let day = value.split(['T', ' ']).next().unwrap_or(value);
    is_numeric_day(day)
        || names_a_month(value)
        || is_ideographic_day(value)
        || is_compact_day(value)
        || is_serial_day(value)
}

// Three numbers, the year first or last.
fn is_numeric_day(day: &str) -> bool {
    let parts: Vec<&str> = day
        .split(['-', '/', '.'])
        .filter(|part| !part.is_empty())
        .collect();
    let is_year = |part: &str| part.len() == 4 && is_whole_number(part);
    let is_small = |part: &str| part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| n <= 31);
    match parts.as_slice() {
        [year, month, day] if is_year(year) => is_small(month) && is_small(day),
        [day, month, year] => {
            let short_year = year.len() == 2 && is_whole_number(year);
            is_small(day) && is_small(month) && (is_year(year) || short_year)
        }
        _other => false,
    }
}

// 20250131.
fn is_compact_day(value: &str) -> bool {
    value.len() == 8 && is_whole_number(value) && matches!(value.get(..2), Some("19" | "20"))
}

// Days since 1900, from 1954 to 2119.
fn is_serial_day(value: &str) -> bool {
    value.len() >= 5
        && value
            .parse()
            .is_ok_and(|days: f64| (20_000.0..80_000.0).contains(&days))
}

fn names_a_month(value: &str) -> bool {
    let words: Vec<String> = crate::fields::words(value);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let month = |word: &String| {
        word.get(..3).is_some_and(|start| {
            MONTHS
                .split('|')
                .any(|month| month.starts_with(start) || month == start)
        })
    };
    (2..=4).contains(&words.len()) && digits >= 2 && words.iter().any(month)
}

fn is_ideographic_day(value: &str) -> bool {
    value.contains(['年', '년']) && value.contains(['月', '월'])
}

/// Words of letters only: `Thandi Nkosi`, `O'Neil, Anne-Marie`, `李 小龙`, `山田太郎`.
pub(super) fn is_name_like(value: &str) -> bool {
    let value = value.trim();
    let letters = value
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    letters >= 2
        && value.chars().count() <= 60
        && value.chars().all(|letter| {
            letter.is_alphabetic()
                || letter.is_whitespace()
                || "'’.-,()ー・·".contains(letter)
                || ('\u{300}'..='\u{36f}').contains(&letter)
        })
        && !is_yes_or_no(value)
}

/// A name of at least two words, or of two to five ideographs.
pub(super) fn is_full_name(value: &str) -> bool {
    let value = value.trim();
    if !is_name_like(value) {
        return false;
    }
    let words: Vec<&str> = value
        .split([' ', ',', '\u{3000}', '・'])
        .filter(|w| !w.is_empty())
        .collect();
    let ideographs = value.chars().all(is_ideograph);
    let capitalised = words
        .iter()
        .filter(|word| word.starts_with(|c: char| !c.is_lowercase()))
        .count();
    (ideographs && (2..=5).contains(&value.chars().count()))
        || ((2..=6).contains(&words.len()) && capitalised * 2 >= words.len())
}

fn is_ideograph(letter: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&letter) || ('\u{ac00}'..='\u{d7a3}').contains(&letter)
}

/// One lower-case word as people sign in with: `jdoe`, `anna.schmidt`, `DOMAIN\jdoe`, `u12345`.
pub(super) fn is_login(value: &str) -> bool {
    let value = value.trim();
    let name = value.rsplit('\\').next().unwrap_or(value);
    !name.is_empty()
        && name.is_ascii()
        && !name.contains(char::is_whitespace)
        && (name
            .bytes()
            .any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'))
            || !name.bytes().any(|byte| byte.is_ascii_uppercase()))
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// What can be a user ID: letters, digits, `.`, `_` and `-`.
pub(super) fn is_code(value: &str) -> bool {
    let value = value.trim();
    (1..=64).contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

pub(super) fn is_whole_number(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn has_digit(value: &str) -> bool {
    value.chars().any(char::is_numeric)
}

/// The form of the ids we write into results.
pub(super) fn is_uuid(value: &str) -> bool {
    let lengths: Vec<usize> = value.trim().split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && value
            .trim()
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A card number, decimal or hexadecimal, separators and `0x` aside.
pub(super) fn is_card_number(value: &str) -> bool {
    let value = value.trim();
    let value = value.strip_prefix("0x").unwrap_or(value);
    let digits: String = value
        .chars()
        .filter(|letter| !matches!(letter, ':' | ' ' | '-'))
        .collect();
    !digits.is_empty()
        && (digits.bytes().all(|byte| byte.is_ascii_hexdigit()) || is_shortened_number(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_phones_from_dates_and_ids() {
        for phone in [
            "+27821234567",
            "0049 89 123456",
            "(020) 7946-0958",
            "089/1234567",
            "+1 555 123 4567 ext. 12",
        ] {
            assert!(is_marked_phone(phone), "{phone}");
        }
        for other in [
            "2025-01-31",
            "31.12.2025",
            "1004",
            "12B",
            "anna@example.com",
            "",
        ] {
            assert!(!is_phone(other), "{other}");
        }
        assert!(is_plain_phone("27821234567"));
        assert!(is_plain_phone("2.78E+10"));
    }

    #[test]
    fn knows_days_in_many_orders() {
        for date in [
            "2025-01-31",
            "31.12.2025",
            "12/31/25",
            "2025-03-01T08:00",
            "45000",
            "31 Dec 2025",
            "2025年1月31日",
            "20250131",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in ["1004", "12.5", "Maintenance", "+27821234567", "Marie Curie"] {
            assert!(!is_date(other), "{other}");
        }
    }

    #[test]
    fn tells_names_from_logins() {
        for name in [
            "Thandi Nkosi",
            "O'Neil, Anne-Marie",
            "山田太郎",
            "Jan de Vries",
            "Đặng Văn Ánh",
        ] {
            assert!(is_full_name(name), "{name}");
        }
        for login in ["jdoe", "anna.schmidt", "CORP\\jdoe", "u12345"] {
            assert!(is_login(login) && !is_full_name(login), "{login}");
        }
        assert!(!is_login("Thandi Nkosi") && !is_full_name("Thandi"));
        assert!(!is_full_name("true") && !is_name_like("Yes"));
    }

    #[test]
    fn knows_language_tags_and_names() {
        for language in ["en", "pt-BR", "zh_Hant_TW", "Deutsch", "日本語"] {
            assert!(is_language(language), "{language}");
        }
        assert!(!is_language("1") && !is_language("Night shift"));
    }

    #[test]
    fn knows_card_numbers() {
        assert!(
            is_card_number("3735928559")
                && is_card_number("0xDEADBEEF")
                && is_card_number("DE:AD:BE:EF")
        );
        assert!(!is_card_number("Green card") && !is_card_number(""));
    }
}
