//! `muster health`: whether a server on this machine answers, for what has no other program to ask with.

use std::{
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::{cli::Place, config, exit::Exit, output};

const PATIENCE: Duration = Duration::from_secs(4);

pub(crate) fn run(place: &Place, listen: Option<&str>) -> Result<Exit> {
    let file = config::of(place)?;
    let listen = listen.or_else(|| file.get("listen").map(String::as_str));
    let listen = listen.unwrap_or("127.0.0.1:8080");
    // An address that stands for all of this machine's is asked at the machine itself.
    let address = listen
        .replace("0.0.0.0:", "127.0.0.1:")
        .replace("[::]:", "[::1]:");
    let answer = ask(&address).with_context(|| format!("no server answers at {address}"))?;
    output::line(answer.lines().next().unwrap_or_default());
    Ok(if answer.contains(" 200 ") {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn ask(address: &str) -> Result<String> {
    let address = address
        .to_socket_addrs()?
        .next()
        .context("no such address")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}
