//! `perennial.toml`: one flat table with the keys of the settings. Unknown keys are refused, so that a typing error
//! does not silently leave a default in force.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config_sources::{ConfigError, Setting};

/// Read from the working directory where no other file is named.
pub const DEFAULT_NAME: &str = "perennial.toml";

/// Reads the file; where it was not asked for by name, it may be absent.
pub fn read(path: &Path, is_named: bool, known: &[Setting]) -> Result<BTreeMap<String, String>, ConfigError> {
    let failed = |reason: String| ConfigError::File { path: path.display().to_string(), reason };
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, known).map_err(failed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => Ok(BTreeMap::new()),
        Err(error) => Err(failed(format!("cannot be read: {error}"))),
    }
}

fn parse(text: &str, known: &[Setting]) -> Result<BTreeMap<String, String>, String> {
    // The parser's own message quotes the line, which may hold a secret; its position is enough.
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        format!("line {line} is not valid TOML: {}", error.message())
    })?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !known.iter().any(|setting| setting.key == key) {
            let names: Vec<&str> = known.iter().map(|setting| setting.key).collect();
            return Err(format!("`{key}` is no setting; there are {}", names.join(", ")));
        }
        let text =
            plain(&value).ok_or_else(|| format!("`{key}` must be a text, a number, a boolean or a list of texts"))?;
        values.insert(key, text);
    }
    Ok(values)
}

/// As the value would stand in an environment variable.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Setting] =
        &[Setting { key: "listen", has_flag: true }, Setting { key: "trusted_proxies", has_flag: true }];

    #[test]
    fn lists_are_read_as_the_environment_writes_them() {
        let values = parse("listen = \"127.0.0.1:1\"\ntrusted_proxies = [\"10.0.0.1\", \"10.0.0.2\"]", KNOWN).unwrap();
        assert_eq!(values["listen"], "127.0.0.1:1");
        assert_eq!(values["trusted_proxies"], "10.0.0.1,10.0.0.2");
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        let error = parse("lisen = \"x\"", KNOWN).unwrap_err();
        assert!(error.contains("`lisen`") && error.contains("listen, trusted_proxies"), "{error}");
    }

    #[test]
    fn a_broken_file_is_named_by_line_without_its_content() {
        let error = parse("listen = \"a\"\nadmin_password = hunter2\n", KNOWN).unwrap_err();
        assert!(error.contains("line 2") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn only_a_file_that_was_named_must_exist() {
        let nowhere = Path::new("/nowhere/perennial.toml");
        assert_eq!(read(nowhere, false, KNOWN), Ok(BTreeMap::new()));
        assert!(read(nowhere, true, KNOWN).is_err());
    }
}
