//! The mail that tells of assigned documents.

use db::{Sql, params};
use directory::{
    Ctx,
    documents::{self, Documents, NewDocument, Reassign, Seen},
    workflows::{self, Member},
};
use kernel::{DocumentId, UserId, WorkflowId};
use testkit::{TestDb, on_both};

use crate::scene::Scene;

fn active(scene: &Scene<'_>, email: &str, language: &str) -> UserId {
    let user = scene.person(Some(email), None);
    let sql = Sql::new(
        "active",
        "update users set status = 'active', language = $2 where id = $1",
    );
    scene
        .db
        .write_blocking(|tx| tx.execute(&sql, params![user, language]))
        .unwrap();
    user
}

fn workflow(scene: &Scene<'_>, people: &[UserId]) -> WorkflowId {
    scene
        .db
        .write_blocking(|tx| {
            let id = workflows::create(tx, &scene.ctx, "Permits")
                .map_err(|_| db::Error::NotFound)?
                .id;
            for user in people {
                workflows::add_participant(tx, &scene.ctx, id, Member::User(*user))
                    .map_err(|_| db::Error::NotFound)?;
            }
            Ok::<_, db::Error>(id)
        })
        .unwrap()
}

fn upload(
    documents: &Documents,
    ctx: &Ctx,
    workflow: WorkflowId,
    to: UserId,
    title: &str,
) -> DocumentId {
    let file = documents
        .files()
        .receive("permit.txt", &mut b"x".as_slice(), 1)
        .unwrap();
    let new = NewDocument {
        workflow,
        assignee: to,
        title: title.to_owned(),
        note: String::new(),
        file,
    };
    documents.upload(ctx, new).unwrap()
}

on_both! {
    fn one_mail_tells_of_all_that_was_assigned_at_once(db: &TestDb) {
        let scene = Scene::new(db);
        let folder = tempfile::tempdir().unwrap();
        let store = Documents::new((**db).clone(), folder.path());
        let anna = active(&scene, "anna@example.com", "en");
        let ben = active(&scene, "ben@example.com", "de-CH");
        let never = scene.person(Some("never@example.com"), None);
        let id = workflow(&scene, &[anna, ben, never]);
        let first = upload(&store, &scene.ctx, id, anna, "Permit 1");
        let second = upload(&store, &scene.ctx, id, anna, "Permit 2");
        upload(&store, &scene.ctx, id, never, "Permit 3");
        scene.settle();
        // Whoever never signed in has their invitation first.
        assert_eq!(scene.recipients(), ["anna@example.com", "anna@example.com"]);
        let wanted = Reassign {
            documents: [first, second].map(|id| Seen { id, version: 1 }).into(),
            to: ben,
            note: "Anna is away".to_owned(),
        };
        db.write_blocking(|tx| documents::reassign(tx, &scene.ctx, &wanted)).unwrap();
        scene.settle();
        let mails = scene.server.mails();
        assert_eq!(mails.len(), 3);
        let mail = mails.iter().find(|mail| mail.to == "ben@example.com").unwrap();
        let content = mail.content.replace("=\n", "");
        for part in ["Maria Keller hat Ihnen", "Permit 1 (Permits)", "Permit 2 (Permits)", "Anna is away", "/me/documents"] {
            assert!(content.contains(part), "{part} in {content}");
        }
        // Nobody is told of what was taken away again before the mail was made.
        let back = Reassign { documents: vec![Seen { id: first, version: 2 }], to: anna, note: String::new() };
        db.write_blocking(|tx| documents::reassign(tx, &scene.ctx, &back)).unwrap();
        let away = Reassign { documents: vec![Seen { id: first, version: 3 }], to: never, note: String::new() };
        db.write_blocking(|tx| documents::reassign(tx, &scene.ctx, &away)).unwrap();
        scene.settle();
        assert_eq!(scene.server.mails().len(), 3);
    }
}
