//! From options and the configuration file to how the server is reached.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use kernel::Network;
use server::Certificates;

use crate::{
    cli::{LogFormat, Role, Serve},
    config::{File, given},
};

/// The largest upload if nothing is said.
const UPLOAD_LIMIT_MIB: u64 = 1024;
/// How many requests a token may make each minute if nothing is said.
const TOKEN_REQUESTS: u32 = 1500;

/// How the server is reached, and what it tells of itself.
pub(crate) struct WebSettings {
    pub(crate) role: Role,
    pub(crate) https: bool,
    pub(crate) upload_limit_bytes: u64,
    pub(crate) token_requests: u32,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) tls: Option<Tls>,
    pub(crate) redirect_listen: Option<String>,
    pub(crate) metrics_listen: Option<String>,
    pub(crate) log_format: LogFormat,
}

/// The files of the server's own encryption.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Tls {
    /// Reads both files.
    pub(crate) fn load(&self) -> Result<Arc<Certificates>> {
        let loaded = Certificates::load(&self.certificate, &self.key);
        Ok(Arc::new(
            loaded.context("--tls-cert and --tls-key cannot be used")?,
        ))
    }
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            role: Role::All,
            https: false,
            upload_limit_bytes: UPLOAD_LIMIT_MIB << 20,
            token_requests: TOKEN_REQUESTS,
            trusted_proxies: Vec::new(),
            tls: None,
            redirect_listen: None,
            metrics_listen: None,
            log_format: LogFormat::Text,
        }
    }
}

/// What was given on the command line or in the environment, on top of the file.
pub(crate) fn settings(args: &Serve, file: &File) -> Result<WebSettings> {
    let path = |option: &Option<PathBuf>, key: &str| {
        option.clone().or_else(|| file.get(key).map(PathBuf::from))
    };
    let web = &args.web;
    let tls = match (
        path(&web.tls_cert, "tls-cert"),
        path(&web.tls_key, "tls-key"),
    ) {
        (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
        (None, None) => None,
        _ => bail!("--tls-cert and --tls-key belong together: give both"),
    };
    let mib = chosen(
        args.upload_limit_mib,
        file,
        "upload-limit-mib",
        UPLOAD_LIMIT_MIB,
        |text| Ok(text.parse()?),
    )?;
    let upload_limit_bytes = mib
        .checked_mul(1 << 20)
        .context("--upload-limit-mib is too large")?;
    let token_requests = chosen(
        args.token_requests,
        file,
        "token-requests",
        TOKEN_REQUESTS,
        |text| Ok(text.parse()?),
    )?;
    let role = chosen(args.role, file, "role", Role::All, word)?;
    let log_format = chosen(web.log_format, file, "log-format", LogFormat::Text, word)?;
    Ok(WebSettings {
        role,
        https: args.https || file.get("https").is_some_and(|yes| yes == "true") || tls.is_some(),
        upload_limit_bytes,
        token_requests,
        trusted_proxies: trusted_proxies(&web.trusted_proxies, file)?,
        tls,
        redirect_listen: given(web.redirect_listen.as_ref(), file, "redirect-listen"),
        metrics_listen: given(web.metrics_listen.as_ref(), file, "metrics-listen"),
        log_format,
    })
}

/// What was given, or what the file has, or the usual.
fn chosen<T>(
    option: Option<T>,
    file: &File,
    key: &'static str,
    usual: T,
    parse: impl FnOnce(&str) -> Result<T>,
) -> Result<T> {
    match (option, file.get(key)) {
        (Some(given), _) => Ok(given),
        (None, Some(text)) => parse(text).context(key),
        (None, None) => Ok(usual),
    }
}

fn word<T: ValueEnum>(text: &str) -> Result<T> {
    T::from_str(text, false).map_err(anyhow::Error::msg)
}

fn trusted_proxies(options: &[String], file: &File) -> Result<Vec<Network>> {
    let of_file = file.get("trusted-proxies").map_or("", String::as_str);
    let texts: Vec<&str> = if options.is_empty() {
        of_file.split(',').collect()
    } else {
        options.iter().map(String::as_str).collect()
    };
    texts
        .into_iter()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().context("--trusted-proxies"))
        .collect()
}

/// The first line of a file that holds a secret.
pub(crate) fn first_line(path: &Path, key: &str) -> Result<String> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("--{key}: {} cannot be read", path.display()))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("--{key}: the first line of {} is empty", path.display()),
    }
}
