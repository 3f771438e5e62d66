//! The server's own encryption: a certificate and its key, read again when their files change.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

/// Why connections cannot be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file with the certificates cannot be used.
    #[error("the certificate {0}: {1}")]
    Certificate(PathBuf, String),
    /// The file with the key cannot be used.
    #[error("the key {0}: {1}")]
    Key(PathBuf, String),
    /// The two do not belong together.
    #[error("the certificate and its key: {0}")]
    Pair(#[from] rustls::Error),
}

/// A certificate with its key, as they are now.
pub struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    changed: Changed,
}

/// When the two files were last changed.
type Changed = [Option<SystemTime>; 2];

impl Certificates {
    /// Reads both files, as PEM.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        // Looked at before reading: a change in between is then seen the next time.
        let changed = changed(certificate, key);
        let config = config(certificate, key)?;
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current: Mutex::new(Current { config, changed }),
        })
    }

    /// Reads the files again; connections that are open stay as they are. What cannot be used changes nothing.
    pub fn reload(&self) -> Result<(), TlsError> {
        let changed = changed(&self.certificate, &self.key);
        let config = config(&self.certificate, &self.key)?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Current { config, changed };
        Ok(())
    }

    /// Whether one of the files was changed since they were read.
    pub fn is_stale(&self) -> bool {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.changed != changed(&self.certificate, &self.key)
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current.config))
    }
}

fn changed(certificate: &Path, key: &Path) -> Changed {
    let changed = |path: &Path| -> io::Result<SystemTime> { fs::metadata(path)?.modified() };
    [changed(certificate).ok(), changed(key).ok()]
}

fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let of_certificate = |error: &dyn std::fmt::Display| {
        TlsError::Certificate(certificate.to_owned(), error.to_string())
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| of_certificate(&error))?;
    if chain.is_empty() {
        return Err(of_certificate(&"the file holds none"));
    }
    let secret = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| TlsError::Key(key.to_owned(), error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
