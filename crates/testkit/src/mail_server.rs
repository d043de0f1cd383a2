//! A mail server that takes every mail and keeps it: SMTP (RFC 5321) on a socket of this machine, without encryption. It can
//! refuse recipients, go away and come back on the same port. What it took is read by a MIME parser that is not ours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mail_parser::{MessageParser, MimeHeaders};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// For a busy machine; a mail usually takes a moment.
const LIMIT: Duration = Duration::from_secs(30);

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
}

#[derive(Default)]
struct Taken {
    mails: Vec<ReceivedMail>,
    /// Part of recipients' addresses that is answered with 550.
    refused: Option<String>,
}

pub struct MailServer {
    port: u16,
    content: Arc<Mutex<Taken>>,
    running: Option<JoinHandle<()>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let content = Arc::default();
        let running = Some(tokio::spawn(accept(listener, Arc::clone(&content))));
        Self { port, content, running }
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
        if let Some(running) = self.running.take() {
            running.abort();
            let _ = running.await;
        }
    }

    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the same port");
        self.running = Some(tokio::spawn(accept(listener, Arc::clone(&self.content))));
    }

    /// Answers 550 to recipients whose address contains this.
    pub fn refuse(&self, part: &str) {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).refused = Some(part.to_owned());
    }

    /// All mails so far, in the order of their arrival.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).mails.clone()
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
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}

async fn accept(listener: TcpListener, content: Arc<Mutex<Taken>>) {
    while let Ok((socket, _)) = listener.accept().await {
        let content = Arc::clone(&content);
        tokio::spawn(async move {
            // A connection that breaks off is the other side's affair.
            let _ = converse(socket, &content).await;
        });
    }
}

async fn converse(socket: TcpStream, content: &Mutex<Taken>) -> std::io::Result<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut recipients = Vec::new();
    write.write_all(b"220 mail.test ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME\r\n".to_owned(),
            "HELO" | "MAIL" | "RSET" | "NOOP" => "250 ok\r\n".to_owned(),
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let refused = content.lock().unwrap_or_else(PoisonError::into_inner).refused.clone();
                if refused.is_some_and(|part| address.contains(&part)) {
                    "550 no such mailbox\r\n".to_owned()
                } else {
                    recipients.push(address);
                    "250 ok\r\n".to_owned()
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                let mail = read_mail(std::mem::take(&mut recipients), raw);
                content.lock().unwrap_or_else(PoisonError::into_inner).mails.push(mail);
                "250 taken\r\n".to_owned()
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 unknown\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn read_mail(recipients: Vec<String>, raw: String) -> ReceivedMail {
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
        raw,
    }
}
