//! A mail server of one's own: it speaks SMTP, and what it answers depends on the address.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The return path.
    pub from: String,
    /// Whom it is for.
    pub to: String,
    /// Header and body.
    pub content: String,
}

/// What the server does with mail for an address, by how its local part begins.
///
/// `unknown…` is refused for good, `full…` too, `grey…` is put off the first time, `busy…` always, `spam…` is refused once
/// the content is there, `drop…` loses the connection instead of an answer to the content, `slow…` takes a while.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    inbox: Arc<Mutex<Inbox>>,
}

#[derive(Debug, Default)]
struct Inbox {
    mails: Vec<Mail>,
    offered: HashMap<String, u32>,
    connections: u32,
    is_closed: bool,
}

impl MailServer {
    /// Starts it on a free port of this machine.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port for the mail server");
        let address = listener.local_addr().expect("the mail server's address");
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let shared = Arc::clone(&inbox);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inbox = Arc::clone(&shared);
                thread::spawn(move || converse(&stream, &inbox));
            }
        });
        Self { address, inbox }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// Everything that arrived.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// How often an address was offered.
    pub fn offers(&self, address: &str) -> u32 {
        self.lock().offered.get(address).copied().unwrap_or(0)
    }

    /// How many conversations there were.
    pub fn connections(&self) -> u32 {
        self.lock().connections
    }

    /// From now on every conversation is refused, or no longer.
    pub fn close(&self, is_closed: bool) {
        self.lock().is_closed = is_closed;
    }

    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn converse(stream: &TcpStream, inbox: &Mutex<Inbox>) {
    let locked = || inbox.lock().unwrap_or_else(PoisonError::into_inner);
    let mut answer = stream;
    let mut say = |line: &str| answer.write_all(format!("{line}\r\n").as_bytes()).is_ok();
    {
        let mut inbox = locked();
        inbox.connections += 1;
        if inbox.is_closed {
            say("421 4.3.2 closed for today");
            return;
        }
    }
    say("220 mail.test ready");
    let (mut from, mut to) = (String::new(), String::new());
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(line)) = lines.next() {
        let command = line.to_ascii_uppercase();
        let goes_on = if command.starts_with("EHLO") {
            say("250-mail.test") && say("250 8BITMIME")
        } else if command.starts_with("MAIL FROM:") {
            from = address(&line);
            say("250 2.1.0 fine")
        } else if command.starts_with("RCPT TO:") {
            to = address(&line);
            let tries = {
                let mut inbox = locked();
                let tries = inbox.offered.entry(to.clone()).or_default();
                *tries += 1;
                *tries
            };
            match to.as_str() {
                to if to.starts_with("unknown") => say(&format!("550 5.1.1 <{to}>: user unknown")),
                to if to.starts_with("full") => say("552 5.2.2 mailbox full"),
                to if to.starts_with("busy") => say("451 4.3.0 later"),
                to if to.starts_with("grey") && tries == 1 => {
                    say("450 4.2.0 greylisted, try again")
                }
                _ => say("250 2.1.5 fine"),
            }
        } else if command.starts_with("DATA") {
            say("354 go on");
            let mut content = String::new();
            for line in lines
                .by_ref()
                .map_while(Result::ok)
                .take_while(|line| line != ".")
            {
                content.push_str(line.strip_prefix('.').unwrap_or(&line));
                content.push('\n');
            }
            if to.starts_with("spam") {
                say("554 5.7.1 looks like spam")
            } else {
                if to.starts_with("slow") {
                    thread::sleep(Duration::from_millis(300));
                }
                locked().mails.push(Mail {
                    from: from.clone(),
                    to: to.clone(),
                    content,
                });
                !to.starts_with("drop") && say("250 2.0.0 taken")
            }
        } else if command.starts_with("QUIT") {
            say("221 2.0.0 bye");
            false
        } else {
            say("250 2.0.0 fine")
        };
        if !goes_on {
            return;
        }
    }
}

fn address(line: &str) -> String {
    let start = line.find('<').map_or(0, |at| at + 1);
    let end = line.find('>').unwrap_or(line.len());
    line.get(start..end).unwrap_or_default().to_owned()
}
