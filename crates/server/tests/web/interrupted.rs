//! Work on many that is interrupted in the middle and goes on in another process: everything happens once.

use directory::{
    bulk::{self, BulkAction},
    groups::{self, GroupKind},
    users::{self, Selection, UserFilter},
};
use jobs::{Context, Runner};
use kernel::UserId;
use testkit::{TestDb, on_both};

use crate::{
    photos::{begin, png, set},
    site::{Account, Site},
};

/// A process that is asked to end, and so stops after its first chunk.
fn stopping(site: &Site, register: impl Fn(Runner) -> Runner) {
    let context = Context::new(site.db.clone(), site.clock.clone(), site.ids.clone());
    context.wake.stop();
    register(Runner::new(context)).run_one().unwrap();
}

/// So many people with user IDs from E-0 on.
fn crowd(site: &Site, account: &Account, count: usize) -> Vec<UserId> {
    let first = site.person(account, "Anna First", "first@example.com");
    let ctx = site.ctx(account);
    let row = site
        .db
        .read_blocking(|tx| users::get(tx, account.id, first))
        .unwrap()
        .user;
    let rows: Vec<_> = (0..count)
        .map(|number| users::UserRow {
            id: ctx.new_id(),
            external_id: Some(format!("E-{number}")),
            email: None,
            email_key: None,
            ..row.clone()
        })
        .collect();
    site.db
        .write_blocking(|tx| users::insert(tx, &rows))
        .unwrap();
    rows.iter().map(|row| row.id).collect()
}

