//! Bytes that are looked up here and there: in a file that nobody else sees and that is gone with the process, so that memory is
//! left to the work; in memory only where there is no room for a file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::FileExt,
};

/// Bytes: a million sessions.
const MOST_IN_MEMORY: usize = 64 << 20;

#[derive(Debug)]
pub(super) enum Kept {
    File(File),
    Memory(Vec<u8>),
}

impl Kept {
    /// The `size` bytes that `fill` writes; it may be asked twice.
    pub fn of(size: usize, fill: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        match in_file(&fill) {
            Ok(file) => Ok(Self::File(file)),
            Err(error) if size > MOST_IN_MEMORY => Err(error),
            Err(error) => {
                tracing::warn!(%error, "no temporary file for the orders of sessions: they are kept in memory");
                Self::in_memory(size, fill)
            }
        }
    }

    fn in_memory(size: usize, fill: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        let mut bytes = Vec::with_capacity(size);
        fill(&mut bytes)?;
        Ok(Self::Memory(bytes))
    }

    /// As many bytes as `into` holds.
    pub fn read(&self, at: usize, into: &mut [u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_exact_at(into, at as u64),
            Self::Memory(bytes) => {
                let there = bytes.get(at..at + into.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
                into.copy_from_slice(there);
                Ok(())
            }
        }
    }
}

fn in_file(fill: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut writer = BufWriter::new(tempfile::tempfile()?);
    fill(&mut writer)?;
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_from_a_file_as_from_memory_and_nothing_behind_it() {
        let fill = |out: &mut dyn Write| out.write_all(b"sessions");
        let (file, memory) = (Kept::of(8, fill).unwrap(), Kept::in_memory(8, fill).unwrap());
        assert!(matches!((&file, &memory), (Kept::File(_), Kept::Memory(_))));
        for kept in [file, memory] {
            let mut some = [0; 4];
            kept.read(2, &mut some).unwrap();
            assert_eq!(&some, b"ssio");
            assert!(kept.read(5, &mut some).is_err());
        }
    }
}
