//! The way to a server: one request at a time, asked again as long as that can help, and its refusals
//! as the commands here have them.

use std::{
    cell::Cell,
    fmt::Write as _,
    fs::File,
    io::{ErrorKind, Read as _, Seek as _, Write},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};
use import::Refusal;
use kernel::{Clock, Ids};
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::{
    Agent, AsSendBody, Body,
    http::{Method, Request, Response, request::Builder},
};

use super::reach;
use crate::{cli::Remote, exit::Usage, output, web::first_line};

/// How long a server that was there may be away.
const PATIENCE: Duration = Duration::from_mins(5);
/// The pause before the first try again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// What a server may tell us to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// The largest document that is an answer.
const ANSWER_BYTES: u64 = 256 << 20;

/// A server, and a token for one of its accounts.
pub(crate) struct Client {
    agent: Agent,
    base: String,
    authorization: String,
    /// Whether the server has answered before.
    is_known: Cell<bool>,
}

/// One request.
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    /// Below the server's address, with `/api/v1`.
    pub(crate) path: &'a str,
    pub(crate) body: Option<(&'static str, &'a [u8])>,
    pub(crate) headers: &'a [(&'static str, String)],
}

/// Why there is no answer.
enum Failure {
    /// The line is broken, or the server is not there for the moment.
    Away(anyhow::Error),
    /// The server wants to be asked later.
    Later(Duration, anyhow::Error),
    /// Asking again would not help.
    Final(anyhow::Error),
}

