//! `muster documents` and `muster workflows`: where documents stand, and the steps they go through.

use std::{fs::File, io, path::Path};

use anyhow::{Context as _, Result, bail};
use db::Tx;
use directory::{
    Ctx,
    documents::{self as engine, Document, Filter, Reassign, Seen, State},
    users,
    workflows::{self, Member, Workflow},
};
use kernel::{DocumentId, fold};

use super::work::{self, ShownDocument, ShownStep, ShownWorkflow, WholeWorkflow};
use crate::{
    cli::documents::{Chosen, Documents, Part, Workflows},
    exit::Exit,
    house::House,
    output,
};

/// No more are listed.
const MOST: i64 = 1000;

pub(crate) fn documents(house: &House, command: &Documents) -> Result<Exit> {
    match command {
        Documents::List {
            chosen,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let found = house.db.read_blocking(|tx| {
                let filter = filter(tx, &ctx, chosen)?;
                Ok::<_, anyhow::Error>(engine::list(tx, &ctx, &filter, None, MOST)?)
            })?;
            let found: Vec<_> = found.into_iter().map(shown_document).collect();
            work::documents(json.json, &found)?;
        }
        Documents::Download {
            id,
            chosen,
            output,
            account,
            all: _,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            download(house, &ctx, id.as_deref(), chosen, output)?;
        }
        Documents::Reassign {
            ids,
            to,
            note,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let moved = house.db.write_blocking(|tx| {
                let mut seen = Vec::new();
                for id in ids {
                    let document = engine::get(tx, ctx.account, parsed(id)?)?;
                    seen.push(Seen {
                        id: document.id,
                        version: document.version,
                    });
                }
                let wanted = Reassign {
                    documents: seen,
                    to: users::lookup(tx, &ctx, to)?,
                    note: note.clone(),
                };
                Ok::<_, anyhow::Error>(engine::reassign(tx, &ctx, &wanted)?)
            })?;
            output::line(&format!("{moved} reassigned"));
        }
    }
    Ok(Exit::Done)
}

fn shown_document(document: Document) -> ShownDocument {
    ShownDocument {
        id: document.id,
        title: document.title,
        state: document.state.as_str().to_owned(),
        workflow: document.workflow_name,
        step: document.step_name,
        person: document.assignee,
        name: document.assignee_name,
        email: document.assignee_email,
        file: document.file_name,
        bytes: document.size_bytes,
        files: document.files,
        version: document.version,
        created_at: document.created_at,
        updated_at: document.updated_at,
    }
}

fn download(house: &House, ctx: &Ctx, id: Option<&str>, chosen: &Chosen, to: &Path) -> Result<()> {
    let store = engine::Documents::new(house.db.clone(), &house.data);
    let create = || File::create(to).with_context(|| format!("{} cannot be written", to.display()));
    if let Some(id) = id {
        let id = parsed(id)?;
        let document = house
            .db
            .read_blocking(|tx| engine::get(tx, ctx.account, id))?;
        let mut file = store.files().open(ctx.account, id, document.file)?;
        io::copy(&mut file, &mut create()?)?;
        output::note(&format!("{} written", document.file_name));
    } else {
        let filter = house.db.read_blocking(|tx| filter(tx, ctx, chosen))?;
        let packed = store.bundle(ctx, &filter, create()?)?;
        output::note(&format!("{packed} documents written"));
    }
    Ok(())
}

fn filter(tx: &mut Tx<'_>, ctx: &Ctx, chosen: &Chosen) -> Result<Filter> {
    Ok(Filter {
        workflow: match &chosen.workflow {
            Some(name) => Some(named(tx, ctx, name)?.id),
            None => None,
        },
        state: chosen.state.as_deref().and_then(State::parse),
        person: match &chosen.person {
            Some(key) => Some(users::lookup(tx, ctx, key)?),
            None => None,
        },
        text: chosen.text.clone().unwrap_or_default(),
        unchanged_since: None,
    })
}

fn parsed(id: &str) -> Result<DocumentId> {
    id.parse()
        .with_context(|| format!("{id:?} is not the id of a document"))
}

/// The workflow of this name.
fn named(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Workflow> {
    let key = fold(name.trim()).into_owned();
    let all = workflows::list(tx, ctx.account)?;
    let found = all.into_iter().find(|workflow| workflow.name_key == key);
    match found {
        Some(workflow) => Ok(workflow),
        None => bail!("there is no workflow named {name:?}"),
    }
}

pub(crate) fn workflows(house: &House, command: &Workflows) -> Result<Exit> {
    match command {
        Workflows::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(house, &ctx, args.json)?;
        }
        Workflows::Create { name, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let made = house
                .db
                .write_blocking(|tx| workflows::create(tx, &ctx, name))?;
            output::line(&made.id.to_string());
        }
        Workflows::Show {
            name,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            show(house, &ctx, name, json.json)?;
        }
        Workflows::Add(part) => change(house, part, true)?,
        Workflows::Remove(part) => change(house, part, false)?,
    }
    Ok(Exit::Done)
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<()> {
    let found = house
        .db
        .read_blocking(|tx| workflows::list_counted(tx, ctx, 10_000))?;
    let found: Vec<ShownWorkflow> = found
        .into_iter()
        .map(|one| ShownWorkflow {
            id: one.id,
            name: one.name,
            steps: one.steps,
            people: one.people,
            groups: one.groups,
            open_documents: one.open_documents,
        })
        .collect();
    work::workflows(as_json, &found)
}

fn show(house: &House, ctx: &Ctx, name: &str, as_json: bool) -> Result<()> {
    let (workflow, steps, groups, people) = house.db.read_blocking(|tx| {
        let workflow = named(tx, ctx, name)?;
        let id = workflow.id;
        Ok::<_, anyhow::Error>((
            workflow,
            workflows::steps(tx, ctx.account, id)?,
            workflows::groups(tx, ctx.account, id)?,
            workflows::count_people(tx, ctx.account, id, "", 1_000_000)?,
        ))
    })?;
    let steps = steps.into_iter().map(|step| ShownStep {
        id: step.id,
        kind: step.kind.as_str().to_owned(),
        name: step.name,
        for_all: step.is_for_all,
        documents: step.waiting,
    });
    let whole = WholeWorkflow {
        id: workflow.id,
        name: workflow.name,
        steps: steps.collect(),
        groups: groups.into_iter().map(|group| group.name).collect(),
        people,
    };
    work::workflow(as_json, &whole)
}

fn change(house: &House, part: &Part, takes_part: bool) -> Result<()> {
    let ctx = house.ctx(part.account.account.as_deref())?;
    house.db.write_blocking(|tx| {
        let id = named(tx, &ctx, &part.name)?.id;
        let member = Member::User(users::lookup(tx, &ctx, &part.key)?);
        if takes_part {
            workflows::add_participant(tx, &ctx, id, member)?;
        } else {
            workflows::remove_participant(tx, &ctx, id, member)?;
        }
        Ok::<_, anyhow::Error>(())
    })
}
