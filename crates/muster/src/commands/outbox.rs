//! `muster outbox`: the messages, what became of them, and sending what is due.

use std::time::Duration;

use anyhow::{Result, bail};
use delivery::{
    Channel,
    messages::{self, Message, Wanted},
    outlet_state,
};
use jobs::Wake;
use kernel::MessageId;
use serde_json::{Value, json};

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
    if args.json.json {
        let found: Vec<Value> = found.iter().map(value).collect();
        output::json(&Value::Array(found));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .into_iter()
        .map(|message| {
            vec![
                message.id.to_string(),
                message.created_at.to_string(),
                message.state.as_str().to_owned(),
                message.purpose.as_str().to_owned(),
                message.recipient,
                message.reason.unwrap_or_default(),
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
    if as_json {
        let mut shown = value(&message);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("subject".to_owned(), Value::String(subject));
            fields.insert("text".to_owned(), Value::String(text));
        }
        output::json(&shown);
        return Ok(Exit::Done);
    }
    output::line(&format!("To: {}", message.recipient));
    output::line(&format!(
        "{} by {}, {}",
        message.purpose.as_str(),
        message.channel.as_str(),
        message.state.as_str()
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
    output::line(&text);
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

fn value(message: &Message) -> Value {
    json!({
        "id": message.id,
        "channel": message.channel.as_str(),
        "purpose": message.purpose.as_str(),
        "language": message.language,
        "recipient": message.recipient,
        "state": message.state.as_str(),
        "attempts": message.attempts,
        "due_at": message.due_at.to_string(),
        "reason": message.reason,
        "reply": message.reply,
        "created_at": message.created_at.to_string(),
        "settled_at": message.settled_at.map(|at| at.to_string()),
    })
}
