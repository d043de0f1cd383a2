//! A mail server that takes every mail and keeps it: SMTP (RFC 5321) on a socket of this machine, as it is or over TLS and for those
//! who sign in. It can refuse recipients, go away and come back on the same port. What it took is read by a MIME parser that is not
//! ours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use mail_parser::{MessageParser, MimeHeaders};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::certificate::OwnCertificate;
use crate::port::free_port;

/// For a busy machine; a mail usually takes a moment.
const LIMIT: Duration = Duration::from_secs(60);

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct ReceivedMail {
    /// Of the envelope.
    pub recipients: Vec<String>,
    pub raw: String,
    pub subject: String,
    pub from: String,
    pub to: Vec<String>,
    pub content_type: String,
    pub text: String,
    pub html: String,
    /// It came over TLS.
    pub encrypted: bool,
}

/// Somebody signed in, or tried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    pub user: String,
    pub password: String,
    pub encrypted: bool,
}

/// How the server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    None,
    /// RFC 3207.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    FromTheStart,
}

#[derive(Clone)]
struct Rules {
    encryption: Encryption,
    acceptor: Option<tokio_rustls::TlsAcceptor>,
    /// Who may send; nobody in particular where there is none.
    account: Option<(String, String)>,
}

#[derive(Default)]
struct Taken {
    mails: Vec<ReceivedMail>,
    sign_ins: Vec<SignIn>,
    /// Part of recipients' addresses that is answered with 550.
    refused: Option<String>,
    /// Before a mail that has arrived is answered for.
    pause: Duration,
}

pub struct MailServer {
    port: u16,
    rules: Rules,
    content: Arc<Mutex<Taken>>,
    running: Vec<JoinHandle<()>>,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::start_by(Rules { encryption: Encryption::None, acceptor: None, account: None }).await
    }

    /// One that takes mails only over TLS and from who signs in.
    pub async fn start_secured(
        encryption: Encryption,
        certificate: &OwnCertificate,
        user: &str,
        password: &str,
    ) -> Self {
        let account = Some((user.to_owned(), password.to_owned()));
        Self::start_by(Rules { encryption, acceptor: Some(certificate.acceptor()), account }).await
    }

    async fn start_by(rules: Rules) -> Self {
        // None that an outgoing connection of another test may take while this one is away.
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let mut server = Self { port, rules, content: Arc::default(), running: Vec::new() };
        server.listen(listener).await;
        server
    }

    /// Also where `localhost` leads on machines that prefer IPv6.
    async fn listen(&mut self, listener: TcpListener) {
        let other = TcpListener::bind(("::1", self.port)).await.ok();
        for listener in std::iter::once(listener).chain(other) {
            self.running.push(tokio::spawn(accept(listener, self.rules.clone(), Arc::clone(&self.content))));
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// For `PERENNIAL_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Nobody listens any more.
    pub async fn go_away(&mut self) {
        for running in self.running.drain(..) {
            running.abort();
            let _ = running.await;
        }
    }

    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the same port");
        self.listen(listener).await;
    }

    /// Answers 550 to recipients whose address contains this.
    pub fn refuse(&self, part: &str) {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).refused = Some(part.to_owned());
    }

    /// Takes so long to say that it has a mail, from the next one on.
    pub fn answer_slowly(&self, pause: Duration) {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).pause = pause;
    }

    /// All mails so far, in the order of their arrival.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).mails.clone()
    }

    /// Everybody who signed in or tried to.
    pub fn sign_ins(&self) -> Vec<SignIn> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).sign_ins.clone()
    }

    pub fn mails_to(&self, address: &str) -> Vec<ReceivedMail> {
        self.mails().into_iter().filter(|mail| mail.recipients.iter().any(|to| to == address)).collect()
    }

    /// Waits until there are so many; fails the test where they do not come.
    pub async fn wait_for(&self, address: &str, count: usize) -> Vec<ReceivedMail> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let mails = self.mails_to(address);
            if mails.len() >= count {
                return mails;
            }
            assert!(Instant::now() < deadline, "{} of {count} mails to {address} came", mails.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.running.iter().for_each(JoinHandle::abort);
    }
}

async fn accept(listener: TcpListener, rules: Rules, content: Arc<Mutex<Taken>>) {
    while let Ok((socket, _)) = listener.accept().await {
        let (rules, content) = (rules.clone(), Arc::clone(&content));
        tokio::spawn(async move {
            // A connection that breaks off is the other side's affair.
            let _ = serve(socket, &rules, &content).await;
        });
    }
}

