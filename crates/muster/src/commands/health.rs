//! `muster health`: whether a server on this machine answers, for what has no other program to ask with.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{self, CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::{cli::Place, config, exit::Exit, house::listen_address, output};

const PATIENCE: Duration = Duration::from_secs(4);

pub(crate) fn run(place: &Place, listen: Option<&str>) -> Result<Exit> {
    let listen = listen_address(listen, &config::of(place)?);
    let address = here(&listen)?;
    let answer = ask(address).with_context(|| format!("no server answers at {address}"))?;
    let status = answer.lines().next().unwrap_or_default();
    output::line(status);
    Ok(if is_well(status) {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Where a server that listens there is asked: an address that stands for all of this machine's at the machine itself.
fn here(listen: &str) -> Result<SocketAddr> {
    let mut address = listen
        .to_socket_addrs()
        .with_context(|| format!("{listen} is no address and port"))?
        .next()
        .context("no such address")?;
    match address {
        SocketAddr::V4(all) if all.ip().is_unspecified() => {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        SocketAddr::V6(all) if all.ip().is_unspecified() => {
            address.set_ip(Ipv6Addr::LOCALHOST.into());
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => {}
    }
    Ok(address)
}

/// Whether the first line of an answer says so; what follows it may hold any number.
fn is_well(status: &str) -> bool {
    status.split(' ').nth(1) == Some("200")
}

/// Asks as it is, and encrypted if that is not understood: what the server was started with is not known here.
fn ask(address: SocketAddr) -> Result<String> {
    if let Ok(answer) = talk(&mut connect(address)?)
        && answer.starts_with("HTTP/")
    {
        return Ok(answer);
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyName(provider)))
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
    talk(&mut StreamOwned::new(connection, connect(address)?))
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn talk(stream: &mut (impl Read + Write)) -> Result<String> {
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.take(4096).read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => return Err(error.into()),
        // How it ends is not asked.
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Takes a certificate of any name and maker, since this machine has none that it is known by: nothing is said to the
/// server or believed of it but that it answers.
#[derive(Debug)]
struct AnyName(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_status_of_the_first_line_counts() {
        assert!(is_well("HTTP/1.1 200 OK"));
        for bad in [
            "HTTP/1.1 503 Service Unavailable",
            "HTTP/1.1 500 not 200 at all",
            "",
        ] {
            assert!(!is_well(bad), "{bad}");
        }
    }

    #[test]
    fn a_server_on_all_addresses_is_asked_at_the_machine_itself() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.7:443", "10.0.0.7:443"),
        ] {
            assert_eq!(here(listen).unwrap().to_string(), asked);
        }
    }
}
