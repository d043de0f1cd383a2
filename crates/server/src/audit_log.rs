//! The audit log: one JSON line for every consent and for everything but a limit that ended, paused or narrowed a session, in a
//! file that is only added to.
//! Processes that share it take turns, so that each line stands there once and whole, and it is on disk before anybody is answered;
//! lines that are written at the same time share one wait for the disk, which holds up nobody but those who wait for it. Where the file
//! was moved away, as tools that rotate logs do, it goes on in a new one.

use std::cell::Cell;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use perennial_domain::audit::AuditLine;

/// In bytes, of lines that wait for room on the disk; later ones are lost.
const MOST_OWED: usize = 1_024 * 1_024;

tokio::task_local! {
    /// The number of the last line that a request has added, which waits for the disk when the request is done; 0: none.
    static ADDED: Cell<u64>;
}

pub struct AuditLog {
    path: PathBuf,
    file: RwLock<Arc<File>>,
    /// What could not be written yet: it comes before the next line, or when there is room again.
    owed: Mutex<Vec<u8>>,
    /// Lines handed to the operating system.
    written: AtomicU64,
    /// Of those, how many are on disk for certain.
    synced: Mutex<u64>,
}

impl AuditLog {
    /// Opens the file for adding; where it is new, only its owner may read it.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file: RwLock::new(Arc::new(open_file(path)?)),
            owed: Mutex::default(),
            written: AtomicU64::default(),
            synced: Mutex::default(),
        })
    }

    /// Whether it has gone on in a new file, since the one it wrote to is not at its place any more.
    pub fn follow(&self) -> io::Result<bool> {
        let file = self.file();
        if is_at(&file, &self.path)? {
            return Ok(false);
        }
        // Most of it, while others still write.
        file.sync_data()?;
        // Nobody writes meanwhile, and whoever has written waits for a file that is on disk already.
        let _owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        file.sync_data()?;
        *synced = self.written.load(Ordering::Acquire);
        *self.file.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(open_file(&self.path)?);
        Ok(true)
    }

    fn file(&self) -> Arc<File> {
        Arc::clone(&self.file.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds one line; it is on disk when this returns, or when the request is done that [`AuditLog::carry`] carries out. What happened
    /// has happened already: a full disk is logged and counted, the caller goes on, and the line is written as soon as there is room
    /// again.
    pub fn append(&self, line: &AuditLine) {
        let put_off = |number: u64| ADDED.try_with(|added| added.set(number.max(added.get()))).is_ok();
        let written = to_line(line).and_then(|bytes| self.write(&bytes));
        told(written.and_then(|number| if put_off(number) { Ok(()) } else { self.sync(number) }));
    }

    /// Carries out a request. What it adds to the log is on disk before this returns; a thread that may wait waits for that.
    pub async fn carry<F: Future>(self: Arc<Self>, request: F) -> F::Output {
        let work = async {
            let answer = request.await;
            (answer, ADDED.with(Cell::get))
        };
        let (answer, number) = ADDED.scope(Cell::new(0), work).await;
        if number > 0 {
            let synced = tokio::task::spawn_blocking(move || self.sync(number)).await;
            told(synced.unwrap_or_else(|error| Err(io::Error::other(error))));
        }
        answer
    }

    /// Whether lines wait for room on the disk.
    pub fn owes(&self) -> bool {
        self.owed_bytes() > 0
    }

    pub fn owed_bytes(&self) -> usize {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Tries again to write those; `false` where they still wait.
    pub fn catch_up(&self) -> bool {
        !self.owes() || self.write(&[]).and_then(|number| self.sync(number)).is_ok()
    }

    /// The line's number, from 1.
    fn write(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = std::mem::take(&mut *owed);
        all.extend_from_slice(bytes);
        if let Err(error) = self.add(&all) {
            if all.len() > MOST_OWED {
                all.truncate(all.len() - bytes.len());
            }
            *owed = all;
            return Err(error);
        }
        Ok(self.written.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// All of it or nothing: what a full disk took of it is cut off again. Where that cannot be, half a line stays, and the next one
    /// follows it at once, which `recover` knows.
    fn add(&self, bytes: &[u8]) -> io::Result<()> {
        let file = self.file();
        let is_locked = file.lock().is_ok();
        let added = write_whole(&file, bytes, is_locked);
        if is_locked && let Err(error) = file.unlock() {
            tracing::warn!(%error, "the audit log stays locked");
        }
        added
    }

    /// Whoever comes while another waits for the disk finds, mostly, that the next wait was for their line, too.
    fn sync(&self, number: u64) -> io::Result<()> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if *synced >= number {
            return Ok(());
        }
        let upto = self.written.load(Ordering::Acquire);
        self.file().sync_data()?;
        *synced = upto;
        Ok(())
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

/// Whether this very file is found there.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let own = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn told(kept: io::Result<()>) {
    if let Err(error) = kept {
        metrics::counter!("perennial_audit_failures_total").increment(1);
        tracing::error!(%error, "an audit line could not be written");
    }
}

fn to_line(line: &AuditLine) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// `alone`: no other process writes meanwhile, so what lies behind the beginning is ours to cut off, if it still is as long as that.
fn write_whole(mut file: &File, bytes: &[u8], alone: bool) -> io::Result<()> {
    let before = file.metadata()?.len();
    let mut written = 0;
    while written < bytes.len() {
        let failure = match file.write(&bytes[written..]) {
            Ok(0) => io::Error::from(io::ErrorKind::WriteZero),
            Ok(more) => {
                written += more;
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        let is_ours = alone && file.metadata()?.len() == before + written as u64;
        if !is_ours || file.set_len(before).is_err() {
            tracing::warn!("half a line of the audit log could not be taken back");
        }
        return Err(failure);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::audit::{Action, Actor};
    use perennial_domain::{GrantId, Timestamp};
    use std::os::unix::fs::PermissionsExt as _;

    fn line(why: &str) -> AuditLine {
        AuditLine {
            at: Timestamp::from_ms(1),
            realm: "demo".to_owned(),
            actor: Actor::Server,
            action: Action::GrantEnded { grant: GrantId(uuid::Uuid::nil()), why: why.to_owned() },
        }
    }

    /// From now on; where it wrote before.
    fn writing_to(log: &AuditLog, file: Arc<File>) -> Arc<File> {
        std::mem::replace(&mut *log.file.write().unwrap(), file)
    }

    #[test]
    fn lines_are_added_to_what_an_earlier_process_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log/audit.jsonl");
        AuditLog::open(&path).unwrap().append(&line("revoked"));
        AuditLog::open(&path).unwrap().append(&line("new\nline"));
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<AuditLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, [line("revoked"), line("new\nline")]);
    }

    #[test]
    fn a_line_that_a_full_disk_refused_is_written_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let log = AuditLog::open(&path).unwrap();
        let room = writing_to(&log, OpenOptions::new().append(true).open("/dev/full").unwrap().into());
        log.append(&line("first"));
        log.append(&line("second"));
        writing_to(&log, room);
        log.append(&line("third"));
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<AuditLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, ["first", "second", "third"].map(line));
    }

    #[test]
    fn lines_of_several_who_write_at_once_never_mix() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let long = "x".repeat(20_000);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let (log, long) = (AuditLog::open(&path).unwrap(), &long);
                scope.spawn(move || (0..20).for_each(|_| log.append(&line(long))));
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<AuditLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(read.len() == 80 && read.iter().all(|read| *read == line(&long)));
    }

    #[test]
    fn a_line_that_a_full_disk_refused_waits_for_no_other_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let log = AuditLog::open(&path).unwrap();
        let room = writing_to(&log, OpenOptions::new().append(true).open("/dev/full").unwrap().into());
        log.append(&line("first"));
        assert!(log.owes() && !log.catch_up());
        writing_to(&log, room);
        assert!(log.catch_up() && !log.owes());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<AuditLine>>(),
            [line("first")]
        );
    }

    #[actix_web::test]
    async fn what_a_request_adds_is_on_disk_when_it_is_done_and_not_waited_for_before() {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(AuditLog::open(&folder.path().join("audit.jsonl")).unwrap());
        let on_disk = |log: &AuditLog| *log.synced.lock().unwrap();
        let request = async {
            log.append(&line("first"));
            log.append(&line("second"));
            on_disk(&log)
        };
        assert_eq!(Arc::clone(&log).carry(request).await, 0);
        assert_eq!(on_disk(&log), 2);
        log.append(&line("outside of a request"));
        assert_eq!(on_disk(&log), 3);
    }

    #[test]
    fn it_goes_on_in_a_new_file_where_the_old_one_was_moved_away() {
        let folder = tempfile::tempdir().unwrap();
        let (path, old) = (folder.path().join("audit.jsonl"), folder.path().join("audit.jsonl.1"));
        let log = AuditLog::open(&path).unwrap();
        log.append(&line("first"));
        assert!(!log.follow().unwrap());
        fs::rename(&path, &old).unwrap();
        log.append(&line("second"));
        assert!(log.follow().unwrap() && !log.follow().unwrap());
        log.append(&line("third"));
        let read = |path: &Path| -> Vec<AuditLine> {
            let text = fs::read_to_string(path).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        assert_eq!(read(&old), ["first", "second"].map(line));
        assert_eq!(read(&path), [line("third")]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(&path).unwrap();
        assert!(log.follow().unwrap());
        log.append(&line("fourth"));
        assert_eq!(read(&path), [line("fourth")]);
    }

    #[test]
    fn only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        AuditLog::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
