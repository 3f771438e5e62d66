//! Something between a client and a server that lets only so much through: lines that break where a test
//! wants them to.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::house::until;

/// Something between client and server that lets only so many bytes through.
pub(crate) struct Relay {
    pub(crate) address: String,
    pub(crate) target: Arc<Mutex<String>>,
    budget: Arc<AtomicU64>,
    pub(crate) sent: Arc<AtomicU64>,
}

impl Relay {
    pub(crate) fn to(target: &str, budget: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = Self {
            address: listener.local_addr().unwrap().to_string(),
            target: Arc::new(Mutex::new(target.to_owned())),
            budget: Arc::new(AtomicU64::new(budget)),
            sent: Arc::default(),
        };
        let (target, budget, sent) = (
            Arc::clone(&relay.target),
            Arc::clone(&relay.budget),
            Arc::clone(&relay.sent),
        );
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(target.lock().unwrap().as_str()) else {
                    continue;
                };
                let (mut from_server, mut to_client) =
                    (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || {
                    let _ = std::io::copy(&mut from_server, &mut to_client);
                    let _ = to_client.shutdown(Shutdown::Both);
                });
                let (budget, sent) = (Arc::clone(&budget), Arc::clone(&sent));
                thread::spawn(move || pass(client, server, &budget, &sent));
            }
        });
        relay
    }

    /// Waits until nothing more is let through.
    pub(crate) fn is_stuck(&self) {
        until("the relay lets nothing through any more", || {
            self.sent.load(Ordering::SeqCst) + 64 * 1024 >= self.budget.load(Ordering::SeqCst)
        });
    }

    pub(crate) fn open(&self) {
        self.budget.store(u64::MAX / 2, Ordering::SeqCst);
    }
}

fn pass(mut client: TcpStream, mut server: TcpStream, budget: &AtomicU64, sent: &AtomicU64) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = client.read(&mut buffer) {
        if read == 0 {
            break;
        }
        while sent.load(Ordering::SeqCst) + read as u64 > budget.load(Ordering::SeqCst) {
            // Somebody who was killed meanwhile has closed the line.
            client
                .set_read_timeout(Some(Duration::from_millis(5)))
                .unwrap();
            if matches!(client.peek(&mut [0]), Ok(0)) {
                let _ = server.shutdown(Shutdown::Both);
                return;
            }
            client.set_read_timeout(None).unwrap();
            thread::yield_now();
        }
        sent.fetch_add(read as u64, Ordering::SeqCst);
        if server.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
}
