//! The ways out that an operator configured; without any, messages are kept here.

use std::{fmt, fs, path::PathBuf, time::Duration};

use url::Url;

/// How messages leave, and what their links begin with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What links begin with, such as `https://people.example.com`. Never taken from a request.
    pub public_url: String,
    /// The mail server; mail is kept here when there is none.
    pub mail: Option<MailServer>,
    /// The SMS gateway; SMS are kept here when there is none.
    pub sms: Option<SmsGateway>,
    /// At most so many e-mails a second, by all nodes together.
    pub mails_per_second: u32,
    /// At most so many SMS a second, by all nodes together.
    pub sms_per_second: u32,
    /// The wait after a message was first refused for the moment; the later ones grow with it.
    pub first_retry: Duration,
    /// The secret of the address where a mail server may leave returned mail.
    pub bounce_token: Option<String>,
}

impl Settings {
    /// No way out: every message is kept in the outbox.
    pub fn capture(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            mail: None,
            sms: None,
            mails_per_second: 50,
            sms_per_second: 5,
            first_retry: Duration::from_mins(1),
            bounce_token: None,
        }
    }

    /// A link of ours: the configured beginning and a path that begins with `/`.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// Whether and how a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (`smtps://`).
    Wrapped,
    /// By STARTTLS, or not at all.
    Required,
    /// By STARTTLS if the server offers it.
    Offered,
    /// Never.
    None,
}

/// A mail server: `smtp[s]://[user:password@]host[:port][?tls=required|offered|none&ca=FILE]`.
#[derive(Clone)]
pub struct MailServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) sign_in: Option<(String, String)>,
    pub(crate) certificate: Option<Vec<u8>>,
    /// The address messages come from.
    pub(crate) from: String,
    /// Where mail that comes back goes to, if not to `from`.
    pub(crate) bounces_to: Option<String>,
}

/// An SMS gateway that takes what Twilio takes: `https://sid:token@host[/path]?from=+12025550123`.
#[derive(Clone)]
pub struct SmsGateway {
    pub(crate) address: String,
    pub(crate) sid: String,
    pub(crate) token: String,
    pub(crate) from: String,
}

/// What is wrong with the address of a mail server or gateway.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidSettings {
    /// No address at all.
    #[error("this is no address such as smtp://user:password@mail.example.com:587")]
    NoAddress,
    /// Not one of ours.
    #[error("{0:?} is not known here; use {1}")]
    Scheme(String, &'static str),
    /// Not one of ours.
    #[error("{0:?} is not an option here")]
    Option(String),
    /// Nobody can be answered.
    #[error("{0:?} is not an e-mail address to send from")]
    From(String),
    /// Links have to begin with something.
    #[error("{0:?} is nothing links can begin with; use one such as https://people.example.com")]
    PublicUrl(String),
    /// An unreadable certificate.
    #[error("the certificate {0} cannot be read")]
    Certificate(PathBuf),
    /// The gateway needs who sends.
    #[error(
        "the address of the gateway needs user and password, and ?from= with the number that sends"
    )]
    Gateway,
}

