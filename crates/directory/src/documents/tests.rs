//! Documents on both databases, with their files in a throw-away folder.

use std::{collections::BTreeSet, io::Read as _, time::Duration};

use db::{Sql, params};
use kernel::{IdRange, ImportId};
use testkit::{TestDb, on_both};

use super::*;
use crate::{
    Ctx, Forbidden, activity, notifications,
    scene::{account, person, set_status, workflow},
    users,
    workflows::{self, Member, add_step},
};

/// A workflow of four steps with three people in it, and where files are.
struct Scene {
    owner: Ctx,
    workflow: WorkflowId,
    anna: (UserId, Ctx),
    ben: (UserId, Ctx),
    carla: (UserId, Ctx),
    documents: Documents,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new(db: &TestDb) -> Self {
        let owner = account(db, "Harbour");
        let anna = person(db, &owner, "Anna Berg");
        let ben = person(db, &owner, "Ben Cole");
        let carla = person(db, &owner, "Carla Diaz");
        let members = [anna.0, ben.0, carla.0].map(Member::User);
        let id = workflow(db, &owner, "Permits", &members);
        for (kind, name) in [
            (StepKind::Review, "Look"),
            (StepKind::Approve, "Agree"),
            (StepKind::Submit, "Hand in"),
        ] {
            db.write_blocking(|tx| add_step(tx, &owner, id, kind, name))
                .unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        Self {
            documents: Documents::new((**db).clone(), folder.path()),
            workflow: id,
            owner,
            anna,
            ben,
            carla,
            _folder: folder,
        }
    }

    fn received(&self, name: &str, content: &str) -> Received {
        let mut bytes = content.as_bytes();
        self.documents.files().receive(name, &mut bytes, 1).unwrap()
    }

    fn new_document(&self, to: UserId, title: &str) -> NewDocument {
        NewDocument {
            workflow: self.workflow,
            assignee: to,
            title: title.to_owned(),
            note: "Please".to_owned(),
            file: self.received("permit.txt", title),
        }
    }

    fn upload(&self, to: UserId, title: &str) -> DocumentId {
        self.owner.clock.advance(Duration::from_secs(1));
        let new = self.new_document(to, title);
        self.documents.upload(&self.owner, new).unwrap()
    }

    fn read(&self, db: &TestDb, id: DocumentId) -> Document {
        db.read_blocking(|tx| get(tx, self.owner.account, id))
            .unwrap()
    }

    fn act(
        &self,
        db: &TestDb,
        who: &Ctx,
        id: DocumentId,
        what: Act,
        words: &str,
    ) -> Result<State, DocumentError> {
        // Entries of one moment have no order.
        self.owner.clock.advance(Duration::from_secs(1));
        let version = self.read(db, id).version;
        db.write_blocking(|tx| act(tx, who, id, version, what, words))
    }

    fn text(&self, document: &Document) -> String {
        let files = self.documents.files();
        let mut file = files
            .open(self.owner.account, document.id, document.file)
            .unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        text
    }

    /// Puts a document into a state at the step of a kind, past all rules.
    fn put(db: &TestDb, id: DocumentId, state: State, kind: StepKind) {
        let sql = Sql::new(
            "put",
            "update documents set state = $2, step_id = (
                select s.id from workflow_steps s where s.workflow_id = documents.workflow_id and s.kind = $3
             ) where id = $1",
        );
        db.write_blocking(|tx| tx.execute(&sql, params![id, state.as_str(), kind.as_str()]))
            .unwrap();
    }

    fn titles(&self, db: &TestDb, who: UserId, list: Mine) -> Vec<String> {
        let found = db
            .read_blocking(|tx| mine(tx, self.owner.account, who, list, None))
            .unwrap();
        found.into_iter().map(|document| document.title).collect()
    }
}

fn jobs_of(db: &TestDb) -> Vec<Assigned> {
    let sql = Sql::new(
        "jobs",
        "select payload from jobs where kind = $1 order by id",
    );
    let found: Vec<(String,)> = db
        .read_blocking(|tx| tx.fetch(&sql, params![MAILED]))
        .unwrap();
    found
        .iter()
        .map(|(payload,)| serde_json::from_str(payload).unwrap())
        .collect()
}

fn notices(db: &TestDb, ctx: &Ctx, user: UserId) -> Vec<String> {
    db.read_blocking(|tx| notifications::list(tx, ctx.account, user))
        .unwrap()
        .into_iter()
        .map(|notification| notification.text)
        .collect()
}

