//! Files of a bundle that import one another. Each name carries one hash over all of them: none could carry a hash of its
//! own bytes, since they name the others.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::assets::{self, Asset};

/// The files under their hashed names.
pub struct Family {
    pub assets: Vec<Asset>,
    /// Hashed names by the plain ones.
    names: BTreeMap<String, String>,
}

impl Family {
    /// `files` by plain name, as they refer to one another.
    pub fn named(files: Vec<(String, Vec<u8>)>) -> Result<Self> {
        let parts: Vec<&[u8]> = files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]).collect();
        let hash = assets::hash(&parts);
        let names = files.iter().map(|(name, _)| (name.clone(), with_hash(name, &hash))).collect();
        let assets = files
            .into_iter()
            .map(|(name, bytes)| {
                let bytes = if name.ends_with(".js") { renamed(bytes, &names)? } else { bytes };
                Ok(Asset { name: with_hash(&name, &hash), bytes })
            })
            .collect::<Result<_>>()?;
        Ok(Family { assets, names })
    }

    pub fn name_of(&self, plain: &str) -> Result<&str> {
        self.names.get(plain).map(String::as_str).with_context(|| format!("the bundle has no {plain}"))
    }
}

/// `app.js` becomes `app-<hash>.js`.
fn with_hash(name: &str, hash: &str) -> String {
    match name.split_once('.') {
        Some((stem, suffix)) => format!("{stem}-{hash}.{suffix}"),
        None => format!("{name}-{hash}"),
    }
}

/// Renames what a module imports or fetches. Other mentions stay: by the plain name, too, does a wasm file know the module
/// that it imports from.
fn renamed(module: Vec<u8>, names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut text = String::from_utf8(module).context("a JavaScript module is no UTF-8")?;
    for (plain, hashed) in names {
        for (before, after) in [("from './", "'"), ("from \"./", "\""), ("new URL(\"./", "\"")] {
            text = text.replace(&format!("{before}{plain}{after}"), &format!("{before}{hashed}{after}"));
        }
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(loader: &str) -> Family {
        let glue = "import * as a from './screens.js';\nimports['./screens.js'] = a;".to_owned();
        let files = [("app.js", glue.as_str()), ("screens.js", loader), ("split_keys.wasm", "wasm")];
        Family::named(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).to_vec()).unwrap()
    }

    fn text(family: &Family, plain: &str) -> String {
        let name = family.name_of(plain).unwrap();
        let asset = family.assets.iter().find(|asset| asset.name == name).unwrap();
        String::from_utf8(asset.bytes.clone()).unwrap()
    }

    #[test]
    fn imports_and_fetches_name_the_hashed_files() {
        let family = family("import { initSync } from \"./app.js\";\nfetch(new URL(\"./split_keys.wasm\", here));");
        let (app, keys) = (family.name_of("app.js").unwrap(), family.name_of("split_keys.wasm").unwrap());
        assert!(app.starts_with("app-") && app.ends_with(".js"), "{app}");
        let loader = text(&family, "screens.js");
        assert_eq!(loader, format!("import {{ initSync }} from \"./{app}\";\nfetch(new URL(\"./{keys}\", here));"));
    }

    #[test]
    fn the_name_by_which_wasm_imports_a_module_stays() {
        let family = family("");
        let glue = text(&family, "app.js");
        assert!(glue.contains("imports['./screens.js']"), "{glue}");
        assert!(glue.contains(&format!("from './{}'", family.name_of("screens.js").unwrap())), "{glue}");
    }

    #[test]
    fn a_change_of_one_file_renames_all() {
        let (one, other) = (family("a"), family("b"));
        assert!(one.assets.iter().zip(&other.assets).all(|(one, other)| one.name != other.name));
    }

    #[test]
    fn a_file_that_is_not_there_has_no_name() {
        assert!(family("").name_of("app_bg.wasm").is_err());
    }
}
