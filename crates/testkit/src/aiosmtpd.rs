//! A mail server of other people's making: aiosmtpd takes mails over STARTTLS only and from who signs in, and keeps them in a
//! Maildir. Python's own parser says how they read.

use crate::certificate::OwnCertificate;
use crate::port::free_port;
use crate::process::Process;
use crate::witnesses;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SERVER: &str = include_str!("../witnesses/mail_server.py");
const READER: &str = include_str!("../witnesses/read_maildir.py");
/// For a busy machine; either takes a moment.
const LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

pub struct Aiosmtpd {
    port: u16,
    account: (String, String),
    certificate: (PathBuf, PathBuf),
    directory: TempDir,
    process: Option<Process>,
}

impl Aiosmtpd {
    /// Nobody listens yet.
    pub fn prepare(certificate: &OwnCertificate, user: &str, password: &str) -> Self {
        Self {
            port: free_port(),
            account: (user.to_owned(), password.to_owned()),
            certificate: (certificate.file().to_owned(), certificate.key_file().to_owned()),
            directory: tempfile::tempdir().expect("a temporary directory"),
            process: None,
        }
    }

    pub async fn start(certificate: &OwnCertificate, user: &str, password: &str) -> Self {
        let mut server = Self::prepare(certificate, user, password);
        server.come().await;
        server
    }

    /// It listens from now on, also after it went away: on the same port, with the mails that it had.
    pub async fn come(&mut self) {
        let mut command = Command::new(witnesses::python());
        command.args(["-c", SERVER]).current_dir(self.directory.path());
        command.env("PORT", self.port.to_string()).env("MAILDIR", self.maildir());
        command.env("ACCOUNT", &self.account.0).env("PASSWORD", &self.account.1);
        command.env("CERTIFICATE", &self.certificate.0).env("KEY", &self.certificate.1);
        let mut process = Process::start(command, &self.log());
        process.wait_for_line(LIMIT, |line| line == "listening").await;
        self.process = Some(process);
    }

    /// Killed; its mails stay.
    pub fn go_away(&mut self) {
        self.process = None;
        // What the next one says first is not to be taken for this one's.
        std::fs::rename(self.log(), self.directory.path().join("earlier.log")).expect("a log");
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Keycloak's `smtpServer` for this one.
    pub fn settings(&self) -> Value {
        json!({
            "host": "localhost", "port": self.port.to_string(), "from": "no-reply@demo.example",
            "starttls": "true", "auth": "true", "user": self.account.0, "password": self.account.1,
        })
    }

    /// Who signed in or tried to, one line each.
    pub fn sign_ins(&self) -> Vec<String> {
        let output = self.process.as_ref().map(Process::output).unwrap_or_default();
        output.lines().filter(|line| line.starts_with("sign-in ")).map(str::to_owned).collect()
    }

    /// All mails so far, in the order of their arrival, as `read_maildir.py` tells of them.
    pub async fn mails(&self) -> Vec<Value> {
        if !self.maildir().exists() {
            return Vec::new();
        }
        let maildir = self.maildir();
        let printed = witnesses::run_python(READER, &[("MAILDIR", maildir.to_str().expect("UTF-8"))]).await;
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
    }

    /// Waits until there are so many; fails the test where they do not come, or where there are more.
    pub async fn wait_for(&self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let mails = self.mails().await;
            if mails.len() >= count {
                assert_eq!(mails.len(), count, "{mails:#?}");
                return mails;
            }
            assert!(Instant::now() < deadline, "{} of {count} mails came", mails.len());
            tokio::time::sleep(POLL).await;
        }
    }

    fn maildir(&self) -> PathBuf {
        self.directory.path().join("maildir")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("aiosmtpd.log")
    }
}
