//! What the token file promises, and what it does after a run that did not end well.

use super::*;
use tempfile::TempDir;

fn token(secret: &str) -> StoredToken {
    StoredToken {
        issuer: "http://localhost:8080/realms/demo".into(),
        client_id: "nightly-backup".into(),
        subject: "alice-id".into(),
        refresh_token: RefreshToken::new(secret.into()),
        scopes: vec!["openid".into(), "offline_access".into()],
        nonce: Some("n-1".into()),
        authenticated_at: Some(1_790_000_000_000),
        received_at: 1_790_000_001_000,
        ends_at: None,
    }
}

fn store(dir: &TempDir) -> OfflineTokenStore {
    OfflineTokenStore::at(dir.path().join("job/token.json"))
}

fn stored_secret(store: &OfflineTokenStore) -> String {
    store.load().unwrap().expect("a token").refresh_token.into_secret()
}

#[tokio::test]
async fn what_was_saved_is_loaded_again() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    assert!(store.load().unwrap().is_none());
    let held = store.lock().await.unwrap();
    held.save(&token("first")).unwrap();
    held.save(&token("second")).unwrap();
    let loaded = held.load().unwrap().unwrap();
    assert_eq!(loaded.refresh_token.secret(), "second");
    assert_eq!(loaded.nonce.as_deref(), Some("n-1"));
    assert_eq!(loaded.scopes, ["openid", "offline_access"]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone_whatever_was_there_before() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let held = store.lock().await.unwrap();
    for open_file in [store.path().to_owned(), store.sibling(".tmp")] {
        fs::write(&open_file, "left behind").unwrap();
        fs::set_permissions(&open_file, fs::Permissions::from_mode(0o666)).unwrap();
    }
    held.save(&token("secret")).unwrap();
    assert_eq!(fs::metadata(store.path()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_the_temporary_file_is_not_followed() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let held = store.lock().await.unwrap();
    let elsewhere = dir.path().join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    std::os::unix::fs::symlink(&elsewhere, store.sibling(".tmp")).unwrap();
    held.save(&token("secret")).unwrap();
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
    assert_eq!(stored_secret(&store), "secret");
}

#[tokio::test]
async fn a_run_killed_while_writing_leaves_the_predecessor_in_force() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.lock().await.unwrap().save(&token("predecessor")).unwrap();
    fs::write(store.sibling(".tmp"), r#"{"version":1,"refresh_token":"succ"#).unwrap();
    assert_eq!(stored_secret(&store), "predecessor");
    store.lock().await.unwrap().save(&token("successor")).unwrap();
    assert_eq!(stored_secret(&store), "successor");
    assert!(!store.sibling(".tmp").exists());
}

#[tokio::test]
async fn a_run_killed_between_writing_and_renaming_leaves_the_predecessor_in_force() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let held = store.lock().await.unwrap();
    held.save(&token("successor")).unwrap();
    fs::rename(store.path(), store.sibling(".unfinished")).unwrap();
    held.save(&token("predecessor")).unwrap();
    fs::rename(store.sibling(".unfinished"), store.sibling(".tmp")).unwrap();
    assert_eq!(stored_secret(&store), "predecessor");
    held.clear().unwrap();
    assert!(held.load().unwrap().is_none());
    assert!(!store.sibling(".tmp").exists(), "clearing forgets the left-over too");
}

#[tokio::test]
async fn a_second_run_waits_until_the_first_has_stored_its_successor() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let first = store.lock().await.unwrap();
    first.save(&token("predecessor")).unwrap();
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.lock().await.unwrap().load().unwrap().unwrap().refresh_token.into_secret() }
    });
    tokio::task::yield_now().await;
    first.save(&token("successor")).unwrap();
    drop(first);
    assert_eq!(second.await.unwrap(), "successor");
}

#[tokio::test]
async fn a_run_that_never_ends_is_named_instead_of_waited_for() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir).with_patience(Duration::ZERO);
    let _first = store.lock().await.unwrap();
    assert!(matches!(store.lock().await, Err(StoreError::Locked { .. })));
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused_without_being_quoted() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let _held = store.lock().await.unwrap();
    for content in [r#"{"version":1,"refresh_token":"s3cret"}"#, r#"{"version":"s3cret"}"#, "s3cret", ""] {
        fs::write(store.path(), content).unwrap();
        let refused = store.load().unwrap_err();
        assert!(matches!(refused, StoreError::Unreadable { .. }));
        assert!(!refused.to_string().contains("s3cret"));
    }
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.lock().await.unwrap().save(&token("secret")).unwrap();
    let later = fs::read_to_string(store.path()).unwrap().replace("\"version\": 1", "\"version\": 2");
    fs::write(store.path(), later).unwrap();
    assert!(matches!(store.load(), Err(StoreError::Unreadable { .. })));
}

#[tokio::test]
async fn an_ended_token_is_set_aside() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    let held = store.lock().await.unwrap();
    held.save(&token("ended")).unwrap();
    let aside = held.set_aside().unwrap();
    assert!(aside.ends_with("token.json.ended"));
    assert!(held.load().unwrap().is_none());
    assert_eq!(stored_secret(&OfflineTokenStore::at(aside)), "ended");
}

#[test]
fn a_token_does_not_show_itself_in_a_log() {
    assert!(!format!("{:?}", token("s3cret")).contains("s3cret"));
}