on_both! {
    fn goes_from_the_inbox_through_every_step_to_completion(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        assert_eq!(s.titles(db, s.anna.0, Mine::Inbox), ["Permit 7"]);
        assert_eq!(s.act(db, &s.anna.1, id, Act::Start, "").unwrap(), State::Draft);
        assert_eq!(s.titles(db, s.anna.0, Mine::Drafts), ["Permit 7"]);
        let version = s.read(db, id).version;
        s.owner.clock.advance(Duration::from_secs(1));
        s.documents.edit(&s.anna.1, id, version, s.received("done.txt", "filled")).unwrap();
        assert_eq!(s.act(db, &s.anna.1, id, Act::Submit, "").unwrap(), State::Submitted);
        assert_eq!(s.titles(db, s.ben.0, Mine::ToReview), ["Permit 7"]);
        // Whoever may do the step hears of it: neither who handed the document in, nor who did the step before.
        let told = || [s.anna.0, s.ben.0, s.carla.0].map(|user| {
            notices(db, &s.owner, user).iter().filter(|text| text.ends_with("waits for you.")).count()
        });
        assert_eq!(told(), [0, 1, 1]);
        assert!(s.titles(db, s.ben.0, Mine::ToApprove).is_empty());
        assert_eq!(s.act(db, &s.ben.1, id, Act::Review, "").unwrap(), State::Reviewed);
        assert_eq!(s.titles(db, s.carla.0, Mine::ToApprove), ["Permit 7"]);
        assert_eq!(told(), [0, 1, 2]);
        assert_eq!(s.act(db, &s.carla.1, id, Act::Approve, "").unwrap(), State::Approved);
        // Finished work may be handed on by whoever did it.
        assert_eq!(s.titles(db, s.anna.0, Mine::ToSubmit), ["Permit 7"]);
        assert_eq!(s.act(db, &s.anna.1, id, Act::Submit, "").unwrap(), State::Completed);
        assert_eq!(s.titles(db, s.anna.0, Mine::Completed), ["Permit 7"]);
        let document = s.read(db, id);
        assert_eq!((s.text(&document), document.files, document.file_name.as_str()), ("filled".to_owned(), 2, "done.txt"));
        let acts: Vec<_> = db.read_blocking(|tx| history(tx, s.owner.account, id)).unwrap()
            .into_iter().map(|line| line.act).collect();
        assert_eq!(acts, ["submit", "approve", "review", "submit", "edit", "start", "upload"]);
        let trail: Vec<_> = db.read_blocking(|tx| activity::of_actor(tx, s.owner.account, s.anna.0, 10)).unwrap()
            .into_iter().map(|entry| entry.action).collect();
        assert_eq!(trail, ["document.submit", "document.submit", "document.edit", "document.start"]);
    }

    fn comes_back_with_a_note_and_goes_round_again(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        s.act(db, &s.anna.1, id, Act::Submit, "").unwrap();
        assert!(matches!(s.act(db, &s.ben.1, id, Act::Return, " "), Err(DocumentError::NoteMissing)));
        let long = "x".repeat(1001);
        assert!(matches!(s.act(db, &s.ben.1, id, Act::Return, &long), Err(DocumentError::NoteLong)));
        s.act(db, &s.ben.1, id, Act::Return, "The date is wrong").unwrap();
        let document = s.read(db, id);
        assert_eq!((document.state, document.step_kind), (State::Returned, StepKind::Fill));
        assert_eq!(document.note.as_deref(), Some("The date is wrong"));
        assert_eq!(notices(db, &s.owner, s.anna.0)[0], "Ben Cole returned Permit 7 to you.");
        assert_eq!(s.titles(db, s.anna.0, Mine::Inbox), ["Permit 7"]);
        // The note stays while it is worked on, and goes with the next submission.
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        assert_eq!(s.read(db, id).note.as_deref(), Some("The date is wrong"));
        s.act(db, &s.anna.1, id, Act::Submit, "").unwrap();
        assert_eq!(s.read(db, id).note, None);
        assert_eq!(s.act(db, &s.ben.1, id, Act::Review, "").unwrap(), State::Reviewed);
    }

    fn the_last_step_completes_whatever_its_kind(db: &TestDb) {
        let s = Scene::new(db);
        let short = workflow(db, &s.owner, "Notes", &[Member::User(s.anna.0)]);
        let new = NewDocument { workflow: short, ..s.new_document(s.anna.0, "Note") };
        let id = s.documents.upload(&s.owner, new).unwrap();
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        assert_eq!(s.act(db, &s.anna.1, id, Act::Submit, "").unwrap(), State::Completed);
    }

    fn every_pair_of_state_and_act_does_what_the_table_says(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        let received = || s.received("new.txt", "new");
        for kind in StepKind::ALL {
            for state in State::ALL {
                for what in Act::ALL {
                    Scene::put(db, id, state, kind);
                    let before = s.read(db, id);
                    // Anna fills in and hands on what is hers; Ben looks at it and agrees.
                    let who = if kind == StepKind::Fill { &s.anna.1 } else { &s.ben.1 };
                    let done = match what {
                        Act::Edit => s.documents.edit(who, id, before.version, received()).map(|()| State::Draft),
                        Act::Reassign => {
                            let wanted = Reassign {
                                documents: vec![Seen { id, version: before.version }],
                                to: s.carla.0,
                                note: String::new(),
                            };
                            let moved = db.write_blocking(|tx| reassign(tx, &s.owner, &wanted));
                            let state = s.read(db, id).state;
                            if moved.is_ok() {
                                let back = Reassign {
                                    documents: vec![Seen { id, version: s.read(db, id).version }],
                                    to: s.anna.0,
                                    note: String::new(),
                                };
                                db.write_blocking(|tx| reassign(tx, &s.owner, &back)).unwrap();
                            }
                            moved.map(|_| state)
                        }
                        other => s.act(db, who, id, other, "note"),
                    };
                    let case = format!("{kind:?} {state:?} {what:?}");
                    if let Some((to, _)) = after(state, what, kind, kind == StepKind::Submit) {
                        assert_eq!(done.unwrap(), to, "{case}");
                    } else {
                        // Somebody else's document that does not wait is not even to be known of.
                        let refused = done.unwrap_err();
                        assert!(
                            matches!(refused, DocumentError::NotPossible(..) | DocumentError::NotFound),
                            "{case}: {refused:?}"
                        );
                        assert_eq!(s.read(db, id), before, "{case}");
                    }
                }
            }
        }
    }

    fn nobody_reviews_or_approves_their_own_work(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        s.act(db, &s.anna.1, id, Act::Submit, "").unwrap();
        assert!(matches!(s.act(db, &s.anna.1, id, Act::Review, ""), Err(DocumentError::OwnWork)));
        assert!(s.titles(db, s.anna.0, Mine::ToReview).is_empty());
        s.act(db, &s.ben.1, id, Act::Review, "").unwrap();
        assert!(matches!(s.act(db, &s.anna.1, id, Act::Approve, ""), Err(DocumentError::OwnWork)));
    }

    fn of_two_who_act_on_one_version_the_second_is_told(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "Permit 7");
        s.act(db, &s.anna.1, id, Act::Start, "").unwrap();
        s.act(db, &s.anna.1, id, Act::Submit, "").unwrap();
        let seen = s.read(db, id).version;
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let people = [(&s.ben.1, Act::Review), (&s.carla.1, Act::Return)];
            let threads = people.map(|(who, what)| {
                scope.spawn(move || db.write_blocking(|tx| act(tx, who, id, seen, what, "note")))
            });
            threads.map(|thread| thread.join().unwrap()).into()
        });
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        // Whoever came second is told so; after a return the document is not theirs to see.
        let refused = outcomes.into_iter().find_map(Result::err).unwrap();
        assert!(matches!(refused, DocumentError::Changed | DocumentError::NotFound), "{refused:?}");
        assert_eq!(s.read(db, id).version, seen + 1);
        // An upload for an older version leaves neither row nor file.
        let returned = s.upload(s.anna.0, "Permit 8");
        let old = s.read(db, returned);
        s.act(db, &s.anna.1, returned, Act::Start, "").unwrap();
        let refused = s.documents.edit(&s.anna.1, returned, old.version, s.received("x.txt", "late")).unwrap_err();
        assert!(matches!(refused, DocumentError::Changed));
        assert_eq!(s.read(db, returned).files, 1);
        assert_eq!(s.text(&s.read(db, returned)), "Permit 8");
    }

    fn every_version_of_the_file_is_kept(db: &TestDb) {
        let s = Scene::new(db);
        let id = s.upload(s.anna.0, "one");
        for (number, content) in [(2, "two"), (3, "three")] {
            let version = s.read(db, id).version;
            s.documents.edit(&s.anna.1, id, version, s.received(&format!("{content}.txt"), content)).unwrap();
            assert_eq!(s.read(db, id).files, number);
        }
        let files = db.read_blocking(|tx| files(tx, s.owner.account, id)).unwrap();
        let lines: Vec<_> = files.iter().map(|line| (line.number, line.name.as_str(), line.by.as_str())).collect();
        assert_eq!(lines, [(3, "three.txt", "Anna Berg"), (2, "two.txt", "Anna Berg"), (1, "permit.txt", "Command line")]);
        let mut first = String::new();
        let file = db.read_blocking(|tx| file(tx, s.owner.account, id, 1)).unwrap().unwrap();
        s.documents.files().open(s.owner.account, id, file.id).unwrap().read_to_string(&mut first).unwrap();
        assert_eq!((first.as_str(), file.media_type.as_str(), file.size_bytes), ("one", "text/plain", 3));
    }

    fn many_are_reassigned_at_once_or_none(db: &TestDb) {
        let s = Scene::new(db);
        let ids: Vec<_> = (0..4).map(|number| s.upload(s.anna.0, &format!("Permit {number}"))).collect();
        s.act(db, &s.anna.1, ids[0], Act::Start, "").unwrap();
        s.act(db, &s.anna.1, ids[1], Act::Start, "").unwrap();
        s.act(db, &s.anna.1, ids[1], Act::Submit, "").unwrap();
        let wanted = |ids: &[DocumentId], to: UserId| Reassign {
            documents: ids.iter().map(|id| Seen { id: *id, version: s.read(db, *id).version }).collect(),
            to,
            note: "Anna is away".to_owned(),
        };
        let mut stale = wanted(&ids, s.ben.0);
        stale.documents[3].version -= 1;
        assert!(matches!(db.write_blocking(|tx| reassign(tx, &s.owner, &stale)), Err(DocumentError::Changed)));
        assert!(ids.iter().all(|id| s.read(db, *id).assignee == s.anna.0), "all or none");
        s.owner.clock.advance(Duration::from_secs(1));
        let before = jobs_of(db).len();
        let entries = db.read_blocking(|tx| activity::of_subject(tx, s.owner.account, s.ben.0.uuid(), 50)).unwrap().len();
        let moved = db.write_blocking(|tx| reassign(tx, &s.owner, &wanted(&ids, s.ben.0))).unwrap();
        assert_eq!(moved, 4);
        let states: Vec<_> = ids.iter().map(|id| {
            let document = s.read(db, *id);
            assert_eq!((document.assignee, document.note.as_deref()), (s.ben.0, Some("Anna is away")));
            document.state
        }).collect();
        assert_eq!(states, [State::Inbox, State::Submitted, State::Inbox, State::Inbox]);
        let mut others = notices(db, &s.owner, s.ben.0);
        others.retain(|text| !text.ends_with("waits for you."));
        assert_eq!(others, ["Command line assigned 4 documents to you."]);
        let jobs = jobs_of(db);
        assert_eq!((jobs.len(), jobs[before].user, jobs[before].documents.len()), (before + 1, s.ben.0, 4));
        let told = db.read_blocking(|tx| assigned_to(tx, s.owner.account, &jobs[before])).unwrap();
        assert_eq!(told[0], ("Permit 0".to_owned(), "Permits".to_owned(), Some("Anna is away".to_owned())));
        // One entry in the log for all of them, one line in the history of each.
        let after = db.read_blocking(|tx| activity::of_subject(tx, s.owner.account, s.ben.0.uuid(), 50)).unwrap().len();
        assert_eq!(after, entries + 1);
        let line = &db.read_blocking(|tx| history(tx, s.owner.account, ids[0])).unwrap()[0];
        assert_eq!((line.act.as_str(), line.note.as_str()), ("reassign", "to Ben Cole: Anna is away"));
        // Again: nothing is left to do, and nobody is told twice.
        assert_eq!(db.write_blocking(|tx| reassign(tx, &s.owner, &wanted(&ids, s.ben.0))).unwrap(), 0);
        assert_eq!(jobs_of(db).len(), before + 1);
    }

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
