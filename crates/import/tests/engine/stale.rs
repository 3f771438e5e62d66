//! A plan is agreed to as it was shown: not when it is old, nor when what it rests on has changed.

use std::time::Duration;

use db::{Sql, params};
use directory::{fields, fields::FieldKind, groups, groups::GroupKind, modules};
use import::{Import, State, Watch};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, general};

const LINKED: &str = "Name,Email,Groups,Teams,Events,Locker\n\
                      Anna New,anna@example.com,Field,Blue,True,17\n";

/// An account with everything the file above names, and the plan for it.
fn planned(db: &testkit::TestDb) -> (House, Import) {
    let house = House::new(db);
    house.write(|tx, ctx| {
        modules::set(tx, ctx, "events", 5).unwrap();
        fields::create(tx, ctx, "Locker", FieldKind::Text, &[]).unwrap();
        groups::create(tx, ctx, GroupKind::Group, "Field").unwrap();
        groups::create(tx, ctx, GroupKind::Group, "Unnamed").unwrap();
        groups::create(tx, ctx, GroupKind::Team, "Blue")
    });
    let plan = house.plan(LINKED, &general());
    assert_eq!(plan.counts.created, 1, "{:?}", house.told(&plan));
    (house, plan)
}

fn execute(house: &House, text: &'static str) {
    house
        .db
        .write_blocking(|tx| tx.execute(&Sql::new("test", text), params![]))
        .unwrap();
}

/// What the start of a planned import is refused for; none if it is not.
fn refused(house: &House, plan: &Import) -> Option<String> {
    let started = house.imports.start(&house.ctx, plan.id, None, None);
    started.err().map(|refusal| {
        assert_eq!(refusal.code(), "plan_out_of_date");
        refusal.to_string()
    })
}

on_both! {
    fn a_plan_can_be_agreed_to_for_half_an_hour(db: &testkit::TestDb) {
        let (house, plan) = planned(db);
        house.context.clock.advance(Duration::from_mins(30));
        assert_eq!(house.imports.out_of_date(&house.ctx, &plan).unwrap(), None);
        house.context.clock.advance(Duration::from_secs(1));
        let why = refused(&house, &plan).unwrap();
        assert!(why.contains("more than 30 minutes ago"), "{why}");
        assert!(house.people().is_empty());
        let again = house.imports.check(&house.ctx, plan.id, &Watch::nobody()).unwrap();
        assert_eq!(house.carry_out(&again).state, State::Done);
    }

    fn a_plan_needs_the_things_its_rows_name(db: &testkit::TestDb) {
        let (house, plan) = planned(db);
        let cases = [
            ("delete from groups where name = 'Field'", "the group Field was removed"),
            ("update groups set name = 'Red' where name = 'Blue'", "the team Blue is called Red now"),
            ("delete from modules where key = 'events'", "the module events was removed"),
            ("update accounts set default_country = 'ZA'", "the account's country or time zone"),
            ("update custom_fields set kind = 'number'", "the field Locker was changed or removed"),
        ];
        for (change, expected) in cases {
            execute(&house, change);
            let why = refused(&house, &plan).unwrap();
            assert!(why.contains(expected), "{why} after {change}");
            house.imports.check(&house.ctx, plan.id, &Watch::nobody()).unwrap();
        }
    }

    fn a_plan_does_not_mind_what_no_row_names(db: &testkit::TestDb) {
        let (house, plan) = planned(db);
        execute(&house, "delete from groups where name = 'Unnamed'");
        house.write(|tx, ctx| fields::create(tx, ctx, "Badge", FieldKind::Text, &[]));
        assert_eq!(refused(&house, &plan), None);
    }

    fn a_group_it_would_create_must_still_be_missing(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan("Name,Email,Groups\nAnna New,anna@example.com,Field\n", &general());
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "FIELD"));
        let why = refused(&house, &plan).unwrap();
        assert!(why.contains("somebody has created the group Field"), "{why}");
    }

    fn a_plan_made_with_other_rights_is_made_again(db: &testkit::TestDb) {
        let (house, plan) = planned(db);
        let admin = Person { first: "Adam", last: "Known", role: Some(Role::Admin), ..Person::default() };
        let ctx = house.as_user(&house.create(&admin).unwrap());
        let refusal = house.imports.start(&ctx, plan.id, None, None).unwrap_err();
        assert_eq!(refusal.code(), "plan_out_of_date");
        house.imports.check(&ctx, plan.id, &Watch::nobody()).unwrap();
        house.imports.start(&ctx, plan.id, None, None).unwrap();
    }
}