/// Reads what links begin with: `http` or `https`, and where; nothing behind it.
pub fn parse_public_url(text: &str) -> Result<String, InvalidSettings> {
    let refused = || InvalidSettings::PublicUrl(text.to_owned());
    let url = Url::parse(text).map_err(|_| refused())?;
    let has_more = url.path() != "/"
        || url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || has_more {
        return Err(refused());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

impl MailServer {
    /// Reads the address of a mail server and the address to send from.
    pub fn parse(
        address: &str,
        from: &str,
        bounces_to: Option<&str>,
    ) -> Result<Self, InvalidSettings> {
        let url = Url::parse(address).map_err(|_| InvalidSettings::NoAddress)?;
        let host = url
            .host_str()
            .ok_or(InvalidSettings::NoAddress)?
            .trim_matches(['[', ']'])
            .to_owned();
        let (mut tls, default_port) = match url.scheme() {
            "smtp" => (Tls::Offered, 587),
            "smtps" => (Tls::Wrapped, 465),
            other => {
                return Err(InvalidSettings::Scheme(other.to_owned(), "smtp or smtps"));
            }
        };
        let mut certificate = None;
        for (key, value) in url.query_pairs() {
            match (&*key, &*value) {
                ("tls", "required") if tls != Tls::Wrapped => tls = Tls::Required,
                ("tls", "offered") if tls != Tls::Wrapped => tls = Tls::Offered,
                ("tls", "none") if tls != Tls::Wrapped => tls = Tls::None,
                ("ca", file) => {
                    let unreadable = |_| InvalidSettings::Certificate(PathBuf::from(file));
                    certificate = Some(fs::read(file).map_err(unreadable)?);
                }
                _ => return Err(InvalidSettings::Option(format!("{key}={value}"))),
            }
        }
        let sign_in = sign_in(&url);
        // A password is never shown to everybody on the way unless the operator says so.
        if sign_in.is_some() && tls == Tls::Offered {
            tls = Tls::Required;
        }
        Ok(Self {
            host,
            port: url.port().unwrap_or(default_port),
            tls,
            sign_in,
            certificate,
            from: sender(from)?,
            bounces_to: bounces_to.map(sender).transpose()?,
        })
    }
}

impl SmsGateway {
    /// Reads the address of a gateway.
    pub fn parse(address: &str) -> Result<Self, InvalidSettings> {
        let mut url = Url::parse(address).map_err(|_| InvalidSettings::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme().to_owned();
            return Err(InvalidSettings::Scheme(scheme, "https or http"));
        }
        let (sid, token) = sign_in(&url).ok_or(InvalidSettings::Gateway)?;
        let from = url.query_pairs().find(|(key, _)| key == "from");
        let from = from
            .map(|(_, value)| value.replace(' ', "+"))
            .ok_or(InvalidSettings::Gateway)?;
        url.set_query(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let base = url.as_str().trim_end_matches('/');
        let address = format!("{base}/2010-04-01/Accounts/{sid}/Messages.json");
        Ok(Self {
            address,
            sid,
            token,
            from,
        })
    }
}

/// User and password of an address, decoded.
fn sign_in(url: &Url) -> Option<(String, String)> {
    let decoded = |text: &str| {
        let pair = format!("x={}", text.replace('+', "%2B"));
        let value = url::form_urlencoded::parse(pair.as_bytes()).next();
        value
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let user = decoded(url.username());
    url.password()
        .filter(|_| !user.is_empty())
        .map(|password| (user.clone(), decoded(password)))
}

fn sender(address: &str) -> Result<String, InvalidSettings> {
    match kernel::Email::parse(address) {
        Ok(email) => Ok(email.into_string()),
        // A server of one's own machine sends from names that no account could be imported with.
        Err(_) if address.parse::<lettre::Address>().is_ok() => Ok(address.to_owned()),
        Err(_) => Err(InvalidSettings::From(address.to_owned())),
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailServer({}:{} {:?})", self.host, self.port, self.tls)
    }
}

impl fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsGateway([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(address: &str) -> Result<MailServer, InvalidSettings> {
        MailServer::parse(address, "people@example.com", None)
    }

    #[test]
    fn reads_addresses_of_mail_servers() {
        let read = server("smtp://maria%40example.com:p%3Aw+d@mail.example.com").unwrap();
        assert_eq!(
            (read.host.as_str(), read.port, read.tls),
            ("mail.example.com", 587, Tls::Required)
        );
        assert_eq!(
            read.sign_in,
            Some(("maria@example.com".to_owned(), "p:w+d".to_owned()))
        );
        let read = server("smtps://mail.example.com").unwrap();
        assert_eq!((read.port, read.tls), (465, Tls::Wrapped));
        let read = server("smtp://127.0.0.1:2525?tls=none").unwrap();
        assert_eq!((read.port, read.tls), (2525, Tls::None));
        assert_eq!(format!("{read:?}"), "MailServer(127.0.0.1:2525 None)");
    }

    #[test]
    fn refuses_what_cannot_work() {
        assert_eq!(server("mail").err(), Some(InvalidSettings::NoAddress));
        assert_eq!(
            server("imap://mail.example.com").err(),
            Some(InvalidSettings::Scheme("imap".to_owned(), "smtp or smtps"))
        );
        assert_eq!(
            server("smtp://mail.example.com?tsl=none").err(),
            Some(InvalidSettings::Option("tsl=none".to_owned()))
        );
        let from = MailServer::parse("smtp://mail.example.com", "people", None);
        assert_eq!(from.err(), Some(InvalidSettings::From("people".to_owned())));
        assert_eq!(
            SmsGateway::parse("https://api.example.com?from=%2B1").err(),
            Some(InvalidSettings::Gateway)
        );
    }

    #[test]
    fn links_begin_with_an_address_and_nothing_more() {
        for (text, read) in [
            ("https://People.example.com/", "https://people.example.com"),
            ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ] {
            assert_eq!(parse_public_url(text).as_deref(), Ok(read));
        }
        for text in [
            "people.example.com",
            "localhost:8080",
            "javascript:alert(1)",
            "https://people.example.com/muster",
            "https://a@people.example.com",
            "https://people.example.com?x",
        ] {
            assert!(parse_public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_the_address_of_a_gateway() {
        let gateway =
            SmsGateway::parse("http://AC1:secret@127.0.0.1:9/base/?from=+12025550123").unwrap();
        assert_eq!(
            gateway.address,
            "http://127.0.0.1:9/base/2010-04-01/Accounts/AC1/Messages.json"
        );
        assert_eq!(
            (gateway.from.as_str(), gateway.token.as_str()),
            ("+12025550123", "secret")
        );
        assert_eq!(format!("{gateway:?}"), "SmsGateway([redacted])");
    }
}
