//! Workflows and documents of a server.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result, bail};
use kernel::{DocumentId, WorkflowId, fold};
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Method;

use super::{
    client::{Asked, Client, address_part},
    people,
};
use crate::{
    cli::documents::{Chosen, Documents, Part, Workflows},
    commands::work::{self, ShownDocument, ShownWorkflow, WholeWorkflow},
    exit::Exit,
    output,
};

/// No more documents are listed.
const MOST: usize = 1000;

pub(crate) fn workflows(client: &Client, command: &Workflows) -> Result<Exit> {
    match command {
        Workflows::List(args) => work::workflows(args.json, &all(client)?)?,
        Workflows::Create { name, .. } => {
            let made = client.post("/api/v1/workflows", &json!({ "name": name }))?;
            output::line(made.get("id").and_then(Value::as_str).unwrap_or_default());
        }
        Workflows::Show { name, json, .. } => {
            let found = named(client, name)?;
            let at = format!("/api/v1/workflows/{}", found.id);
            let groups: Vec<Value> = client.all(format!("{at}/groups?fields=name"))?;
            let mut people = 0;
            client.pages(format!("{at}/people?fields=id"), |items| {
                people += i64::try_from(items.len())?;
                Ok(())
            })?;
            let name = |group: &Value| Some(group.get("name")?.as_str()?.to_owned());
            let whole = WholeWorkflow {
                id: found.id,
                name: found.name,
                steps: client.all(format!("{at}/steps"))?,
                groups: groups.iter().filter_map(name).collect(),
                people,
            };
            work::workflow(json.json, &whole)?;
        }
        Workflows::Add(part) => take_part(client, part, Method::PUT)?,
        Workflows::Remove(part) => take_part(client, part, Method::DELETE)?,
    }
    Ok(Exit::Done)
}

pub(super) fn all(client: &Client) -> Result<Vec<ShownWorkflow>> {
    client.all("/api/v1/workflows".to_owned())
}

/// The workflow of this name.
fn named(client: &Client, name: &str) -> Result<ShownWorkflow> {
    let key = fold(name.trim()).into_owned();
    let found = all(client)?.into_iter().find(|one| fold(&one.name) == key);
    match found {
        Some(workflow) => Ok(workflow),
        None => bail!("there is no workflow named {name:?}"),
    }
}

fn take_part(client: &Client, part: &Part, method: Method) -> Result<()> {
    let workflow = named(client, &part.name)?.id;
    let (user, _) = people::find(client, &part.key)?;
    let changed = client.json(&Asked {
        method,
        path: &format!("/api/v1/workflows/{workflow}/people/{user}"),
        body: None,
        headers: &[],
    });
    changed.map(drop)
}

/// A document as the API has it.
#[derive(Deserialize)]
struct Answered {
    id: DocumentId,
    title: String,
    state: String,
    workflow_name: String,
    step_name: String,
    assignee: kernel::UserId,
    assignee_name: String,
    assignee_email: Option<String>,
    file_name: String,
    size: i64,
    files: i64,
    version: i64,
    created_at: kernel::Timestamp,
    updated_at: kernel::Timestamp,
}

impl From<Answered> for ShownDocument {
    fn from(one: Answered) -> Self {
        Self {
            id: one.id,
            title: one.title,
            state: one.state,
            workflow: one.workflow_name,
            step: one.step_name,
            person: one.assignee,
            name: one.assignee_name,
            email: one.assignee_email,
            file: one.file_name,
            bytes: one.size,
            files: one.files,
            version: one.version,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

pub(crate) fn documents(client: &Client, command: &Documents) -> Result<Exit> {
    match command {
        Documents::List { chosen, json, .. } => {
            let path = format!("/api/v1/documents?limit=500{}", narrowed(client, chosen)?);
            let found: Vec<Answered> = client.first(path, MOST)?;
            let found: Vec<ShownDocument> = found.into_iter().map(Into::into).collect();
            work::documents(json.json, &found)?;
        }
        Documents::Download {
            id: Some(id),
            output,
            ..
        } => one_file(client, id, output)?,
        Documents::Download {
            id: None,
            chosen,
            output: to,
            ..
        } => {
            let chosen = narrowed(client, chosen)?;
            let path = format!("/api/v1/documents.zip?{}", chosen.trim_start_matches('&'));
            client.download(&path, &mut create(to)?)?;
            output::note("The documents are written.");
        }
        Documents::Reassign { ids, to, note, .. } => {
            let mut seen = Vec::new();
            for id in ids {
                let document = get(client, id)?;
                seen.push(json!({ "id": document.id, "version": document.version }));
            }
            let (to, _) = people::find(client, to)?;
            let body = json!({ "documents": seen, "to": to, "note": note });
            let moved = client.post("/api/v1/documents/reassign", &body)?;
            let moved = moved.get("reassigned").and_then(Value::as_i64);
            output::line(&format!("{} reassigned", moved.unwrap_or_default()));
        }
    }
    Ok(Exit::Done)
}

fn get(client: &Client, id: &str) -> Result<Answered> {
    let id: DocumentId = id
        .parse()
        .with_context(|| format!("{id:?} is not the id of a document"))?;
    let found = client.get(&format!("/api/v1/documents/{id}"))?;
    super::import::parsed(found)
}

fn create(to: &Path) -> Result<File> {
    File::create(to).with_context(|| format!("{} cannot be written", to.display()))
}

fn one_file(client: &Client, id: &str, to: &Path) -> Result<()> {
    let document = get(client, id)?;
    let path = format!("/api/v1/documents/{}/files/{}", document.id, document.files);
    client.download(&path, &mut create(to)?)?;
    output::note(&format!("{} written", document.file_name));
    Ok(())
}

/// The filter as it stands in addresses.
fn narrowed(client: &Client, chosen: &Chosen) -> Result<String> {
    let mut parts = String::new();
    let mut add = |name: &str, value: &str| {
        for part in ["&", name, "=", value] {
            parts.push_str(part);
        }
    };
    if let Some(name) = &chosen.workflow {
        let id: WorkflowId = named(client, name)?.id;
        add("workflow", &id.to_string());
    }
    if let Some(state) = &chosen.state {
        add("state", state);
    }
    if let Some(key) = &chosen.person {
        add("assignee", &people::find(client, key)?.0.to_string());
    }
    if let Some(text) = chosen.text.as_deref().filter(|text| !text.is_empty()) {
        add("q", &address_part(text));
    }
    Ok(parts)
}
