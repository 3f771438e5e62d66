//! Templates and exports are files that the importer reads back.

use directory::{
    devices,
    fields::{self, FieldKind},
    groups,
    groups::GroupKind,
    modules,
    users::{ExportColumns, for_each_user},
    workflows,
};
use import::{Preset, Settings, mapping::Confidence, template};
use tabular::{CsvFormat, CsvWriter};
use testkit::on_both;

use crate::house::{House, general, portraits};

/// Everything an account can have.
fn furnish(house: &House) {
    house.write(|tx, ctx| modules::set(tx, ctx, "events", 5));
    house.write(|tx, ctx| modules::set(tx, ctx, "lone_working", 5));
    for door in ["Main gate", "Side door"] {
        house.write(|tx, ctx| devices::create(tx, ctx, door));
    }
    house.write(|tx, ctx| workflows::create(tx, ctx, "Site inspection"));
    house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Night shift"));
    house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "bulk users"));
    house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Bulk extra"));
    let choices = ["Small".to_owned(), "Large".to_owned()];
    for (label, kind) in [
        ("Locker", FieldKind::Text),
        ("Points", FieldKind::Number),
        ("Birthday", FieldKind::Date),
        ("Parking", FieldKind::Bool),
        ("Shirt", FieldKind::Choice),
    ] {
        let choices: &[String] = if kind == FieldKind::Choice {
            &choices
        } else {
            &[]
        };
        house.write(|tx, ctx| fields::create(tx, ctx, label, kind, choices));
    }
}

const PEOPLE: &str = "User ID,First name,Last name,Email,Phone,Notes,Groups,Teams,Role,Kind,Title,Department,Language,\
Card ID,Card type,Card start,Card end,Devices,Access type,Access start,Access end,Schedule,Workflows,Events,Lone working,\
Locker,Points,Birthday,Parking,Shirt\n\
E-1,Anna,New,Anna@Example.com,+27821111111,\"=1+1\nsecond line\",Field;Office,Night shift,manager,visitor,'=Lead,Facilities,pt-BR,\
3735928559,rf,2026-01-01,2030-12-31,Main gate;Side door,temporary,2026-01-01,2030-01-01T08:00:00Z,,Site inspection,True,False,\
-7,-5,1990-02-28,yes,small\n\
E-2,Ben,,,+27822222222,,\"Smith & Co\",,owner,,@work,,,\
1,,,,Main gate,repeat,,,Mon-Fri 09:00-17:00;Sat 10:00-12:00,,,True,,,,,\n\
E-3,Łukasz Jan,van der Berg,l.berg@exämple.de,,'tis,,,,member,,,,,,,,,,,,,,,,,,,,\n";

/// All people as the account's export.
pub(crate) fn export(house: &House) -> String {
    let columns = house
        .db
        .read_blocking(|tx| ExportColumns::load(tx, &house.ctx))
        .unwrap();
    let mut out = Vec::new();
    let mut writer = CsvWriter::new(&mut out, CsvFormat::default());
    writer
        .write_row(columns.headers().iter().map(String::as_str))
        .unwrap();
    for_each_user(&house.db, &house.ctx, &mut |person| {
        writer.write_row(columns.row(person).iter().map(String::as_str))
    })
    .unwrap();
    writer.finish().unwrap();
    String::from_utf8(out).unwrap()
}

on_both! {
    fn an_export_imported_again_changes_nothing(db: &testkit::TestDb) {
        let house = House::with(db, None, Some("Africa/Johannesburg"));
        furnish(&house);
        let done = house.import(PEOPLE, &general());
        assert_eq!(house.fates(&done), "created created created", "{:?}", house.messages(&done));
        let before = portraits(&house);
        let plan = house.plan(&export(&house), &general());
        assert_eq!(house.fates(&plan), "unchanged unchanged unchanged", "{:#?}", plan.plan);
        let done = house.carry_out(&plan);
        assert_eq!(done.counts.unchanged, 3);
        assert_eq!(portraits(&house), before);
    }

    fn an_export_makes_equal_people_in_another_account(db: &testkit::TestDb) {
        let house = House::with(db, None, Some("Africa/Johannesburg"));
        furnish(&house);
        house.import(PEOPLE, &general());
        let other = House::with(db, None, Some("Europe/Berlin"));
        furnish(&other);
        let done = other.import(&export(&house), &general());
        assert_eq!(other.fates(&done), "created created created", "{:?}", other.messages(&done));
        assert_eq!(portraits(&other), portraits(&house));
    }

    fn every_column_of_templates_and_exports_is_recognised(db: &testkit::TestDb) {
        let house = House::new(db);
        furnish(&house);
        let catalogue = house.imports.catalogue(&house.ctx).unwrap();
        for preset in Preset::ALL {
            for filled in [false, true] {
                let mut out = Vec::new();
                template(*preset, &catalogue, filled, &mut out).unwrap();
                let mut file = String::from_utf8(out).unwrap();
                if !filled {
                    // A table without rows is refused, as there is nobody to import.
                    let refusal = house.receive(&house.ctx, &file, &Settings::of(*preset)).unwrap_err();
                    assert_eq!(refusal.code(), "no_data_rows");
                    file += "x\r\n";
                }
                let import = house.receive(&house.ctx, &file, &Settings::of(*preset)).unwrap();
                for column in &import.mapping.unwrap().columns {
                    assert_eq!(column.confidence, Confidence::Exact, "{preset:?} {column:?}");
                }
            }
        }
        house.import(PEOPLE, &general());
        let import = house.receive(&house.ctx, &export(&house), &general()).unwrap();
        for column in &import.mapping.unwrap().columns {
            let expected = if column.header == "Status" { Confidence::Unused } else { Confidence::Exact };
            assert_eq!(column.confidence, expected, "{column:?}");
        }
    }

    fn filled_templates_are_good_files(db: &testkit::TestDb) {
        for preset in Preset::ALL {
            let house = House::new(db);
            furnish(&house);
            house.write(|tx, ctx| modules::set(tx, ctx, "events", 9));
            house.write(|tx, ctx| modules::set(tx, ctx, "lone_working", 9));
            let catalogue = house.imports.catalogue(&house.ctx).unwrap();
            let mut out = Vec::new();
            template(*preset, &catalogue, true, &mut out).unwrap();
            let file = String::from_utf8(out).unwrap();
            let done = house.import(&file, &Settings::of(*preset));
            assert_eq!(done.counts.created, 9, "{preset:?} {:?}", house.messages(&done));
            let again = house.import(&file, &Settings::of(*preset));
            let known = again.counts.unchanged + again.counts.skipped;
            assert_eq!(known, 9, "{preset:?}");
        }
    }
}
