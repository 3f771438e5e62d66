//! Who may give which role by file, and the accounts that are protected.

use import::{Preset, Settings};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, general};

fn person(house: &House, first: &str, role: Role) -> directory::users::UserRow {
    let email = format!("{}@example.com", first.to_lowercase());
    house
        .create(&Person {
            first,
            last: "Known",
            email: Some(&email),
            role: Some(role),
            ..Person::default()
        })
        .unwrap()
}

on_both! {
    fn only_an_owner_makes_owners(db: &testkit::TestDb) {
        let house = House::new(db);
        let admin = house.as_user(&person(&house, "Ada", Role::Admin));
        let file = "Name,Email,Role\n\
                    Anna New,anna@example.com,Account Owner\n\
                    Ben New,ben@example.com,admin\n\
                    Carl New,carl@example.com,MANAGER\n\
                    Dora New,dora@example.com,King\n";
        let plan = house.plan_as(&admin, file, &general());
        assert_eq!(house.fates(&plan), "failed created created failed");
        assert_eq!(house.told(&plan), ["2 role_not_allowed role", "5 role_unknown role"]);
        let plan = house.plan(file, &general());
        assert_eq!(house.fates(&plan), "created created created failed");
        let roles = plan.plan.unwrap().roles;
        assert_eq!(roles.len(), 3);
        assert_eq!(roles[0], ("Anna New".to_owned(), "owner".to_owned()));
    }

    fn an_admin_may_import_a_list_with_owners_in_it(db: &testkit::TestDb) {
        let house = House::new(db);
        let admin = house.as_user(&person(&house, "Ada", Role::Admin));
        person(&house, "Olga", Role::Owner);
        let file = "Email,Role,Title\nolga@example.com,owner,Director\n";
        let plan = house.plan_as(&admin, file, &general());
        assert_eq!((house.fates(&plan).as_str(), house.told(&plan).len()), ("updated", 0));
        let lower = "Email,Role\nolga@example.com,user\n";
        let plan = house.plan_as(&admin, lower, &general());
        assert_eq!(house.told(&plan), ["2 role_not_allowed role"]);
    }

    fn nobody_changes_their_own_role(db: &testkit::TestDb) {
        let house = House::new(db);
        person(&house, "Olga", Role::Owner);
        let owner = house.as_user(&person(&house, "Otto", Role::Owner));
        let plan = house.plan_as(&owner, "Email,Role\notto@example.com,user\n", &general());
        assert_eq!(house.told(&plan), ["2 own_account role"]);
        let same = house.plan_as(&owner, "Email,Role\notto@example.com,owner\n", &general());
        assert_eq!(house.fates(&same), "unchanged");
    }

    fn one_owner_remains(db: &testkit::TestDb) {
        let house = House::new(db);
        person(&house, "Olga", Role::Owner);
        person(&house, "Otto", Role::Owner);
        let done = house.import(
            "Email,Role\nolga@example.com,user\notto@example.com,user\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "updated failed");
        assert_eq!(house.told(&done), ["3 last_owner role"]);
        assert_eq!(house.person("Otto Known").user.role, "owner");
    }

    fn changing_administrators_has_to_be_confirmed_by_number(db: &testkit::TestDb) {
        let house = House::new(db);
        person(&house, "Ada", Role::Admin);
        person(&house, "Olga", Role::Owner);
        let file = "Email,Title\nada@example.com,Lead\nolga@example.com,Director\n";
        let plan = house.plan(file, &general());
        assert_eq!(plan.plan.as_ref().unwrap().guard.as_ref().unwrap().number, 2);
        for typed in [None, Some(1)] {
            let refusal = house.imports.start(&house.ctx, plan.id, None, typed).unwrap_err();
            assert_eq!(refusal.code(), "guard_tripped");
        }
        assert_eq!(house.carry_out(&plan).counts.updated, 2);
    }

    fn the_roles_preset_is_for_owners(db: &testkit::TestDb) {
        let house = House::new(db);
        let admin = house.as_user(&person(&house, "Ada", Role::Admin));
        let roles = Settings::of(Preset::Roles);
        let file = "First name,Last name,Email,Role\nAnna,New,anna@example.com,user\n";
        let refusal = house.receive(&admin, file, &roles).unwrap_err();
        assert_eq!(refusal.code(), "not_permitted");
        let manager = house.as_user(&person(&house, "Max", Role::Manager));
        let refusal = house.receive(&manager, file, &general()).unwrap_err();
        assert_eq!(refusal.code(), "not_permitted");
    }
}
