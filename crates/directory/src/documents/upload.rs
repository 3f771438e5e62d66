//! New documents, new versions of their files, and removing all of a workflow.

use db::{Tx, params, sql};
use kernel::{AccountId, DocumentId, FileId, UserId, WorkflowId, fold};

use super::{
    Act, DocumentError, Documents, Received, State,
    act::{Change, recorded, yours},
    after,
    assign::{Assigned, check_assignee, tell_assigned},
    file_name,
    list::record_history,
    note,
};
use crate::{
    Action, Ctx, activity, users,
    workflows::{self, Effect, StepKind},
};

const MOST_TITLE: usize = 200;

/// What a new document is to be.
#[derive(Debug)]
pub struct NewDocument {
    /// The workflow it goes through.
    pub workflow: WorkflowId,
    /// Whose work it is to be.
    pub assignee: UserId,
    /// Its title; without one, the file's name.
    pub title: String,
    /// What to say to them.
    pub note: String,
    /// Its file.
    pub file: Received,
}

impl Documents {
    /// Puts a document into a workflow and assigns it.
    pub fn upload(&self, ctx: &Ctx, new: NewDocument) -> Result<DocumentId, DocumentError> {
        self.upload_with(ctx, new, |_, _| Ok(()))
    }

    /// The same with something that is to be stored with it, or not at all.
    pub fn upload_with<E: From<DocumentError> + From<db::Error>>(
        &self,
        ctx: &Ctx,
        new: NewDocument,
        also: impl FnOnce(&mut Tx<'_>, DocumentId) -> Result<(), E>,
    ) -> Result<DocumentId, E> {
        let (id, file): (DocumentId, FileId) = (ctx.new_id(), ctx.new_id());
        let facts = FileFacts::of(&new.file, file);
        let title = title(&new.title, &new.file.name)?;
        let words = note(&new.note)?;
        let (workflow, assignee) = (new.workflow, new.assignee);
        self.db
            .read_blocking(|tx| admitted(tx, ctx, workflow, assignee).map(drop))?;
        self.files
            .keep(new.file, ctx.account, id, file)
            .map_err(DocumentError::from)?;
        let stored = self.db.write_blocking(|tx| {
            let (step, workflow_name) = admitted(tx, ctx, workflow, assignee)?;
            tx.execute(
                sql!("documents/insert"),
                params![
                    ctx.account,
                    id,
                    workflow,
                    step,
                    title,
                    fold(&title).as_ref(),
                    assignee,
                    words,
                    ctx.now()
                ],
            )?;
            facts.insert(tx, ctx, id, 1)?;
            let said = words.clone().unwrap_or_default();
            record_history(tx, ctx, id, "upload", State::Inbox, &said)?;
            let details = format!("{title} ({workflow_name})");
            activity::record(tx, ctx, "document.upload", Some(id.uuid()), &details)?;
            tell_assigned(
                tx,
                ctx,
                &Assigned {
                    user: assignee,
                    sender: ctx.actor.name.clone(),
                    documents: vec![id],
                },
                &title,
            )?;
            also(tx, id)
        });
        if stored.is_err() {
            self.files.remove(ctx.account, id, file);
        }
        stored.map(|()| id)
    }

    /// Adds a new version of a document's file: whoever it is assigned to has worked on it.
    pub fn edit(
        &self,
        ctx: &Ctx,
        id: DocumentId,
        version: i64,
        received: Received,
    ) -> Result<(), DocumentError> {
        let file: FileId = ctx.new_id();
        let facts = FileFacts::of(&received, file);
        self.db
            .read_blocking(|tx| yours(tx, ctx, id, version, Act::Edit).map(drop))?;
        self.files.keep(received, ctx.account, id, file)?;
        let stored = self.db.write_blocking(|tx| {
            let document = yours(tx, ctx, id, version, Act::Edit)?;
            let (state, _) = after(document.state, Act::Edit, document.step_kind, false)
                .ok_or(DocumentError::NotPossible(document.state, Act::Edit))?;
            let change = Change {
                state,
                step: document.step,
                note: document.note.clone(),
                files: document.files + 1,
            };
            change.write(tx, ctx, &document)?;
            facts.insert(tx, ctx, id, change.files)?;
            let words = format!("version {}: {}", change.files, facts.name);
            record_history(tx, ctx, id, Act::Edit.as_str(), state, &words)?;
            Ok(recorded(tx, ctx, &document, Act::Edit)?)
        });
        if stored.is_err() {
            self.files.remove(ctx.account, id, file);
        }
        stored
    }

    /// Deletes a workflow that no open document is in, and the files of its completed documents.
    pub fn delete_workflow(&self, ctx: &Ctx, id: WorkflowId) -> Result<Effect, DocumentError> {
        let mut gone: Vec<(DocumentId,)> = Vec::new();
        let effect = self.db.write_blocking(|tx| {
            gone = tx.fetch(
                sql!("documents/of_workflow"),
                params![ctx.account, id, i64::MAX],
            )?;
            Ok::<_, DocumentError>(workflows::delete(tx, ctx, id)?)
        })?;
        // The workflow is gone, whatever becomes of one of the files.
        let mut failed = None;
        for (document,) in gone {
            failed = self
                .files
                .remove_all(ctx.account, document)
                .err()
                .or(failed);
        }
        failed.map_or(Ok(effect), |error| Err(error.into()))
    }
}

/// The step a new document begins at and the workflow's name, if the actor may assign it so.
fn admitted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    workflow: WorkflowId,
    assignee: UserId,
) -> Result<(kernel::StepId, String), DocumentError> {
    ctx.require(Action::ManageDocuments)?;
    if !ctx.actor.reaches(workflow) {
        return Err(DocumentError::NotFound);
    }
    if !users::sees(tx, ctx, assignee)? {
        return Err(DocumentError::NobodyThere);
    }
    let known = workflows::get(tx, ctx.account, workflow)?;
    let steps = workflows::steps(tx, ctx.account, workflow)?;
    let fill = steps.iter().find(|step| step.kind == StepKind::Fill);
    let fill = fill.ok_or(DocumentError::NotFound)?.id;
    check_assignee(tx, ctx.account, assignee, fill, &known.name)?;
    Ok((fill, known.name))
}

