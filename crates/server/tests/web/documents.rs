//! Workflows and documents as browsers of administrators and of people see them.

use db::{Sql, params};
use directory::{
    documents::{Documents, NewDocument},
    workflows::{self, Member, StepKind},
};
use kernel::{DocumentId, Role, StepId, UserId, WorkflowId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Answer, Site};

/// A workflow with a review, one person in it, and a document of theirs.
pub(crate) struct Made {
    pub(crate) workflow: WorkflowId,
    pub(crate) step: StepId,
    pub(crate) document: DocumentId,
}

pub(crate) fn id_of(site: &Site, email: &str) -> UserId {
    let find = Sql::new("find", "select id from users where email_key = $1");
    site.db
        .read_blocking(|tx| tx.fetch_one::<(UserId,)>(&find, params![email]))
        .unwrap()
        .0
}

pub(crate) fn made(site: &Site, account: &Account, people: &[UserId]) -> Made {
    let ctx = site.ctx(account);
    let workflow = site
        .db
        .write_blocking(|tx| workflows::create(tx, &ctx, "Permits"))
        .unwrap()
        .id;
    for user in people {
        site.db
            .write_blocking(|tx| {
                workflows::add_participant(tx, &ctx, workflow, Member::User(*user))
            })
            .unwrap();
    }
    site.db
        .write_blocking(|tx| workflows::add_step(tx, &ctx, workflow, StepKind::Review, "Look"))
        .unwrap();
    let steps = site
        .db
        .read_blocking(|tx| workflows::steps(tx, account.id, workflow))
        .unwrap();
    Made {
        workflow,
        step: steps.first().unwrap().id,
        document: uploaded(
            site,
            account,
            workflow,
            *people.first().unwrap(),
            "Permit 7",
        ),
    }
}

fn uploaded(
    site: &Site,
    account: &Account,
    workflow: WorkflowId,
    assignee: UserId,
    title: &str,
) -> DocumentId {
    let documents = Documents::new(site.db.clone(), site.folder.path());
    let mut content = title.as_bytes();
    let file = documents
        .files()
        .receive("permit.txt", &mut content, 1)
        .unwrap();
    let new = NewDocument {
        workflow,
        assignee,
        title: title.to_owned(),
        note: String::new(),
        file,
    };
    documents.upload(&site.ctx(account), new).unwrap()
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&start).expect(name);
    rest.split('"').next().unwrap().to_owned()
}

fn act(site: &Site, cookie: &str, id: DocumentId, what: &str, note: &str) -> Answer {
    let path = format!("/me/documents/{id}");
    let page = site.get(&path, cookie);
    assert_eq!(page.status, 200, "{what}");
    let version = hidden(&page, "version");
    let fields = [("act", what), ("version", version.as_str()), ("note", note)];
    site.post(&path, &fields, cookie)
}

