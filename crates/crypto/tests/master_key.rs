//! The master key as an operator and the database see it: its file, its fingerprint, and what it seals.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use perennial_crypto::{MasterKey, MasterKeyError, SealError};
use proptest::prelude::*;

fn key(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

#[test]
fn a_missing_file_is_created_for_its_owner_only_and_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secrets").join("master.key");
    let created = MasterKey::load_or_create(&path).unwrap();
    let loaded = MasterKey::load_or_create(&path).unwrap();

    assert_eq!(created.fingerprint(), loaded.fingerprint());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&path).unwrap().len(), 45, "44 characters of base64 and a line end");
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["master.key"], "no draft stays behind");
}

#[test]
fn processes_that_start_at_once_end_up_with_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let fingerprints: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| MasterKey::load_or_create(&path).unwrap().fingerprint())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(fingerprints.iter().all(|f| *f == fingerprints[0]), "{fingerprints:?}");
}

#[test]
fn a_file_of_the_wrong_size_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    fs::write(&path, "c2hvcnQ=\n").unwrap();
    let error = MasterKey::load_or_create(&path).unwrap_err();
    assert!(error.to_string().ends_with("master.key holds 5 bytes, but a master key has 32"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "c2hvcnQ=\n");

    fs::write(&path, "").unwrap();
    assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::WrongSize { found: 0, .. })));
    fs::write(&path, "not base64 at all").unwrap();
    assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::NotBase64 { .. })));
}

#[test]
fn a_path_that_cannot_be_read_is_named_in_the_error() {
    let dir = tempfile::tempdir().unwrap();
    let error = MasterKey::load_or_create(dir.path()).unwrap_err();
    assert!(error.to_string().contains(dir.path().to_str().unwrap()), "{error}");
}

#[test]
fn a_fingerprint_tells_keys_apart_and_stays_the_same() {
    assert_eq!(key(1).fingerprint(), key(1).fingerprint());
    assert_ne!(key(1).fingerprint(), key(2).fingerprint());
    assert_eq!(key(1).fingerprint().len(), 22);
}

#[test]
fn debug_output_shows_the_fingerprint_only() {
    let shown = format!("{:?}", key(1));
    assert_eq!(shown, format!("MasterKey {{ fingerprint: {:?}, .. }}", key(1).fingerprint()));
}

#[test]
fn a_sealed_value_opens_with_the_same_key_for_the_same_purpose_only() {
    let sealed = key(1).seal("client secret", b"nightly-backup-secret");
    assert_eq!(key(1).open("client secret", &sealed).unwrap().as_slice(), b"nightly-backup-secret");
    assert_eq!(key(1).open("signing key", &sealed).unwrap_err(), SealError::Rejected);
    assert_eq!(key(2).open("client secret", &sealed).unwrap_err(), SealError::Rejected);
}

#[test]
fn sealing_twice_gives_different_bytes() {
    assert_ne!(key(1).seal("p", b"same"), key(1).seal("p", b"same"));
}

#[test]
fn a_value_of_an_unknown_format_or_cut_short_is_named_as_such() {
    let mut sealed = key(1).seal("p", b"");
    for len in 0..sealed.len() {
        assert_eq!(key(1).open("p", &sealed[..len]).unwrap_err(), SealError::Truncated);
    }
    sealed[0] = 9;
    assert_eq!(key(1).open("p", &sealed).unwrap_err(), SealError::UnknownFormat(9));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(plain in prop::collection::vec(any::<u8>(), 0..300), purpose in ".{0,20}") {
        let sealed = key(3).seal(&purpose, &plain);
        let opened = key(3).open(&purpose, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn a_sealed_value_with_any_bit_flipped_does_not_open(plain in prop::collection::vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut sealed = key(3).seal("p", &plain);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key(3).open("p", &sealed).is_err());
    }
}

#[test]
fn a_mark_tells_texts_keys_and_purposes_apart_and_stays_the_same() {
    let mark = key(1).mark("one", "secret");
    assert_eq!(mark, key(1).mark("one", "secret"));
    assert_eq!(mark.len(), 22);
    for other in [key(1).mark("one", "Secret"), key(1).mark("two", "secret"), key(2).mark("one", "secret")] {
        assert_ne!(mark, other);
    }
    assert_ne!(key(1).mark("a", "bc"), key(1).mark("ab", "c"));
}
