//! Starting the server with its consoles, and the example client as a program.

use perennial_testkit::demo::Person;
use perennial_testkit::process::Process;
use perennial_testkit::server::{target_directory, web_directory};
use perennial_testkit::{Backend, Chromium, TestServer};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Fails with what to do where the consoles are not bundled: nothing is skipped silently.
pub fn expect_consoles() {
    for console in ["admin", "account"] {
        let page = web_directory().join(console).join("index.html");
        assert!(page.is_file(), "{} is missing: bundle the consoles with `cargo xtask web`", page.display());
    }
}

/// At what the page does of itself.
const LOOKS: usize = 1_200;
const PAUSE: Duration = Duration::from_millis(50);

pub async fn server_with_consoles(backend: Backend) -> TestServer {
    expect_consoles();
    TestServer::start(env!("CARGO_BIN_EXE_perennial"), backend).await
}

/// The admin console at one of its addresses, signed in as the admin of all realms.
pub async fn admin_console(server: &TestServer, path: &str) -> Chromium {
    let browser = Chromium::start().await;
    browser.enter_console(&server.url(path), &Person::admin()).await;
    browser.wait_for_url(|url| url.path() == path).await;
    browser
}

/// Waits until this element has the focus.
pub async fn has_focus(browser: &Chromium, id: &str) {
    for _ in 0..LOOKS {
        let focused = browser.client().execute("return document.activeElement?.id", Vec::new()).await;
        if focused.is_ok_and(|focused| focused == id) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{id} has not the focus on {}", browser.describe().await);
}

/// Waits until no such element is there.
pub async fn wait_until_closed(browser: &Chromium, css: &str) {
    for _ in 0..LOOKS {
        if !browser.has(css).await {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{css} stays on {}", browser.describe().await);
}

/// `examples/nightly-backup.rs` of the client crate, with its own token file.
pub struct NightlyBackup {
    program: PathBuf,
    issuer: String,
    directory: TempDir,
}

/// How one run of the job ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub output: String,
}

/// Both databases' tests use the one redirect port that the demo client has registered.
pub static REDIRECT_PORT: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Of them a sign-in by hand, with pictures of its pages on the way.
const LIMIT: Duration = Duration::from_secs(240);

impl NightlyBackup {
    pub fn new(server: &TestServer) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self { program: built_example(), issuer: server.issuer("demo"), directory }
    }

    /// Starts a run in the background.
    pub fn start(&self) -> Process {
        let log = self.directory.path().join("output.log");
        let _ = std::fs::remove_file(&log);
        let mut command = Command::new(&self.program);
        command.args(["--issuer", &self.issuer, "--listen-timeout", "240", "--token-file"]).arg(self.token_file());
        Process::start(command, &log)
    }

    /// The address that the job asks a person to open.
    pub async fn sign_in_address(process: &mut Process) -> String {
        let line = process.wait_for_line(LIMIT, |line| line.starts_with("OPEN ")).await;
        line.trim_start_matches("OPEN ").to_owned()
    }

    pub async fn finish(mut process: Process) -> Run {
        let status = process.wait(LIMIT).await.unwrap_or_else(|| panic!("the job hangs:\n{}", process.output()));
        Run { code: status.code(), output: process.output() }
    }

    /// A whole run that needs nobody.
    pub async fn run(&self) -> Run {
        Self::finish(self.start()).await
    }

    pub fn token_file(&self) -> PathBuf {
        self.directory.path().join("token.json")
    }

    /// What is stored now, as text.
    pub fn stored(&self) -> String {
        std::fs::read_to_string(self.token_file()).expect("a stored token")
    }
}

impl Run {
    #[track_caller]
    pub fn expect(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.output);
        for word in words {
            assert!(self.output.contains(word), "no {word:?} in:\n{}", self.output);
        }
        self
    }
}

/// Built by cargo on the way, unless `PERENNIAL_NIGHTLY_BACKUP` names it.
fn built_example() -> PathBuf {
    if let Some(program) = std::env::var_os("PERENNIAL_NIGHTLY_BACKUP") {
        return program.into();
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/Cargo.toml");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "nightly-backup", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(target_directory())
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the example nightly-backup does not build");
    target_directory().join("debug/examples/nightly-backup")
}
