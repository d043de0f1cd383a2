//! The real server binary as a process: started on a free port over a database of its own, killed, restarted, stopped,
//! joined by further nodes, and moved in time. What it wrote is printed when the test that owns it fails.

use crate::answer::Answer;
use crate::database::{Backend, TestDatabase};
use crate::demo;
use crate::port::free_port;
use crate::process::Process;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For a debug build on a busy machine; a healthy start takes a fraction of it.
const START_LIMIT: Duration = Duration::from_secs(60);
/// The server answers everything within a minute, and says so itself where that is too short.
const ANSWER_LIMIT: Duration = Duration::from_secs(120);
/// In each node's working directory.
const AUDIT_LOG: &str = "audit.jsonl";
/// Of the log of a failed test.
const SHOWN_LINES: usize = 40;
/// Requests under way are waited for, also on a busy machine.
const STOP_LIMIT: Duration = Duration::from_secs(90);

/// What all nodes of one deployment share.
struct Deployment {
    binary: PathBuf,
    database: TestDatabase,
    /// Outside of any node's working directory, as in production.
    master_key_file: PathBuf,
    base_url: String,
    settings: Vec<(String, String)>,
    /// A program and its arguments that start the binary, instead of the test itself.
    launcher: Vec<String>,
    _secrets: TempDir,
}

/// One node. Dropping it kills the process.
pub struct TestServer {
    deployment: Arc<Deployment>,
    directory: TempDir,
    port: u16,
    process: Process,
    http: reqwest::Client,
}

impl TestServer {
    /// Starts the demo realm on an empty database.
    pub async fn start(binary: impl AsRef<Path>, backend: Backend) -> Self {
        Self::start_with(binary, backend, &[]).await
    }

    /// Like [`TestServer::start`], with further environment variables for every node.
    pub async fn start_with(binary: impl AsRef<Path>, backend: Backend, settings: &[(&str, &str)]) -> Self {
        Self::start_on(binary, TestDatabase::new(backend), settings, &[]).await
    }

    /// Like [`TestServer::start_with`], on this database and behind this launcher.
    pub async fn start_on(
        binary: impl AsRef<Path>,
        database: TestDatabase,
        settings: &[(&str, &str)],
        launcher: &[String],
    ) -> Self {
        let (deployment, port) = Deployment::new(binary.as_ref(), database, settings, launcher);
        let node = Self::node(Arc::new(deployment), port).await;
        node.set_clock(&serde_json::json!({"freeze": true})).await;
        node
    }

