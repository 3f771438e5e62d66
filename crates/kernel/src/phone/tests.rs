use proptest::prelude::*;

use super::*;

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

fn parse(raw: &str, code: &str) -> String {
    let region = (!code.is_empty()).then(|| region(code));
    Phone::parse(raw, region).map_or_else(|fault| fault.to_string(), String::from)
}

#[test]
fn reads_international_numbers_as_people_write_them() {
    for raw in [
        "+27821234567",
        "+27 82 123 4567",
        "+27 (82) 123-4567",
        "+27.82.123.4567",
        "0027 82 123 4567",
        "+27 (0)82 123 4567",
        "0027 (0) 82 123 4567",
        "\u{202A}+27\u{A0}82\u{A0}123\u{2011}4567\u{202C}",
        "＋２７８２１２３４５６７",
        "tel:+27821234567",
        "'+27821234567",
        " +27/82/1234567 ",
    ] {
        assert_eq!(parse(raw, ""), "+27821234567", "{raw}");
    }
    assert_eq!(parse("+44 (0)20 7946 0000", ""), "+442079460000");
    assert_eq!(parse("+39 (0)6 6982 1234", ""), "+390669821234");
    assert_eq!(parse("٠٠٩٧١٥٠١٢٣٤٥٦٧", ""), "+971501234567");
}

#[test]
fn reads_national_numbers_with_a_default_region() {
    for (raw, code, wanted) in [
        ("082 123 4567", "ZA", "+27821234567"),
        ("821234567", "ZA", "+27821234567"),
        ("27821234567", "ZA", "+27821234567"),
        ("(0)20 7946 0000", "GB", "+442079460000"),
        ("(650) 253-0000", "US", "+16502530000"),
        ("1 650 253 0000", "US", "+16502530000"),
        ("011 44 20 7946 0000", "US", "+442079460000"),
        ("030/1234567", "DE", "+49301234567"),
        ("06 6982 1234", "IT", "+390669821234"),
        ("090-1234-5678", "JP", "+819012345678"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("0 11 96123-4567", "BR", "+5511961234567"),
    ] {
        assert_eq!(parse(raw, code), wanted, "{raw} in {code}");
    }
}

#[test]
fn says_what_is_wrong() {
    for (raw, code, wanted) in [
        ("", "", "phone_invalid: there are no digits"),
        ("+27 82 123", "", "phone_invalid: too short"),
        (
            "+27 82 123 45678 9012",
            "",
            "phone_invalid: too many digits",
        ),
        ("+2782123456789012345", "", "phone_invalid: too many digits"),
        ("+999 1234567", "", "phone_invalid: no such country code"),
        ("082 123 4567", "", "phone_invalid: no country code"),
        (
            "+27 00 123 4567",
            "",
            "phone_invalid: that country has no such number",
        ),
        (
            "2.78E+10",
            "",
            "value_damaged: a long number in scientific notation, its last digits are lost",
        ),
        (
            "27821234567.0",
            "ZA",
            "value_damaged: a number with a decimal part",
        ),
        (
            "1-800-FLOWERS",
            "US",
            "phone_invalid: `F` does not belong in a phone number",
        ),
        (
            "+2782+1234567",
            "",
            "phone_invalid: `+` does not belong in a phone number",
        ),
        ("253-0000", "US", "phone_invalid: the area code is missing"),
    ] {
        assert_eq!(parse(raw, code), wanted, "{raw} in {code}");
    }
}

#[test]
fn suggests_the_lost_plus_sign() {
    let suggestion = |raw, region| Phone::parse(raw, region).unwrap_err().suggestion;
    assert_eq!(
        suggestion("27821234567", None).as_deref(),
        Some("+27821234567")
    );
    assert_eq!(
        suggestion("27821234567", Some(region("DK"))).as_deref(),
        Some("+27821234567")
    );
    assert_eq!(
        suggestion("+0027821234567", None).as_deref(),
        Some("+27821234567")
    );
    assert_eq!(
        suggestion("+27821234567 ext 5", None).as_deref(),
        Some("+27821234567")
    );
    assert_eq!(suggestion("082 123 4567", None), None);
}

#[test]
fn takes_cells_with_several_numbers_apart() {
    for raw in [
        "082 123 4567 / 083 123 4567",
        "+27821234567; 0831234567",
        "0821234567\n0831234567",
        "home: 021, 0821234567, 0831234567",
    ] {
        let fault = Phone::parse(raw, Some(region("ZA"))).unwrap_err();
        assert_eq!(fault.suggestion.as_deref(), Some("+27821234567"), "{raw}");
    }
    let fault = Phone::parse("0821234567/0831234567", Some(region("ZA"))).unwrap_err();
    assert_eq!(fault.detail, "there is more than one number");
    let fault = Phone::parse("0821234567 (mobile)", Some(region("ZA"))).unwrap_err();
    assert_eq!(fault.suggestion.as_deref(), Some("+27821234567"));
}

#[test]
fn regions_are_those_of_the_library() {
    let ours: Vec<_> = Region::all().map(Region::code).collect();
    let library = rlibphonenumber::PHONE_NUMBER_UTIL.get_supported_regions();
    assert_eq!(ours.len(), library.len());
    for code in &ours {
        assert!(rlibphonenumber::Region::from_code(code).is_ok(), "{code}");
        assert_eq!(region(&code.to_lowercase()).code(), *code);
    }
    assert_eq!(region("ZA").calling_code(), "27");
    assert!(Region::parse("001").is_err() && Region::parse("XX").is_err());
}

#[test]
fn the_main_country_of_a_calling_code_is_that_of_the_library() {
    use rlibphonenumber::PHONE_NUMBER_UTIL;
    for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
        let theirs = PHONE_NUMBER_UTIL.get_region_for_country_code(code).unwrap();
        let ours = rules::RULES
            .sharing(usize::try_from(code).unwrap())
            .next()
            .unwrap();
        assert_eq!(
            rlibphonenumber::Region::from_code(ours.region).unwrap(),
            theirs,
            "+{code}"
        );
    }
}

