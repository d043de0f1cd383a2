//! `perennial recover --from-log FILE`: after a restored backup, applies again what the audit log says has ended, been paused or
//! narrowed since. Before a server is started on it, keys that are younger are unknown there; later it may run beside one, and as often as
//! one likes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use perennial_domain::audit::AuditLine;
use perennial_flows::Site;
use perennial_flows::recovery::{self, Applied, LastWords};

use super::flags::SettingFlags;
use crate::serve::foundation::Foundation;

/// What every line starts with: a line that was cut off by a crash has the next one glued to it.
const START: &str = "{\"at\":";

#[derive(Args)]
pub struct Recover {
    /// An audit log; may be repeated, oldest first
    #[arg(long = "from-log", value_name = "FILE", required = true)]
    logs: Vec<PathBuf>,
}

/// What was found, by the name of the action.
#[derive(Default)]
struct Report {
    again: BTreeMap<String, u64>,
    as_it_was: u64,
    left_alone: BTreeMap<String, u64>,
    other_realms: BTreeMap<String, u64>,
    half_written: u64,
    unreadable: Vec<String>,
}

enum Line {
    Whole(Box<AuditLine>),
    HalfWritten,
    /// Where it stands.
    Unreadable(String),
}

pub async fn run(flags: &SettingFlags, wanted: Recover) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let logs = wanted.logs.iter().map(|path| Log::open(path)).collect::<anyhow::Result<Vec<Log>>>()?;
    let foundation = Foundation::lay(config).await?;
    let done = apply_all(foundation.site(), &logs).await;
    foundation.site().store.shutdown().await;
    let report = done?;
    report.print();
    Ok(if report.unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Twice over the logs, which may be larger than memory: what an action means depends on what follows it.
async fn apply_all(site: &Site, logs: &[Log]) -> anyhow::Result<Report> {
    let mut words = LastWords::default();
    for line in logs.iter().flat_map(Log::lines) {
        if let Line::Whole(line) = line? {
            words.hear(&line);
        }
    }
    let mut report = Report::default();
    for line in logs.iter().flat_map(Log::lines) {
        match line? {
            Line::HalfWritten => report.half_written += 1,
            Line::Unreadable(place) => report.unreadable.push(place),
            Line::Whole(line) => report.count(&line, recovery::apply(site, &words, &line).await?),
        }
    }
    Ok(report)
}

/// What stands in a log at the start: a server may add to it meanwhile.
struct Log {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Log {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let name = || format!("the log {}", path.display());
        let file = File::open(path).with_context(name)?;
        let found = file.metadata().with_context(name)?;
        anyhow::ensure!(found.is_file(), "{} is no file: it is read twice", name());
        Ok(Self { path: path.to_owned(), file, length: found.len() })
    }

    fn lines(&self) -> impl Iterator<Item = anyhow::Result<Line>> {
        let name = || format!("the log {}", self.path.display());
        let mut file = &self.file;
        let wound_back = file.rewind().with_context(name);
        let mut lines = BufReader::new(file.take(self.length)).split(b'\n').enumerate().peekable();
        let parsed = std::iter::from_fn(move || {
            let (at, bytes) = lines.next()?;
            let is_last = lines.peek().is_none();
            let found = match bytes.with_context(name) {
                Ok(bytes) => parse(&String::from_utf8_lossy(&bytes), is_last, || place(&self.path, at)),
                Err(error) => return Some(vec![Err(error)]),
            };
            Some(found.into_iter().map(Ok).collect())
        });
        wound_back.err().map(Err).into_iter().chain(parsed.flatten())
    }
}

fn place(log: &Path, at: usize) -> String {
    format!("{}, line {}", log.display(), at + 1)
}

fn parse(text: &str, is_last: bool, place: impl FnOnce() -> String) -> Vec<Line> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    if let Ok(line) = serde_json::from_str(text) {
        return vec![Line::Whole(Box::new(line))];
    }
    let glued = text.rfind(START).filter(|at| *at > 0).and_then(|at| serde_json::from_str(&text[at..]).ok());
    match glued {
        Some(line) => vec![Line::HalfWritten, Line::Whole(Box::new(line))],
        None if is_last => vec![Line::HalfWritten],
        None => vec![Line::Unreadable(place())],
    }
}

impl Report {
    fn count(&mut self, line: &AuditLine, applied: Applied) {
        let name = || {
            let action = serde_json::to_value(&line.action).unwrap_or_default();
            action["action"].as_str().unwrap_or("unknown").replace('_', " ")
        };
        match applied {
            Applied::Again => *self.again.entry(name()).or_default() += 1,
            Applied::AsItWas => self.as_it_was += 1,
            Applied::LeftAlone => *self.left_alone.entry(name()).or_default() += 1,
            Applied::OtherRealm => *self.other_realms.entry(line.realm.clone()).or_default() += 1,
        }
    }

    fn print(&self) {
        if self.again.is_empty() {
            println!("nothing had been forgotten");
        }
        for (action, count) in &self.again {
            println!("applied again  {count}  {action}");
        }
        println!("as it was  {}", self.as_it_was);
        for (action, count) in &self.left_alone {
            println!("left alone  {count}  {action}");
        }
        for (realm, count) in &self.other_realms {
            println!("left alone  {count}  lines of the realm {realm}, which is not in this database");
        }
        if self.half_written > 0 {
            println!("half-written  {}", self.half_written);
        }
        for place in &self.unreadable {
            eprintln!("perennial: {place}: not an audit line that this version knows");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"at":1,"realm":"demo","actor":"server","action":"grant_ended","grant":"018f8c5e-7b1a-7c3d-9e2f-0123456789ab","why":"reused"}"#;

    fn kinds(text: &str, is_last: bool) -> Vec<&'static str> {
        let lines = parse(text, is_last, || "here".to_owned());
        let kind = |line: &Line| match line {
            Line::Whole(_) => "whole",
            Line::HalfWritten => "half",
            Line::Unreadable(_) => "unreadable",
        };
        lines.iter().map(kind).collect()
    }

    #[test]
    fn a_line_cut_off_by_a_crash_is_no_obstacle() {
        assert_eq!(kinds(WHOLE, false), ["whole"]);
        assert_eq!(kinds(&WHOLE[..40], true), ["half"]);
        assert_eq!(kinds(&format!("{}{WHOLE}", &WHOLE[..40]), false), ["half", "whole"]);
        assert_eq!(kinds("  ", true), [""; 0]);
    }

    #[test]
    fn a_log_is_read_twice_and_no_further_than_it_reached_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        std::fs::write(&path, format!("{WHOLE}\n{WHOLE}\n")).unwrap();
        let log = Log::open(&path).unwrap();
        std::fs::write(&path, format!("{WHOLE}\n{WHOLE}\n{WHOLE}\n")).unwrap();
        for _ in 0..2 {
            let read: Vec<Line> = log.lines().collect::<anyhow::Result<_>>().unwrap();
            assert!(read.len() == 2 && read.iter().all(|line| matches!(line, Line::Whole(_))));
        }
        assert!(Log::open(folder.path()).is_err(), "a folder is no log");
    }

    #[test]
    fn a_line_in_the_middle_that_nobody_can_read_is_named() {
        assert_eq!(kinds("nonsense", false), ["unreadable"]);
        assert_eq!(
            kinds(r#"{"at":1,"realm":"demo","actor":"server","action":"of_the_future"}"#, false),
            ["unreadable"]
        );
    }
}