async fn serve(socket: TcpStream, rules: &Rules, content: &Mutex<Taken>) -> std::io::Result<()> {
    let Some(acceptor) = &rules.acceptor else {
        return Conversation::new(socket, rules, content, false).run(true).await.map(drop);
    };
    let socket = match rules.encryption {
        Encryption::FromTheStart => {
            let secured = acceptor.accept(socket).await?;
            return Conversation::new(secured, rules, content, true).run(true).await.map(drop);
        }
        _ => Conversation::new(socket, rules, content, false).run(true).await?,
    };
    let Some(socket) = socket else { return Ok(()) };
    let secured = acceptor.accept(socket).await?;
    Conversation::new(secured, rules, content, true).run(false).await.map(drop)
}

/// One connection, up to its end or to the handshake that secures it.
struct Conversation<'a, S> {
    stream: BufReader<S>,
    rules: &'a Rules,
    content: &'a Mutex<Taken>,
    encrypted: bool,
    signed_in: bool,
    recipients: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Conversation<'a, S> {
    fn new(stream: S, rules: &'a Rules, content: &'a Mutex<Taken>, encrypted: bool) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, rules, content, encrypted, signed_in: false, recipients: Vec::new() }
    }

    /// `Some` where the client asked for TLS and was told to go on.
    async fn run(mut self, greets: bool) -> std::io::Result<Option<S>> {
        if greets {
            self.say("220 mail.test ESMTP").await?;
        }
        while let Some(line) = self.hear().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "STARTTLS" if self.offers_tls() => {
                    self.say("220 go on").await?;
                    return Ok(Some(self.stream.into_inner()));
                }
                "DATA" if self.may_send() => self.take_mail().await?,
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Ok(None);
                }
                _ => {
                    let answer = self.answer(&verb, &line);
                    self.say(&answer).await?;
                }
            }
        }
        Ok(None)
    }

    fn answer(&mut self, verb: &str, line: &str) -> String {
        match verb {
            "EHLO" => self.abilities(),
            "HELO" | "RSET" | "NOOP" => "250 ok".to_owned(),
            "AUTH" => self.sign_in(line).to_owned(),
            "MAIL" | "RCPT" | "DATA" if !self.may_send() => "530 sign in first".to_owned(),
            "MAIL" => "250 ok".to_owned(),
            "RCPT" => self.add_recipient(line).to_owned(),
            _ => "502 unknown".to_owned(),
        }
    }

    fn abilities(&self) -> String {
        let tls = if self.offers_tls() { "250-STARTTLS\r\n" } else { "" };
        let auth = if self.rules.account.is_some() { "250-AUTH PLAIN\r\n" } else { "" };
        format!("250-mail.test\r\n{tls}{auth}250 8BITMIME")
    }

    fn offers_tls(&self) -> bool {
        self.rules.encryption == Encryption::StartTls && !self.encrypted
    }

    fn may_send(&self) -> bool {
        self.rules.account.is_none() || (self.signed_in && self.encrypted)
    }

    /// `AUTH PLAIN` with an initial response (RFC 4616).
    fn sign_in(&mut self, line: &str) -> &'static str {
        let sent = line.split(' ').nth(2).and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let sent = String::from_utf8_lossy(&sent).into_owned();
        let mut parts = sent.split('\0').skip(1).map(str::to_owned);
        let (user, password) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.signed_in = self.rules.account.as_ref().is_some_and(|own| *own == (user.clone(), password.clone()));
        let sign_in = SignIn { user, password, encrypted: self.encrypted };
        self.content.lock().unwrap_or_else(PoisonError::into_inner).sign_ins.push(sign_in);
        if self.signed_in { "235 welcome" } else { "535 wrong" }
    }

    fn add_recipient(&mut self, line: &str) -> &'static str {
        let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let refused = self.content.lock().unwrap_or_else(PoisonError::into_inner).refused.clone();
        if refused.is_some_and(|part| address.contains(&part)) {
            return "550 no such mailbox";
        }
        self.recipients.push(address);
        "250 ok"
    }

    async fn take_mail(&mut self) -> std::io::Result<()> {
        self.say("354 go on").await?;
        let mut raw = String::new();
        while let Some(line) = self.hear().await? {
            if line == "." {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
        let mail = read_mail(std::mem::take(&mut self.recipients), raw, self.encrypted);
        let pause = {
            let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            content.mails.push(mail);
            content.pause
        };
        tokio::time::sleep(pause).await;
        self.say("250 taken").await
    }

    async fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await?;
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn say(&mut self, answer: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }
}

fn read_mail(recipients: Vec<String>, raw: String, encrypted: bool) -> ReceivedMail {
    let message = MessageParser::default().parse(raw.as_bytes()).expect("a mail");
    let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
        let all = list.map(|list| list.iter().filter_map(|one| one.address.as_deref().map(str::to_owned)).collect());
        all.unwrap_or_default()
    };
    let content_type = message.content_type();
    let kind = content_type.map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()));
    ReceivedMail {
        recipients,
        subject: message.subject().unwrap_or_default().to_owned(),
        from: addresses(message.from()).join(","),
        to: addresses(message.to()),
        content_type: kind.unwrap_or_default(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        encrypted,
        raw,
    }
}
