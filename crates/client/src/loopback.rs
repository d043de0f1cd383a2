//! A listener on a loopback redirect URI for command-line programs (RFC 8252 §7.3): it receives one answer to one
//! authorization request, shows the browser a closing page and is gone. It believes nothing but the `state`.

use crate::answer::{AuthorizationAnswer, Outcome};
use crate::error::Error;
use crate::http::is_loopback;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::{Host, Url};

/// A browser's request line and headers are far below this.
const MAX_REQUEST_BYTES: usize = 16 * 1024;
/// Browsers open connections ahead of need and leave them idle.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Why no answer was received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoopbackError {
    /// The redirect URI is not `http://` on this machine.
    #[error("{0} is not an http address of this machine")]
    NotLoopback(String),
    /// The address is taken, or the system refuses.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Host and port of the redirect URI.
        address: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Nobody came back from the browser.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
}

impl From<LoopbackError> for Error {
    fn from(error: LoopbackError) -> Self {
        Error::Config(error.to_string())
    }
}

/// The listening end of a redirect URI such as `http://localhost:9999/callback`.
#[derive(Debug)]
pub struct LoopbackListener {
    listeners: Vec<TcpListener>,
    path: String,
}

impl LoopbackListener {
    /// Listens. Do this before the user is sent away: an address that is taken is better known then.
    ///
    /// `localhost` means both loopback addresses, because browsers may choose either; one of them is enough.
    pub async fn bind(redirect_uri: &str) -> Result<Self, LoopbackError> {
        let not_loopback = || LoopbackError::NotLoopback(redirect_uri.to_owned());
        let url = Url::parse(redirect_uri).map_err(|_| not_loopback())?;
        let port = url.port_or_known_default().unwrap_or(80);
        if url.scheme() != "http" || !is_loopback(&url) {
            return Err(not_loopback());
        }
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![(address.into(), port)],
            Some(Host::Ipv6(address)) => vec![(address.into(), port)],
            _ => vec![(Ipv4Addr::LOCALHOST.into(), port), (Ipv6Addr::LOCALHOST.into(), port)],
        };
        let mut listeners = Vec::new();
        let mut refusal = None;
        for address in addresses as Vec<(std::net::IpAddr, u16)> {
            match TcpListener::bind(address).await {
                Ok(listener) => listeners.push(listener),
                // Machines without IPv6 refuse `::1`; a taken port is a taken port on either.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(LoopbackError::Listen { address: format!("{}:{}", address.0, port), source: error });
                }
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            Some(source) if listeners.is_empty() => {
                Err(LoopbackError::Listen { address: format!("{}:{port}", url.host_str().unwrap_or_default()), source })
            }
            _ => Ok(Self { listeners, path: url.path().to_owned() }),
        }
    }

    /// Waits for the answer that carries this `state`. Whatever else arrives gets an error page and changes nothing:
    /// any page in the browser can make a request to this address.
    pub async fn wait(self, state: &str, patience: Duration) -> Result<AuthorizationAnswer, LoopbackError> {
        let (sender, mut answers) = mpsc::channel(1);
        let visit = Arc::new(Visit { path: self.path, state: state.to_owned(), sender });
        let mut accepting = tokio::task::JoinSet::new();
        for listener in self.listeners {
            accepting.spawn(accept(listener, Arc::clone(&visit)));
        }
        // Dropping the set closes the listeners.
        match tokio::time::timeout(patience, answers.recv()).await {
            Ok(Some(answer)) => Ok(answer),
            _ => Err(LoopbackError::TimedOut(patience)),
        }
    }
}

struct Visit {
    path: String,
    state: String,
    sender: mpsc::Sender<AuthorizationAnswer>,
}

async fn accept(listener: TcpListener, visit: Arc<Visit>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, Arc::clone(&visit)))),
            // Out of file descriptors, most likely: some will be closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn serve(mut stream: TcpStream, visit: Arc<Visit>) {
    let Ok(Ok(request)) = tokio::time::timeout(REQUEST_TIMEOUT, read_request(&mut stream)).await else { return };
    let (page, answer) = reply(&request, &visit.path, &visit.state);
    // The page first: the program may end as soon as it has the answer.
    let _ = stream.write_all(page.as_bytes()).await;
    let _ = stream.shutdown().await;
    if let Some(answer) = answer {
        let _ = visit.sender.send(answer).await;
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut part = [0; 2048];
    while bytes.len() < MAX_REQUEST_BYTES && !bytes.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut part).await? {
            0 => break,
            read => bytes.extend_from_slice(&part[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The page for one request, and the answer in it if it is the one that is waited for.
fn reply(request: &str, path: &str, state: &str) -> (String, Option<AuthorizationAnswer>) {
    let spanish = prefers_spanish(request);
    let mut words = request.lines().next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (found_path, query) = target.split_once('?').unwrap_or((target, ""));
    if method != "GET" || found_path != path {
        return (page("404 Not Found", Text::NothingHere, spanish), None);
    }
    match AuthorizationAnswer::from_query(query) {
        Ok(answer) if answer.state.as_deref() == Some(state) => {
            let text = match answer.outcome {
                Outcome::Code(_) => Text::Received,
                Outcome::Refused { .. } => Text::Refused,
            };
            (page("200 OK", text, spanish), Some(answer))
        }
        _ => (page("400 Bad Request", Text::AnotherSignIn, spanish), None),
    }
}

fn prefers_spanish(request: &str) -> bool {
    let mut headers = request.lines().filter_map(|line| line.split_once(':'));
    let accepted = headers.find(|(name, _)| name.eq_ignore_ascii_case("accept-language"));
    accepted.is_some_and(|(_, value)| value.trim_start().to_ascii_lowercase().starts_with("es"))
}

#[derive(Clone, Copy)]
enum Text {
    Received,
    Refused,
    AnotherSignIn,
    NothingHere,
}

impl Text {
    fn title_and_body(self, spanish: bool) -> (&'static str, &'static str) {
        match (self, spanish) {
            (Text::Received, false) => ("Thank you", "The program has its answer. You can close this page."),
            (Text::Received, true) => ("Gracias", "El programa tiene su respuesta. Puede cerrar esta página."),
            (Text::Refused, false) => {
                ("Nothing was granted", "The program will tell you more. You can close this page.")
            }
            (Text::Refused, true) => ("No se concedió nada", "El programa le dirá más. Puede cerrar esta página."),
            (Text::AnotherSignIn, false) => {
                ("This answer belongs to another sign-in", "Please start again from the program.")
            }
            (Text::AnotherSignIn, true) => {
                ("Esta respuesta pertenece a otro inicio de sesión", "Vuelva a empezar desde el programa.")
            }
            (Text::NothingHere, false) => ("Nothing here", "This address only waits for a sign-in."),
            (Text::NothingHere, true) => ("Aquí no hay nada", "Esta dirección solo espera un inicio de sesión."),
        }
    }
}

/// Fixed texts only: nothing of the request is repeated.
fn page(status: &str, text: Text, spanish: bool) -> String {
    let (title, body) = text.title_and_body(spanish);
    let lang = if spanish { "es" } else { "en" };
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><h1>{title}</h1><p>{body}</p></html>"
    );
    // The address holds the code: it must not be kept, nor travel on.
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{html}",
        html.len()
    )
}

#[cfg(test)]
mod tests;
