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

#[cfg(test)]
mod tests {
    use std::{
        process::{Command, Stdio},
        time::Duration,
    };

    use super::*;

    /// Makes a certificate; none if there is no openssl to make it with.
    fn made(folder: &Path) -> Option<[PathBuf; 2]> {
        let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.join(name));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
            .args([
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-subj",
                "/CN=localhost",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null())
            .status()
            .ok()?;
        made.success().then_some([certificate, key])
    }

    #[test]
    fn a_certificate_that_was_renewed_is_read_and_one_that_cannot_be_is_kept_and_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let Some([certificate, key]) = made(folder.path()) else {
            return eprintln!("skipped: there is no openssl to make certificates with");
        };
        let certificates = Certificates::load(&certificate, &key).unwrap();
        let current = || Arc::clone(&certificates.current.lock().unwrap().config);
        assert!(!certificates.is_stale());
        let first = current();
        // As if it had been changed an hour later, however coarse the file system's clock is.
        let later = |hours: u64| {
            let file = fs::File::options().write(true).open(&certificate).unwrap();
            let written = file.metadata().unwrap().modified().unwrap();
            file.set_modified(written + Duration::from_hours(hours))
                .unwrap();
        };
        fs::write(&certificate, "not a certificate").unwrap();
        later(1);
        assert!(certificates.is_stale());
        assert!(certificates.reload().is_err());
        assert!(certificates.is_stale() && Arc::ptr_eq(&first, &current()));
        made(folder.path()).unwrap();
        later(2);
        certificates.reload().unwrap();
        assert!(!certificates.is_stale() && !Arc::ptr_eq(&first, &current()));
    }
}
