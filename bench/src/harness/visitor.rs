//! A browser without a screen: plain HTTP to the product's own server, one connection per request.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// A running server of the product, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
    /// From the start of the process to the address it printed.
    pub(crate) started_in: Duration,
}

impl Server {
    /// Starts the server and waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let clock = Instant::now();
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().context("the server has no output")?;
        for line in BufReader::new(output).lines() {
            if let Some((_, rest)) = line?.split_once("http://") {
                let address = rest.split(['/', ' ']).next().unwrap_or(rest).to_owned();
                return Ok(Self {
                    process,
                    address,
                    started_in: clock.elapsed(),
                });
            }
        }
        let status = process.wait()?;
        bail!("the server ended with {status} before it listened");
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already needs no stopping.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A page as it came over the wire.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) took: Duration,
}

impl Page {
    /// The address of the link to the next page.
    pub(crate) fn next(&self) -> Option<String> {
        let (_, link) = self.body.split_once("rel=\"next\" href=\"")?;
        let (address, _) = link.split_once('"')?;
        Some(address.replace("&amp;", "&").replace("&#38;", "&"))
    }
}

/// Somebody who is signed in.
pub(crate) struct Visitor<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Visitor<'a> {
    pub(crate) fn sign_in(server: &'a Server, email: &str, password: &str) -> Result<Self> {
        let mut visitor = Self {
            server,
            cookie: String::new(),
        };
        let form = format!("email={}&password={}", encoded(email), encoded(password));
        let page = visitor.send("POST", "/sign-in", &form)?;
        let cookie = page
            .head
            .lines()
            .find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("set-cookie")
                    .then(|| value.split(';').next())?
            })
            .with_context(|| format!("sign-in answered {} without a cookie", page.status))?;
        cookie.clone_into(&mut visitor.cookie);
        Ok(visitor)
    }

    /// Fetches a page that must be there.
    pub(crate) fn get(&self, path: &str) -> Result<Page> {
        let page = self.send("GET", path, "")?;
        anyhow::ensure!(page.status == 200, "{path} answered {}", page.status);
        Ok(page)
    }

    fn send(&self, method: &str, path: &str, form: &str) -> Result<Page> {
        let address = &self.server.address;
        let clock = Instant::now();
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.cookie,
            form.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let took = clock.elapsed();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .context("an answer without an end of its head")?;
        let status = head
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .context("an answer without a status")?;
        Ok(Page {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
            took,
        })
    }
}

/// A value of a form or a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_form_may_not_hold() {
        assert_eq!(encoded("a b@c"), "a%20b%40c");
    }

    #[test]
    fn finds_the_link_to_the_next_page() {
        let page = Page {
            status: 200,
            head: String::new(),
            body: "<a rel=\"next\" href=\"/users?q=a&amp;after=b\">".to_owned(),
            took: Duration::ZERO,
        };
        assert_eq!(page.next().as_deref(), Some("/users?q=a&after=b"));
    }
}
