//! Content-hashed files with their compressed neighbours, published so that a running server never sees half a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Half of a SHA-256 in hexadecimal would be too long for a file name; 64 bits tell one build from the next.
const HASH_BYTES: usize = 8;
const BROTLI_WINDOW_BITS: i32 = 22;

/// A file on its way into a bundle.
pub struct Asset {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Asset {
    /// Names the file `<stem>-<hash><suffix>`.
    pub fn hashed(stem: &str, suffix: &str, bytes: Vec<u8>) -> Self {
        let name = format!("{stem}-{}{suffix}", hash(&[&bytes]));
        Self { name, bytes }
    }
}

/// One hash over several parts; lengths go in too, so that moving a byte between parts changes it.
pub fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    digest[..HASH_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the assets and their `.br` neighbours, then runs `switch_over`, then removes what no longer belongs.
/// Returns the compressed sizes in bytes, by name.
///
/// New files have new names, so they never disturb what is being served; `switch_over` makes them the current ones.
pub fn publish(
    directory: &Path,
    assets: &[Asset],
    quality: i32,
    switch_over: impl FnOnce() -> Result<()>,
) -> Result<BTreeMap<String, u64>> {
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let mut current = BTreeSet::new();
    let mut sizes = BTreeMap::new();
    for asset in assets {
        let compressed = compress(&asset.bytes, quality)?;
        sizes.insert(asset.name.clone(), compressed.len() as u64);
        let neighbour = format!("{}.br", asset.name);
        // The neighbour first: whoever finds the file finds its compressed form too.
        replace(&directory.join(&neighbour), &compressed)?;
        replace(&directory.join(&asset.name), &asset.bytes)?;
        current.extend([neighbour, asset.name.clone()]);
    }
    switch_over()?;
    remove_others(directory, &current)?;
    Ok(sizes)
}

/// Writes a file whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path.file_name().with_context(|| format!("{} is no file path", path.display()))?;
    let temporary = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn remove_others(directory: &Path, current: &BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !current.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path()).with_context(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

fn compress(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    const BUFFER_BYTES: usize = 1 << 16;
    let mut compressed = Vec::new();
    let mut writer =
        brotli::CompressorWriter::new(&mut compressed, BUFFER_BYTES, quality as u32, BROTLI_WINDOW_BITS as u32);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_name_follows_the_content() {
        let one = Asset::hashed("app", ".css", b"a{}".to_vec());
        let two = Asset::hashed("app", ".css", b"b{}".to_vec());
        assert_ne!(one.name, two.name);
        assert!(one.name.starts_with("app-") && one.name.ends_with(".css"));
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_hash() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }

    #[test]
    fn what_a_bundle_no_longer_has_is_removed_after_the_switch() {
        let directory = tempfile::tempdir().unwrap();
        let old = Asset::hashed("app", ".js", b"old".to_vec());
        let new = Asset::hashed("app", ".js", b"new".to_vec());
        publish(directory.path(), &[old], 5, || Ok(())).unwrap();
        let mut seen_at_switch = 0;
        publish(directory.path(), std::slice::from_ref(&new), 5, || {
            seen_at_switch = files(directory.path()).len();
            Ok(())
        })
        .unwrap();
        assert_eq!(seen_at_switch, 4, "old and new are both there while the shell is replaced");
        assert_eq!(files(directory.path()), [new.name.clone(), format!("{}.br", new.name)]);
    }

    #[test]
    fn the_compressed_neighbour_unpacks_to_the_file() {
        let bytes = b"body { margin: 0 }\n".repeat(50);
        let compressed = compress(&bytes, 11).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut compressed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
        assert!(compressed.len() < bytes.len());
    }
}
