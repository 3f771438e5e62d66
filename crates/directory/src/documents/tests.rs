//! Documents on both databases, with their files in a throw-away folder.

mod lists;

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
}
