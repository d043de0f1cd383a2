//! A throw-away PostgreSQL: one cluster a test process, started from the installed server binaries on a free port, and a
//! database of its own for each test. A watchdog outside of the process stops and removes the cluster, however the
//! process ends. Only the standard library: other crates' tests include this file by path.

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

const SUPERUSER: &str = "perennial";
const START_ATTEMPTS: usize = 5;
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Starts a server and waits for the end of its own standard input: the pipe from the test process, which the kernel
/// closes even when that is killed.
const WATCHDOG: &str = r#"
bin=$1; dir=$2; port=$3; user=$4; tls=$5; durable=$6; more=$7
trap '' INT TERM HUP
start() {
  "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$port" -k '' \
    -c fsync="$durable" -c full_page_writes="$durable" -c autovacuum="$durable" -c max_connections=300 -c shared_buffers=64MB \
    -c ssl="$tls" -c ssl_cert_file="$dir/server.crt" -c ssl_key_file="$dir/server.key" $more \
    >>"$dir/log" 2>&1 </dev/null &
  server=$!
}
"$bin/initdb" -D "$dir/data" -U "$user" -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 </dev/null || { echo failed; rm -rf "$dir"; exit 1; }
start
echo started
while read -r command; do
  case $command in
    crash) kill -QUIT "$server"; wait "$server"; echo crashed ;;
    start) start; echo started ;;
  esac
done
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$dir"
"#;

static DURABLE: AtomicBool = AtomicBool::new(false);

/// For benchmarks, whose figures mean nothing otherwise: the cluster syncs what it commits, as in production.
/// To be called before the first database is created.
pub fn commit_durably() {
    DURABLE.store(true, Ordering::Relaxed);
}

/// A database that is dropped with this value.
pub struct PostgresDatabase {
    name: String,
    url: String,
}

impl PostgresDatabase {
    /// An empty one, in the cluster that the whole process shares.
    pub fn create() -> Self {
        Self::create_from("template1")
    }

