//! A realm's model with its keys opened and parsed: what every request of the realm is answered from.

use crate::{FlowError, FlowResult};
use perennial_crypto::{
    Entropy, Jwks, KeyEntry, KeyRing, MasterKey, RefreshKey, RefreshKeys, SigningAlgorithm, SigningKey, VerifyingKey,
};
use perennial_domain::{
    ClientId, Timestamp,
    client::Client,
    grant::Grant,
    keys::{KeyPurpose, KeyState, SealedKey},
    realm_model::RealmModel,
};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// What a client secret is sealed for; it binds the sealed bytes to their use.
pub const CLIENT_SECRET_PURPOSE: &str = "client-secret";
const SIGNING_KEY_PURPOSE: &str = "signing-key";
const REFRESH_KEY_PURPOSE: &str = "refresh-key";

pub struct LoadedRealm {
    pub model: RealmModel,
    /// `{base}/realms/{realm}`.
    pub issuer: String,
    pub signing: KeyRing,
    pub refresh: RefreshKeys,
    secrets: HashMap<ClientId, Zeroizing<String>>,
    /// With which clients sign their assertions.
    assertion_keys: HashMap<ClientId, Vec<VerifyingKey>>,
}

impl LoadedRealm {
    /// Opens every key once; requests only borrow them.
    pub fn open(mut model: RealmModel, base_url: &str, master: &MasterKey) -> FlowResult<Self> {
        model.clients.values_mut().for_each(|client| complete_redirects(client, base_url));
        let issuer = perennial_protocol::endpoints::issuer(base_url, &model.realm.name);
        let signing = open_signing_keys(&model.keys, master)?;
        let refresh = open_refresh_keys(&model.keys, master)?;
        let secrets = open_secrets(model.clients.values(), master)?;
        let assertion_keys = read_assertion_keys(model.clients.values());
        Ok(Self { model, issuer, signing, refresh, secrets, assertion_keys })
    }

    pub fn name(&self) -> &str {
        &self.model.realm.name
    }

    /// A refresh key that is removed while families name it was compromised. That goes for an older key that a family holds, too: a
    /// token of it was the last one shown, and whoever showed it may have made it.
    pub fn has_key_of(&self, grant: &Grant) -> bool {
        let family = &grant.family;
        let mut named = std::iter::once(&family.key_id).chain(&family.held_key_id);
        named.all(|kid| self.refresh.find(kid).is_some())
    }

    pub fn secret_of(&self, client: &Client) -> Option<&str> {
        self.secrets.get(&client.id).map(|secret| secret.as_str())
    }

    pub fn assertion_keys(&self, client: &Client) -> &[VerifyingKey] {
        self.assertion_keys.get(&client.id).map_or(&[], Vec::as_slice)
    }

    /// The client as it is to be stored: addresses of our own as paths again.
    pub fn stored(&self, mut client: Client) -> Client {
        let own = self.issuer.strip_suffix(&format!("/realms/{}", self.name())).unwrap_or(&self.issuer);
        for uri in &mut client.settings.redirect_uris {
            if let Some(path) = uri.strip_prefix(own).filter(|path| path.starts_with('/')) {
                *uri = path.to_owned();
            }
        }
        client
    }

    /// The client by its internal id; a grant's client always exists as long as the grant does.
    pub fn client(&self, id: ClientId) -> FlowResult<&Client> {
        self.model.clients.get(&id).ok_or(FlowError::NotFound("Client not found"))
    }

    /// The key for a token of this algorithm, or of the realm's default where the client sets none or an unknown one.
    pub fn signer(&self, wanted: Option<&str>) -> FlowResult<&SigningKey> {
        let parse = |name: &str| name.parse::<SigningAlgorithm>().ok();
        let chosen = wanted.and_then(parse).and_then(|algorithm| self.signing.signer(algorithm));
        let default = || parse(&self.model.realm.settings.default_algorithm).and_then(|alg| self.signing.signer(alg));
        chosen.or_else(default).ok_or_else(|| FlowError::internal("the realm has no active signing key"))
    }
}

/// The built-in clients' redirects are stored as paths, so that a server can move to another base URL.
fn complete_redirects(client: &mut Client, base_url: &str) {
    for uri in client.settings.redirect_uris.iter_mut().filter(|uri| uri.starts_with('/')) {
        *uri = format!("{base_url}{uri}");
    }
}

