//! A realm as a file, in the form that is read again here and by Keycloak.

use super::reading_clients::MASKED;
use crate::endpoints::admin::{
    client_representation, event_representation, group_representation, identity_provider_representation,
    realm_representation, resources, role_representation, scope_representation, user_representation,
};
use perennial_api::GroupRepresentation;
use perennial_crypto::phc_to_keycloak;
use perennial_domain::{
    GroupId, RoleId, Timestamp,
    client::Client,
    group::Group,
    realm_model::RealmModel,
    role::{Role, default_roles_name},
    webhook::{Webhook, WebhookSettings},
};
use perennial_flows::{LoadedRealm, admin::export::ExportedUser};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Which parts besides the settings and client scopes.
#[derive(Clone, Copy)]
pub struct Parts {
    pub clients: bool,
    pub roles: bool,
    /// Client secrets as they are; otherwise hidden.
    pub secrets: bool,
}

pub fn realm(realm: &LoadedRealm, users: Option<&[ExportedUser]>, parts: Parts) -> serde_json::Result<Value> {
    let model = &realm.model;
    let mut file = match value(&realm_representation::of_realm(&model.realm))? {
        Value::Object(file) => file,
        _ => Map::new(),
    };
    let settings = &model.realm.settings;
    if let Value::Object(events) = value(&event_representation::of_settings(&settings.events))? {
        file.extend(events);
    }
    if parts.secrets {
        // Many an address is a secret by itself. What deliveries are signed with is in no file.
        file.insert("webhooks".into(), Value::Array(model.webhooks.iter().map(webhook).collect()));
    }
    let names = |ids: &std::collections::BTreeSet<_>| {
        sorted(ids.iter().filter_map(|id| Some(model.scopes.get(id)?.name.clone())))
    };
    file.insert("defaultDefaultClientScopes".into(), json!(names(&settings.default_client_scopes)));
    file.insert("defaultOptionalClientScopes".into(), json!(names(&settings.optional_client_scopes)));
    file.insert("defaultRole".into(), json!({"name": default_roles_name(&model.realm.name)}));
    let mut scopes: Vec<_> = model.scopes.values().collect();
    scopes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let scopes: Vec<_> = scopes.into_iter().map(scope_representation::of_scope).collect();
    file.insert("clientScopes".into(), value(&scopes)?);
    let mut protected: Vec<_> = model.resources.values().collect();
    protected.sort_unstable_by(|a, b| a.uri.cmp(&b.uri));
    let protected: Vec<_> = protected.into_iter().map(resources::of_resource).collect();
    file.insert("protectedResources".into(), value(&protected)?);
    let providers = settings.identity_providers.iter();
    let providers = providers.map(|(alias, own)| identity_provider_representation::of_provider(alias, own));
    file.insert("identityProviders".into(), value(&providers.collect::<Vec<_>>())?);
    if parts.clients {
        file.insert("clients".into(), Value::Array(clients(realm, parts.secrets)?));
        let (of_realm, of_clients) = scope_mappings(model);
        file.insert("scopeMappings".into(), of_realm);
        file.insert("clientScopeMappings".into(), of_clients);
    }
    if parts.roles {
        file.insert("roles".into(), roles(model)?);
        file.insert("groups".into(), value(&groups_below(model, None))?);
        let paths = sorted(settings.default_groups.iter().filter_map(|id| model.group_path(*id)));
        file.insert("defaultGroups".into(), json!(paths));
    }
    if let Some(users) = users {
        let users: serde_json::Result<Vec<Value>> = users.iter().map(|user| self::user(model, user)).collect();
        file.insert("users".into(), Value::Array(users?));
    }
    Ok(Value::Object(file))
}

fn value(of: &impl Serialize) -> serde_json::Result<Value> {
    serde_json::to_value(of)
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn by_name(model: &RealmModel) -> Vec<&Client> {
    let mut all: Vec<&Client> = model.clients.values().collect();
    all.sort_unstable_by(|a, b| a.client_id.cmp(&b.client_id));
    all
}

fn clients(realm: &LoadedRealm, secrets: bool) -> serde_json::Result<Vec<Value>> {
    let one = |client: &Client| {
        let mut object = value(&client_representation::of_client(&realm.model, &realm.stored(client.clone())))?;
        if let Some(secret) = realm.secret_of(client) {
            object["secret"] = json!(if secrets { secret } else { MASKED });
        }
        if let Some(consent) = &client.settings.admin_consent {
            let scopes: Vec<&String> = consent.scopes.keys().collect();
            object["adminConsent"] = json!({"scopes": scopes, "expires": consent.ends_at.map(Timestamp::as_ms)});
        }
        Ok(object)
    };
    by_name(&realm.model).into_iter().map(one).collect()
}

/// Of the realm, and by client.
type RoleNames = (Vec<String>, BTreeMap<String, Vec<String>>);

/// Names of roles by where they belong.
fn named<'r>(model: &RealmModel, ids: impl IntoIterator<Item = &'r RoleId>) -> RoleNames {
    let (mut of_realm, mut of_clients) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for role in ids.into_iter().filter_map(|id| model.roles.get(id)) {
        match role.client_id.and_then(|id| model.clients.get(&id)) {
            Some(client) => of_clients.entry(client.client_id.clone()).or_default().push(role.name.clone()),
            None => of_realm.push(role.name.clone()),
        }
    }
    of_realm.sort_unstable();
    of_clients.values_mut().for_each(|names| names.sort_unstable());
    (of_realm, of_clients)
}