    /// On data that another deployment has left behind, sealed with its master key. Its clock stands where it stood.
    pub async fn resume(binary: impl AsRef<Path>, database: TestDatabase, master_key: &[u8]) -> Self {
        let (deployment, port) = Deployment::new(binary.as_ref(), database, &[], &[]);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&deployment.master_key_file);
        file.as_mut().expect("a key file").write_all(master_key).expect("the master key written");
        Self::node(Arc::new(deployment), port).await
    }

    /// Another node of the same deployment: same database, same master key, same issuer, its own port.
    pub async fn second_node(&self) -> Self {
        Self::node(Arc::clone(&self.deployment), free_port()).await
    }

    async fn node(deployment: Arc<Deployment>, port: u16) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let process = Process::start(deployment.command(port, directory.path()), &directory.path().join("server.log"));
        let mut node = Self { deployment, directory, port, process, http: http_client() };
        node.wait_until_ready().await;
        node
    }

    /// Starts a node with a master key that is not the database's; what it wrote before it gave up.
    pub async fn try_node_with_another_master_key(&self) -> String {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut command = self.deployment.command(free_port(), directory.path());
        command.env("PERENNIAL_MASTER_KEY_FILE", directory.path().join("other.key"));
        let mut process = Process::start(command, &directory.path().join("server.log"));
        let status = process.wait(START_LIMIT).await.expect("it ends by itself");
        assert!(!status.success(), "it started:\n{}", process.output());
        process.output()
    }

    /// SIGKILL: nothing gets a chance to finish.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts the killed or stopped node again on the same address and data.
    pub async fn restart(&mut self) {
        self.process.kill();
        let command = self.deployment.command(self.port, self.directory.path());
        self.process = Process::start(command, &self.directory.path().join("server.log"));
        // Connections of the old process must not be tried again.
        self.http = http_client();
        self.wait_until_ready().await;
    }

    /// SIGTERM; the server must finish by itself with exit code 0.
    pub async fn terminate(&mut self) {
        self.ask_to_stop();
        self.wait_for_its_stop().await;
    }

    /// SIGTERM, and nothing else.
    pub fn ask_to_stop(&self) {
        self.process.signal("TERM");
    }

    /// With exit code 0.
    pub async fn wait_for_its_stop(&mut self) {
        let status = self.process.wait(STOP_LIMIT).await.expect("the server stops after SIGTERM");
        assert!(status.success(), "SIGTERM ended in {status}:\n{}", self.log());
    }

    /// The address that all nodes are known by; without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.deployment.base_url
    }

    /// The address of this very node.
    pub fn node_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// An address on this node.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.node_url())
    }

    pub fn issuer(&self, realm: &str) -> String {
        format!("{}/realms/{realm}", self.base_url())
    }

    /// An address below the demo realm's issuer, on this node.
    pub fn demo_url(&self, path: &str) -> String {
        format!("{}/realms/{}{path}", self.node_url(), demo::REALM)
    }

    pub fn backend(&self) -> Backend {
        self.deployment.database.backend()
    }

    /// Where the data are, for those who fill the database beside the server.
    pub fn database_url(&self) -> &str {
        self.deployment.database.url()
    }

    pub fn master_key_file(&self) -> &Path {
        &self.deployment.master_key_file
    }

    /// What the binary prints for another verb, beside the running node; whether it succeeded.
    pub fn run_verb(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = self.deployment.verb(arguments, self.directory.path());
        // By the time that the server has.
        let output = command.env("PERENNIAL_TEST_CLOCK", "true").output().expect("the binary runs");
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (output.status.success(), text)
    }

    pub fn database(&self) -> &TestDatabase {
        &self.deployment.database
    }

    /// Of the server's process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Moves the time of every node. It stands still otherwise.
    pub async fn advance_clock(&self, seconds: i64) {
        self.set_clock(&serde_json::json!({"advance": seconds})).await;
    }

    /// The server's time, in Unix seconds.
    pub async fn now_s(&self) -> i64 {
        let request = self.http.post(self.url("/test/clock")).json(&serde_json::json!({"advance": 0}));
        Answer::of(request).await.expect(200).number("now") / 1_000
    }

    async fn set_clock(&self, setting: &serde_json::Value) {
        let request = self.http.post(self.url("/test/clock")).json(setting);
        let answer = Answer::of(request).await;
        assert!((200..300).contains(&answer.status), "setting the clock: {answer}");
    }

    /// The node's audit log.
    pub fn audit_log(&self) -> PathBuf {
        self.directory.path().join(AUDIT_LOG)
    }

    /// Its lines, parsed. The last one may be on its way.
    pub fn audit_lines(&self) -> Vec<serde_json::Value> {
        let bytes = std::fs::read(self.audit_log()).expect("an audit log");
        let whole = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        whole.map(|line| serde_json::from_slice(line).expect("a JSON line")).collect()
    }

    /// The value of a metric, named with its labels as Prometheus writes it; 0 where it was never counted.
    pub async fn metric(&self, name: &str) -> f64 {
        let text = Answer::of(self.http.get(self.url("/metrics"))).await.expect(200).body;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or(0.0)
    }

    /// Runs this node's background jobs now, once each.
    pub async fn run_jobs(&self) {
        Answer::of(self.http.post(self.url("/test/jobs"))).await.expect(204);
    }

    /// The same of those walks that are due by the clock, as they come by themselves.
    pub async fn run_due_jobs(&self) {
        Answer::of(self.http.post(self.url("/test/jobs?due=true"))).await.expect(204);
    }

    /// Everything the node has written.
    pub fn log(&self) -> String {
        self.process.output()
    }

    /// Fails the test where a secret or token stands in the log, whole or by its last part (a JWT's signature).
    #[track_caller]
    pub fn assert_never_logged(&self, secrets: &[&str]) {
        let output = self.log();
        // The greeting at the start, which names the demo's sign-ins, has no time before it.
        let log: String = output.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        for secret in secrets {
            let tail = secret.rsplit('.').next().unwrap_or(secret);
            assert!(!log.contains(secret) && !log.contains(tail), "a secret is in the log");
        }
    }

    async fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let ready = self.http.get(self.url("/health/ready")).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            if let Some(status) = self.process.exited() {
                panic!("the server ended at its start, {status}:\n{}", self.log());
            }
            let over = Instant::now() > deadline || self.log().contains("panicked at");
            assert!(!over, "the server does not get ready:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let last: Vec<&str> = log.lines().rev().take(SHOWN_LINES).collect();
            eprintln!("---- the server at {} wrote, last of all ----", self.node_url());
            last.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}

