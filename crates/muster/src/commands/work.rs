//! Workflows and documents as they are printed, whether they come from the database here or from a
//! server.

use anyhow::Result;
use kernel::{DocumentId, StepId, Timestamp, UserId, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::output;

/// A workflow in the list.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownWorkflow {
    pub(crate) id: WorkflowId,
    pub(crate) name: String,
    pub(crate) steps: i64,
    pub(crate) people: i64,
    pub(crate) groups: i64,
    pub(crate) open_documents: i64,
}

/// One with what belongs to it.
#[derive(Serialize)]
pub(crate) struct WholeWorkflow {
    pub(crate) id: WorkflowId,
    pub(crate) name: String,
    pub(crate) steps: Vec<ShownStep>,
    pub(crate) groups: Vec<String>,
    pub(crate) people: i64,
}

/// A step.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownStep {
    pub(crate) id: StepId,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) for_all: bool,
    #[serde(alias = "waiting")]
    pub(crate) documents: i64,
}

/// A document in the list.
#[derive(Serialize)]
pub(crate) struct ShownDocument {
    pub(crate) id: DocumentId,
    pub(crate) title: String,
    pub(crate) state: String,
    pub(crate) workflow: String,
    pub(crate) step: String,
    pub(crate) person: UserId,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) file: String,
    pub(crate) bytes: i64,
    pub(crate) files: i64,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

pub(crate) fn workflows(as_json: bool, found: &[ShownWorkflow]) -> Result<()> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
        return Ok(());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|workflow| {
            vec![
                workflow.name.clone(),
                workflow.steps.to_string(),
                workflow.people.to_string(),
                workflow.groups.to_string(),
                workflow.open_documents.to_string(),
            ]
        })
        .collect();
    let head = ["Name", "Steps", "People", "Groups", "Open documents"];
    output::table(&head, &rows);
    Ok(())
}

pub(crate) fn workflow(as_json: bool, workflow: &WholeWorkflow) -> Result<()> {
    if as_json {
        output::json(&serde_json::to_value(workflow)?);
        return Ok(());
    }
    output::line(&format!(
        "{}: {} people take part",
        workflow.name, workflow.people
    ));
    for group in &workflow.groups {
        output::line(&format!("via {group}"));
    }
    let rows: Vec<_> = workflow
        .steps
        .iter()
        .map(|step| {
            let whom = if step.for_all { "all" } else { "those named" };
            vec![
                step.name.clone(),
                step.kind.clone(),
                whom.to_owned(),
                step.documents.to_string(),
            ]
        })
        .collect();
    output::table(&["Step", "Kind", "For", "Documents"], &rows);
    Ok(())
}

pub(crate) fn documents(as_json: bool, found: &[ShownDocument]) -> Result<()> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
        return Ok(());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|document| {
            vec![
                document.id.to_string(),
                document.state.clone(),
                document.title.clone(),
                document.workflow.clone(),
                document.name.clone(),
                document.updated_at.to_string(),
            ]
        })
        .collect();
    output::table(
        &["Id", "State", "Title", "Workflow", "With", "Changed"],
        &rows,
    );
    Ok(())
}
