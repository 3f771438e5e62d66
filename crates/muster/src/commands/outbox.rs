//! `muster outbox`: the messages, what became of them, and sending what is due.

use std::time::Duration;

use anyhow::{Result, bail};
use delivery::{
    Channel, MessageState,
    messages::{self, Message, Wanted},
    outlet_state,
};
use jobs::Wake;
use kernel::{MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cli::{Messages, Outbox},
    exit::Exit,
    house::House,
    output,
};

/// After so long, a way out lets through again what its rate held back.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) fn run(house: &House, command: &Outbox) -> Result<Exit> {
    match command {
        Outbox::List(args) => list(house, args),
        Outbox::Show { id, account, json } => {
            show(house, account.account.as_deref(), *id, json.json)
        }
        Outbox::Send(json) => send(house, json.json),
    }
}

fn list(house: &House, args: &Messages) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let wanted = Wanted {
        state: args.state,
        purpose: args.purpose,
        recipient: args.to.clone(),
        before: args.before,
    };
    let found = house
        .db
        .read_blocking(|tx| messages::list(tx, ctx.account, &wanted))?;
    let found: Vec<ShownMessage> = found.into_iter().map(shown).collect();
    listed(&found, args.json.json)
}

/// A message as it is printed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownMessage {
    id: MessageId,
    channel: String,
    purpose: String,
    language: String,
    recipient: Option<String>,
    state: String,
    attempts: i64,
    /// While it waits.
    due_at: Option<Timestamp>,
    reason: Option<String>,
    reply: Option<String>,
    created_at: Timestamp,
    settled_at: Option<Timestamp>,
}

fn shown(message: Message) -> ShownMessage {
    let waits = message.state == MessageState::Queued;
    ShownMessage {
        id: message.id,
        channel: message.channel.as_str().to_owned(),
        purpose: message.purpose.as_str().to_owned(),
        language: message.language,
        recipient: Some(message.recipient).filter(|recipient| !recipient.is_empty()),
        state: message.state.as_str().to_owned(),
        attempts: message.attempts,
        due_at: waits.then_some(message.due_at),
        reason: message.reason,
        reply: message.reply,
        created_at: message.created_at,
        settled_at: message.settled_at,
    }
}

/// Prints messages.
pub(crate) fn listed(found: &[ShownMessage], as_json: bool) -> Result<Exit> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
        return Ok(Exit::Done);
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|message| {
            vec![
                message.id.to_string(),
                message.created_at.to_string(),
                message.state.clone(),
                message.purpose.clone(),
                text(&message.recipient),
                text(&message.reason),
            ]
        })
        .collect();
    output::table(
        &["Id", "Asked for", "State", "Purpose", "Recipient", "Reason"],
        &rows,
    );
    Ok(Exit::Done)
}

fn show(house: &House, account: Option<&str>, id: MessageId, as_json: bool) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let found = house.db.read_blocking(|tx| {
        let found = messages::find(tx, ctx.account, id)?;
        // Whoever runs this acts with an owner's rights.
        let Some(message) = found.map(|message| message.seen_by(true)) else {
            return Ok::<_, db::Error>(None);
        };
        let content = messages::content(tx, ctx.account, &message)?;
        Ok(Some((message, content)))
    })?;
    let Some((message, content)) = found else {
        bail!("there is no message {id} in this account");
    };
    let (subject, text) =
        content.map_or_else(Default::default, |content| (content.subject, content.text));
    say(&shown(message), &subject, &text, as_json)
}

/// Prints one message as its recipient gets it.
pub(crate) fn say(
    message: &ShownMessage,
    subject: &str,
    text: &str,
    as_json: bool,
) -> Result<Exit> {
    if as_json {
        let mut shown = serde_json::to_value(message)?;
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("subject".to_owned(), json!(subject));
            fields.insert("text".to_owned(), json!(text));
        }
        output::json(&shown);
        return Ok(Exit::Done);
    }
    output::line(&format!(
        "To: {}",
        message.recipient.as_deref().unwrap_or_default()
    ));
    output::line(&format!(
        "{} by {}, {}",
        message.purpose, message.channel, message.state
    ));
    for (label, words) in [("Reason", &message.reason), ("Reply", &message.reply)] {
        if let Some(words) = words {
            output::line(&format!("{label}: {words}"));
        }
    }
    if !subject.is_empty() {
        output::line(&format!("Subject: {subject}"));
    }
    output::line("");
    output::line(text);
    Ok(Exit::Done)
}

/// Sends until nothing is due; the rate of a way out spreads it over time.
fn send(house: &House, as_json: bool) -> Result<Exit> {
    let wake = Wake::default();
    let sender = house.sender(&wake);
    let mut handled = 0;
    loop {
        let some = sender.send_due()?;
        if some == 0 {
            break;
        }
        handled += some;
        wake.wait_for_stop(PAUSE);
    }
    let delivery = house.delivery();
    let ways = [
        (Channel::Email, delivery.mail.is_some()),
        (Channel::Sms, delivery.sms.is_some()),
    ];
    let problems = house.db.read_blocking(|tx| {
        let mut problems = Vec::new();
        for (channel, _) in ways.into_iter().filter(|(_, is_configured)| *is_configured) {
            if let Some(problem) = outlet_state(tx, channel)?.problem {
                problems.push(format!("{}: {problem}", channel.as_str()));
            }
        }
        Ok::<_, db::Error>(problems)
    })?;
    if as_json {
        output::json(&json!({ "handled": handled, "problems": problems }));
    } else {
        output::line(&format!("Messages handled: {handled}"));
    }
    for problem in &problems {
        output::note(problem);
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}
