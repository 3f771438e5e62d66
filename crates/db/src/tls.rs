//! Encrypted connections to PostgreSQL. Whoever asks for encryption also gets the check of the
//! server's name and certificate: without it, encryption keeps nobody out.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Error, Result};

/// Trusts the authorities in a PEM file, or those of the system.
pub(crate) fn connector(authorities: Option<&Path>) -> Result<MakeRustlsConnect> {
    let roots = match authorities {
        Some(path) => from_file(path)?,
        None => from_system()?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::unavailable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn from_file(path: &Path) -> Result<RootCertStore> {
    let refuse = |problem: &dyn std::fmt::Display| {
        Error::Address(format!("sslrootcert {}: {problem}", path.display()))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| refuse(&error))? {
        let certificate = certificate.map_err(|error| refuse(&error))?;
        roots.add(certificate).map_err(|error| refuse(&error))?;
    }
    if roots.is_empty() {
        Err(refuse(&"holds no certificate"))
    } else {
        Ok(roots)
    }
}

fn from_system() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    // Systems carry a few certificates that no library likes; the others will do.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let advice = "the system has no trusted certificates: name a file with sslrootcert=";
        return Err(Error::Address(advice.to_owned()));
    }
    Ok(roots)
}
