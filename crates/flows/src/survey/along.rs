//! A run of sessions in one order, read from where it is kept a part at a time.

use super::kept::Kept;
use crate::{FlowError, FlowResult};
use perennial_domain::{GrantId, Timestamp};
use std::{io, ops::Range};
use uuid::Uuid;

/// Bytes of an id, of a key with its id, and of an entry: the key in whole seconds, the id, the number of its client. The first two
/// compare as their bytes do.
pub(super) const ID: usize = 16;
pub(super) const KEY: usize = 4 + ID;
pub(super) const WIDTH: usize = KEY + 4;
/// Entries that are read at once.
const PART: usize = 512;

/// Goes along a run from a place on.
pub struct Along<'o> {
    kept: &'o Kept,
    /// Where the run begins.
    at: usize,
    /// Entries that are still to be read.
    left: Range<usize>,
    descending: bool,
    /// The number of the only client that is asked for; nobody has one that was not seen.
    owner: Option<Option<u32>>,
    /// Entries that come next, the first one last.
    read: Vec<[u8; WIDTH]>,
    failed: Option<io::Error>,
}

impl<'o> Along<'o> {
    pub(super) fn whole(kept: &'o Kept, at: usize, total: usize, descending: bool, owner: Option<Option<u32>>) -> Self {
        Self { kept, at, left: 0..total, descending, owner, read: Vec::new(), failed: None }
    }

    /// Behind this key and id, whether they are there or not.
    pub(super) fn skip_to(&mut self, at_s: u32, id: GrantId) -> io::Result<()> {
        let (cursor, total) = (key_bytes(at_s, id), self.left.end);
        let passes = |place| self.key(place).map(|key| if self.descending { key < cursor } else { key <= cursor });
        let place = partition_point(total, passes)?;
        self.left = if self.descending { 0..place } else { place..total };
        Ok(())
    }

    fn key(&self, place: usize) -> io::Result<[u8; KEY]> {
        let mut key = [0; KEY];
        self.kept.read(self.at + place * WIDTH, &mut key)?;
        Ok(key)
    }

    fn fill(&mut self) -> io::Result<()> {
        let Range { start, end } = self.left;
        let part =
            if self.descending { start.max(end.saturating_sub(PART))..end } else { start..end.min(start + PART) };
        let mut entries = vec![[0; WIDTH]; part.len()];
        self.kept.read(self.at + part.start * WIDTH, entries.as_flattened_mut())?;
        self.left = if self.descending { start..part.start } else { part.end..end };
        if !self.descending {
            entries.reverse();
        }
        self.read = entries;
        Ok(())
    }

    /// An error where it came to an end for that.
    pub fn check(self) -> FlowResult<()> {
        self.failed.map_or(Ok(()), |error| Err(FlowError::internal(error)))
    }
}

impl Iterator for Along<'_> {
    type Item = (Timestamp, GrantId);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while let Some(entry) = self.read.pop() {
                let (key, owner) = entry.split_at(KEY);
                if self.owner.is_some_and(|wanted| wanted.map(u32::to_be_bytes).is_none_or(|wanted| wanted != *owner)) {
                    continue;
                }
                let (at_s, id) = key.split_at(KEY - ID);
                let at_s = at_s.iter().fold(0, |at_s, byte| (at_s << 8) | i64::from(*byte));
                return Some((Timestamp::from_s(at_s), GrantId(Uuid::from_slice(id).ok()?)));
            }
            if self.left.is_empty() || self.failed.is_some() {
                return None;
            }
            self.failed = self.fill().err();
        }
    }
}

/// The first place for which `passes` does not hold, as [`slice::partition_point`] has it.
pub(super) fn partition_point(total: usize, passes: impl Fn(usize) -> io::Result<bool>) -> io::Result<usize> {
    let (mut from, mut to) = (0, total);
    while from < to {
        let middle = usize::midpoint(from, to);
        if passes(middle)? {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    Ok(from)
}

fn key_bytes(at_s: u32, id: GrantId) -> [u8; KEY] {
    let mut key = [0; KEY];
    key[..KEY - ID].copy_from_slice(&at_s.to_be_bytes());
    key[KEY - ID..].copy_from_slice(id.0.as_bytes());
    key
}
