//! Clients as an admin creates, changes and deletes them.

use super::{
    Caller, Permission, client_guard, endings, lengthening,
    mappers::{self, MapperDraft},
};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    bootstrap::{add_default_roles, blank_user},
    endings::{
        bulk::{self, Bulk},
        lapsed::end_lapsed,
        not_before::NotBefore,
    },
    loaded_realm::CLIENT_SECRET_PURPOSE,
};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    ClientId, ClientScopeId, Timestamp,
    audit::{Action, Actor},
    client::{Client, ClientKind, ClientSettings},
    ending::Subject,
    lapse::Lapses,
    lifetime::Floors,
    realm_model::RealmModel,
    user::User,
};
use perennial_storage::{Tx, clients, sign_in_names, users};
use std::collections::BTreeSet;

/// A client as it is wanted; what is absent stays, or is made up for a new client.
#[derive(Clone)]
pub struct ClientDraft {
    pub client_id: String,
    pub settings: ClientSettings,
    pub secret: Option<String>,
    /// Names.
    pub default_scopes: Option<Vec<String>>,
    pub optional_scopes: Option<Vec<String>>,
    /// All of its own, instead of those that it has.
    pub mappers: Option<Vec<MapperDraft>>,
}

pub struct NewClient {
    pub id: Option<ClientId>,
    pub draft: ClientDraft,
}

/// From the client as it stands to the one wanted.
pub type ClientChange = Box<dyn Fn(&Client) -> ClientDraft + Send + Sync>;

/// A change and the revocation policy that came with it: both or neither.
pub struct ClientEdit {
    pub change: ClientChange,
    pub not_before: Option<NotBefore>,
}

pub async fn create(site: &Site, caller: &Caller, realm_name: &str, new: NewClient) -> FlowResult<ClientId> {
    caller.require(Permission::CreateClient, realm_name)?;
    let step = Step::new(site);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let id = new.id.unwrap_or_else(|| ClientId(step.entropy.uuid_v7(now.as_ms())));
        if realm.model.clients.contains_key(&id) {
            return Err(FlowError::Conflict(format!("Client {id} already exists")));
        }
        let client = step.drafted(realm, &blank(realm, id, now), &new.draft, now)?;
        clients::insert(tx, realm.model.realm.id, &client)?;
        step.add_service_account(tx, realm, &client)?;
        Ok(id)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

/// A client of which nothing is known yet.
pub(crate) fn blank(realm: &LoadedRealm, id: ClientId, now: Timestamp) -> Client {
    let (default_scopes, optional_scopes) = realm.model.scopes_of_new_clients();
    Client {
        id,
        client_id: String::new(),
        settings: ClientSettings::default(),
        sealed_secret: None,
        default_scopes,
        optional_scopes,
        scope_mappings: BTreeSet::new(),
        not_before_at: Timestamp::default(),
        // Whoever had this id before: nothing of that client comes back to life.
        floors: Floors { ended_if_used_before_at: now, ended_if_started_before_at: now, online_ended_before_at: now },
    }
}

/// What the old limits had ended stays ended: where one gets longer, a floor is left behind.
pub async fn update(site: &Site, caller: &Caller, realm_name: &str, id: ClientId, edit: ClientEdit) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let ClientEdit { change, not_before } = edit;
    let (step, by) = (Step::new(site), caller.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = client_guard::manageable(tx, realm, &by, id)?;
        by.require_unchanged(before)?;
        let draft = change(before);
        let now = tx.now()?;
        let after = step.drafted(realm, before, &draft, now)?;
        client_guard::check_change(realm, &by, before, &after, draft.secret.is_some())?;
        let becoming = |client: &Client, resources: &[String]| {
            realm.model.policy_for(if client.id == id { &after } else { client }, resources)
        };
        lengthening::keep_ended(tx, realm, becoming)?;
        let ended = end_lapsed(tx, realm, before, &after.settings.lapses)?;
        clients::update(tx, realm.model.realm.id, &after)?;
        step.add_service_account(tx, realm, &after)?;
        let mut done: Vec<Action> =
            ended.into_iter().chain(policy_changed(&before.settings, &after.settings)?).collect();
        done.extend(endings::mark_in(tx, realm, &by, Subject::Client(id), not_before)?);
        Ok((done, now))
    };
    let ((done, at), _) = site.change(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(())
}

/// What the audit log is told where the client's limits are others than before.
pub(super) fn policy_changed(before: &ClientSettings, after: &ClientSettings) -> FlowResult<Vec<Action>> {
    if before.token_policy == after.token_policy {
        return Ok(Vec::new());
    }
    let value = |settings: &ClientSettings| serde_json::to_value(&settings.token_policy).map_err(FlowError::internal);
    Ok(vec![Action::PolicyChanged { before: value(before)?, after: value(after)? }])
}

pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: ClientId) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let at = remove(site, realm_name, id, Some(caller)).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, Action::ClientDeleted { client: id });
    Ok(())
}