on_both! {
    fn an_action_on_many_goes_on_where_it_was(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        crowd(&site, &account, 2_300);
        let all = site.count("select count(*) as n from users");
        let group = site.db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Group, "All")).unwrap().id;
        let everybody = Selection::Matching(UserFilter::default());
        let id = site.db.write_blocking(|tx| bulk::make(tx, &ctx, &BulkAction::AddToGroup(group), &everybody)).unwrap();
        site.db.write_blocking(|tx| bulk::start(tx, &ctx, id, all)).unwrap();
        let members = || site.count("select count(*) as n from group_members");
        stopping(&site, bulk::register);
        assert_eq!(members(), 1_000);
        stopping(&site, bulk::register);
        assert_eq!(members(), 2_000);
        site.jobs();
        assert_eq!(members(), all);
        assert_eq!(site.count("select count(*) as n from users where version = 2"), all);
        assert_eq!(site.count("select count(*) as n from activity where action = 'users.bulk'"), 1);
        assert_eq!(site.count("select count(*) as n from bulk_rows where outcome = 'done'"), all);
        site.db.write_blocking(|tx| bulk::undo(tx, &ctx, id)).unwrap();
        stopping(&site, bulk::register);
        assert_eq!(members(), all - 1_000);
        site.jobs();
        assert_eq!(members(), 0);
        assert_eq!(site.count("select count(*) as n from activity where action = 'users.bulk_undo'"), 1);
    }

    fn many_photos_go_on_where_they_were_and_are_taken_back_once(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let people = crowd(&site, &account, 70);
        let photo = |user: UserId| site.get(&format!("/users/{user}/photo"), &cookie);
        set(&site, &format!("/users/{}/photo", people[3]), png(200), &cookie);
        let former = photo(people[3]).body;
        let names: Vec<_> = (0..70).map(|number| format!("E-{number}.png")).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), png(10))).collect();
        let page = begin(&site, &files, &[("recognise", "external_id"), ("existing", "replace")], &cookie);
        let folder = site.folder.path().to_owned();
        stopping(&site, |runner| directory::photos::register(runner, &folder));
        assert_eq!(site.count("select count(*) as n from photo_results"), 64);
        assert!(site.get(&page, &cookie).body.contains("64 of 70 files"));
        assert_eq!(site.post(&format!("{page}/undo"), &[], &cookie).status, 409);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from photo_results"), 70);
        assert_eq!(site.count("select count(*) as n from photos"), 70);
        assert_eq!(site.count("select stored + replaced from photo_batches"), 70);
        assert_eq!(site.count("select count(*) as n from activity where action = 'photos.import'"), 1);
        assert_ne!(photo(people[3]).body, former);

        // One is changed by hand since, and one removed: both stay as they are.
        set(&site, &format!("/users/{}/photo", people[5]), png(90), &cookie);
        let changed = photo(people[5]).body;
        assert_eq!(site.post(&format!("/users/{}/photo/remove", people[6]), &[], &cookie).status, 303);
        assert!(site.get(&page, &cookie).body.contains("Take the photos back"));
        assert_eq!(site.post(&format!("{page}/undo"), &[], &cookie).status, 303);
        assert!(site.get(&page, &cookie).body.contains("Being taken back"));
        site.jobs();
        let shown = site.get(&page, &cookie).body;
        assert!(shown.contains("Taken back: 1 former photos put back, 67 removed"), "{shown}");
        assert!(shown.contains("2 left as they are"), "{shown}");
        assert_eq!(photo(people[3]).body, former);
        assert_eq!(photo(people[5]).body, changed);
        assert_eq!(site.count("select count(*) as n from photos"), 2);
        assert_eq!(site.count("select count(*) as n from photo_former"), 0);
        assert_eq!(site.count("select count(*) as n from activity where action = 'photos.undo'"), 1);
        assert_eq!(site.post(&format!("{page}/undo"), &[], &cookie).status, 409);
    }

    fn files_of_documents_that_no_row_names_are_swept(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        crate::documents::made(&site, &account, &[person]);
        let folder = site.folder.path().join("documents").join(account.id.to_string());
        let lost = folder.join("0197e111-0000-7000-8000-000000000001");
        std::fs::create_dir_all(&lost).unwrap();
        // One made months before the moment of the test, and one made after it.
        let (old, new) = (lost.join("01960000-0000-7000-8000-000000000002"), lost.join("0197e111-0000-7000-8000-000000000003"));
        for file in [&old, &new] {
            std::fs::write(file, b"left over").unwrap();
        }
        let (ids, now) = (site.ids.clone(), site.clock.now());
        site.db.write_blocking(|tx| directory::upkeep::schedule(tx, &ids, now)).unwrap();
        site.jobs();
        assert!(!old.exists() && new.exists());
        // The one that belongs to somebody is still there.
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
        site.clock.advance(std::time::Duration::from_hours(24 * 90));
        site.jobs();
        assert!(!lost.exists());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    fn what_comes_after_an_import_counts_its_people(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        site.person(&account, "Not Imported", "other@example.com");
        let file = b"Name,Email,Phone,Card ID\nAnna Berg,anna@example.com,,77\nBen Cole,,+27821234567,\nCleo Dunn,,,\n";
        let uploaded = site.upload("people.csv", file, &[("preset", "general")], &cookie);
        let import = uploaded.header("location").to_owned();
        site.work();
        assert_eq!(site.get(&format!("{import}/continue"), &cookie).status, 303);
        let plan = site.get(&format!("{import}/plan"), &cookie).body;
        let rev = plan.split_once("name=\"rev\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        site.post(&format!("{import}/start"), &[("rev", &rev)], &cookie);
        site.work();
        let results = site.get(&format!("{import}/results"), &cookie).body;
        assert!(results.contains(&format!("href=\"{import}/continue\"")), "{results}");
        let page = site.get(&format!("{import}/continue"), &cookie);
        assert_eq!(page.status, 200, "{}", page.body);
        for words in [
            "1 person has not signed in and gets an e-mail",
            "1 person has only a phone and gets an SMS",
            "3 people have no photo yet",
            "1 card is reserved and can be issued",
            "2 people have no card number",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let id = import.trim_start_matches("/imports/");
        for link in [format!("/invitations/new?import={id}"), format!("/cards/issue?import={id}"), "/photos".to_owned()] {
            assert!(page.body.contains(&format!("href=\"{link}\"")), "{link}");
        }
    }
}