impl Client {
    pub(crate) fn new(remote: &Remote) -> Result<Self> {
        let base = reach::address(remote.server_url.as_deref().unwrap_or_default())?;
        let token = match (&remote.api_token, &remote.api_token_file) {
            (Some(token), _) => token.trim().to_owned(),
            (None, Some(path)) => first_line(path, "token-file")?,
            (None, None) => {
                let advice = "--server needs a token: give --token-file FILE or MUSTER_TOKEN";
                return Err(Usage(advice.to_owned()).into());
            }
        };
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Usage("the token is not one of Muster's".to_owned()).into());
        }
        let agent = reach::agent(remote)?;
        Ok(Self {
            agent,
            base,
            authorization: format!("Bearer {token}"),
            is_known: Cell::new(false),
        })
    }

    /// The server's address.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.json(&Asked {
            method: Method::GET,
            path,
            body: None,
            headers: &[],
        })
    }

    /// What is there, with the tag of what it is now.
    pub(crate) fn get_tagged(&self, path: &str) -> Result<(Value, String)> {
        let mut answer = self.patiently(&Asked {
            method: Method::GET,
            path,
            body: None,
            headers: &[],
        })?;
        let tag = header(&answer, "etag").unwrap_or("*").to_owned();
        Ok((self.parsed(&mut answer)?, tag))
    }

    /// Does something once, however often it has to be asked.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let key = Ids::system().uuid(Clock::System.now()).to_string();
        self.post_as(path, body, key)
    }

    /// The same under a key by which a later start of the command finds what was answered.
    pub(crate) fn post_as(&self, path: &str, body: &Value, key: String) -> Result<Value> {
        let text = body.to_string();
        self.json(&Asked {
            method: Method::POST,
            path,
            // Operations that take nothing are sent nothing.
            body: (!body.is_null()).then_some(("application/json", text.as_bytes())),
            headers: &[("idempotency-key", key)],
        })
    }

    /// Sends a file in one piece, as it is read.
    pub(crate) fn post_file(&self, path: &str, file: &File) -> Result<Value> {
        let key = Ids::system().uuid(Clock::System.now()).to_string();
        let mut answer = self.until_answered(|| {
            let mut file = file;
            file.rewind()
                .map_err(|error| Failure::Final(anyhow!(error)))?;
            let request = self
                .request(&Method::POST, path)
                .header("content-type", "application/octet-stream")
                .header("idempotency-key", &key);
            self.send(request, file)
        })?;
        self.parsed(&mut answer)
    }

    /// Sends a file without content.
    pub(crate) fn post_nothing(&self, path: &str) -> Result<Value> {
        self.json(&Asked {
            method: Method::POST,
            path,
            body: Some(("text/csv", b"")),
            headers: &[],
        })
    }

    /// The pages of a list, one after the other.
    pub(crate) fn pages(
        &self,
        first: String,
        mut each: impl FnMut(Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let mut next = Some(first);
        while let Some(path) = next {
            let mut page = self.get(&path)?;
            let items = page.get_mut("items").and_then(Value::as_array_mut);
            each(items.map(std::mem::take).unwrap_or_default())?;
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(())
    }

    /// So many of a list, from its beginning.
    pub(crate) fn first<T: DeserializeOwned>(&self, path: String, most: usize) -> Result<Vec<T>> {
        let mut found = Vec::new();
        let mut next = Some(path);
        while let Some(path) = next.take_if(|_| found.len() < most) {
            let mut page = self.get(&path)?;
            let items = page.get_mut("items").and_then(Value::as_array_mut);
            for item in items.map(std::mem::take).unwrap_or_default() {
                found.push(
                    serde_json::from_value(item).context("the server's list cannot be read")?,
                );
            }
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        found.truncate(most);
        Ok(found)
    }

    /// All of a list.
    pub(crate) fn all<T: DeserializeOwned>(&self, first: String) -> Result<Vec<T>> {
        self.first(first, usize::MAX)
    }

    /// Changes what is named of something, whatever it is now.
    pub(crate) fn change(&self, path: &str, changes: &Value) -> Result<Value> {
        let body = changes.to_string();
        self.json(&Asked {
            method: Method::PATCH,
            path,
            body: Some(("application/merge-patch+json", body.as_bytes())),
            headers: &[("if-match", "*".to_owned())],
        })
    }

    /// Removes something, whatever it is now.
    pub(crate) fn remove(&self, path: &str) -> Result<()> {
        let removed = self.json(&Asked {
            method: Method::DELETE,
            path,
            body: None,
            headers: &[("if-match", "*".to_owned())],
        });
        removed.map(drop)
    }

    /// A file, written as it comes.
    pub(crate) fn download(&self, path: &str, out: &mut dyn Write) -> Result<()> {
        let mut answer = self.patiently(&Asked {
            method: Method::GET,
            path,
            body: None,
            headers: &[],
        })?;
        let mut body = answer.body_mut().as_reader();
        std::io::copy(&mut body, out).context("the file did not arrive whole")?;
        out.flush().context("the file cannot be written")
    }

    pub(crate) fn json(&self, asked: &Asked<'_>) -> Result<Value> {
        let mut answer = self.patiently(asked)?;
        self.parsed(&mut answer)
    }

    /// Asks once, for a request that only its sender knows how to send again. Nothing if the line broke.
    pub(crate) fn once(&self, asked: &Asked<'_>) -> Result<Option<Value>> {
        match self.ask(asked) {
            Ok(mut answer) => self.parsed(&mut answer).map(Some),
            Err(Failure::Final(error)) => Err(error),
            Err(Failure::Away(error)) if !self.is_known.get() => Err(error),
            Err(Failure::Away(_)) => Ok(None),
            Err(Failure::Later(pause, _)) => {
                thread::sleep(pause);
                Ok(None)
            }
        }
    }

    fn parsed(&self, answer: &mut Response<Body>) -> Result<Value> {
        if answer.status().as_u16() == 204 {
            return Ok(Value::Null);
        }
        let text = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES)
            .read_to_string()
            .context("the server's answer did not arrive whole")?;
        serde_json::from_str(&text).map_err(|_| self.stranger(answer))
    }

    fn patiently(&self, asked: &Asked<'_>) -> Result<Response<Body>> {
        self.until_answered(|| self.ask(asked))
    }

    /// Asks until there is an answer or no more hope for one.
    fn until_answered(
        &self,
        ask: impl Fn() -> Result<Response<Body>, Failure>,
    ) -> Result<Response<Body>> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut is_said = false;
        loop {
            let (wait, error) = match ask() {
                Ok(answer) => return Ok(answer),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Away(error)) if !self.is_known.get() => return Err(error),
                Err(Failure::Away(error)) => {
                    if !is_said && pause > FIRST_PAUSE {
                        output::note("The connection to the server was lost; trying again.");
                        is_said = true;
                    }
                    (pause, error)
                }
                Err(Failure::Later(wait, error)) => (wait, error),
            };
            if began.elapsed() + wait > PATIENCE {
                return Err(error);
            }
            thread::sleep(wait);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn ask(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let mut request = self.request(&asked.method, asked.path);
        for (name, value) in asked.headers {
            request = request.header(*name, value);
        }
        let (kind, bytes) = asked.body.unwrap_or(("", b""));
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        self.send(request, bytes)
    }

    fn request(&self, method: &Method, path: &str) -> Builder {
        Request::builder()
            .method(method.clone())
            .uri(format!("{}{path}", self.base))
            .header("authorization", &self.authorization)
            .header("accept", "application/json, application/problem+json, */*")
    }

    fn send(&self, request: Builder, body: impl AsSendBody) -> Result<Response<Body>, Failure> {
        let request = request
            .body(body)
            .map_err(|error| Failure::Final(anyhow!(error)))?;
        let answer = self
            .agent
            .run(request)
            .map_err(|error| self.unreached(error))?;
        match answer.status().as_u16() {
            200..=299 => {
                self.is_known.set(true);
                Ok(answer)
            }
            _ => Err(self.refused(answer)),
        }
    }

    /// A request that came to nothing.
    fn unreached(&self, error: ureq::Error) -> Failure {
        let is_lasting = match &error {
            ureq::Error::BadUri(_) | ureq::Error::Tls(_) | ureq::Error::Rustls(_) => true,
            ureq::Error::Io(error) => error.kind() == ErrorKind::InvalidData,
            _ => false,
        };
        let error = anyhow!(error).context(format!("{} cannot be reached", self.base));
        if is_lasting {
            Failure::Final(error)
        } else {
            Failure::Away(error)
        }
    }

    /// What an answer that is no success means.
    fn refused(&self, mut answer: Response<Body>) -> Failure {
        let status = answer.status().as_u16();
        let wait = header(&answer, "retry-after")
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs);
        let is_problem = header(&answer, "content-type")
            .is_some_and(|kind| kind.starts_with("application/problem+json"));
        if !is_problem {
            let error = self.stranger(&answer);
            return match status {
                // What a proxy says while the server behind it starts.
                502..=504 => Failure::Away(error),
                429 => Failure::Later(wait.unwrap_or(LONGEST_PAUSE).min(LONGEST_WAIT), error),
                _ => Failure::Final(error),
            };
        }
        self.is_known.set(true);
        let mut text = String::new();
        let _ = answer
            .body_mut()
            .as_reader()
            .take(1 << 20)
            .read_to_string(&mut text);
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        let said = |name: &str| {
            problem
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if status < 500 && status != 429 {
            return Failure::Final(anyhow!(Refusal::File {
                code: said("code").to_owned(),
                message: faults(&problem).unwrap_or_else(|| said("detail").to_owned()),
            }));
        }
        let id = said("request_id");
        let error = if id.is_empty() {
            anyhow!("the server refused: {}", said("detail"))
        } else {
            anyhow!("the server failed: {} (request {id})", said("detail"))
        };
        match status {
            429 | 503 => Failure::Later(wait.unwrap_or(LONGEST_PAUSE).min(LONGEST_WAIT), error),
            502 | 504 => Failure::Away(error),
            _ => Failure::Final(error),
        }
    }

    /// Whoever answers here is no server of ours.
    fn stranger(&self, answer: &Response<Body>) -> anyhow::Error {
        if let Some(place) = header(answer, "location") {
            return anyhow!("{} sends us on to {place}; give that address", self.base);
        }
        let kind = header(answer, "content-type").unwrap_or("no type");
        anyhow!(
            "{} does not answer as a Muster server does ({}, {kind})",
            self.base,
            answer.status()
        )
    }
}

/// All that is wrong with values that were sent, one in a line.
fn faults(problem: &Value) -> Option<String> {
    let errors = problem.get("errors")?.as_array()?.iter();
    let lines = errors.filter_map(|error| {
        let field = error.get("pointer")?.as_str()?.trim_start_matches('/');
        let detail = error.get("detail")?.as_str()?;
        Some(format!("{}: {detail}", field.replace('/', ".")))
    });
    Some(lines.collect::<Vec<_>>().join("\n")).filter(|lines| !lines.is_empty())
}

/// A text as it may stand in an address.
pub(crate) fn address_part(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                part.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            other => drop(write!(part, "%{other:02X}")),
        }
    }
    part
}

fn header<'a>(answer: &'a Response<Body>, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}
