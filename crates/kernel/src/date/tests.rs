use proptest::prelude::*;

use super::*;

fn day(raw: &str, order: DateOrder) -> String {
    parse_date(raw, order).map_or_else(|fault| fault.to_string(), String::from)
}

#[test]
fn iso_dates_are_understood_in_every_order() {
    for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
        for raw in [
            "2025-03-04",
            " 2025/3/4 ",
            "20250304",
            "2025.03.04",
            "4 Mar 2025",
            "Mar 4, 2025",
            "04-March-2025",
        ] {
            assert_eq!(day(raw, order), "2025-03-04", "{raw}");
        }
    }
}

#[test]
fn other_dates_follow_the_chosen_order() {
    assert_eq!(day("03.04.2025", DateOrder::Dmy), "2025-04-03");
    assert_eq!(day("03/04/2025", DateOrder::Mdy), "2025-03-04");
    assert_eq!(day("31.12.2025", DateOrder::Dmy), "2025-12-31");
    assert_eq!(
        day("31.12.2025", DateOrder::Mdy),
        "date_invalid: there is no month 31"
    );
    assert_eq!(
        day("31.12.2025", DateOrder::Ymd),
        "date_invalid: the year does not come first"
    );
    assert_eq!(
        day("29.02.2025", DateOrder::Dmy),
        "date_invalid: 2025-02 has no day 29"
    );
}

#[test]
fn years_of_two_digits_are_asked_about() {
    let fault = parse_date("31.12.25", DateOrder::Dmy).unwrap_err();
    assert_eq!(fault.detail, "the year needs four digits");
    assert_eq!(fault.suggestion.as_deref(), Some("2025-12-31"));
    let fault = parse_date("1-Feb-89", DateOrder::Mdy).unwrap_err();
    assert_eq!(fault.suggestion.as_deref(), Some("1989-02-01"));
}

#[test]
fn day_numbers_of_spreadsheets_are_recognised() {
    for raw in ["45731", "45731.5"] {
        let fault = parse_date(raw, DateOrder::Dmy).unwrap_err();
        assert_eq!(fault.suggestion.as_deref(), Some("2025-03-15"), "{raw}");
    }
    assert_eq!(
        day("12", DateOrder::Dmy),
        "date_invalid: it has no day, month and year"
    );
    assert_eq!(
        parse_date("#REF!", DateOrder::Dmy).unwrap_err().code,
        Code::ValueDamaged
    );
    assert_eq!(
        day("tomorrow", DateOrder::Dmy),
        "date_invalid: it has no day, month and year"
    );
}

#[test]
fn tells_ambiguous_dates() {
    assert!(date_fits("03/04/2025").is_ambiguous());
    assert!(date_fits("03/04/25 08:00").is_ambiguous());
    assert!(!date_fits("04/04/2025").is_ambiguous());
    let fits = date_fits("31/12/2025");
    assert!(fits.dmy.is_some() && fits.mdy.is_none() && fits.ymd.is_none() && !fits.is_ambiguous());
    let fits = date_fits("2025-03-04");
    assert!(fits.ymd.is_some() && fits.dmy.is_none() && fits.mdy.is_none() && !fits.is_ambiguous());
    assert_eq!(date_fits("hello"), DateFits::default());
    assert_eq!(date_fits("3 Apr 2025"), DateFits::default());
}

#[test]
fn moments_have_a_start_and_an_end() {
    let zone = SiteZone::parse("Africa/Johannesburg").unwrap();
    let start = |raw| {
        Moment::parse(raw, DateOrder::Dmy)
            .unwrap()
            .start(&zone)
            .to_string()
    };
    let end = |raw| {
        Moment::parse(raw, DateOrder::Dmy)
            .unwrap()
            .end(&zone)
            .to_string()
    };
    assert_eq!(start("2025-03-01"), "2025-02-28T22:00:00Z");
    assert_eq!(end("2025-03-01"), "2025-03-01T21:59:59Z");
    for raw in [
        "2025-03-01T08:00",
        "01.03.2025 8:00",
        "2025-03-01 08:00:00",
        "1/3/2025, 8:00 AM",
    ] {
        assert_eq!(start(raw), "2025-03-01T06:00:00Z", "{raw}");
        assert_eq!(end(raw), "2025-03-01T06:00:00Z", "{raw}");
    }
    assert_eq!(start("2025-03-01T08:00:00.250Z"), "2025-03-01T08:00:00.25Z");
    assert_eq!(start("2025-03-01T08:00:00+02:00"), "2025-03-01T06:00:00Z");
    assert_eq!(start("2025-03-01 12:05 am"), "2025-02-28T22:05:00Z");
    for raw in [
        "2025-03-01T25:00",
        "2025-03-01 8:61",
        "2025-03-01 8:00:00:00",
        "2025-03-01 :",
        "2025-03-01 8:00+99:99",
    ] {
        let fault = Moment::parse(raw, DateOrder::Ymd).unwrap_err();
        assert_eq!(fault.detail, "the time of day is not one", "{raw}");
    }
}

proptest! {
    #[test]
    fn never_panics(raw in any::<String>(), dates in "[0-9./ :TZ+-]{0,24}") {
        for raw in [raw, dates] {
            for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
                let _ = Moment::parse(&raw, order);
            }
            let _ = date_fits(&raw);
        }
    }

    #[test]
    fn a_shown_day_reads_back(year in 1000_i16..9999, month in 1_i8..=12, day in 1_i8..=28) {
        let written = Day::new(year, month, day).unwrap();
        prop_assert_eq!(parse_date(&written.to_string(), DateOrder::Mdy), Ok(written));
        let german = format!("{day}.{month}.{year}");
        prop_assert_eq!(parse_date(&german, DateOrder::Dmy), Ok(written));
    }
}
