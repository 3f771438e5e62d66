//! Groups, teams, workflows and devices.

use directory::{devices, groups, groups::GroupKind, workflows};
use import::{Settings, UnknownGroup};
use kernel::Timestamp;
use testkit::on_both;

use crate::house::{House, general};

fn group_names(house: &House, name: &str) -> Vec<String> {
    let mut names: Vec<_> = house
        .person(name)
        .groups
        .into_iter()
        .map(|group| group.2)
        .collect();
    names.sort();
    names
}

fn door(house: &House, name: &str) {
    house.write(|tx, ctx| devices::create(tx, ctx, name));
}

/// Device, type, schedule, start and end of each grant.
fn grants(house: &House, name: &str) -> Vec<String> {
    let show = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
    let mut all: Vec<_> = house
        .person(name)
        .grants
        .iter()
        .map(|(grant, device)| {
            let schedule = grant.schedule.as_deref().unwrap_or("-");
            let (start, end) = (show(grant.starts_at), show(grant.ends_at));
            format!("{device} {} {schedule} {start} {end}", grant.access_type)
        })
        .collect();
    all.sort();
    all
}

on_both! {
    fn lists_add_and_unknown_groups_are_created(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Field"));
        let plan = house.plan(
            "Name,Email,Groups\n\
             Anna New,anna@example.com,field; Office|Night\n\
             Ben New,ben@example.com,\"office, FIELD\"\n",
            &general(),
        );
        let told = plan.plan.as_ref().unwrap();
        assert_eq!(told.new_groups, ["Office", "Night"]);
        assert_eq!((told.new_group_count, told.memberships_added), (2, 5));
        house.carry_out(&plan);
        assert_eq!(group_names(&house, "Anna New"), ["Field", "Night", "Office"]);
        assert_eq!(group_names(&house, "Ben New"), ["Field", "Office"]);
        house.add("Email,Groups\nben@example.com,Night\n");
        assert_eq!(group_names(&house, "Ben New"), ["Field", "Night", "Office"]);
    }

    fn a_name_with_a_comma_is_one_group_where_there_is_one(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Smith, Jones"));
        house.add("Name,Email,Groups\nAnna New,anna@example.com,\"Smith, Jones;Field\"\n");
        assert_eq!(group_names(&house, "Anna New"), ["Field", "Smith, Jones"]);
    }

    fn unknown_groups_can_be_an_error(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Field work"));
        let settings = Settings { unknown_group: UnknownGroup::Error, ..general() };
        let done = house.import(
            "Name,Email,Groups\nAnna New,anna@example.com,Feild work\nBen New,ben@example.com,field  WORK\n",
            &settings,
        );
        assert_eq!(house.fates(&done), "failed created");
        assert_eq!(house.told(&done), ["2 group_unknown groups"]);
        assert_eq!(
            house.messages(&done)["group_unknown"],
            "Unknown group: `Feild work`, there is no group of this name. Did you mean `Field work`? \
             Create the group, let the import create it, or correct the name."
        );
    }

    fn a_bad_row_creates_no_group(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import("Name,Email,Groups\nAnna New,nonsense,Field\n", &general());
        assert_eq!(house.fates(&done), "failed");
        let names = house.db.read_blocking(|tx| groups::names(tx, house.ctx.account)).unwrap();
        assert!(names.is_empty());
    }

    fn unknown_teams_workflows_and_devices_are_errors(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Night shift"));
        house.write(|tx, ctx| workflows::create(tx, ctx, "Site inspection"));
        door(&house, "Main gate");
        let done = house.import(
            "Name,Email,Teams,Workflows,Devices\n\
             Anna New,anna@example.com,night shift,Site inspection,main gate\n\
             Ben New,ben@example.com,Day shift,Audit,Side door\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created failed");
        assert_eq!(
            house.told(&done),
            ["3 team_unknown teams", "3 workflow_unknown workflows", "3 device_unknown devices"]
        );
        let anna = house.person("Anna New");
        assert_eq!(anna.groups[0].1, GroupKind::Team);
        assert_eq!(anna.workflows[0].1, "Site inspection");
        assert_eq!(grants(&house, "Anna New"), ["Main gate always - - -"]);
    }

    fn the_word_empty_beside_names_replaces_the_list(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Groups\nAnna New,anna@example.com,Field;Office\n");
        // Two columns of one list: the first empties it, the second fills it again.
        let settings = Settings {
            map: vec![("Old".to_owned(), "groups".to_owned()), ("New".to_owned(), "groups".to_owned())],
            ..general()
        };
        let done = house.import("Email,Old,New\nanna@example.com,{empty},Field;Night\n", &settings);
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(group_names(&house, "Anna New"), ["Field", "Night"]);
    }

    fn the_word_empty_takes_access_away(db: &testkit::TestDb) {
        let house = House::new(db);
        door(&house, "Main gate");
        door(&house, "Side door");
        house.write(|tx, ctx| workflows::create(tx, ctx, "Audit"));
        house.add("Name,Email,Devices,Workflows\nAnna New,anna@example.com,Main gate;Side door,Audit\n");
        let done = house.import("Email,Devices,Workflows\nanna@example.com,{empty},{empty}\n", &general());
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(grants(&house, "Anna New"), [""; 0]);
        assert!(house.person("Anna New").workflows.is_empty());
        house.undo(&done);
        assert_eq!(grants(&house, "Anna New").len(), 2);
        assert_eq!(house.person("Anna New").workflows.len(), 1);
    }

    fn access_has_a_type_a_window_and_a_schedule(db: &testkit::TestDb) {
        let house = House::with(db, None, Some("Africa/Johannesburg"));
        door(&house, "Main gate");
        let done = house.import(
            "Name,Email,Devices,Access type,Access start,Access end,Schedule\n\
             Anna New,anna@example.com,Main gate,temporary,2025-07-01,2025-07-02,\n\
             Ben New,ben@example.com,Main gate,Repeat,,,Mon-Fri 09:00-17:00\n\
             Carl New,carl@example.com,Main gate,temporary,,,\n\
             Dora New,dora@example.com,Main gate,repeat,,,\n\
             Emil New,emil@example.com,Main gate,owner,,,\n\
             Finn New,finn@example.com,Main gate,always,2025-07-02,2025-07-01,\n\
             Gina New,gina@example.com,Main gate,whenever,,,sometimes\n",
            &general(),
        );
        assert_eq!(
            house.told(&done),
            [
                "4 access_end_missing access_end",
                "5 schedule_missing access_schedule",
                "6 access_type_not_allowed access_type",
                "7 date_order access_end",
                "8 access_type_unknown access_type",
                "8 schedule_invalid access_schedule",
            ]
        );
        assert_eq!(
            grants(&house, "Anna New"),
            ["Main gate temporary - 2025-06-30T22:00:00Z 2025-07-02T21:59:59Z"]
        );
        assert_eq!(grants(&house, "Ben New"), ["Main gate repeat Mon-Fri 09:00-17:00 - -"]);
    }

    fn blank_terms_of_access_stay_as_they_are(db: &testkit::TestDb) {
        let house = House::new(db);
        door(&house, "Main gate");
        house.add(
            "Name,Email,Devices,Access type,Access start,Access end\n\
             Anna New,anna@example.com,Main gate,temporary,2025-07-01T00:00:00Z,2025-07-02T00:00:00Z\n",
        );
        let before = grants(&house, "Anna New");
        let done = house.import("Email,Devices\nanna@example.com,Main gate\n", &general());
        assert_eq!(house.fates(&done), "unchanged");
        house.add("Email,Devices,Access end\nanna@example.com,Main gate,2025-08-02T00:00:00Z\n");
        assert_eq!(
            grants(&house, "Anna New"),
            ["Main gate temporary - 2025-07-01T00:00:00Z 2025-08-02T00:00:00Z"]
        );
        assert_ne!(grants(&house, "Anna New"), before);
        // Another type is another agreement: what the old one said of times does not apply to it.
        house.add("Email,Devices,Access type\nanna@example.com,Main gate,always\n");
        assert_eq!(grants(&house, "Anna New"), ["Main gate always - - -"]);
    }

    fn a_file_neither_hands_a_device_over_nor_loses_notes_on_access(db: &testkit::TestDb) {
        let house = House::new(db);
        door(&house, "Main gate");
        house.add("Name,Email,Devices\nAnna New,anna@example.com,Main gate\nBen New,ben@example.com,Main gate\n");
        let noted = db::Sql::new("test", "update grants set notes = 'Unit 12B'");
        let owner = db::Sql::new(
            "test",
            "update grants set access_type = 'owner'
             where user_id in (select id from users where email_key = 'anna@example.com')",
        );
        house.write(|tx, _| {
            tx.execute(&noted, db::params![])?;
            tx.execute(&owner, db::params![])
        });
        let done = house.import(
            "Email,Devices,Access type\n\
             anna@example.com,Main gate,always\n\
             ben@example.com,Main gate,full\n",
            &general(),
        );
        assert_eq!(grants(&house, "Anna New"), ["Main gate owner - - -"]);
        assert_eq!(grants(&house, "Ben New"), ["Main gate full - - -"]);
        assert_eq!(house.person("Ben New").grants[0].0.notes.as_deref(), Some("Unit 12B"));
        house.undo(&done);
        let ben = &house.person("Ben New").grants[0].0;
        assert_eq!((ben.access_type.as_str(), ben.notes.as_deref()), ("always", Some("Unit 12B")));
    }
}
