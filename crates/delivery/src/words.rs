//! What a mail server means, in plain words for an administrator (S1.8, S2.10).

/// The enhanced status code in an answer, such as `5.1.1` (RFC 3463).
pub(crate) fn status(answer: &str) -> Option<&str> {
    answer
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find(|word| {
            let parts: Vec<_> = word.split('.').collect();
            matches!(parts.as_slice(), ["2" | "4" | "5", subject, detail] if is_number(subject) && is_number(detail))
        })
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Why the recipient's server will never take a message.
pub(crate) fn refusal(status: Option<&str>, answer: &str) -> &'static str {
    let detail = status
        .and_then(|status| status.split_once('.'))
        .map(|(_, detail)| detail);
    match detail {
        Some("1.1" | "1.0" | "1.6" | "1.3") => "There is no mailbox with this address.",
        Some("1.2" | "4.4") => "The domain of this address does not exist or takes no mail.",
        Some("1.10") => "The domain of this address takes no mail at all.",
        Some("2.1") => "The mailbox is closed.",
        Some("2.2") => "The mailbox is full.",
        Some("2.3" | "3.4") => "The message is too large for this mailbox.",
        Some(other) if other.starts_with("7.") => {
            "The recipient's mail server refuses mail from this sender."
        }
        Some(other) if other.starts_with("4.") => {
            "The recipient's mail server could not be reached."
        }
        _ => by_words(answer),
    }
}

/// Servers that give no status give a sentence.
fn by_words(answer: &str) -> &'static str {
    const SIGNS: &[(&[&str], &str)] = &[
        (&["full", "quota"], "The mailbox is full."),
        (
            &["disabled", "inactive", "suspended"],
            "The mailbox is closed.",
        ),
        (
            &["domain", "host"],
            "The domain of this address does not exist or takes no mail.",
        ),
        (
            &[
                "unknown",
                "no such",
                "not found",
                "does not exist",
                "invalid",
                "no mailbox",
            ],
            "There is no mailbox with this address.",
        ),
        (
            &["spam", "blocked", "denied", "policy", "blacklist"],
            "The recipient's mail server refuses mail from this sender.",
        ),
    ];
    let answer = answer.to_ascii_lowercase();
    let sign = SIGNS
        .iter()
        .find(|(words, _)| words.iter().any(|word| answer.contains(word)));
    sign.map_or(
        "The recipient's mail server refused the message.",
        |(_, meaning)| *meaning,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_status_in_an_answer() {
        assert_eq!(
            status("permanent error (550): 5.1.1 <a@b.example>: unknown"),
            Some("5.1.1")
        );
        assert_eq!(status("550 host 192.0.2.5 said no"), None);
        assert_eq!(status("smtp; 552 5.2.2 mailbox full"), Some("5.2.2"));
        assert_eq!(status(""), None);
    }

    #[test]
    fn says_what_an_administrator_can_act_on() {
        assert_eq!(
            refusal(Some("5.1.1"), ""),
            "There is no mailbox with this address."
        );
        assert_eq!(
            refusal(Some("5.7.26"), ""),
            "The recipient's mail server refuses mail from this sender."
        );
        assert_eq!(refusal(None, "552 Over quota"), "The mailbox is full.");
        assert_eq!(
            refusal(None, "550 User unknown in table"),
            "There is no mailbox with this address."
        );
        assert_eq!(
            refusal(None, "554 no"),
            "The recipient's mail server refused the message."
        );
    }
}
