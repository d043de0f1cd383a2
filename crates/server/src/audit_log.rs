//! The audit log: one JSON line for every consent and for everything but a limit that ended, paused or narrowed a session, in a
//! file that is only added to.
//! Written in one call a line, so that lines of several processes never mix, and on disk before anybody is answered; lines that are
//! written at the same time share one wait for the disk.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use perennial_domain::audit::AuditLine;

/// In bytes, of lines that wait for room on the disk; later ones are lost.
const MOST_OWED: usize = 1_024 * 1_024;

pub struct AuditLog {
    file: File,
    /// What could not be written yet: it comes before the next line.
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
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self { file, owed: Mutex::default(), written: AtomicU64::default(), synced: Mutex::default() })
    }

    /// Adds one line and waits until it is on disk. What happened has happened already: a full disk is logged and counted, the
    /// caller goes on, and the line is written as soon as there is room again.
    pub fn append(&self, line: &AuditLine) {
        let kept = to_line(line).and_then(|bytes| self.write(&bytes)).and_then(|number| self.sync(number));
        if let Err(error) = kept {
            metrics::counter!("perennial_audit_failures_total").increment(1);
            tracing::error!(%error, "an audit line could not be written");
        }
    }

    /// The line's number, from 1.
    fn write(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = std::mem::take(&mut *owed);
        all.extend_from_slice(bytes);
        if let Err(error) = (&self.file).write_all(&all) {
            if all.len() > MOST_OWED {
                all.truncate(all.len() - bytes.len());
            }
            // Half of it may be there; whoever reads the log knows a broken line, and that one may stand twice.
            if !all.starts_with(b"\n") {
                all.insert(0, b'\n');
            }
            *owed = all;
            return Err(error);
        }
        Ok(self.written.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// Whoever comes while another waits for the disk finds, mostly, that the next wait was for their line, too.
    fn sync(&self, number: u64) -> io::Result<()> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if *synced >= number {
            return Ok(());
        }
        let upto = self.written.load(Ordering::Acquire);
        self.file.sync_data()?;
        *synced = upto;
        Ok(())
    }
}

fn to_line(line: &AuditLine) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
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
        let mut log = AuditLog::open(&path).unwrap();
        let room = std::mem::replace(&mut log.file, OpenOptions::new().append(true).open("/dev/full").unwrap());
        log.append(&line("first"));
        log.append(&line("second"));
        log.file = room;
        log.append(&line("third"));
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<AuditLine> =
            text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, ["first", "second", "third"].map(line));
    }

    #[test]
    fn only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        AuditLog::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
