//! Who has, sees, finds and counts documents, and what becomes of them with people and workflows.

use super::*;

on_both! {
    fn documents_go_only_to_people_who_can_fill_them_in(db: &TestDb) {
        let s = Scene::new(db);
        let (dora, _) = person(db, &s.owner, "Dora Ek");
        let refused = s.documents.upload(&s.owner, s.new_document(dora, "Permit 7")).unwrap_err();
        assert_eq!(refused.to_string(), "Dora Ek does not fill in documents of \"Permits\"; let them take part first");
        let id = s.upload(s.anna.0, "Permit 7");
        let seen = vec![Seen { id, version: 1 }];
        let to = |to| Reassign { documents: seen.clone(), to, note: String::new() };
        let refused = db.write_blocking(|tx| reassign(tx, &s.owner, &to(dora))).unwrap_err();
        assert!(matches!(refused, DocumentError::NotAParticipant { .. }));
        set_status(db, s.ben.0, "deactivated");
        let refused = db.write_blocking(|tx| reassign(tx, &s.owner, &to(s.ben.0))).unwrap_err();
        assert!(matches!(refused, DocumentError::NobodyThere));
        let none = Reassign { documents: Vec::new(), ..to(s.carla.0) };
        assert!(matches!(db.write_blocking(|tx| reassign(tx, &s.owner, &none)), Err(DocumentError::HowMany)));
        let forbidden = db.write_blocking(|tx| reassign(tx, &s.anna.1, &to(s.carla.0))).unwrap_err();
        assert!(matches!(forbidden, DocumentError::Forbidden(Forbidden(crate::Action::ManageDocuments))));
        assert!(matches!(s.documents.upload(&s.anna.1, s.new_document(s.anna.0, "Mine")), Err(DocumentError::Forbidden(_))));
        assert!(matches!(s.documents.upload(&s.owner, s.new_document(s.anna.0, &"x".repeat(201))), Err(DocumentError::Title)));
    }

    fn people_see_what_is_theirs_or_waits_for_them(db: &TestDb) {
        let s = Scene::new(db);
        let (dora, dora_ctx) = person(db, &s.owner, "Dora Ek");
        let id = s.upload(s.anna.0, "Permit 7");
        let sees = |who: UserId| db.read_blocking(|tx| {
            let document = get(tx, s.owner.account, id)?;
            Ok::<_, DocumentError>(can_see(tx, s.owner.account, who, &document)?)
        }).unwrap();
        assert_eq!([s.anna.0, s.ben.0, dora].map(sees), [true, false, false]);
        // An administrator is told that it is not their turn; others do not learn that it exists.
        assert!(matches!(s.act(db, &s.ben.1, id, Act::Start, ""), Err(DocumentError::NotFound)));
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        s.act(db, &s.anna.1, id, Act::Submit, "").unwrap();
        assert_eq!([s.anna.0, s.ben.0, dora].map(sees), [true, true, false]);
        assert!(matches!(s.act(db, &dora_ctx, id, Act::Review, ""), Err(DocumentError::NotFound)));
        let counts = db.read_blocking(|tx| mine_counts(tx, s.owner.account, s.ben.0)).unwrap();
        assert_eq!((counts.of(Mine::ToReview), counts.of(Mine::ToApprove), counts.to_do()), (1, 0, 1));
        assert_eq!(db.read_blocking(|tx| waiting_for(tx, s.owner.account, dora)).unwrap(), 0);
        // Nobody acts from the command line in somebody's name.
        assert!(matches!(s.act(db, &s.owner, id, Act::Review, ""), Err(DocumentError::NotYours)));
    }

    fn another_account_reaches_nothing(db: &TestDb) {
        let s = Scene::new(db);
        let theirs = account(db, "Lighthouse");
        let (eve, eve_ctx) = person(db, &theirs, "Eve Fox");
        let id = s.upload(s.anna.0, "Permit 7");
        assert!(db.read_blocking(|tx| find(tx, theirs.account, id)).unwrap().is_none());
        assert!(db.read_blocking(|tx| file(tx, theirs.account, id, 1)).unwrap().is_none());
        assert!(db.read_blocking(|tx| history(tx, theirs.account, id)).unwrap().is_empty());
        assert!(db.read_blocking(|tx| list(tx, &theirs, &Filter::default(), None, 50)).unwrap().is_empty());
        let started = db.write_blocking(|tx| act(tx, &eve_ctx, id, 1, Act::Start, ""));
        assert!(matches!(started, Err(DocumentError::NotFound)));
        let wanted = Reassign { documents: vec![Seen { id, version: 1 }], to: eve, note: String::new() };
        assert!(matches!(db.write_blocking(|tx| reassign(tx, &theirs, &wanted)), Err(DocumentError::NotFound)));
        assert!(matches!(db.write_blocking(|tx| reassign(tx, &s.owner, &wanted)), Err(DocumentError::NobodyThere)));
        let edited = s.documents.edit(&eve_ctx, id, 1, s.received("x.txt", "x"));
        assert!(matches!(edited, Err(DocumentError::NotFound)));
        let into = NewDocument { assignee: eve, ..s.new_document(eve, "Theirs") };
        assert!(matches!(s.documents.upload(&theirs, into), Err(DocumentError::Workflow(_))));
        assert!(s.documents.delete_workflow(&theirs, s.workflow).is_err());
        let same = db.read_blocking(|tx| assigned_to(tx, theirs.account, &Assigned {
            user: s.anna.0, sender: String::new(), documents: vec![id],
        })).unwrap();
        assert!(same.is_empty());
        assert_eq!(s.read(db, id).version, 1);
    }

    fn filters_find_and_pages_meet_every_document_once(db: &TestDb) {
        let s = Scene::new(db);
        let ids: BTreeSet<_> = (0..7).map(|number| s.upload(s.anna.0, &format!("Permit {number}% done"))).collect();
        let later = s.owner.clock.clone();
        later.advance(Duration::from_hours(24));
        let other = s.upload(s.ben.0, "Übergabe_1");
        let found = |filter: &Filter| -> Vec<DocumentId> {
            let (mut all, mut before) = (Vec::new(), None);
            loop {
                let page = db.read_blocking(|tx| list(tx, &s.owner, filter, before, 3)).unwrap();
                let Some(last) = page.last() else { return all };
                before = Some(last.id);
                all.extend(page.into_iter().map(|document| document.id));
            }
        };
        let all = found(&Filter::default());
        assert_eq!((all.len(), all[0]), (8, other), "newest first");
        assert_eq!(found(&Filter { person: Some(s.ben.0), ..Filter::default() }), [other]);
        assert_eq!(found(&Filter { text: "ÜBERGABE_".to_owned(), ..Filter::default() }), [other]);
        assert!(found(&Filter { text: "e%o".to_owned(), ..Filter::default() }).is_empty());
        assert_eq!(found(&Filter { text: "3% D".to_owned(), ..Filter::default() }).len(), 1);
        let old = Filter { unchanged_since: Some(later.now()), ..Filter::default() };
        assert_eq!(found(&old).into_iter().collect::<BTreeSet<_>>(), ids);
        s.act(db, &s.ben.1, other, Act::Start, "").unwrap();
        assert_eq!(found(&Filter { state: Some(State::Draft), ..Filter::default() }), [other]);
        let counts_of = |filter: &Filter| db.read_blocking(|tx| counts(tx, &s.owner, filter)).unwrap();
        assert_eq!(counts_of(&Filter::default()).into_iter().collect::<Vec<_>>(), [(State::Inbox, 7), (State::Draft, 1)]);
        assert_eq!(counts_of(&Filter { text: "permit".to_owned(), ..Filter::default() }).into_iter().collect::<Vec<_>>(), [(State::Inbox, 7)]);
        assert_eq!(counts_of(&Filter { workflow: Some(s.workflow), person: Some(s.ben.0), ..old }).len(), 0);
    }

    fn open_documents_are_counted_for_many_people_at_once(db: &TestDb) {
        let s = Scene::new(db);
        let ids: Vec<_> = (0..4).map(|number| s.upload(s.anna.0, &format!("Permit {number}"))).collect();
        Scene::put(db, ids[0], State::Draft, StepKind::Fill);
        Scene::put(db, ids[1], State::Reviewed, StepKind::Approve);
        Scene::put(db, ids[2], State::Completed, StepKind::Submit);
        let returned = s.upload(s.ben.0, "Back");
        Scene::put(db, returned, State::Returned, StepKind::Fill);
        let open = db.read_blocking(|tx| {
            users::stage_ids(tx, [s.anna.0, s.ben.0, s.carla.0])?;
            open_of(tx, s.owner.account)
        }).unwrap();
        assert_eq!(open, [
            OpenCounts { user: s.anna.0, drafts: 1, assigned: 1, submitted: 1 },
            OpenCounts { user: s.ben.0, drafts: 0, assigned: 1, submitted: 0 },
        ]);
    }

    fn the_filtered_documents_come_as_one_zip(db: &TestDb) {
        let s = Scene::new(db);
        s.upload(s.anna.0, "../Permit");
        s.upload(s.anna.0, "../Permit");
        let lost = s.upload(s.ben.0, "Lost");
        s.documents.files().remove_all(s.owner.account, lost).unwrap();
        let mut out = std::io::Cursor::new(Vec::new());
        assert_eq!(s.documents.bundle(&s.owner, &Filter::default(), &mut out).unwrap(), 3);
        let mut archive = zip::ZipArchive::new(out).unwrap();
        let mut names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        names.sort();
        assert_eq!(names, [
            "MISSING.txt",
            "Permits - .._Permit - Anna Berg (2).txt",
            "Permits - .._Permit - Anna Berg.txt",
        ]);
        let mut text = String::new();
        archive.by_name("Permits - .._Permit - Anna Berg.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "../Permit");
        let nothing = Filter { text: "nothing".to_owned(), ..Filter::default() };
        let empty = s.documents.bundle(&s.owner, &nothing, std::io::Cursor::new(Vec::new()));
        assert!(matches!(empty, Err(BundleError::Nothing)));
        let refused = s.documents.bundle(&s.anna.1, &nothing, std::io::Cursor::new(Vec::new()));
        assert!(matches!(refused, Err(BundleError::Document(DocumentError::Forbidden(_)))));
    }

    fn a_workflow_is_deleted_with_completed_documents_only(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        let refused = s.documents.delete_workflow(&s.owner, s.workflow).unwrap_err();
        assert!(matches!(refused, DocumentError::Workflow(WorkflowError::DocumentsOpen(1))), "{refused:?}");
        Scene::put(db, id, State::Completed, StepKind::Submit);
        let document = s.read(db, id);
        // The last step can go: completed documents do not hold it.
        let submit = document.step;
        db.write_blocking(|tx| workflows::remove_step(tx, &s.owner, submit)).unwrap();
        let effect = s.documents.delete_workflow(&s.owner, s.workflow).unwrap();
        assert_eq!((effect.people, effect.completed_documents), (3, 1));
        assert!(db.read_blocking(|tx| find(tx, s.owner.account, id)).unwrap().is_none());
        let file = s.documents.files().open(s.owner.account, id, document.file);
        assert!(matches!(file, Err(FileError::Missing)));
        assert!(db.read_blocking(|tx| workflows::of_user(tx, s.owner.account, s.anna.0)).unwrap().is_empty());
    }

    fn a_step_with_open_documents_stays(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        Scene::put(db, id, State::Submitted, StepKind::Review);
        let step = s.read(db, id).step;
        let refused = db.write_blocking(|tx| workflows::remove_step(tx, &s.owner, step)).unwrap_err();
        assert!(matches!(refused, WorkflowError::DocumentsWait(1)));
    }

    fn an_undo_keeps_people_who_have_documents(db: &TestDb) {
        let s = Scene::new(db);
        let import: ImportId = s.owner.new_id();
        let range = IdRange::new(&s.owner.ids, s.owner.now());
        let mark = Sql::new("mark", "update users set import_id = $2, id = $3, version = 1 where id = $1");
        let part = Sql::new("part", "update workflow_participants set user_id = $2 where user_id = $1");
        let mut imported = Vec::new();
        for (counter, user) in (0..).zip([s.anna.0, s.ben.0]) {
            let id = UserId::from_uuid(range.id(counter));
            db.write_blocking(|tx| tx.execute(&mark, params![user, import, id])).unwrap();
            db.write_blocking(|tx| tx.execute(&part, params![user, id])).unwrap();
            imported.push(id);
        }
        s.upload(imported[0], "Permit 7");
        let account = s.owner.account;
        assert_eq!(db.read_blocking(|tx| users::count_untouched(tx, account, import, range)).unwrap(), 1);
        let touched = db.read_blocking(|tx| users::touched(tx, account, range, 10)).unwrap();
        assert_eq!((touched.len(), touched[0].0), (1, imported[0]));
        assert_eq!(db.write_blocking(|tx| users::delete_untouched(tx, account, import, range, 10)).unwrap(), 1);
        assert!(db.read_blocking(|tx| users::find(tx, account, imported[0])).unwrap().is_some());
        assert!(db.read_blocking(|tx| users::find(tx, account, imported[1])).unwrap().is_none());
    }

    fn the_bound_of_files_is_the_accounts(db: &TestDb) {
        let s = Scene::new(db);
        let limit = || db.read_blocking(|tx| limit_mb(tx, s.owner.account)).unwrap();
        assert_eq!(limit(), 25);
        db.write_blocking(|tx| set_limit_mb(tx, &s.owner, 2)).unwrap();
        assert_eq!(limit(), 2);
        for wrong in [0, -1, 1025] {
            assert!(matches!(db.write_blocking(|tx| set_limit_mb(tx, &s.owner, wrong)), Err(DocumentError::Limit)));
        }
        assert!(matches!(db.write_blocking(|tx| set_limit_mb(tx, &s.anna.1, 3)), Err(DocumentError::Forbidden(_))));
    }
}
