//! Shows how many values of each type are parsed in a second on one core.
//!
//! `cargo run --release -p kernel --example parse_speed`

use std::{hint::black_box, io::Write, time::Instant};

use kernel::{
    CardNumber, CardRadix, DateOrder, Email, ExternalId, GroupName, PersonName, Phone, Region,
    Role, parse_bool, parse_date,
};

const VALUES: usize = 1000;
const ROUNDS: usize = 2000;

fn main() -> std::io::Result<()> {
    phones()?;
    others()
}

fn phones() -> std::io::Result<()> {
    let home = Region::parse("ZA").ok();
    measure(
        "phone, international",
        |n| format!("+2782{n:07}"),
        |raw| Phone::parse(raw, None).is_ok(),
    )?;
    measure(
        "phone, spaced",
        |n| format!("+44 (0)7400 {n:06}"),
        |raw| Phone::parse(raw, None).is_ok(),
    )?;
    measure(
        "phone, Canadian",
        |n| format!("+1 416 {:03} {:04}", 200 + n % 700, n),
        |raw| Phone::parse(raw, None).is_ok(),
    )?;
    measure(
        "phone, national",
        |n| format!("082 {:03} {:04}", n % 1000, n),
        |raw| Phone::parse(raw, home).is_ok(),
    )?;
    measure(
        "phone, plus lost",
        |n| format!("2782{n:07}"),
        |raw| Phone::parse(raw, home).is_ok(),
    )?;
    let brazil = Region::parse("BR").ok();
    measure(
        "phone, Brazilian with trunk",
        |n| format!("011 9{:04}-{:04}", 7000 + n, n),
        |raw| Phone::parse(raw, brazil).is_ok(),
    )?;
    measure(
        "phone, refused",
        |n| format!("+27 00 {n:07}"),
        |raw| Phone::parse(raw, None).is_err(),
    )?;
    Ok(())
}

fn others() -> std::io::Result<()> {
    measure(
        "e-mail",
        |n| format!("person.{n}@example.com"),
        |raw| Email::parse(raw).is_ok(),
    )?;
    measure(
        "e-mail with key",
        |n| format!("Person.{n}@Example.com"),
        |raw| Email::parse(raw).is_ok_and(|email| !black_box(email.key()).is_empty()),
    )?;
    measure(
        "e-mail, not ASCII",
        |n| format!("müller.{n}@example.com"),
        |raw| Email::parse(raw).is_ok(),
    )?;
    measure(
        "full name",
        |n| format!("Thandi Nkosi{n}"),
        |raw| PersonName::from_full(raw).is_ok(),
    )?;
    measure(
        "full name, not ASCII",
        |n| format!("Zoë Müller{n}"),
        |raw| PersonName::from_full(raw).is_ok(),
    )?;
    measure(
        "group name with key",
        |n| format!("Field {n}"),
        |raw| GroupName::parse(raw).is_ok_and(|name| !black_box(name.key()).is_empty()),
    )?;
    measure(
        "external id",
        |n| format!("E-{n}"),
        |raw| ExternalId::parse(raw).is_ok(),
    )?;
    measure(
        "card number, decimal",
        |n| format!("37359285{n}"),
        |raw| CardNumber::parse(raw, CardRadix::Decimal).is_ok(),
    )?;
    measure(
        "date",
        |n| format!("2025-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
        |raw| parse_date(raw, DateOrder::Ymd).is_ok(),
    )?;
    measure(
        "role",
        |_| String::from("Account Owner"),
        |raw| Role::parse(raw).is_ok(),
    )?;
    measure(
        "truth",
        |n| String::from(if n % 2 == 0 { "True" } else { "FALSE" }),
        |raw| parse_bool(raw).is_ok(),
    )
}

/// Parses made-up values again and again, and says how many of them were as expected.
fn measure(
    name: &str,
    value: impl Fn(usize) -> String,
    parse: impl Fn(&str) -> bool,
) -> std::io::Result<()> {
    let values: Vec<String> = (0..VALUES).map(value).collect();
    let good = values.iter().filter(|raw| parse(raw)).count();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        for raw in &values {
            black_box(parse(black_box(raw)));
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let count = (VALUES * ROUNDS) as f64;
    let (rate, each) = (count / seconds / 1e6, seconds / count * 1e9);
    writeln!(
        std::io::stdout(),
        "{name:<28} {rate:>7.2} M/s {each:>7.0} ns  {good}/{VALUES} as expected"
    )
}
