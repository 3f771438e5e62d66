//! One conversation with a mail server, command by command.
//!
//! The library would do it in one call, but a message has to be noted as on its way between the moment the server is
//! ready for its content and the moment it gets it: that is what keeps a message from being sent twice.

use std::{
    net::ToSocketAddrs,
    time::{Duration, SystemTime},
};

use kernel::Timestamp;
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{Certificate, SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use uuid::Uuid;

use crate::{
    render::Rendered,
    settings::{MailServer, Tls},
    words,
};

/// No answer for so long is no answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// After so many messages the connection is made anew; servers end long ones themselves.
const MESSAGES_A_CONNECTION: u32 = 100;
/// No more of an answer is kept.
const LONGEST_REPLY: usize = 300;

/// How a server answered, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It takes it.
    Yes,
    /// It will never take this message.
    Never {
        /// Whether that is because of the recipient.
        because_of_recipient: bool,
        reason: String,
        reply: String,
    },
    /// Not now.
    NotNow { reply: String },
    /// It has the message, or not: the connection broke before it said so.
    Unknown,
    /// The server could not be used at all, for whatever message.
    Unusable { problem: String },
}

/// A mail, ready to be sent.
pub(crate) struct Letter {
    envelope: Envelope,
    /// Header and body, with lines ended as SMTP wants them and dots doubled (RFC 5321, 4.5.2), and the dot that ends them.
    content: String,
}

/// Makes a mail; `None` if the address cannot be written to by any server.
pub(crate) fn letter(
    server: &MailServer,
    id: Uuid,
    account: &str,
    language: &str,
    recipient: &str,
    text: &Rendered,
    now: Timestamp,
) -> Option<Letter> {
    let to = address(recipient)?;
    let from: Address = server.from.parse().ok()?;
    let host = from.domain().to_owned();
    let envelope = Envelope::new(return_path(server, id), vec![to.clone()]).ok()?;
    let date = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now.as_micros()).ok()?);
    let mut message = Message::builder()
        .date(date)
        .from(Mailbox::new(
            (!account.is_empty()).then(|| account.to_owned()),
            from,
        ))
        .to(Mailbox::new(None, to))
        .subject(text.subject.clone())
        .message_id(Some(format!("<{}@{host}>", id.simple())))
        .multipart(MultiPart::alternative_plain_html(
            text.text.clone(),
            text.html.clone(),
        ))
        .ok()?;
    // Nobody's absence is announced to us (RFC 3834).
    for (name, value) in [
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", language),
    ] {
        let name = HeaderName::new_from_ascii(name.to_owned()).ok()?;
        message
            .headers_mut()
            .insert_raw(HeaderValue::new(name, value.to_owned()));
    }
    let content = String::from_utf8(message.formatted()).ok()?;
    Some(Letter {
        envelope,
        content: ended(&content),
    })
}

/// The address in the form that every server understands: its domain in ASCII.
fn address(recipient: &str) -> Option<Address> {
    let (local, domain) = recipient.rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    Address::new(local, domain).ok()
}

/// Where mail that comes back goes: an address of this message's own (VERP), where one was configured.
fn return_path(server: &MailServer, id: Uuid) -> Option<Address> {
    let address = match &server.bounces_to {
        Some(bounces) => {
            let (local, domain) = bounces.rsplit_once('@')?;
            format!("{local}+{}@{domain}", id.simple())
        }
        None => server.from.clone(),
    };
    address.parse().ok()
}

/// The content as it goes over the wire. In one piece: a dot that comes behind would wait for the server's
/// acknowledgement of what is before it.
fn ended(content: &str) -> String {
    let mut ended = content.replace("\r\n.", "\r\n..");
    if ended.starts_with('.') {
        ended.insert(0, '.');
    }
    ended.push_str(if ended.ends_with("\r\n") {
        "."
    } else {
        "\r\n."
    });
    ended.push_str("\r\n");
    ended
}

/// An open connection to the mail server.
pub(crate) struct Conversation {
    connection: SmtpConnection,
    sent: u32,
}

impl Conversation {
    /// Connects, encrypts and signs in as configured.
    pub(crate) fn open(server: &MailServer) -> Result<Self, Answer> {
        connect(server)
            .map(|connection| Self {
                connection,
                sent: 0,
            })
            .map_err(|problem| Answer::Unusable { problem })
    }

    /// Whether it can take another message.
    pub(crate) fn is_usable(&self) -> bool {
        !self.connection.has_broken() && self.sent < MESSAGES_A_CONNECTION
    }

