//! What `perennial serve --demo` sets up: the names and secrets that tests sign in with.

/// The demo realm.
pub const REALM: &str = "demo";
/// The realm that holds admins.
pub const MASTER: &str = "master";
/// The redirect URI of both demo clients; nothing listens there.
pub const REDIRECT_URI: &str = "http://localhost:9999/callback";
pub const NIGHTLY_BACKUP: &str = "nightly-backup";
pub const NIGHTLY_BACKUP_SECRET: &str = "nightly-backup-secret";
pub const PHOTO_FRAME: &str = "photo-frame";
pub const ADMIN_USERNAME: &str = "admin";
pub const ADMIN_PASSWORD: &str = "admin-demo";

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub username: String,
    pub password: String,
}

impl Person {
    pub fn new(username: &str, password: &str) -> Self {
        Self { username: username.to_owned(), password: password.to_owned() }
    }

    pub fn alice() -> Self {
        Self::new("alice", "alice-demo")
    }

    pub fn bob() -> Self {
        Self::new("bob", "bob-demo")
    }

    pub fn admin() -> Self {
        Self::new(ADMIN_USERNAME, ADMIN_PASSWORD)
    }
}
