//! Where configuration values come from: flags over environment over the file. A value that is wrong is an error that
//! names its source and what is accepted, and never repeats the value, which may be a secret.

use std::collections::BTreeMap;

/// What every variable of ours begins with.
const PREFIX: &str = "PERENNIAL_";

/// Variables without the prefix that are no settings of the server: where its settings' file is, and what tests, tasks and examples read,
/// in whose environment it may be started.
const OTHERS: [&str; 11] = [
    "CONFIG",
    "BIN",
    "CHROMEDRIVER",
    "CHROMIUM",
    "DEFAULT_WEB_DIR",
    "ISSUER",
    "NIGHTLY_BACKUP",
    "NODE",
    "NODE_DIRECTORY",
    "PG_BIN",
    "PYTHON",
];

/// What Kubernetes and Docker put into the environment of everything beside a service or a container whose name is `perennial` or
/// begins like it: `PERENNIAL_SERVICE_HOST`, `PERENNIAL_METRICS_PORT_9090_TCP_ADDR`.
fn is_of_a_neighbour(name: &str) -> bool {
    let name = format!("_{name}");
    let is_address = name.ends_with("_PORT") || name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT");
    let is_protocol = ["_TCP", "_UDP", "_SCTP"].iter().any(|protocol| name.contains(protocol));
    name == "_NAME" || name.contains("_ENV_") || is_address || (name.contains("_PORT_") && is_protocol)
}

/// The name of a setting: as an environment variable, a flag and a key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// snake_case, as in the file.
    pub key: &'static str,
    /// Secrets have none: arguments of a process are visible to everyone on the machine.
    pub has_flag: bool,
}

impl Setting {
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.key.to_uppercase())
    }

    pub fn flag(&self) -> String {
        format!("--{}", self.key.replace('_', "-"))
    }
}

/// Why the configuration cannot be used. Says what to do, not what was read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{source_name} must be {accepted}")]
    Value { source_name: String, accepted: String },
    #[error("{0}")]
    Combination(String),
    #[error("{path}: {reason}")]
    File { path: String, reason: String },
}

/// The three places, each already a map from key to text.
#[derive(Default)]
pub struct Sources {
    pub flags: BTreeMap<&'static str, String>,
    pub environment: BTreeMap<String, String>,
    pub file: BTreeMap<String, String>,
    pub file_name: String,
}

/// A text and where it was found, in words for an error.
pub struct Found<'s> {
    pub text: &'s str,
    pub source_name: String,
}

impl Sources {
    /// An empty variable counts as unset: compose files and unit files write those.
    pub fn find(&self, setting: Setting) -> Option<Found<'_>> {
        let variable = setting.variable();
        if let Some(text) = self.flags.get(setting.key) {
            return Some(Found { text, source_name: setting.flag() });
        }
        if let Some(text) = self.environment.get(&variable).filter(|text| !text.is_empty()) {
            return Some(Found { text, source_name: variable });
        }
        let text = self.file.get(setting.key)?;
        Some(Found { text, source_name: format!("`{}` in {} ({variable})", setting.key, self.file_name) })
    }

    /// Refuses variables of ours that are none, so that a typing error does not silently leave a default in force.
    pub fn refuse_unknown(&self, known: &[Setting]) -> Result<(), ConfigError> {
        for (variable, _) in self.environment.iter().filter(|(_, text)| !text.is_empty()) {
            let Some(name) = variable.strip_prefix(PREFIX) else { continue };
            let is_known = known.iter().any(|setting| setting.variable() == *variable);
            if !is_known && !OTHERS.contains(&name) && !is_of_a_neighbour(name) {
                let names: Vec<String> = known.iter().map(Setting::variable).collect();
                let text = format!("{variable} is no setting; there are {}", names.join(", "));
                return Err(ConfigError::Combination(text));
            }
        }
        Ok(())
    }

    /// The parsed value, or `None` where nothing is set.
    pub fn value<T, E: ToString>(
        &self,
        setting: Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(found) = self.find(setting) else { return Ok(None) };
        match parse(found.text) {
            Ok(value) => Ok(Some(value)),
            Err(accepted) => Err(ConfigError::Value { source_name: found.source_name, accepted: accepted.to_string() }),
        }
    }
}