    /// Sender, recipient, and the announcement of the content.
    pub(crate) fn offer(&mut self, letter: &Letter) -> Answer {
        let mut options = Vec::new();
        let has_other_letters = letter
            .envelope
            .to()
            .iter()
            .any(|to| !AsRef::<str>::as_ref(to).is_ascii());
        if has_other_letters {
            if !self
                .connection
                .server_info()
                .supports_feature(Extension::SmtpUtfEight)
            {
                return Answer::Never {
                    because_of_recipient: true,
                    reason: "Our mail server cannot write to addresses with letters beyond ASCII."
                        .to_owned(),
                    reply: String::new(),
                };
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !letter.content.is_ascii()
            && self
                .connection
                .server_info()
                .supports_feature(Extension::EightBitMime)
        {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = letter.envelope.from().cloned();
        match self.connection.command(Mail::new(from, options)) {
            Ok(_) => {}
            // Whoever may not send at all may not send the next message either.
            Err(error) if error.is_permanent() => {
                return Answer::Unusable {
                    problem: format!("the mail server does not let us send: {}", reply(&error)),
                };
            }
            Err(error) => return self.refused(&error, false),
        }
        for to in letter.envelope.to() {
            if let Err(error) = self.connection.command(Rcpt::new(to.clone(), Vec::new())) {
                let answer = self.refused(&error, true);
                self.reset();
                return answer;
            }
        }
        match self.connection.command(Data) {
            Ok(_) => Answer::Yes,
            Err(error) => {
                let answer = self.refused(&error, false);
                self.reset();
                answer
            }
        }
    }

    /// The content, after [`Self::offer`] was answered with yes.
    pub(crate) fn hand_over(&mut self, letter: &Letter) -> Answer {
        self.sent += 1;
        match self.connection.command(&letter.content) {
            Ok(_) => Answer::Yes,
            Err(error) => match self.refused(&error, false) {
                Answer::Unusable { .. } => Answer::Unknown,
                answer => answer,
            },
        }
    }

    /// Ends the conversation as one should.
    pub(crate) fn close(&mut self) {
        let _ = self.connection.quit();
    }

    /// Ends it without another word: the server is in the middle of something.
    pub(crate) fn break_off(&mut self) {
        // It might never answer to a farewell.
        let _ = self.connection.set_timeout(Some(Duration::from_secs(1)));
        self.connection.abort();
    }

    fn reset(&mut self) {
        if !self.connection.has_broken() && self.connection.command(Rset).is_err() {
            self.connection.abort();
        }
    }

    fn refused(
        &mut self,
        error: &lettre::transport::smtp::Error,
        because_of_recipient: bool,
    ) -> Answer {
        let reply = reply(error);
        if error.is_permanent() {
            let reason = words::refusal(words::status(&reply), &reply).to_owned();
            Answer::Never {
                because_of_recipient: because_of_recipient || is_about_recipient(&reply),
                reason,
                reply,
            }
        } else if error.is_transient() {
            Answer::NotNow { reply }
        } else {
            // The connection is in a state nobody knows.
            self.connection.abort();
            Answer::Unusable {
                problem: format!("the connection to the mail server broke: {reply}"),
            }
        }
    }
}

/// Some servers look at the recipient only once they have the content.
fn is_about_recipient(reply: &str) -> bool {
    words::status(reply)
        .is_some_and(|status| status.starts_with("5.1.") || status.starts_with("5.2."))
}

fn connect(server: &MailServer) -> Result<SmtpConnection, String> {
    let said = |error: lettre::transport::smtp::Error| reply(&error);
    let tls = match server.tls {
        Tls::None => None,
        Tls::Wrapped | Tls::Required | Tls::Offered => Some(parameters(server).map_err(said)?),
    };
    let addresses = (server.host.as_str(), server.port).to_socket_addrs();
    let addresses: Vec<_> = addresses
        .map_err(|error| format!("the mail server's name is not known: {error}"))?
        .collect();
    let hello = ClientId::default();
    let wrapped = tls.as_ref().filter(|_| server.tls == Tls::Wrapped);
    let connected =
        SmtpConnection::connect(addresses.as_slice(), Some(PATIENCE), &hello, wrapped, None);
    let mut connection = connected
        .map_err(|error| format!("the mail server cannot be reached: {}", reply(&error)))?;
    if let (Tls::Required | Tls::Offered, Some(tls)) = (server.tls, &tls) {
        if connection.can_starttls() {
            connection.starttls(tls, &hello).map_err(said)?;
        } else if server.tls == Tls::Required {
            connection.abort();
            return Err("the mail server does not offer encryption (STARTTLS)".to_owned());
        }
    }
    if let Some((user, password)) = &server.sign_in {
        let credentials = Credentials::new(user.clone(), password.clone());
        let signed_in: Result<Response, _> =
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        if let Err(error) = signed_in {
            connection.abort();
            return Err(format!(
                "the mail server does not accept our sign-in: {}",
                reply(&error)
            ));
        }
    }
    Ok(connection)
}

fn parameters(server: &MailServer) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.certificate {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build_rustls()
}

/// What the server said, or what went wrong, bounded.
fn reply(error: &lettre::transport::smtp::Error) -> String {
    // It says its source in its own words.
    let text = error.to_string();
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_REPLY)
        .collect()
}
