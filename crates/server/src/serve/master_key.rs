//! The master key and the database that it belongs to. The database knows the key's fingerprint from the first start on, and
//! a node with another key refuses to start, before it seals or destroys anything.

use std::path::Path;

use anyhow::{Context as _, bail};
use perennial_crypto::MasterKey;
use perennial_storage::{StorageError, Store, meta};

const FINGERPRINT: &str = "master_key_fingerprint";

/// Reads the key and compares it; both are made where the database is new.
pub async fn open(store: &Store, file: &Path) -> anyhow::Result<MasterKey> {
    let known = known_fingerprint(store).await.context("the master key's fingerprint cannot be read")?;
    if known.is_some() && !file.exists() {
        bail!(
            "the master key file {} is not there, but the database's secrets are sealed with one: put the file back, or \
             name it with --master-key-file (PERENNIAL_MASTER_KEY_FILE)",
            file.display()
        );
    }
    let key = MasterKey::load_or_create(file)?;
    let own = key.fingerprint();
    let stored = store
        .write(move |tx| meta::find_or_insert(tx, FINGERPRINT, &own))
        .await
        .context("the master key's fingerprint cannot be stored")?;
    check(&key, &stored, file)?;
    Ok(key)
}

/// For a look without changes: `Ok(false)` where there is neither a key nor a fingerprint yet.
pub async fn inspect(store: &Store, file: &Path) -> anyhow::Result<bool> {
    match (known_fingerprint(store).await?, file.exists()) {
        (None, false) => Ok(false),
        (Some(_), false) => bail!("the file {} is not there, but the database was made with one", file.display()),
        (known, true) => {
            let key = MasterKey::load_or_create(file)?;
            if let Some(known) = known {
                check(&key, &known, file)?;
            }
            Ok(true)
        }
    }
}

async fn known_fingerprint(store: &Store) -> Result<Option<String>, StorageError> {
    store.read(|tx| meta::find(tx, FINGERPRINT)).await
}

fn check(key: &MasterKey, stored: &str, file: &Path) -> anyhow::Result<()> {
    let own = key.fingerprint();
    if own != stored {
        bail!(
            "the master key in {} is not the one that the database was made with (fingerprint {own}, the database's is \
             {stored}): name the right file with --master-key-file (PERENNIAL_MASTER_KEY_FILE), or use another database",
            file.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_storage::StoreOptions;

    async fn store(folder: &Path) -> Store {
        let store = Store::open(StoreOptions::new(format!("sqlite:{}/p.db", folder.display()))).await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    #[actix_web::test]
    async fn a_database_is_served_with_the_key_that_it_was_made_with_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let (first, other) = (folder.path().join("first.key"), folder.path().join("other.key"));
        assert!(!inspect(&store, &first).await.unwrap());
        let made = open(&store, &first).await.unwrap();
        assert_eq!(open(&store, &first).await.unwrap().fingerprint(), made.fingerprint());
        assert!(inspect(&store, &first).await.unwrap());
        MasterKey::load_or_create(&other).unwrap();
        let error = open(&store, &other).await.unwrap_err().to_string();
        assert!(error.contains("PERENNIAL_MASTER_KEY_FILE") && error.contains(&made.fingerprint()), "{error}");
        assert!(inspect(&store, &other).await.is_err());
    }

    #[actix_web::test]
    async fn a_lost_key_is_not_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let file = folder.path().join("master.key");
        open(&store, &file).await.unwrap();
        std::fs::remove_file(&file).unwrap();
        let error = open(&store, &file).await.unwrap_err().to_string();
        assert!(error.contains("put the file back"), "{error}");
        assert!(!file.exists());
    }
}
