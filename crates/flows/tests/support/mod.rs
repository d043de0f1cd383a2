//! A site on an SQLite file of its own, with the demo realm.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use perennial_crypto::{Entropy, MasterKey, PasswordCost, Passwords};
use perennial_domain::{
    ClientId, GrantId, Timestamp, UserId, audit::AuditLine, client::Client, consent::Consent, grant::Grant,
    lifetime::Floors,
};
use perennial_flows::{FlowError, Site, bootstrap, client_auth::Credentials, passwords::PasswordPool, site::SiteParts};
use perennial_protocol::ScopeSet;
use perennial_storage::{Store, StoreOptions, grants};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const DEMO: &str = "demo";
const SECRET: &str = "nightly-backup-secret";

pub struct World {
    pub site: Site,
    /// What was written to the audit log.
    pub audited: Arc<Mutex<Vec<AuditLine>>>,
    _directory: TempDir,
}

impl World {
    pub async fn create() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut options = StoreOptions::new(format!("sqlite:{}", directory.path().join("perennial.db").display()));
        options.test_clock = true;
        let store = Store::open(options).await.expect("the store opens");
        store.migrate().await.expect("migrated");
        let passwords = Passwords::new(PasswordCost::CHEAPEST).expect("a cost that works");
        let audited = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&audited);
        let site = Site::new(SiteParts {
            store,
            master: Arc::new(MasterKey::from_bytes([5; MasterKey::LEN])),
            entropy: Entropy::seeded(1),
            passwords: PasswordPool::new(passwords, 1),
            base_url: "https://id.example".into(),
            audit: Box::new(move |line| log.lock().expect("no panic").push(line.clone())),
        });
        bootstrap::ensure_demo(&site).await.expect("the demo realm");
        Self { site, audited, _directory: directory }
    }

    /// With nothing left of the case before that could matter to the next.
    pub async fn fresh(&self) -> &Site {
        let unit = |tx: &mut perennial_storage::Tx<'_>, realm: &perennial_flows::LoadedRealm| {
            for client in realm.model.clients.keys() {
                grants::delete_of_client(tx, *client, 1_000)?;
            }
            for name in ["nightly-backup", "photo-frame"] {
                let found = realm.model.find_client(name).expect("a client of the demo");
                let client = Client { floors: Floors::default(), ..found.clone() };
                perennial_storage::clients::delete(tx, realm.model.realm.id, client.id)?;
                perennial_storage::clients::insert(tx, realm.model.realm.id, &client)?;
            }
            Ok(())
        };
        self.site.write(DEMO, unit).await.expect("cleaned");
        &self.site
    }

    pub async fn grant(&self, id: GrantId) -> Option<Grant> {
        self.site.store.read(move |tx| Ok::<_, FlowError>(grants::find(tx, id)?)).await.expect("read")
    }
}

pub fn credentials(client: &Client) -> Credentials {
    let secret = (!client.is_public()).then(|| SECRET.to_owned().into());
    Credentials::named(client.client_id.clone()).with_secret(secret)
}

pub fn consent(user_id: UserId, client_id: ClientId, scope: ScopeSet, now: Timestamp) -> Consent {
    Consent { user_id, client_id, scope, chosen_end_s: None, created_at: now, updated_at: now }
}

/// Its header names a key that nobody has.
pub fn under_another_key(message: &str, mac: &str) -> String {
    let (_, payload) = message.split_once('.').expect("header and payload");
    // {"alg":"HS256","typ":"JWT","kid":"other"}
    format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Im90aGVyIn0.{payload}.{mac}")
}
