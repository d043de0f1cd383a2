//! A program that others call: an HTTP server of this machine which keeps what it got and answers as it is told. It checks
//! webhook signatures with the convention's own library.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::port::free_port;

const LIMIT: Duration = Duration::from_secs(60);

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }

    /// Whether the request is signed with this webhook secret.
    #[track_caller]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let webhook = standardwebhooks::Webhook::new(secret).expect("a webhook secret");
        let at = self.header("webhook-timestamp").parse().expect("Unix seconds");
        let expected = webhook.sign(self.header("webhook-id"), at, self.body.as_bytes()).expect("signed");
        self.header("webhook-signature") == expected
    }
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    /// Whole answers, head and body, for the next requests; then 204.
    answers: VecDeque<String>,
    /// Before each answer.
    pause: Duration,
}

pub struct Listener {
    port: u16,
    state: Arc<Mutex<State>>,
    running: JoinHandle<()>,
}

impl Listener {
    pub async fn start() -> Self {
        // None that another test gets once this one has gone.
        let port = free_port();
        let socket = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let state = Arc::default();
        let running = tokio::spawn(accept(socket, Arc::clone(&state)));
        Self { port, state, running }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers the next request that has no answer yet with this status and body.
    pub fn answer_next(&self, status: u16, body: &str) {
        self.answer_next_with(status, "", body);
    }

    /// The same with further header lines, each ended by `\r\n`.
    pub fn answer_next_with(&self, status: u16, headers: &str, body: &str) {
        let answer = format!(
            "HTTP/1.1 {status} told\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
            body.len()
        );
        self.state.lock().unwrap_or_else(PoisonError::into_inner).answers.push_back(answer);
    }

    /// Takes so long to answer, from the next request on.
    pub fn answer_slowly(&self, pause: Duration) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).pause = pause;
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).received.clone()
    }

    /// Waits until so many requests have come; fails the test where they do not.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(Instant::now() < deadline, "{} of {count} requests came", received.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn accept(socket: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = socket.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move { serve(stream, &state).await });
    }
}

async fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let request = loop {
        let Ok(read) = stream.read(&mut chunk).await else { return };
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(request) = parse(&bytes) {
            break request;
        }
        if read == 0 {
            return;
        }
    };
    let (answer, pause) = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.received.push(request);
        (state.answers.pop_front(), state.pause)
    };
    tokio::time::sleep(pause).await;
    let answer = answer.unwrap_or_else(|| "HTTP/1.1 204 taken\r\nconnection: close\r\n\r\n".to_owned());
    // Who called may have gone.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// `None` while something is missing.
fn parse(bytes: &[u8]) -> Option<Received> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    (body.len() >= length).then(|| Received { path, headers, body: body.to_owned() })
}