    /// A copy of another database that nobody is connected to.
    pub fn create_from(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster();
        cluster.execute(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"));
        let url = cluster.url(&name);
        Self { name, url }
    }

    /// Drops what is in it and copies another database that nobody is connected to.
    pub fn recreate_from(&self, template: &str) {
        let (cluster, name) = (cluster(), &self.name);
        cluster.execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        cluster.execute(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"));
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// All rows of all tables as text, with bytes as hexadecimal digits.
    pub fn dump(&self) -> Vec<u8> {
        cluster().dump(&self.url)
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // Left behind where it fails: the whole cluster goes with the process.
        let _ = cluster().psql(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

struct Cluster {
    binaries: PathBuf,
    port: u16,
    lifeline: Mutex<Lifeline>,
}

/// To the watchdog. Closing it stops the server.
struct Lifeline {
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A cluster of one test alone, which may crash and come back.
pub struct OwnCluster(Cluster);

impl OwnCluster {
    /// `options` as `postgres` takes them on its command line.
    pub fn start(options: &str) -> Self {
        let binaries = find_binaries();
        let started = (0..START_ATTEMPTS).find_map(|_| start(&binaries, options));
        Self(started.unwrap_or_else(|| panic!("PostgreSQL from {} does not start", binaries.display())))
    }

    pub fn url(&self) -> String {
        self.0.url("postgres")
    }

    /// The server is gone at once, without writing down what it still held in memory.
    pub fn crash(&self) {
        assert_eq!(self.0.command("crash"), "crashed");
    }

    /// Starts the crashed server again on its data, and waits for it.
    pub fn come_back(&self) {
        assert_eq!(self.0.command("start"), "started");
        assert!(self.0.wait_until_up(), "PostgreSQL does not come back");
    }
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let binaries = find_binaries();
        (0..START_ATTEMPTS)
            .find_map(|_| start(&binaries, ""))
            .unwrap_or_else(|| panic!("PostgreSQL from {} does not start", binaries.display()))
    })
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/{database}", self.port)
    }

    fn execute(&self, statement: &str) {
        let output = self.psql(statement).expect("psql runs");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn psql(&self, statement: &str) -> std::io::Result<std::process::Output> {
        Command::new(self.binaries.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--dbname", &self.url("postgres"), "--command", statement])
            .stdin(Stdio::null())
            .output()
    }

    fn dump(&self, url: &str) -> Vec<u8> {
        let output = Command::new(self.binaries.join("pg_dump"))
            .args(["--data-only", "--dbname", url])
            .stdin(Stdio::null())
            .output()
            .expect("pg_dump runs");
        assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn command(&self, word: &str) -> String {
        let mut lifeline = self.lifeline.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(lifeline.commands, "{word}").expect("the watchdog listens");
        let mut answer = String::new();
        lifeline.answers.read_line(&mut answer).expect("the watchdog answers");
        answer.trim().to_owned()
    }

    #[expect(clippy::disallowed_methods, reason = "no runtime here: it is shared by tests that have one each")]
    fn wait_until_up(&self) -> bool {
        let until = Instant::now() + START_TIMEOUT;
        while Instant::now() < until {
            if self.is_up() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn is_up(&self) -> bool {
        self.psql("SELECT 1").is_ok_and(|output| output.status.success())
    }
}

/// `None` where it did not come up, for example because another process took the port first.
#[expect(clippy::disallowed_methods, reason = "no runtime here: it is shared by tests that have one each")]
#[expect(clippy::zombie_processes, reason = "the watchdog outlives this process, to clean up after it")]
fn start(binaries: &Path, options: &str) -> Option<Cluster> {
    let directory = new_directory();
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).ok()?.port();
    let mut watchdog = watchdog(binaries, &directory, port, options);
    let mut lifeline = Lifeline { commands: watchdog.stdin.take()?, answers: BufReader::new(watchdog.stdout.take()?) };
    let mut answer = String::new();
    lifeline.answers.read_line(&mut answer).ok()?;
    let cluster = Cluster { binaries: binaries.to_owned(), port, lifeline: Mutex::new(lifeline) };
    let until = Instant::now() + START_TIMEOUT;
    while answer.trim() == "started" && Instant::now() < until {
        if cluster.is_up() {
            return Some(cluster);
        }
        if !directory.join("data/postmaster.pid").exists()
            && Instant::now() + START_TIMEOUT > until + Duration::from_secs(5)
        {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    eprintln!("{}", std::fs::read_to_string(directory.join("log")).unwrap_or_default());
    None
}

fn watchdog(binaries: &Path, directory: &Path, port: u16, options: &str) -> Child {
    let with_tls = if make_certificate(directory) { "on" } else { "off" };
    let durability = if DURABLE.load(Ordering::Relaxed) { "on" } else { "off" };
    let mut command = Command::new("sh");
    command
        .args(["-c", WATCHDOG, "postgres-for-tests"])
        .args([binaries, directory])
        .args([&port.to_string(), SUPERUSER, with_tls, durability, options])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C at the tests must not reach it: it has to clean up.
        .process_group(0);
    if let Some((uid, gid)) = unprivileged_user() {
        give_away(directory, uid, gid);
        command.uid(uid).gid(gid);
    }
    command.spawn().expect("sh runs")
}

fn new_directory() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("perennial-pg-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a temporary directory");
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o700)).expect("its permissions");
    directory
}

/// A certificate, so that `sslmode=require` can be tested; without `openssl` the server runs without TLS.
fn make_certificate(directory: &Path) -> bool {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt"])
        .current_dir(directory)
        .stdin(Stdio::null())
        .output();
    made.is_ok_and(|output| output.status.success())
}

fn give_away(directory: &Path, uid: u32, gid: u32) {
    let inside = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in inside.chain([directory.to_owned()]) {
        std::os::unix::fs::chown(&path, Some(uid), Some(gid)).expect("the owner can be changed");
    }
}

/// initdb refuses to run as root; then it runs as this user instead.
fn unprivileged_user() -> Option<(u32, u32)> {
    if id("-u", None) != Some(0) {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|name| Some((id("-u", Some(name))?, id("-g", Some(name))?)))
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn find_binaries() -> PathBuf {
    let named = std::env::var_os("PERENNIAL_PG_BIN").map(PathBuf::from);
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    installed.sort();
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    named
        .into_iter()
        .chain(installed.into_iter().rev())
        .chain(on_path.unwrap_or_default())
        .find(|directory| directory.join("initdb").exists() && directory.join("postgres").exists())
        .expect("PostgreSQL's server binaries: install the package `postgresql`, or name them with PERENNIAL_PG_BIN")
}
