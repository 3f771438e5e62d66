//! SMS through a gateway that understands what Twilio understands: a form over HTTP, answered with JSON.

use std::{io::ErrorKind, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use ureq::Agent;

use crate::{http, settings::SmsGateway, smtp::Answer};

const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_REPLY: usize = 300;

/// A client of the gateway.
pub(crate) struct Gateway {
    agent: Agent,
    settings: SmsGateway,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

impl Gateway {
    pub(crate) fn new(settings: &SmsGateway) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(http::tls())
            .build()
            .new_agent();
        Self {
            agent,
            settings: settings.clone(),
        }
    }

    /// Hands a text to the gateway.
    pub(crate) fn hand_over(&self, recipient: &str, text: &str) -> Answer {
        let form = [
            ("To", recipient),
            ("From", &self.settings.from),
            ("Body", text),
        ];
        let credentials =
            BASE64_STANDARD.encode(format!("{}:{}", self.settings.sid, self.settings.token));
        let sent = self
            .agent
            .post(&self.settings.address)
            .header("Authorization", &format!("Basic {credentials}"))
            .send_form(form);
        let mut response = match sent {
            Ok(response) => response,
            Err(error) if is_before_sending(&error) => {
                return Answer::Unusable {
                    problem: format!("the SMS gateway cannot be reached: {error}"),
                };
            }
            Err(_) => return Answer::Unknown,
        };
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(64 * 1024)
            .read_to_string()
            .unwrap_or_default();
        answer(status, &body)
    }
}

/// Whether a request failed before the gateway can have seen it.
fn is_before_sending(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_)
        | ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        _ => false,
    }
}

/// What the gateway's answer means.
fn answer(status: u16, body: &str) -> Answer {
    let refusal: Refusal = serde_json::from_str(body).unwrap_or(Refusal {
        code: 0,
        message: String::new(),
    });
    let reply: String = format!("{status} {} {}", refusal.code, refusal.message)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_REPLY)
        .collect();
    match status {
        200..=299 => Answer::Yes,
        401 | 403 if !is_about_number(refusal.code) => Answer::Unusable {
            problem: format!("the SMS gateway does not let us in: {reply}"),
        },
        408 | 429 | 500.. => Answer::NotNow { reply },
        _ => Answer::Never {
            because_of_recipient: true,
            reason: in_words(refusal.code).to_owned(),
            reply,
        },
    }
}

/// Codes about the number that is written to.
fn is_about_number(code: i64) -> bool {
    matches!(
        code,
        21_211 | 21_214 | 21_217 | 21_408 | 21_610 | 21_612 | 21_614
    )
}

fn in_words(code: i64) -> &'static str {
    match code {
        21_211 | 21_214 | 21_217 => "This is not a phone number that exists.",
        21_408 | 21_612 => "The SMS gateway does not send to this country.",
        21_610 => "The recipient has asked not to get SMS from this number.",
        21_614 => "This number cannot receive SMS.",
        _ => "The SMS gateway refused the message.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_bad_numbers_from_bad_times_and_bad_settings() {
        assert_eq!(answer(201, "{\"sid\":\"SM1\"}"), Answer::Yes);
        let bad = answer(
            400,
            "{\"code\":21211,\"message\":\"The 'To' number is not valid\"}",
        );
        assert!(
            matches!(bad, Answer::Never { because_of_recipient: true, reason, .. } if reason == "This is not a phone number that exists.")
        );
        assert!(matches!(answer(429, ""), Answer::NotNow { .. }));
        assert!(matches!(answer(503, "<html>"), Answer::NotNow { .. }));
        assert!(matches!(
            answer(401, "{\"code\":20003}"),
            Answer::Unusable { .. }
        ));
    }
}
