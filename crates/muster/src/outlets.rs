//! From options and the configuration file to the ways messages leave by.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use delivery::{MailServer, Settings, SmsGateway};
use kernel::Network;

use crate::{
    cli::Outlets,
    config::{File, given},
    web::first_line,
};

/// A shorter secret could be found by trying.
const SHORTEST_TOKEN: usize = 20;

/// What was given on the command line or in the environment, on top of the configuration file.
struct Given<'a> {
    options: &'a Outlets,
    file: &'a File,
}

/// The ways out; links begin with `http://` and `listen` where nothing else is said.
pub(crate) fn settings(options: &Outlets, file: &File, listen: &str) -> Result<Settings> {
    let given = Given { options, file };
    let mut settings = Settings::capture(&public_url(&given, listen)?);
    let from = given.plain(options.mail_from.as_ref(), "mail-from");
    let bounces_to = given.plain(options.bounces_to.as_ref(), "bounces-to");
    let smtp = given.secret(options.smtp.as_ref(), options.smtp_file.as_ref(), "smtp")?;
    if let Some(address) = smtp {
        let from = from.context(
            "--smtp needs --mail-from: the address that e-mail comes from, such as people@example.com",
        )?;
        let server = MailServer::parse(&address, &from, bounces_to.as_deref());
        settings.mail = Some(server.context("--smtp, --mail-from or --bounces-to cannot be used")?);
    }
    let sms = given.secret(options.sms.as_ref(), options.sms_file.as_ref(), "sms")?;
    if let Some(address) = sms {
        settings.sms = Some(SmsGateway::parse(&address).context("--sms cannot be used")?);
    }
    if let Some(rate) = given.rate(options.mail_rate.as_ref(), "mail-rate")? {
        settings.mails_per_second = rate;
    }
    if let Some(rate) = given.rate(options.sms_rate.as_ref(), "sms-rate")? {
        settings.sms_per_second = rate;
    }
    settings.bounce_token = given.secret(
        options.bounce_token.as_ref(),
        options.bounce_token_file.as_ref(),
        "bounce-token",
    )?;
    if settings
        .bounce_token
        .as_ref()
        .is_some_and(|token| token.len() < SHORTEST_TOKEN)
    {
        bail!(
            "--bounce-token has fewer than {SHORTEST_TOKEN} characters; make one with: openssl rand -hex 32"
        );
    }
    Ok(settings)
}

/// Private networks that events may be sent to.
pub(crate) fn webhook_networks(options: &Outlets, file: &File) -> Result<Vec<Network>> {
    let of_file = file.get("webhook-networks").map_or("", String::as_str);
    let texts: Vec<&str> = if options.webhook_networks.is_empty() {
        of_file.split(',').collect()
    } else {
        options
            .webhook_networks
            .iter()
            .map(String::as_str)
            .collect()
    };
    texts
        .into_iter()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().context("--webhook-networks"))
        .collect()
}

fn public_url(given: &Given<'_>, listen: &str) -> Result<String> {
    match given.plain(given.options.public_url.as_ref(), "public-url") {
        Some(url) => delivery::parse_public_url(&url).context("--public-url cannot be used"),
        None => Ok(url_here(listen, false)),
    }
}

/// What links begin with if nothing is said; an address that stands for all of this machine's cannot be opened.
pub(crate) fn url_here(listen: &str, is_encrypted: bool) -> String {
    let scheme = if is_encrypted { "https" } else { "http" };
    match listen.parse::<SocketAddr>() {
        Ok(all) if all.ip().is_unspecified() => format!("{scheme}://localhost:{}", all.port()),
        _ => format!("{scheme}://{listen}"),
    }
}

impl Given<'_> {
    fn plain(&self, option: Option<&String>, key: &str) -> Option<String> {
        given(option, self.file, key)
    }

    fn rate(&self, option: Option<&String>, key: &str) -> Result<Option<u32>> {
        let Some(text) = self.plain(option, key) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(rate @ 1..=10_000) => Ok(Some(rate)),
            _ => bail!("--{key} is a number from 1 to 10000, not {text:?}"),
        }
    }

    /// A secret, or the first line of the file that holds it.
    fn secret(
        &self,
        value: Option<&String>,
        path: Option<&PathBuf>,
        key: &str,
    ) -> Result<Option<String>> {
        let path_key = format!("{key}-file");
        if let Some(path) = path {
            return first_line(path, &path_key).map(Some);
        }
        if value.is_some() {
            return Ok(value.cloned());
        }
        match (self.file.get(key), self.file.get(&path_key)) {
            (Some(_), Some(_)) => {
                bail!("the configuration file has both {key} and {path_key}; keep one")
            }
            (None, Some(path)) => first_line(Path::new(path), &path_key).map(Some),
            (value, None) => Ok(value.cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(file: &[(&str, &str)], options: &Outlets) -> Result<Settings> {
        let file = file
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        settings(options, &file, "127.0.0.1:8080")
    }

    fn refused(file: &[(&str, &str)]) -> String {
        format!("{:#}", read(file, &Outlets::default()).unwrap_err())
    }

    #[test]
    fn without_settings_messages_are_kept_and_links_lead_here() {
        let read = read(&[], &Outlets::default()).unwrap();
        assert!(read.mail.is_none() && read.sms.is_none() && read.bounce_token.is_none());
        assert_eq!(read.link("/join"), "http://127.0.0.1:8080/join");
        assert_eq!(url_here("0.0.0.0:80", false), "http://localhost:80");
        assert_eq!(url_here("[::]:443", true), "https://localhost:443");
        assert_eq!(url_here("people:80", false), "http://people:80");
    }

    #[test]
    fn options_win_over_the_file_and_secrets_come_from_files_too() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("smtp");
        fs::write(&secret, "smtp://mail.example.com\nmore\n").unwrap();
        let path = secret.display().to_string();
        let file = [
            ("smtp-file", path.as_str()),
            ("mail-from", "people@example.com"),
            ("mail-rate", "7"),
        ];
        let read_back = read(&file, &Outlets::default()).unwrap();
        assert_eq!(
            format!("{:?}", read_back.mail.unwrap()),
            "MailServer(mail.example.com:587 Offered)"
        );
        assert_eq!(read_back.mails_per_second, 7);
        let options = Outlets {
            smtp: Some("smtps://other.example.com".to_owned()),
            public_url: Some("https://people.example.com/".to_owned()),
            ..Outlets::default()
        };
        let read_back = read(&file, &options).unwrap();
        assert_eq!(
            format!("{:?}", read_back.mail.unwrap()),
            "MailServer(other.example.com:465 Wrapped)"
        );
        assert_eq!(read_back.public_url, "https://people.example.com");
    }

    #[test]
    fn refusals_say_what_to_do() {
        assert!(refused(&[("smtp", "smtp://mail.example.com")]).contains("needs --mail-from"));
        assert!(refused(&[("mail-rate", "0")]).contains("a number from 1"));
        assert!(refused(&[("bounce-token", "short")]).contains("openssl rand"));
        assert!(refused(&[("sms", "a"), ("sms-file", "b")]).contains("keep one"));
        assert!(refused(&[("sms-file", "/nowhere/sms")]).contains("/nowhere/sms cannot be read"));
        assert!(refused(&[("public-url", "people.example.com")]).contains("https://"));
        let refused = refused(&[
            ("smtp", "imap://u:hidden@mail.example.com"),
            ("mail-from", "people@example.com"),
        ]);
        assert!(refused.contains("use smtp or smtps") && !refused.contains("hidden"));
    }
}
