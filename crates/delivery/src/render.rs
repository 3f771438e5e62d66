//! From a template to what is sent: a subject, a text, and the same as HTML.

use crate::{message::Parameters, templates::Template};

/// A message as its recipient gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line; empty for SMS.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as a document, for e-mail.
    pub html: String,
}

/// What stands for a link that is no longer known.
const LINK_GONE: &str = "[link]";

/// Fills a template.
pub(crate) fn render(template: &Template, parameters: &Parameters, link: Option<&str>) -> Rendered {
    let link = link.unwrap_or(LINK_GONE);
    let subject = one_line(&fill(&template.subject, parameters, link));
    let text = fill(&template.text, parameters, link);
    let html = document(&template.language, &subject, &text, link);
    Rendered {
        subject,
        text,
        html,
    }
}

/// The names of the places in a text.
pub(crate) fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The value of a place; none if there is no such place.
pub(crate) fn value(name: &str, parameters: &Parameters, link: &str) -> Option<String> {
    Some(match name {
        "account" => parameters.account.clone(),
        "name" => parameters.name.clone(),
        "first_name" if parameters.first_name.is_empty() => parameters.name.clone(),
        "first_name" => parameters.first_name.clone(),
        "sender" => parameters.sender.clone(),
        "days" => parameters.days.to_string(),
        "list" => parameters.list.join("\n"),
        "link" => link.to_owned(),
        _ => return None,
    })
}

/// Puts values into their places in one pass, so that what a value says is never taken for a place.
fn fill(text: &str, parameters: &Parameters, link: &str) -> String {
    let mut filled = String::with_capacity(text.len() + link.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after
            .split_once('}')
            .and_then(|(name, behind)| value(name, parameters, link).map(|value| (value, behind)));
        if let Some((value, behind)) = place {
            filled.push_str(&value);
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// A subject is one line whatever was put into it.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control()).map(str::trim);
    words
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Paragraphs of the text as HTML; a paragraph that is the link becomes a button.
fn document(language: &str, subject: &str, text: &str, link: &str) -> String {
    let mut body = String::new();
    for paragraph in text.split("\n\n").map(str::trim) {
        if paragraph.is_empty() {
            continue;
        }
        if paragraph == link {
            body.push_str(&button(link));
        } else {
            body.push_str("<p style=\"margin:0 0 16px\">");
            body.push_str(&escaped(paragraph).replace('\n', "<br>"));
            body.push_str("</p>\n");
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{}</title></head>\n<body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#1c2430;background:#ffffff\">\n\
         <div style=\"max-width:34em;margin:0 auto\">\n{body}</div></body></html>\n",
        escaped(language),
        escaped(subject),
    )
}

fn button(link: &str) -> String {
    let link = escaped(link);
    format!(
        "<p style=\"margin:24px 0\"><a href=\"{link}\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;\
         background:#2557d6;color:#ffffff;text-decoration:none;font-weight:600\">{link}</a></p>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(subject: &str, text: &str) -> Template {
        Template {
            language: "en".to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        }
    }

    fn maria() -> Parameters {
        Parameters {
            account: "Harbour & Sons".to_owned(),
            name: "Maria {link}".to_owned(),
            first_name: "<b>Maria</b>".to_owned(),
            ..Parameters::default()
        }
    }

    #[test]
    fn values_are_text_and_never_places_or_markup() {
        let template = template("Hello {name}", "Hello {first_name} of {account}\n\n{link}");
        let rendered = render(&template, &maria(), Some("https://muster.example/join/1"));
        assert_eq!(rendered.subject, "Hello Maria {link}");
        assert_eq!(
            rendered.text,
            "Hello <b>Maria</b> of Harbour & Sons\n\nhttps://muster.example/join/1"
        );
        assert!(
            rendered
                .html
                .contains("Hello &lt;b&gt;Maria&lt;/b&gt; of Harbour &amp; Sons")
        );
        assert!(
            rendered
                .html
                .contains("<a href=\"https://muster.example/join/1\"")
        );
    }

    #[test]
    fn a_subject_is_one_line() {
        let parameters = Parameters {
            account: "A\r\nBcc: everybody@example.com".to_owned(),
            ..Parameters::default()
        };
        let rendered = render(&template("{account}", "text"), &parameters, None);
        assert_eq!(rendered.subject, "A Bcc: everybody@example.com");
    }

    #[test]
    fn what_is_no_place_stays_as_it_is() {
        let rendered = render(&template("{x} {", "{{account}} }"), &maria(), None);
        assert_eq!(rendered.subject, "{x} {");
        assert_eq!(rendered.text, "{Harbour & Sons} }");
    }
}