/// A title as given, or the name of the file without its ending.
fn title(given: &str, file: &str) -> Result<String, DocumentError> {
    let given = given.trim();
    let text = if given.is_empty() {
        file_name::split(file).0
    } else {
        given
    };
    let is_line = !text.chars().any(char::is_control);
    if text.is_empty() || text.chars().count() > MOST_TITLE || !is_line {
        return Err(DocumentError::Title);
    }
    Ok(text.to_owned())
}

/// What a row says of a file.
struct FileFacts {
    id: FileId,
    name: String,
    media_type: &'static str,
    size_bytes: i64,
    hash: String,
}

impl FileFacts {
    fn of(received: &Received, id: FileId) -> Self {
        Self {
            id,
            name: received.name.clone(),
            media_type: received.media_type,
            size_bytes: received.size_bytes,
            hash: received.hash.clone(),
        }
    }

    fn insert(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        document: DocumentId,
        number: i64,
    ) -> db::Result<u64> {
        tx.execute(
            sql!("documents/insert_file"),
            params![
                ctx.account,
                document,
                number,
                self.id,
                self.name,
                self.media_type,
                self.size_bytes,
                self.hash,
                ctx.actor.user,
                ctx.actor.name,
                ctx.now()
            ],
        )
    }
}

/// How large a file of a document may be in this account, in MB.
pub fn limit_mb(tx: &mut Tx<'_>, account: AccountId) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(sql!("documents/limit"), params![account])
        .map(|(limit,)| limit)
}

/// Sets how large a file of a document may be: 1 to 1,024 MB.
pub fn set_limit_mb(tx: &mut Tx<'_>, ctx: &Ctx, limit: i64) -> Result<(), DocumentError> {
    ctx.require(Action::EditSettings)?;
    if !(1..=1024).contains(&limit) {
        return Err(DocumentError::Limit);
    }
    tx.execute(sql!("documents/set_limit"), params![ctx.account, limit])?;
    let details = format!("{limit} MB");
    activity::record(tx, ctx, "account.document_limit", None, &details)?;
    Ok(())
}
