//! The audit log: one JSON line for every consent and for everything but a limit that ended, paused or narrowed a session, in a
//! file that is only added to.
//! Written in one call a line, so that lines of several processes never mix and a killed process loses none.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use perennial_domain::audit::AuditLine;

pub struct AuditLog {
    file: Mutex<File>,
}

impl AuditLog {
    /// Opens the file for adding; where it is new, only its owner may read it.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Adds one line and hands it to the operating system. What happened has happened already: a full disk is logged and
    /// counted, and the caller goes on.
    pub fn append(&self, line: &AuditLine) {
        let written = to_line(line).and_then(|bytes| {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.write_all(&bytes)
        });
        if let Err(error) = written {
            metrics::counter!("perennial_audit_failures_total").increment(1);
            tracing::error!(%error, "an audit line could not be written");
        }
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
    fn only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        AuditLog::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