/// A number as somebody might write it, and the region it is read in.
struct Sample {
    text: String,
    region: Option<Region>,
}

/// Pseudo-random numbers, most of them nearly right: examples of the library with digits changed.
fn samples(count: usize) -> impl Iterator<Item = Sample> {
    use rlibphonenumber::{
        PHONE_NUMBER_UTIL, PhoneNumberType, get_national_significant_number_owned,
    };
    const TYPES: [PhoneNumberType; 5] = [
        PhoneNumberType::Mobile,
        PhoneNumberType::FixedLine,
        PhoneNumberType::TollFree,
        PhoneNumberType::VoIP,
        PhoneNumberType::PremiumRate,
    ];
    let mut examples = Vec::new();
    for region in Region::all() {
        let theirs = rlibphonenumber::Region::from_code(region.code()).unwrap();
        for number_type in TYPES {
            let found =
                PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(theirs, number_type);
            if let Ok(number) = found {
                examples.push((region, get_national_significant_number_owned(&number)));
            }
        }
    }
    for code in [
        "800", "808", "870", "878", "881", "882", "883", "888", "979",
    ] {
        let number = PHONE_NUMBER_UTIL.get_example_number_for_non_geo_entity(code.parse().unwrap());
        let national = get_national_significant_number_owned(&number.unwrap());
        examples.push((region("GB"), format!("00{code}{national}")));
    }
    let regions: Vec<_> = Region::all().collect();
    let mut state = 0x5EED_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..count).map(move |_| {
        let (home, example) = &examples[random(examples.len())];
        let mut digits = example.clone().into_bytes();
        for _ in 0..random(5) {
            let at = random(digits.len());
            digits[at] = b'0' + random(10) as u8;
        }
        match random(12) {
            0 => drop(digits.pop()),
            1 => digits.push(b'0' + random(10) as u8),
            2 => {
                digits = (0..random(14) + 2)
                    .map(|_| b'0' + random(10) as u8)
                    .collect();
            }
            // The area code is left out, or a carrier or a mobile mark is put in.
            3 => drop(digits.drain(..=random(4))),
            4 => drop(digits.splice(..0, *b"015")),
            5 => {
                let at = random(digits.len() + 1);
                digits.splice(at..at, *b"15");
            }
            _ => {}
        }
        let national = String::from_utf8(digits).unwrap();
        let code = home.calling_code();
        let text = match random(11) {
            0..4 => format!("+{code}{national}"),
            4 => format!("+{code}0{national}"),
            5 => format!("0{national}"),
            6 => format!("{code}{national}"),
            7 => format!(
                "{}{national}",
                ["1", "8", "06", "011", "00", "90", "015", "021"][random(8)]
            ),
            _ => national,
        };
        let elsewhere = regions[random(regions.len())];
        let region = [Some(*home), Some(*home), Some(*home), Some(elsewhere), None][random(5)];
        Sample { text, region }
    })
}

