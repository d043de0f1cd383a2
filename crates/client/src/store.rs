//! The durable home of one offline token: a JSON file that is replaced atomically, readable by its owner only, and a
//! lock file that keeps two runs of one job apart. It owns no protocol: what the token is good for is the client's
//! business.
//!
//! # Why "receive, store, then use"
//! A provider that rotates refresh tokens hands out a successor with every refresh. The dangerous moment lies between
//! receiving the successor and having it on disk. A provider with receipt-safe rotation closes it: until the
//! successor has been presented once, the predecessor may be presented again and yields *the same* successor. So the
//! order is: receive the successor, store it durably, and only then use what came with it. A run that is killed
//! before the rename leaves the predecessor in the file, and the next run asks again; a run that is killed after it
//! leaves the successor. Using the successor first would prove its receipt to the provider while the file still holds
//! its predecessor: the next run would then look like a thief.
//!
//! A left-over temporary file is therefore never read: whatever it holds, the file beside it is good.

use openidconnect::RefreshToken;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const VERSION: u32 = 1;
const LOCK_POLL: Duration = Duration::from_millis(50);
const LOCK_PATIENCE: Duration = Duration::from_secs(60);

/// An offline token and what is needed to refresh it safely. Its `Debug` hides the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredToken {
    /// The issuer that gave it: it is presented nowhere else.
    pub issuer: String,
    /// The client that it was given to.
    pub client_id: String,
    /// `sub` of the ID token of the sign-in.
    pub subject: String,
    /// The token itself, opaque.
    pub refresh_token: RefreshToken,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// `nonce` of the sign-in: an ID token on refresh has none or this one (OpenID Connect Core §12.2).
    pub nonce: Option<String>,
    /// `auth_time` of the sign-in, ms since epoch: an ID token on refresh has the same (OpenID Connect Core §12.2).
    pub authenticated_at: Option<i64>,
    /// When this token was received, ms since epoch.
    pub received_at: i64,
    /// When the access ends if it is not used before, ms since epoch; absent if nothing limits it.
    pub ends_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    #[serde(flatten)]
    token: StoredToken,
}

/// Why the store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory concerned.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file is not one that this store wrote. It is left untouched.
    #[error("{} is not a token file of this version: {why}", path.display())]
    Unreadable {
        /// The file concerned.
        path: PathBuf,
        /// What is wrong with it; never its content.
        why: String,
    },
    /// Another run holds the lock for longer than anyone should.
    #[error("{} is in use by another run", path.display())]
    Locked {
        /// The token file.
        path: PathBuf,
    },
}

/// One offline token's file.
#[derive(Debug, Clone)]
pub struct OfflineTokenStore {
    path: PathBuf,
    patience: Duration,
}

/// The store while this process has it to itself. Only a holder can change the file; dropping it lets the next in.
#[derive(Debug)]
pub struct HeldStore {
    store: OfflineTokenStore,
    _lock: File,
}

impl OfflineTokenStore {
    /// A store in this file. Nothing is touched until it is used.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), patience: LOCK_PATIENCE }
    }

    /// How long [`lock`](Self::lock) waits for another run; one minute unless told.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where the token is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until no other run holds the store, then holds it. The lock is the operating system's, on
    /// `<file>.lock`, and ends with the process however that ends. Creates missing parent directories.
    ///
    /// The lock file stays: removing it would let two runs hold locks on two files of one name.
    pub async fn lock(&self) -> Result<HeldStore, StoreError> {
        self.create_parents()?;
        let path = self.sibling(".lock");
        let file = private(OpenOptions::new().create(true).truncate(false).write(true))
            .open(&path)
            .map_err(io_error(&path))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(HeldStore { store: self.clone(), _lock: file }),
                Err(fs::TryLockError::Error(source)) => return Err(StoreError::Io { path, source }),
                Err(fs::TryLockError::WouldBlock) if started.elapsed() >= self.patience => {
                    return Err(StoreError::Locked { path: self.path.clone() });
                }
                // Polled, not waited for in a thread: a thread in flock could not be given up.
                Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(LOCK_POLL).await,
            }
        }
    }

    /// The stored token, or none. Needs no lock: the file is always one whole version.
    pub fn load(&self) -> Result<Option<StoredToken>, StoreError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StoreError::Io { path: self.path.clone(), source }),
        };
        let unreadable = |why: String| StoreError::Unreadable { path: self.path.clone(), why };
        // serde's messages can quote values, and the value may be the token.
        let document: Document = serde_json::from_slice(&bytes)
            .map_err(|error| unreadable(format!("{:?} error in line {}", error.classify(), error.line())))?;
        match document.version {
            VERSION => Ok(Some(document.token)),
            other => Err(unreadable(format!("version {other}"))),
        }
    }

    fn sibling(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(suffix);
        PathBuf::from(name)
    }

    fn parent(&self) -> &Path {
        self.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn create_parents(&self) -> Result<(), StoreError> {
        let missing: Vec<&Path> = self.parent().ancestors().take_while(|it| !it.exists()).collect();
        fs::create_dir_all(self.parent()).map_err(io_error(self.parent()))?;
        // A directory's own entry is durable only once the directory above it is.
        for created in missing {
            let above = created.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
            sync_directory(above)?;
        }
        Ok(())
    }
}

impl HeldStore {
    /// The stored token, or none.
    pub fn load(&self) -> Result<Option<StoredToken>, StoreError> {
        self.store.load()
    }

    /// Replaces the stored token durably: when this returns, the new one survives a power cut; before, the old one
    /// does. Blocks for the time of two fsyncs.
    pub fn save(&self, token: &StoredToken) -> Result<(), StoreError> {
        let temporary = self.temporary();
        let unwritable = io_error(&temporary);
        // A left-over of a killed run goes first: `create_new` then neither inherits its mode nor follows a link.
        remove(&temporary)?;
        let document = Document { version: VERSION, token: token.clone() };
        let bytes = serde_json::to_vec_pretty(&document).map_err(|error| unwritable(error.into()))?;
        let mut file =
            private(OpenOptions::new().create_new(true).write(true)).open(&temporary).map_err(&unwritable)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(&unwritable)?;
        fs::rename(&temporary, &self.store.path).map_err(io_error(&self.store.path))?;
        sync_directory(self.store.parent())
    }

    /// Forgets the token, and any left-over of a killed run.
    pub fn clear(&self) -> Result<(), StoreError> {
        remove(&self.temporary())?;
        remove(&self.store.path)?;
        sync_directory(self.store.parent())
    }

    /// Moves the token's file to `<file>.ended`, for whoever wants to know what ended, and says where it is now.
    pub fn set_aside(&self) -> Result<PathBuf, StoreError> {
        let aside = self.store.sibling(".ended");
        remove(&self.temporary())?;
        fs::rename(&self.store.path, &aside).map_err(io_error(&self.store.path))?;
        sync_directory(self.store.parent())?;
        Ok(aside)
    }

    fn temporary(&self) -> PathBuf {
        self.store.sibling(".tmp")
    }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Io { path: path.to_owned(), source }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A rename is durable only once its directory is.
#[cfg(unix)]
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(io_error(path))
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(test)]
mod tests;
