//! How a server is reached: its address, how long is waited, and which certificates are trusted.

use std::{fs, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use ureq::{
    Agent,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem},
};

use crate::{cli::Remote, exit::Usage};

const CONNECT: Duration = Duration::from_secs(20);
/// A file of results is written whole before the answer begins.
const ANSWER: Duration = Duration::from_mins(10);
const SEND: Duration = Duration::from_mins(15);
const RECEIVE: Duration = Duration::from_hours(1);

pub(super) fn agent(remote: &Remote) -> Result<Agent> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&certificates(remote)?))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Ok(Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_send_body(Some(SEND))
        .timeout_recv_response(Some(ANSWER))
        .timeout_recv_body(Some(RECEIVE))
        .http_status_as_error(false)
        // A token is for this server and no other.
        .max_redirects(0)
        .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .build()
        .new_agent())
}

/// The address as requests begin with it.
pub(super) fn address(given: &str) -> Result<String, Usage> {
    let wrong = || {
        Usage(format!(
            "--server: {given:?} is not an address such as https://people.example.com"
        ))
    };
    let base = given.trim().trim_end_matches('/');
    let rest = base
        .strip_prefix("https://")
        .or_else(|| base.strip_prefix("http://"))
        .ok_or_else(wrong)?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@');
    if rest.is_empty() || rest.contains(is_odd) {
        return Err(wrong());
    }
    Ok(base.to_owned())
}

/// The certificates this machine trusts, and those of the file that was named.
fn certificates(remote: &Remote) -> Result<Vec<Certificate<'static>>> {
    let system = rustls_native_certs::load_native_certs();
    let mut all: Vec<Certificate<'static>> = system
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    if let Some(path) = &remote.ca_file {
        let unreadable = || format!("--ca-file: {} cannot be read", path.display());
        let pem = fs::read(path).with_context(unreadable)?;
        let before = all.len();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.with_context(unreadable)? {
                all.push(certificate);
            }
        }
        if all.len() == before {
            bail!("--ca-file: {} has no certificate", path.display());
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_http_and_hold_nothing_secret() {
        let good = |text| address(text).unwrap();
        assert_eq!(
            good("https://people.example.com/"),
            "https://people.example.com"
        );
        assert_eq!(good(" http://127.0.0.1:8080 "), "http://127.0.0.1:8080");
        assert_eq!(
            good("https://example.com/muster"),
            "https://example.com/muster"
        );
        for bad in [
            "people.example.com",
            "ftp://x",
            "https://",
            "https://a:b@x",
            "https://x?y",
            "https://x y",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