#[test]
fn the_shortcut_agrees_with_the_judge() {
    let (mut accepted, mut shortcuts) = (0, 0);
    for Sample { text, region } in samples(400_000) {
        let Ok(reading) = Reading::of(&text) else {
            continue;
        };
        let judged = judge::decide(&reading, region).ok();
        if let Some(phone) = shortcut::decide(&reading, region) {
            assert_eq!(Some(phone), judged, "{text} in {region:?}");
            shortcuts += 1;
        }
        accepted += usize::from(judged.is_some());
    }
    // Nearly all good numbers must be decided without the judge, or the table is of no use.
    assert!(accepted > 80_000, "{accepted} good numbers");
    assert!(
        shortcuts * 100 > accepted * 97,
        "{shortcuts} of {accepted} good numbers"
    );
}

#[test]
fn the_shortcut_knows_every_example() {
    for region in Region::all() {
        let theirs = rlibphonenumber::Region::from_code(region.code()).unwrap();
        let number = rlibphonenumber::PHONE_NUMBER_UTIL
            .get_example_number(theirs)
            .unwrap();
        let national = rlibphonenumber::get_national_significant_number_owned(&number);
        let text = format!("+{}{national}", region.calling_code());
        let found = shortcut::decide(&Reading::of(&text).unwrap(), None);
        if text.len() > 8 {
            assert_eq!(found.map(String::from), Some(text), "{region}");
        }
    }
}

#[test]
fn numbers_read_back_from_the_forms_people_print() {
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};
    for region in Region::all() {
        let theirs = rlibphonenumber::Region::from_code(region.code()).unwrap();
        let number = PHONE_NUMBER_UTIL.get_example_number(theirs).unwrap();
        let wanted = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164);
        if wanted.len() <= 8 {
            continue;
        }
        for format in [
            PhoneNumberFormat::International,
            PhoneNumberFormat::National,
        ] {
            let printed = PHONE_NUMBER_UTIL.format(&number, format);
            let read = Phone::parse(&printed, Some(region)).map(String::from);
            assert_eq!(read.as_deref(), Ok(&*wanted), "{printed} in {region}");
        }
    }
}

proptest! {
    #[test]
    fn never_panics(raw in any::<String>()) {
        let _ = Phone::parse(&raw, None);
        let _ = Phone::parse(&raw, Some(region("BR")));
    }

    #[test]
    fn a_parsed_number_parses_to_itself(raw in "[+0-9 ()./-]{6,18}") {
        if let Ok(phone) = Phone::parse(&raw, Some(region("DE"))) {
            prop_assert_eq!(Phone::parse(phone.as_str(), None), Ok(phone));
            prop_assert_eq!(Phone::parse(phone.as_str(), Some(region("US"))), Ok(phone));
        }
    }
}
