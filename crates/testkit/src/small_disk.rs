//! A disk that gets full. Where the machine lets us, it is a small file system in a mount namespace of the server's own; elsewhere
//! the server's files are kept from growing.

use crate::database::{Backend, TestDatabase};
use crate::server::TestServer;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const SIZE: &str = "24m";
const LOG_SIZE: &str = "1m";
const FILLER: &str = "filler";
const LOG: &str = "audit.jsonl";
const OLDER_LINES: usize = 16;
/// In bytes.
const OLDER_LINE: usize = 65_536;
/// Mounts, and becomes the server. A file that may not grow is an error to it, not its end.
const MOUNT: &str = r#"trap '' XFSZ; mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@""#;
const LIMIT: &str = r#"trap '' XFSZ; exec "$@""#;

/// A server on SQLite whose disk, or that of its audit log, can be filled and freed.
pub struct SmallDisk {
    pub server: TestServer,
    directory: PathBuf,
    is_mounted: bool,
    _own: Option<TempDir>,
}

impl SmallDisk {
    pub async fn start(binary: &str) -> Self {
        let database = TestDatabase::new(Backend::Sqlite);
        let file = database.url().strip_prefix("sqlite:").expect("a file");
        let directory = Path::new(file).parent().expect("its directory").to_owned();
        let namespace = namespace();
        let launcher: Vec<String> = match namespace {
            Some(unshare) => mounting(unshare, SIZE, &directory),
            None => limiting(),
        };
        let server = TestServer::start_on(binary, database, &[], &launcher).await;
        Self { server, directory, is_mounted: namespace.is_some(), _own: None }
    }

    /// With nothing but the audit log on that disk. Where we may not mount, it is the largest file that the server writes: it goes
    /// on with an older one, and the database is PostgreSQL's.
    pub async fn start_with_log(binary: &str) -> Self {
        let own = tempfile::tempdir().expect("a directory");
        let directory = own.path().to_owned();
        let log = directory.join(LOG);
        let namespace = namespace();
        let (launcher, backend) = match namespace {
            Some(unshare) => (mounting(unshare, LOG_SIZE, &directory), Backend::Sqlite),
            None => {
                std::fs::write(&log, older_log()).expect("an older log");
                (limiting(), Backend::Postgres)
            }
        };
        let settings = [("PERENNIAL_AUDIT_LOG", log.to_str().expect("UTF-8"))];
        let server = TestServer::start_on(binary, TestDatabase::new(backend), &settings, &launcher).await;
        Self { server, directory, is_mounted: namespace.is_some(), _own: Some(own) }
    }

    /// What the audit log holds that is on that disk.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.seen_by_the_server(LOG)).expect("an audit log")
    }

    /// From now on nothing of the database can grow.
    pub fn fill(&self) {
        if !self.is_mounted {
            let sizes = std::fs::read_dir(&self.directory).expect("the database's directory").flatten();
            let largest = sizes.filter_map(|entry| Some(entry.metadata().ok()?.len())).max().unwrap_or(0);
            return self.limit(&largest.to_string());
        }
        let mut filler = File::create(self.seen_by_the_server(FILLER)).expect("a file beside the database");
        let block = vec![0; 4_096];
        while filler.write_all(&block).is_ok() {}
    }

    pub fn free(&self) {
        if self.is_mounted {
            std::fs::remove_file(self.seen_by_the_server(FILLER)).expect("space again");
        } else {
            self.limit("unlimited");
        }
    }

    /// Through the server's own namespace.
    fn seen_by_the_server(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.server.process_id()));
        root.join(self.directory.strip_prefix("/").expect("an absolute path")).join(name)
    }

    fn limit(&self, bytes: &str) {
        let pid = self.server.process_id().to_string();
        let limits = [format!("--pid={pid}"), format!("--fsize={bytes}:unlimited")];
        assert!(Command::new("prlimit").args(limits).status().is_ok_and(|status| status.success()), "prlimit");
    }
}

fn limiting() -> Vec<String> {
    ["sh", "-c", LIMIT, "launcher"].map(str::to_owned).to_vec()
}

/// Lines about another realm, larger than all that the server says of itself in a test.
fn older_log() -> String {
    let why = "x".repeat(OLDER_LINE);
    let line =
        format!(r#"{{"at":1,"realm":"elsewhere","actor":"server","action":"grants_ended","grants":[],"why":"{why}"}}"#);
    format!("{line}\n").repeat(OLDER_LINES)
}

fn mounting(unshare: &[&str], size: &str, directory: &Path) -> Vec<String> {
    let mount = ["sh", "-c", MOUNT, size, directory.to_str().expect("UTF-8")];
    unshare.iter().copied().chain(mount).map(str::to_owned).collect()
}

/// How to get a namespace in which we may mount, if at all.
fn namespace() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--mount", "--map-root-user"]];
    let works = |way: &&&[&str]| {
        let probe = Command::new(way[0]).args(&way[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    WAYS.iter().find(works).copied()
}
