//! Files by name, from a folder or from the table that the build wrote. A name is one to three plain segments: nothing
//! outside of the folder can be named.

use std::borrow::Cow;
use std::path::PathBuf;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded_assets.rs"));
}

pub enum Bundle {
    Folder(PathBuf),
    Embedded,
}

impl Bundle {
    pub fn open(web_dir: Option<PathBuf>) -> Self {
        match web_dir {
            Some(folder) => Self::Folder(folder),
            None if cfg!(debug_assertions) => Self::Folder(PathBuf::from(env!("PERENNIAL_DEFAULT_WEB_DIR"))),
            None => Self::Embedded,
        }
    }

    pub fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        if !name.split('/').all(is_plain_segment) {
            return None;
        }
        match self {
            Self::Folder(folder) => std::fs::read(folder.join(name)).ok().map(Cow::Owned),
            Self::Embedded => {
                let index = embedded::FILES.binary_search_by_key(&name, |(own, _)| *own).ok()?;
                Some(Cow::Borrowed(embedded::FILES[index].1))
            }
        }
    }

    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(name).is_file(),
            Self::Embedded => self.read(name).is_some(),
        }
    }

    /// `pages-<hash>.css`. A folder is looked at each time: it changes under a running server while one develops.
    pub fn page_sheet(&self) -> Option<String> {
        let is_sheet = |name: &str| name.starts_with("pages-") && name.ends_with(".css");
        match self {
            Self::Folder(folder) => {
                let entries = std::fs::read_dir(folder.join("pages")).ok()?;
                let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
                names.filter(|name| is_sheet(name)).max()
            }
            Self::Embedded => {
                let names = embedded::FILES.iter().filter_map(|(name, _)| name.strip_prefix("pages/"));
                names.filter(|name| is_sheet(name)).max().map(str::to_owned)
            }
        }
    }
}

fn is_plain_segment(segment: &str) -> bool {
    let has_plain_bytes = segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    !segment.is_empty() && !segment.starts_with('.') && has_plain_bytes
}