/// With the client go its roles, consents, service account and grants, and the user sessions that it took part in end, of which
/// their other clients are told. No grant can be used once the client is gone; rows follow in batches. Nobody is asked where the
/// client itself wants it.
pub(crate) async fn remove(site: &Site, realm_name: &str, id: ClientId, by: Option<&Caller>) -> FlowResult<Timestamp> {
    let by = by.cloned();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = match &by {
            Some(by) => client_guard::manageable(tx, realm, by, id)?,
            None => realm.client(id)?,
        };
        if client_guard::is_built_in(&client.client_id) {
            return Err(FlowError::Invalid(format!("The client {} is part of the realm", client.client_id)));
        }
        let everything = Bulk::all_of(Subject::Client(id));
        let before = bulk::after_all(tx, realm, everything.of)?;
        clients::delete(tx, realm.model.realm.id, id)?;
        bulk::remove_rows(tx, realm, everything, before)?;
        Ok(tx.now()?)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

pub(crate) struct Step {
    entropy: perennial_crypto::Entropy,
    master: std::sync::Arc<perennial_crypto::MasterKey>,
}

impl Step {
    pub(crate) fn new(site: &Site) -> Self {
        Self { entropy: site.entropy.clone(), master: site.master.clone() }
    }

    /// The client that the draft makes of the one that stands.
    pub(crate) fn drafted(
        &self,
        realm: &LoadedRealm,
        before: &Client,
        draft: &ClientDraft,
        now: Timestamp,
    ) -> FlowResult<Client> {
        let taken = realm.model.find_client(&draft.client_id).is_some_and(|other| other.id != before.id);
        if taken {
            return Err(FlowError::Conflict(format!("Client {} already exists", draft.client_id)));
        }
        let renamed = !before.client_id.is_empty() && before.client_id != draft.client_id;
        if renamed && client_guard::is_built_in(&before.client_id) {
            return Err(FlowError::Invalid(format!("The client {} is part of the realm", before.client_id)));
        }
        let mut settings = draft.settings.clone();
        if let Some(wanted) = &draft.mappers {
            settings.mappers = mappers::replaced(&self.entropy, now, &before.settings.mappers, wanted)?;
        }
        check(realm, &settings)?;
        // What an approval that has ended allowed is gone, whether or not it would be needed from now on.
        settings.lapses = Lapses::of(&realm.model, before, before.settings.admin_consent.as_ref(), now);
        let named = |names: &Option<Vec<String>>, stands: &BTreeSet<ClientScopeId>| match names {
            Some(names) => names.iter().map(|name| scope_id(&realm.model, name)).collect(),
            None => Ok(stands.clone()),
        };
        Ok(realm.stored(Client {
            client_id: draft.client_id.clone(),
            sealed_secret: self.sealed_secret(before, draft),
            default_scopes: named(&draft.default_scopes, &before.default_scopes)?,
            optional_scopes: named(&draft.optional_scopes, &before.optional_scopes)?,
            settings,
            ..before.clone()
        }))
    }

    fn sealed_secret(&self, before: &Client, draft: &ClientDraft) -> Option<Vec<u8>> {
        let seal = |secret: &str| self.master.seal(CLIENT_SECRET_PURPOSE, secret.as_bytes());
        match (draft.settings.kind, &draft.secret) {
            (ClientKind::Public, _) => None,
            (ClientKind::Confidential, Some(secret)) => Some(seal(secret)),
            (ClientKind::Confidential, None) => {
                Some(before.sealed_secret.clone().unwrap_or_else(|| seal(&self.entropy.secret())))
            }
        }
    }

    /// Under the client's name, which it follows.
    pub(super) fn add_service_account(&self, tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client) -> FlowResult<()> {
        let own = users::find_service_account(tx, client.id)?;
        let name = format!("service-account-{}", client.client_id.to_lowercase());
        let is_settled = own.as_ref().map_or(!client.settings.service_accounts, |account| account.username == name);
        if is_settled {
            return Ok(());
        }
        let is_new = own.is_none();
        let account = match own {
            Some(account) => User { username: name, ..account },
            None => User { service_account_of: Some(client.id), ..blank_user(&self.entropy, &name, tx.now()?) },
        };
        sign_in_names::keep(tx, realm.model.realm.id, &account)?;
        if sign_in_names::find_taken(tx, realm.model.realm.id, &account)?.is_some() {
            return Err(FlowError::Conflict(format!("User {} already exists", account.username)));
        }
        if !is_new {
            users::update(tx, realm.model.realm.id, &account)?;
            return Ok(());
        }
        users::insert(tx, realm.model.realm.id, &account, None)?;
        add_default_roles(tx, realm, account.id)
    }
}

/// What the settings must keep together.
fn check(realm: &LoadedRealm, settings: &ClientSettings) -> FlowResult<()> {
    if settings.kind == ClientKind::Public && settings.service_accounts {
        return Err(FlowError::Invalid("A public client cannot have a service account".into()));
    }
    for name in [&settings.access_token_algorithm, &settings.id_token_algorithm].into_iter().flatten() {
        let key = name.parse::<SigningAlgorithm>().ok().and_then(|algorithm| realm.signing.signer(algorithm));
        key.ok_or_else(|| FlowError::Invalid(format!("The realm has no active key for {name}")))?;
    }
    Ok(())
}

fn scope_id(model: &RealmModel, name: &str) -> FlowResult<ClientScopeId> {
    let found = model.find_scope(name).map(|scope| scope.id);
    found.ok_or_else(|| FlowError::Invalid(format!("Client scope {name} not found")))
}
