//! What the tests need from the machine: PostgreSQL's server binaries, Chromium and its driver, Python and Node.
//!
//! Finds them, installs Debian's packages where that is possible without asking, and otherwise names the command.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;

/// Where the tests find the programs that they start.
pub struct Programs {
    /// The directory with `initdb` and `postgres`.
    pub postgres: PathBuf,
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

impl Programs {
    /// For the environment of `cargo test`.
    pub fn variables(&self) -> [(&'static str, &Path); 3] {
        [
            ("PERENNIAL_PG_BIN", &self.postgres),
            ("PERENNIAL_CHROMIUM", &self.chromium),
            ("PERENNIAL_CHROMEDRIVER", &self.chromedriver),
        ]
    }
}

/// What runs other people's client libraries.
pub struct Interpreters {
    pub python: PathBuf,
    pub node: PathBuf,
    pub npm: PathBuf,
}

/// One program, the package that brings it, and how to look for it.
struct Need {
    package: &'static str,
    find: fn() -> Option<PathBuf>,
}

const NEEDS: [Need; 3] = [
    Need { package: "postgresql", find: find_postgres },
    Need { package: "chromium", find: find_chromium },
    Need { package: "chromium-driver", find: find_chromedriver },
];

const INTERPRETERS: [Need; 3] = [
    Need { package: "python3-venv", find: find_python },
    Need { package: "nodejs", find: find_node },
    Need { package: "npm", find: find_npm },
];

pub fn interpreters() -> Result<Interpreters> {
    let missing = install_missing(&INTERPRETERS)?;
    match (find_python(), find_node(), find_npm()) {
        (Some(python), Some(node), Some(npm)) => Ok(Interpreters { python, node, npm }),
        _ => bail!("installed {}, but something of it is still not found", missing.join(", ")),
    }
}

/// Names what was missing.
fn install_missing(needs: &[Need]) -> Result<Vec<&'static str>> {
    let missing: Vec<&str> = needs.iter().filter(|need| (need.find)().is_none()).map(|need| need.package).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    Ok(missing)
}

pub fn programs() -> Result<Programs> {
    let missing = install_missing(&NEEDS)?;
    match (find_postgres(), find_chromium(), find_chromedriver()) {
        (Some(postgres), Some(chromium), Some(chromedriver)) => Ok(Programs { postgres, chromium, chromedriver }),
        _ => bail!("installed {}, but something of it is still not found", missing.join(", ")),
    }
}

/// Debian and its relatives, as root; anyone else is told what to type.
fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if find_on_path("apt-get").is_none() {
        bail!(
            "missing: {list} (Debian's package names). Install them, or point PERENNIAL_PG_BIN, PERENNIAL_CHROMIUM \
             and PERENNIAL_CHROMEDRIVER at programs elsewhere; Python, Node and npm are found on the PATH."
        );
    }
    if !is_root()? {
        bail!("missing: {list}. Run:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}");
    }
    let apt = |arguments: &[&str]| {
        command::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

fn is_root() -> Result<bool> {
    Ok(command::output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn find_postgres() -> Option<PathBuf> {
    let has_server = |directory: &PathBuf| directory.join("initdb").is_file() && directory.join("postgres").is_file();
    if let Some(named) = env::var_os("PERENNIAL_PG_BIN") {
        return Some(PathBuf::from(named)).filter(has_server);
    }
    let on_path = || find_on_path("initdb").and_then(|initdb| initdb.parent().map(Path::to_owned));
    newest_packaged_postgres().or_else(on_path).filter(has_server)
}

/// Debian keeps one directory per major version; the newest wins.
fn newest_packaged_postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let major: u32 = entry.file_name().to_str()?.parse().ok()?;
            let directory = entry.path().join("bin");
            directory.join("initdb").is_file().then_some((major, directory))
        })
        .max()
        .map(|(_, directory)| directory)
}

fn find_chromium() -> Option<PathBuf> {
    find_program("PERENNIAL_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

fn find_chromedriver() -> Option<PathBuf> {
    find_program("PERENNIAL_CHROMEDRIVER", &["chromedriver"])
}

/// One that can make environments: Debian packs that part apart.
fn find_python() -> Option<PathBuf> {
    let python = find_on_path("python3")?;
    let probe = Command::new(&python).args(["-c", "import venv, ensurepip"]).output().ok()?;
    probe.status.success().then_some(python)
}

fn find_node() -> Option<PathBuf> {
    find_on_path("node")
}

fn find_npm() -> Option<PathBuf> {
    find_on_path("npm")
}

fn find_program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
        None => names.iter().find_map(|name| find_on_path(name)),
    }
}

fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(name)).find(|candidate| candidate.is_file())
}