impl Deployment {
    /// With the port of its first node.
    fn new(binary: &Path, database: TestDatabase, settings: &[(&str, &str)], launcher: &[String]) -> (Self, u16) {
        let port = free_port();
        let secrets = tempfile::tempdir().expect("a temporary directory");
        let deployment = Self {
            binary: binary.to_owned(),
            database,
            launcher: launcher.to_vec(),
            master_key_file: secrets.path().join("master.key"),
            base_url: format!("http://localhost:{port}"),
            settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            _secrets: secrets,
        };
        (deployment, port)
    }

    fn command(&self, port: u16, directory: &Path) -> Command {
        let address = format!("127.0.0.1:{port}");
        self.verb(&["serve", "--demo", "--test-clock", "--listen", &address], directory)
    }

    fn verb(&self, arguments: &[&str], directory: &Path) -> Command {
        let program: Vec<&OsStr> = self.launcher.iter().map(OsStr::new).chain([self.binary.as_os_str()]).collect();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args(arguments).current_dir(directory);
        // Settings of the machine that runs the tests must not leak into them.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PERENNIAL_") && name != "PERENNIAL_WEB_DIR") {
                command.env_remove(name);
            }
        }
        command
            .env("PERENNIAL_BASE_URL", &self.base_url)
            .env("PERENNIAL_DATABASE_URL", self.database.url())
            .env("PERENNIAL_MASTER_KEY_FILE", &self.master_key_file)
            .env("PERENNIAL_ADMIN_PASSWORD", demo::ADMIN_PASSWORD)
            .env("PERENNIAL_PASSWORD_COST", "test")
            .env("PERENNIAL_AUDIT_LOG", directory.join(AUDIT_LOG))
            .env("RUST_BACKTRACE", "0")
            .env("PERENNIAL_WEB_DIR", web_directory());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Where `cargo xtask web` leaves the consoles: below the target directory.
pub fn web_directory() -> PathBuf {
    match std::env::var_os("PERENNIAL_WEB_DIR") {
        Some(directory) => directory.into(),
        None => target_directory().join("web"),
    }
}

/// The target directory of the running test (`CARGO_TARGET_DIR` respected).
pub fn target_directory() -> PathBuf {
    let test = std::env::current_exe().expect("the path of the running test");
    let up = test.ancestors().find(|path| path.join("CACHEDIR.TAG").is_file());
    up.expect("a cargo target directory above the test").to_owned()
}

/// A client that knows `localhost` as 127.0.0.1, follows nothing and keeps no cookies.
pub fn http_client() -> reqwest::Client {
    http_builder().build().expect("an HTTP client")
}

pub(crate) fn http_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .timeout(ANSWER_LIMIT)
        .no_proxy()
}
