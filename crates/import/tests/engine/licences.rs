//! Modules and the seats of their licences.

use directory::modules;
use testkit::on_both;

use crate::house::{House, general};

fn seats(house: &House, key: &str, seats: u32) {
    house.write(|tx, ctx| modules::set(tx, ctx, key, seats));
}

fn used(house: &House) -> Vec<(String, i64)> {
    let all = house
        .db
        .read_blocking(|tx| modules::list(tx, house.ctx.account))
        .unwrap();
    all.into_iter()
        .map(|module| (module.key, module.used))
        .collect()
}

on_both! {
    fn seats_are_given_in_the_order_of_rows(db: &testkit::TestDb) {
        let house = House::new(db);
        seats(&house, "events", 2);
        let plan = house.plan(
            "Name,Email,Events\n\
             Anna New,anna@example.com,True\n\
             Ben New,ben@example.com,no\n\
             Carl New,carl@example.com,1\n\
             Dora New,dora@example.com,TRUE\n",
            &general(),
        );
        assert_eq!(house.fates(&plan), "created created created failed");
        assert_eq!(house.told(&plan), ["5 licence_exhausted module_events"]);
        let seat = &plan.plan.as_ref().unwrap().seats[0];
        assert_eq!((seat.needed, seat.freed, seat.free), (2, 0, 2));
        house.carry_out(&plan);
        assert_eq!(used(&house), [("events".to_owned(), 2)]);
        assert!(house.person("Ben New").modules.is_empty());
    }

    fn a_row_that_says_no_frees_a_seat_for_a_later_one(db: &testkit::TestDb) {
        let house = House::new(db);
        seats(&house, "events", 1);
        house.add("Name,Email,Events\nAnna New,anna@example.com,True\n");
        let early = house.plan(
            "Name,Email,Events\nBen New,ben@example.com,True\nAnna New,anna@example.com,False\n",
            &general(),
        );
        assert_eq!(house.fates(&early), "failed updated");
        let done = house.import(
            "Name,Email,Events\nAnna New,anna@example.com,False\nBen New,ben@example.com,True\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "updated created");
        assert_eq!(used(&house), [("events".to_owned(), 1)]);
        assert_eq!(house.person("Ben New").modules, ["events"]);
    }

    fn somebody_who_has_a_seat_takes_no_second(db: &testkit::TestDb) {
        let house = House::new(db);
        seats(&house, "events", 1);
        let file = "Name,Email,Events\nAnna New,anna@example.com,True\n";
        house.add(file);
        let again = house.import(file, &general());
        assert_eq!(house.fates(&again), "unchanged");
        assert!(again.plan.unwrap().seats.is_empty());
    }

    fn a_module_the_account_does_not_own_cannot_be_given(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(
            "Name,Email,Audits\nAnna New,anna@example.com,True\nBen New,ben@example.com,False\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "failed created");
        assert_eq!(house.told(&done), ["2 module_not_owned module_audits"]);
    }

    fn a_lone_worker_should_have_a_phone(db: &testkit::TestDb) {
        let house = House::new(db);
        seats(&house, "lone_working", 5);
        let done = house.import(
            "Name,Email,Phone,Lone Working\n\
             Anna New,anna@example.com,,True\n\
             Ben New,ben@example.com,+27821234567,True\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created created");
        assert_eq!(house.told(&done), ["2 phone_advised phone"]);
    }

    fn seats_taken_by_others_since_the_check_stop_the_import(db: &testkit::TestDb) {
        let house = House::new(db);
        seats(&house, "events", 1);
        let plan = house.plan("Name,Email,Events\nAnna New,anna@example.com,True\n", &general());
        house.add("Name,Email,Events\nBen Quick,ben@example.com,True\n");
        let done = house.carry_out(&plan);
        assert_eq!(done.state, import::State::Refused);
        assert_eq!(done.reason.unwrap().code, "licence_exhausted");
        assert_eq!(house.names(), ["Ben Quick"]);
    }
}