/// A new active key, sealed under the purpose that [`LoadedRealm::open`] expects. RSA keys take a while.
pub fn new_signing_key(algorithm: SigningAlgorithm, master: &MasterKey, now: Timestamp) -> FlowResult<SealedKey> {
    let key = SigningKey::generate(algorithm).map_err(FlowError::internal)?;
    let der = key.to_pkcs8().map_err(FlowError::internal)?;
    Ok(SealedKey {
        kid: key.kid().to_owned(),
        purpose: KeyPurpose::Sign,
        algorithm: algorithm.as_str().to_owned(),
        state: KeyState::Active,
        sealed: master.seal(SIGNING_KEY_PURPOSE, &der),
        created_at: now,
        retires_at: None,
    })
}

pub fn new_refresh_key(entropy: &Entropy, master: &MasterKey, now: Timestamp) -> SealedKey {
    let key = RefreshKey::generate(entropy);
    SealedKey {
        kid: key.kid().to_owned(),
        purpose: KeyPurpose::Refresh,
        algorithm: "HS256".into(),
        state: KeyState::Active,
        sealed: master.seal(REFRESH_KEY_PURPOSE, key.secret()),
        created_at: now,
        retires_at: None,
    }
}

/// Whether a key from outside of the database would open: one that does not would keep the whole realm from loading.
pub fn opens(key: &SealedKey, master: &MasterKey) -> bool {
    let alone = std::slice::from_ref(key);
    match key.purpose {
        KeyPurpose::Sign => open_signing_keys(alone, master).is_ok(),
        KeyPurpose::Refresh => open_refresh_keys(alone, master).is_ok(),
    }
}

fn open_signing_keys(keys: &[SealedKey], master: &MasterKey) -> FlowResult<KeyRing> {
    let mut entries = Vec::new();
    for key in keys.iter().filter(|key| key.purpose == KeyPurpose::Sign) {
        let der = master.open(SIGNING_KEY_PURPOSE, &key.sealed).map_err(FlowError::internal)?;
        let algorithm = key.algorithm.parse::<SigningAlgorithm>().map_err(FlowError::internal)?;
        let parsed = SigningKey::from_pkcs8(key.kid.clone(), algorithm, &der).map_err(FlowError::internal)?;
        entries.push(KeyEntry { key: parsed, active: key.state == KeyState::Active });
    }
    Ok(KeyRing::new(entries))
}

fn open_refresh_keys(keys: &[SealedKey], master: &MasterKey) -> FlowResult<RefreshKeys> {
    let (mut active, mut older) = (None, Vec::new());
    for key in keys.iter().filter(|key| key.purpose == KeyPurpose::Refresh) {
        let secret = master.open(REFRESH_KEY_PURPOSE, &key.sealed).map_err(FlowError::internal)?;
        let secret = secret.as_slice().try_into().map_err(|_| FlowError::internal("a refresh key has a wrong size"))?;
        let opened = RefreshKey::from_secret(key.kid.clone(), secret);
        match key.state {
            KeyState::Active if active.is_none() => active = Some(opened),
            KeyState::Active | KeyState::Passive => older.push(opened),
        }
    }
    let active = active.ok_or_else(|| FlowError::internal("the realm has no active refresh key"))?;
    Ok(RefreshKeys::new(active, older))
}

/// Keys that cannot be read leave their client without any: it is refused until they are mended.
fn read_assertion_keys<'a>(clients: impl Iterator<Item = &'a Client>) -> HashMap<ClientId, Vec<VerifyingKey>> {
    let signing = clients.filter(|client| client.signs_assertions());
    signing.filter_map(|client| Some((client.id, parse_assertion_keys(client.stored_jwks()?)?))).collect()
}

/// The keys of a JWKS (RFC 7517 §5), if all are public keys that can sign assertions here.
pub fn parse_assertion_keys(text: &str) -> Option<Vec<VerifyingKey>> {
    let set: Jwks = serde_json::from_str(text).ok()?;
    let keys: Option<Vec<VerifyingKey>> = set.keys.iter().map(VerifyingKey::from_jwk).collect();
    keys.filter(|keys| !keys.is_empty())
}

fn open_secrets<'a>(
    clients: impl Iterator<Item = &'a Client>,
    master: &MasterKey,
) -> FlowResult<HashMap<ClientId, Zeroizing<String>>> {
    let mut secrets = HashMap::new();
    for client in clients {
        if let Some(sealed) = &client.sealed_secret {
            let plain = master.open(CLIENT_SECRET_PURPOSE, sealed).map_err(FlowError::internal)?;
            let text =
                String::from_utf8(plain.to_vec()).map_err(|_| FlowError::internal("a client secret is not text"))?;
            secrets.insert(client.id, Zeroizing::new(text));
        }
    }
    Ok(secrets)
}
