//! Many people put into groups and taken out at once.

use kernel::UserId;
use testkit::{TestDb, on_both};

use super::{Leavers, ManageGroup, MemberChange, MembersChanged, change_members};
use crate::{
    scene::{account, group, person},
    users,
};

const NOBODY: &str = "01971f00-0000-7000-8000-000000000000";

fn change(add: &[UserId], remove: &[UserId], leavers: Leavers) -> MemberChange {
    MemberChange {
        add: add.to_vec(),
        remove: remove.to_vec(),
        leavers,
    }
}

on_both! {
    fn people_come_and_go_at_once_and_count_as_changed(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let people: Vec<UserId> = ["Ada A", "Ben B", "Cem C"].iter().map(|name| person(db, &ctx, name).0).collect();
        let (ada, ben, cem) = (people[0], people[1], people[2]);
        let engines = group(db, &ctx, "Engines", &[ada]);
        let versions = || people.iter().map(|id| db.read_blocking(|tx| users::get(tx, ctx.account, *id)).unwrap().user.version).collect::<Vec<_>>();
        let before = versions();
        let done = |what: &MemberChange| db.write_blocking(|tx| change_members(tx, &ctx, engines, what)).unwrap();
        let swap = change(&[ben, cem, cem], &[ada, ben], Leavers::MustBeThere);
        assert_eq!(done(&swap), MembersChanged { added: 2, removed: 1, missing: Vec::new() });
        assert_eq!(versions(), before.iter().map(|version| version + 1).collect::<Vec<_>>());
        assert_eq!(done(&swap), MembersChanged::default());
        assert_eq!(versions(), before.iter().map(|version| version + 1).collect::<Vec<_>>());

        let nobody: UserId = NOBODY.parse().unwrap();
        let missing = MembersChanged { missing: vec![nobody], ..MembersChanged::default() };
        assert_eq!(done(&change(&[ada], &[ben, nobody], Leavers::MustBeThere)), missing);
        assert_eq!(done(&change(&[ada, nobody], &[ben], Leavers::MayBeGone)), missing);
        let passed_over = done(&change(&[ada], &[ben, cem, nobody], Leavers::MayBeGone));
        assert_eq!((passed_over.added, passed_over.removed), (1, 2));
    }

    fn changes_whose_people_cross_wait_for_each_other(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (ada, ben) = (person(db, &ctx, "Ada A").0, person(db, &ctx, "Ben B").0);
        let (first, second) = (group(db, &ctx, "First", &[ada]), group(db, &ctx, "Second", &[ben]));
        std::thread::scope(|scope| {
            for (group, mut coming, mut going) in [(first, ben, ada), (second, ada, ben)] {
                let ctx = &ctx;
                scope.spawn(move || {
                    for _ in 0..40 {
                        let swap = change(&[coming], &[going], Leavers::MayBeGone);
                        let done = db.write_blocking(|tx| change_members(tx, ctx, group, &swap));
                        assert_eq!(done.map(|done| (done.added, done.removed)).unwrap(), (1, 1));
                        std::mem::swap(&mut coming, &mut going);
                    }
                });
            }
        });
    }

    fn groups_of_another_account_are_not_there(db: &TestDb) {
        let (own, other) = (account(db, "Harbour"), account(db, "Elsewhere"));
        let theirs = group(db, &other, "Theirs", &[]);
        let nothing = change(&[], &[], Leavers::MayBeGone);
        let refused = db.write_blocking(|tx| change_members(tx, &own, theirs, &nothing));
        assert!(matches!(refused, Err(ManageGroup::NotFound)));
    }
}