on_both! {
    fn an_administrator_builds_a_workflow(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let thandi = site.person(&account, "Thandi <b>Nkosi", "thandi@example.com");
        assert!(site.get("/workflows", &cookie).body.contains("No workflows yet"));
        let created = site.post("/workflows", &[("name", "Work permits")], &cookie);
        let path = created.header("location").to_owned();
        assert!(path.starts_with("/workflows/"));
        let again = site.post("/workflows", &[("name", "WORK PERMITS")], &cookie);
        assert_eq!(again.status, 422);
        assert!(again.body.contains("value=\"WORK PERMITS\"") && again.body.contains("There is already a workflow"));
        assert_eq!(site.post(&format!("{path}/steps"), &[("kind", "approve"), ("name", "Chief")], &cookie).status, 303);
        assert_eq!(site.post(&format!("{path}/steps"), &[("kind", "fill"), ("name", "x")], &cookie).status, 409);
        assert_eq!(site.post(&format!("{path}/steps"), &[("kind", "other"), ("name", "x")], &cookie).status, 400);
        assert_eq!(site.post(&format!("{path}/people"), &[("person", " thandi@EXAMPLE.com")], &cookie).status, 303);
        let unknown = site.post(&format!("{path}/people"), &[("person", "nobody@example.com")], &cookie);
        assert_eq!(unknown.status, 409);
        assert!(unknown.body.contains("Nobody here has"));
        let page = site.get(&path, &cookie);
        assert!(page.body.contains("Thandi &#60;b&#62;Nkosi") && page.body.contains("Directly"), "{}", page.body);
        assert!(page.body.contains("Only Thandi"), "the only one who may do a step is named");
        let of_user = format!("/users/{thandi}/workflows");
        assert!(site.get(&of_user, &cookie).body.contains("Work permits"));
        let workflow = path.strip_prefix("/workflows/").unwrap();
        assert_eq!(site.post(&format!("{of_user}/remove"), &[("workflow", workflow)], &cookie).status, 303);
        assert!(site.get(&of_user, &cookie).body.contains("No workflow yet."));
        assert_eq!(site.post(&of_user, &[("workflow", workflow)], &cookie).status, 303);
        assert!(site.get(&format!("/users/{thandi}"), &cookie).body.contains("Work permits"));
        let effect = site.get(&format!("{path}/delete"), &cookie);
        assert!(effect.body.contains("1 person and 0 groups no longer take part."));
        assert_eq!(site.post(&format!("{path}/delete"), &[], &cookie).header("location"), "/workflows");
        assert_eq!(site.get(&path, &cookie).status, 404);
    }

    fn who_may_do_a_step_is_set_on_its_page(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let ben = site.person(&account, "Ben Cole", "ben@example.com");
        let made = made(&site, &account, &[thandi, ben]);
        let page = site.get(&format!("/workflows/{}", made.workflow), &cookie);
        let (_, rest) = page.body.rsplit_once("href=\"/workflows/steps/").unwrap();
        let step = format!("/workflows/steps/{}", rest.split('"').next().unwrap());
        let fields = [("name", "Look twice"), ("kind", "approve"), ("who", "named")];
        assert_eq!(site.post(&step, &fields, &cookie).status, 303);
        assert!(site.get(&step, &cookie).body.contains("Nobody who can sign in"));
        assert_eq!(site.post(&format!("{step}/people"), &[("person", "Ben Cole")], &cookie).status, 303);
        let page = site.get(&step, &cookie);
        assert!(page.body.contains("Only Ben Cole") && page.body.contains("Look twice"));
        assert_eq!(site.post(&format!("{step}/people/remove"), &[("user", &ben.to_string())], &cookie).status, 303);
        assert!(site.get(&step, &cookie).body.contains("Nobody is named."));
        assert_eq!(site.post(&format!("{step}/move"), &[("to", "front")], &cookie).status, 409);
        assert_eq!(site.post(&step, &[("name", ""), ("kind", "approve"), ("who", "all")], &cookie).status, 409);
        assert_eq!(site.post(&format!("{step}/remove"), &[], &cookie).status, 303);
    }

    fn a_document_goes_from_an_upload_to_completion(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let (user, manager) = (site.member(&account, Role::User), site.member(&account, Role::Manager));
        let people = [id_of(&site, "user@example.com"), id_of(&site, "manager@example.com")];
        let made = made(&site, &account, &people);
        let workflow = made.workflow.to_string();
        let fields = [("workflow", workflow.as_str()), ("person", "user@example.com"), ("title", "Lift <i>"), ("note", "By Friday")];
        let sent = site.upload_to("/documents/new", "a\";x.html", b"<script>alert(1)</script>", &fields, &owner);
        let path = sent.header("location").to_owned();
        let id: DocumentId = path.strip_prefix("/documents/").unwrap().parse().unwrap();
        let status = site.get("/documents?q=lift&state=inbox", &owner);
        assert!(status.body.contains("Lift &#60;i&#62;"), "{}", status.body);
        site.work();
        assert_eq!(site.count("select count(*) from messages where purpose = 'documents'"), 2);
        assert!(site.get("/notifications", &user).body.contains("Maria Keller assigned Lift"));
        let inbox = site.get("/me/documents", &user);
        assert!(inbox.body.contains("Lift") && inbox.body.contains("By Friday"));
        assert_eq!(site.get(&format!("/me/documents/{id}"), &manager).status, 404);
        let file = site.get(&format!("/me/documents/{id}/files/1"), &user);
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "application/octet-stream"));
        assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''a%2522%3Bx.html");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(site.get(&format!("/me/documents/{id}/files/2"), &user).status, 404);
        assert_eq!(site.get(&format!("/me/documents/{id}/files/1"), &manager).status, 404);
        assert_eq!(act(&site, &user, id, "start", "").header("location"), format!("/me/documents/{id}"));
        let own = format!("/me/documents/{id}");
        let version = hidden(&site.get(&own, &user), "version");
        let edited = site.upload_to(&format!("{own}/file"), "done.pdf", b"%PDF-1.7 done", &[("version", &version)], &user);
        assert_eq!(edited.status, 303);
        let stale = site.upload_to(&format!("{own}/file"), "late.pdf", b"late", &[("version", &version)], &user);
        assert_eq!(stale.status, 409);
        assert!(act(&site, &user, id, "submit", "").header("location").contains("done=submit"));
        let waiting = site.get("/me/documents?list=review", &manager);
        assert!(waiting.body.contains("Lift &#60;i&#62;") && waiting.body.contains("of user"));
        let file = site.get(&format!("{own}/files/2"), &manager);
        assert_eq!((file.header("content-type"), file.body.as_str()), ("application/pdf", "%PDF-1.7 done"));
        assert_eq!(act(&site, &manager, id, "return", "").status, 409);
        assert_eq!(act(&site, &manager, id, "return", "Sign it").status, 303);
        assert_eq!(site.get(&own, &manager).status, 404);
        assert!(site.get("/notifications", &user).body.contains("manager returned Lift"));
        assert!(site.get(&own, &user).body.contains("Sign it"));
        act(&site, &user, id, "start", "");
        act(&site, &user, id, "submit", "");
        assert_eq!(act(&site, &manager, id, "review", "").status, 303);
        assert!(site.get("/me/documents?list=completed", &user).body.contains("Lift"));
        let one = site.get(&path, &owner);
        for part in ["Completed", "Reviewed by manager", "Returned by manager: Sign it", "2. done.pdf"] {
            assert!(one.body.contains(part), "{part} in {}", one.body);
        }
        assert!(!one.body.contains("action=\"/documents/reassign\""), "what is completed stays");
    }

    fn ticked_documents_are_reassigned_with_a_note(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        site.member(&account, Role::User);
        let manager = site.member(&account, Role::Manager);
        let people = [id_of(&site, "user@example.com"), id_of(&site, "manager@example.com")];
        let made = made(&site, &account, &people);
        let second = uploaded(&site, &account, made.workflow, people[0], "Permit 8");
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let (one, two) = (format!("{}:1", made.document), format!("{second}:1"));
        let reassign = |documents: &[&str], to: &str| {
            let mut fields: Vec<_> = documents.iter().map(|document| ("document", *document)).collect();
            fields.extend([("to", to), ("note", "You know this"), ("back", "//evil.example")]);
            site.post("/documents/reassign", &fields, &owner)
        };
        for (documents, to, words) in [
            (vec![], "manager@example.com", "Choose 1 to 1000 documents"),
            (vec![one.as_str()], "nobody", "Nobody here has"),
            (vec![one.as_str()], "thandi@example.com", "let them take part first"),
            (vec![one.as_str(), &two.replace(":1", ":9")], "manager@example.com", "Somebody changed this document meanwhile"),
        ] {
            let refused = reassign(&documents, to);
            assert_eq!(refused.status, 409);
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        let done = reassign(&[&one, &two], "Manager@example.com");
        assert_eq!((done.status.as_u16(), done.header("location")), (303, "/documents"));
        let inbox = site.get("/me/documents", &manager);
        assert!(inbox.body.contains("Permit 7") && inbox.body.contains("Permit 8") && inbox.body.contains("You know this"));
        site.work();
        let mails = site.text("select parameters from messages where recipient = 'manager@example.com'");
        assert!(mails.contains("Permit 7 (Permits)") && mails.contains("You know this"), "{mails}");
        assert!(site.get("/notifications", &manager).body.contains("assigned 2 documents to you"));
        // The link of a mail and of a notification leads to one's own documents.
        assert!(site.get("/notifications", &manager).body.contains("href=\"/me/documents\""));
    }

    fn the_status_page_filters_and_downloads(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let made = made(&site, &account, &[thandi]);
        for number in 0..51 {
            uploaded(&site, &account, made.workflow, thandi, &format!("Form {number}"));
        }
        let first = site.get("/documents?q=form", &owner);
        assert_eq!(first.body.matches("name=\"document\"").count(), 50);
        let (_, rest) = first.body.split_once("rel=\"next\" href=\"").unwrap();
        let next = rest.split('"').next().unwrap().replace("&#38;", "&");
        assert_eq!(site.get(&next, &owner).body.matches("name=\"document\"").count(), 1);
        let by_person = site.get("/documents?person=thandi%40example.com&q=permit", &owner);
        assert!(by_person.body.contains("Permit 7"));
        let by_id = site.get(&format!("/documents?person={thandi}&q=permit"), &owner);
        assert!(by_id.body.contains("Permit 7") && by_id.body.contains("value=\"thandi@example.com\""));
        assert!(site.get("/documents?person=somebody", &owner).body.contains("No such person"));
        assert!(site.get("/documents?age=7", &owner).body.contains("No document matches"));
        for nonsense in ["workflow=x", "state=x", "before=x", "age=x", "q=%25%27"] {
            assert_eq!(site.get(&format!("/documents?{nonsense}"), &owner).status, 200, "{nonsense}");
        }
        let zip = site.get("/documents/download?q=permit", &owner);
        assert_eq!((zip.status.as_u16(), zip.header("content-type")), (200, "application/zip"));
        assert!(zip.header("content-disposition").starts_with("attachment"));
        assert!(zip.body.contains("Permits - Permit 7 - Thandi Nkosi.txt"));
        assert_eq!(site.get("/documents/download?q=nothing", &owner).status, 409);
    }

    fn files_past_the_bound_are_refused_in_words(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let made = made(&site, &account, &[thandi]);
        assert_eq!(site.post("/settings/documents", &[("limit", "0")], &owner).status, 422);
        assert_eq!(site.post("/settings/documents", &[("limit", "1")], &owner).status, 303);
        assert!(site.get("/settings/documents", &owner).body.contains("value=\"1\""));
        let workflow = made.workflow.to_string();
        let fields = [("workflow", workflow.as_str()), ("person", "thandi@example.com"), ("title", ""), ("note", "")];
        let large = vec![b'x'; 1024 * 1024 + 1];
        let refused = site.upload_to("/documents/new", "x.txt", &large, &fields, &owner);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("larger than 1 MB"));
        for (file, content, fields, words) in [
            ("x.txt", b"".as_slice(), fields.to_vec(), "The file is empty"),
            ("", b"".as_slice(), fields.to_vec(), "Choose a file"),
            ("x.txt", b"x".as_slice(), vec![("workflow", "x"), fields[1]], "Choose a workflow"),
            ("x.txt", b"x".as_slice(), vec![fields[0], ("person", "maria@example.com")], "let them take part first"),
        ] {
            let refused = site.upload_to("/documents/new", file, content, &fields, &owner);
            assert_eq!(refused.status, 422, "{words}");
            assert!(refused.body.contains(words), "{words}");
        }
        let note = "n".repeat(5000);
        let long = [fields[0], fields[1], ("note", note.as_str())];
        assert_eq!(site.upload_to("/documents/new", "x.txt", b"x", &long, &owner).status, 413);
        assert_eq!(site.count("select count(*) from documents"), 1);
    }

    fn nobody_reaches_documents_of_another_account(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let made = made(&site, &account, &[thandi]);
        site.account("Elsewhere", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        let nobodys = "01971f00-0000-7000-8000-000000000000";
        for path in ["/documents/{}", "/documents/{}/files/1", "/me/documents/{}", "/me/documents/{}/files/1"] {
            let theirs = site.get(&path.replace("{}", &made.document.to_string()), &cookie);
            let none = site.get(&path.replace("{}", nobodys), &cookie);
            assert_eq!((theirs.status.as_u16(), &theirs.body), (404, &none.body), "{path}");
        }
        assert_eq!(site.get(&format!("/workflows/{}", made.workflow), &cookie).status, 404);
        assert!(!site.get("/documents", &cookie).body.contains("Permit 7"));
        let ticked = format!("{}:1", made.document);
        let fields = [("document", ticked.as_str()), ("to", "other@example.com"), ("note", "")];
        assert_eq!(site.post("/documents/reassign", &fields, &cookie).status, 404);
        let fields = [("act", "start"), ("version", "1")];
        assert_eq!(site.post(&format!("/me/documents/{}", made.document), &fields, &cookie).status, 404);
        let sent = site.upload_to(&format!("/me/documents/{}/file", made.document), "x", b"x", &[("version", "1")], &cookie);
        assert_eq!(sent.status, 404);
        let people = site.post(&format!("/workflows/{}/people", made.workflow), &[("person", "other@example.com")], &cookie);
        assert_eq!(people.status, 404);
    }
}
