//! A small HTTP server that answers as it was told, and remembers what came.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ring::hmac;
use serde_json::Value;

/// What came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
}

impl Request {
    pub(super) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether a secret signed it, as a receiver finds out.
    pub(super) fn is_signed_by(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = format!(
            "{}.{}.{}",
            self.id(),
            self.headers["webhook-timestamp"],
            self.body
        );
        let signatures = self.headers["webhook-signature"].split(' ');
        signatures.into_iter().any(|signature| {
            let hash = BASE64_STANDARD.decode(signature.strip_prefix("v1,").unwrap());
            hmac::verify(&key, signed.as_bytes(), &hash.unwrap()).is_ok()
        })
    }
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    answers: Mutex<VecDeque<(u16, String)>>,
    came: Condvar,
    is_over: AtomicBool,
}

/// It answers 200 unless it was told otherwise.
pub(super) struct Receiver {
    address: SocketAddr,
    seen: Arc<Seen>,
}

impl Receiver {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let inner = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if inner.is_over.load(Ordering::Relaxed) {
                    break;
                }
                let inner = Arc::clone(&inner);
                thread::spawn(move || converse(&inner, stream.unwrap()));
            }
        });
        Self { address, seen }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers the next requests so, in this order; each with a header line or none.
    pub(super) fn answer(&self, answers: &[(u16, &str)]) {
        let mut waiting = self.seen.answers.lock().unwrap();
        waiting.extend(
            answers
                .iter()
                .map(|(status, line)| (*status, (*line).to_owned())),
        );
    }

    /// Forgets what was still to be answered.
    pub(super) fn recover(&self) {
        self.seen.answers.lock().unwrap().clear();
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Waits until so many requests came.
    pub(super) fn wait_for(&self, count: usize) {
        let requests = self.seen.requests.lock().unwrap();
        drop(
            self.seen
                .came
                .wait_while(requests, |requests| requests.len() < count)
                .unwrap(),
        );
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.seen.is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

fn converse(seen: &Seen, stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let path = line.split(' ').nth(1).unwrap().to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let (status, header) = seen
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or((200, String::new()));
    seen.requests.lock().unwrap().push(Request {
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    });
    seen.came.notify_all();
    let header = if header.is_empty() {
        header
    } else {
        header + "\r\n"
    };
    let answer =
        format!("HTTP/1.1 {status} x\r\n{header}content-length: 0\r\nconnection: close\r\n\r\n");
    let _ = reader.get_mut().write_all(answer.as_bytes());
}
