//! The demo realm: two people and two apps, so that a newcomer sees offline access at work within a minute.

use super::{NewRealm, NewUser, create_realm, create_user, ensure_service_account, realm_exists, user_exists};
use crate::{FlowResult, LoadedRealm, Site, loaded_realm::CLIENT_SECRET_PURPOSE};
use perennial_domain::{
    ClientId, Timestamp,
    client::{Client, ClientKind, ClientSettings},
    lifetime::Floors,
    role::OFFLINE_ACCESS_ROLE,
};
use perennial_storage::{Tx, clients};
use std::collections::BTreeSet;

pub const DEMO: &str = "demo";
const REDIRECT: &str = "http://localhost:9999/callback";
const NIGHTLY_BACKUP: &str = "nightly-backup";
const NIGHTLY_BACKUP_SECRET: &str = "nightly-backup-secret";

/// Makes sure that the demo realm with its people and apps exists; what is there is left as it is. Refused by the configuration unless the server listens on a loopback address.
pub async fn ensure_demo(site: &Site) -> FlowResult<()> {
    if !realm_exists(site, DEMO).await? {
        create_realm(site, NewRealm::new(DEMO, "Demo")).await?;
    }
    for (name, first, last) in [("alice", "Alice", "Archer"), ("bob", "Bob", "Baker")] {
        if user_exists(site, DEMO, name).await? {
            continue;
        }
        let user = NewUser {
            username: name.into(),
            email: Some(format!("{name}@demo.example")),
            first_name: Some(first.into()),
            last_name: Some(last.into()),
            roles: Vec::new(),
        };
        create_user(site, DEMO, user, format!("{name}-demo")).await?;
    }
    add_client(site, NIGHTLY_BACKUP, nightly_backup(), Some(NIGHTLY_BACKUP_SECRET)).await?;
    add_client(site, "photo-frame", photo_frame(), None).await?;
    ensure_service_account(site, DEMO, NIGHTLY_BACKUP).await
}

fn nightly_backup() -> ClientSettings {
    ClientSettings {
        name: Some("Nightly backup".into()),
        description: Some("Copies your documents to a safe place every night.".into()),
        redirect_uris: vec![REDIRECT.into()],
        web_origins: vec!["+".into()],
        consent_required: true,
        // Its tokens carry no role but the one that offline access needs: they open no other API.
        full_scope_allowed: false,
        service_accounts: true,
        ..ClientSettings::default()
    }
}

fn photo_frame() -> ClientSettings {
    ClientSettings {
        name: Some("Photo frame".into()),
        description: Some("Shows your newest pictures in the living room.".into()),
        kind: ClientKind::Public,
        redirect_uris: vec![REDIRECT.into()],
        web_origins: vec!["+".into()],
        // A frame on a wall has no keyboard: its owner connects it with a code (RFC 8628).
        attributes: [("oauth2.device.authorization.grant.enabled".into(), "true".into())].into(),
        ..ClientSettings::default()
    }
}

async fn add_client(site: &Site, client_id: &str, settings: ClientSettings, secret: Option<&str>) -> FlowResult<()> {
    let sealed_secret = secret.map(|secret| site.master.seal(CLIENT_SECRET_PURPOSE, secret.as_bytes()));
    let (client_id, entropy) = (client_id.to_owned(), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if realm.model.find_client(&client_id).is_some() {
            return Ok(());
        }
        let (default_scopes, optional_scopes) = realm.model.scopes_of_new_clients();
        let role = realm.model.find_realm_role(OFFLINE_ACCESS_ROLE).map(|role| role.id);
        let mapped: BTreeSet<_> = role.into_iter().collect();
        let client = Client {
            id: ClientId(entropy.uuid_v7(tx.now()?.as_ms())),
            client_id: client_id.clone(),
            settings: settings.clone(),
            sealed_secret: sealed_secret.clone(),
            default_scopes,
            optional_scopes,
            scope_mappings: mapped,
            not_before_at: Timestamp::default(),
            floors: Floors::default(),
        };
        Ok(clients::insert(tx, realm.model.realm.id, &client)?)
    };
    site.write(DEMO, unit).await?;
    Ok(())
}