fn roles(model: &RealmModel) -> serde_json::Result<Value> {
    let one = |role: &Role| {
        let mut object = value(&role_representation::of_role(model, role))?;
        if !role.composites.is_empty() {
            let (of_realm, of_clients) = named(model, &role.composites);
            object["composites"] = json!({"realm": of_realm, "client": of_clients});
        }
        Ok(object)
    };
    let mut all: Vec<&Role> = model.roles.values().collect();
    all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let (mut of_realm, mut of_clients) = (Vec::new(), BTreeMap::<&str, Vec<Value>>::new());
    for role in all {
        match role.client_id.and_then(|id| model.clients.get(&id)) {
            Some(client) => of_clients.entry(&client.client_id).or_default().push(one(role)?),
            None => of_realm.push(one(role)?),
        }
    }
    Ok(json!({"realm": of_realm, "client": of_clients}))
}

/// Roles in the scope of clients and client scopes: those of the realm, and those of clients by client.
fn scope_mappings(model: &RealmModel) -> (Value, Value) {
    let mut carriers: Vec<(&str, &String, RoleNames)> = Vec::new();
    carriers.extend(
        by_name(model).into_iter().map(|client| ("client", &client.client_id, named(model, &client.scope_mappings))),
    );
    let mut scopes: Vec<_> = model.scopes.values().collect();
    scopes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    carriers.extend(scopes.into_iter().map(|scope| ("clientScope", &scope.name, named(model, &scope.scope_mappings))));
    let (mut of_realm, mut of_clients) = (Vec::new(), BTreeMap::<String, Vec<Value>>::new());
    for (kind, name, (realm_roles, client_roles)) in carriers {
        if !realm_roles.is_empty() {
            of_realm.push(json!({kind: name, "roles": realm_roles}));
        }
        for (owner, roles) in client_roles {
            of_clients.entry(owner).or_default().push(json!({kind: name, "roles": roles}));
        }
    }
    (Value::Array(of_realm), json!(of_clients))
}

fn webhook(webhook: &Webhook) -> Value {
    let WebhookSettings { url, event_types, enabled } = &webhook.settings;
    json!({"url": url, "eventTypes": event_types, "enabled": enabled})
}

fn groups_below(model: &RealmModel, parent: Option<GroupId>) -> Vec<GroupRepresentation> {
    let whole = |group: &Group| GroupRepresentation {
        sub_groups: Some(groups_below(model, Some(group.id))),
        ..group_representation::full(model, group)
    };
    model.groups_below(parent).into_iter().map(whole).collect()
}

fn user(model: &RealmModel, exported: &ExportedUser) -> serde_json::Result<Value> {
    let user = &exported.user;
    let client = user.service_account_of.and_then(|id| model.clients.get(&id)).map(|client| client.client_id.clone());
    let mut object = value(&user_representation::of_user(user, client))?;
    let (of_realm, of_clients) = named(model, &exported.roles);
    (object["realmRoles"], object["clientRoles"]) = (json!(of_realm), json!(of_clients));
    object["groups"] = json!(sorted(exported.groups.iter().filter_map(|id| model.group_path(*id))));
    if let Some((data, secret)) = exported.password_hash.as_deref().and_then(phc_to_keycloak) {
        object["credentials"] = json!([{"type": "password", "credentialData": data, "secretData": secret}]);
    }
    let consents = exported.consents.iter().filter_map(|consent| {
        let client = model.clients.get(&consent.client_id)?;
        let scopes: Vec<&str> = consent.scope.iter().collect();
        Some(json!({
            "clientId": client.client_id, "grantedClientScopes": scopes,
            "createdDate": consent.created_at.as_ms(), "lastUpdatedDate": consent.updated_at.as_ms(),
            "chosenEnd": consent.chosen_end_s,
        }))
    });
    let consents: Vec<Value> = consents.collect();
    if !consents.is_empty() {
        object["clientConsents"] = Value::Array(consents);
    }
    if !exported.identities.is_empty() {
        let links = exported.identities.iter().map(identity_provider_representation::of_link);
        object["federatedIdentities"] = value(&links.collect::<Vec<_>>())?;
    }
    Ok(object)
}
