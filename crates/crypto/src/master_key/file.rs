//! The master key's file: 32 bytes as base64 text, mode 0600. Created whole or not at all, and never replaced:
//! where two nodes start at once on a shared volume, both end up with the key of the first.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::MasterKey;
use crate::Entropy;

/// The text of 32 bytes has 44 characters. What is longer than this is some other file.
const FILE_CAP: u64 = 1024;

#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("cannot read the master key file {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot create the master key file {path}: {source}")]
    Create { path: PathBuf, source: io::Error },
    #[error("the master key file {path} is not base64 text")]
    NotBase64 { path: PathBuf },
    #[error("the master key file {path} holds {found} bytes, but a master key has 32")]
    WrongSize { path: PathBuf, found: usize },
}

pub(super) fn load_or_create(path: &Path) -> Result<MasterKey, MasterKeyError> {
    match load(path) {
        Err(MasterKeyError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(|source| MasterKeyError::Create { path: path.to_owned(), source })?;
            load(path)
        }
        result => result,
    }
}

fn load(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let text = read_text(path).map_err(|source| MasterKeyError::Read { path: path.to_owned(), source })?;
    let decoded = STANDARD.decode(text.trim_ascii());
    let decoded = Zeroizing::new(decoded.map_err(|_| MasterKeyError::NotBase64 { path: path.to_owned() })?);
    match <[u8; MasterKey::LEN]>::try_from(decoded.as_slice()) {
        Ok(bytes) => Ok(MasterKey::from_bytes(bytes)),
        Err(_) => Err(MasterKeyError::WrongSize { path: path.to_owned(), found: decoded.len() }),
    }
}

fn read_text(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(64));
    File::open(path)?.take(FILE_CAP).read_to_end(&mut text)?;
    Ok(text)
}

/// Writes a neighbour file, then gives it the wanted name by a hard link, which, unlike a rename, never replaces
/// a file that another process created meanwhile.
fn create(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = draft_path(path);
    let written = write_draft(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    });
    let removed = fs::remove_file(&draft);
    written?;
    removed?;
    File::open(folder)?.sync_all()
}

fn write_draft(draft: &Path) -> io::Result<()> {
    let key = Zeroizing::new(Entropy::system().bytes::<{ MasterKey::LEN }>());
    let mut text = Zeroizing::new(STANDARD.encode(key.as_slice()));
    text.push('\n');
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn draft_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{}.new", crate::b64::encode(Entropy::system().bytes::<6>())));
    path.with_file_name(name)
}
