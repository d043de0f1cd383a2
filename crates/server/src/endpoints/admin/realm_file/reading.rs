//! A realm file as a package that can be imported, with a report of what cannot be.

use super::{entry, reading_clients, reading_extras, reading_groups, reading_identities, reading_roles, reading_users};
use crate::endpoints::admin::{realm_representation, resources, smtp_representation};
use crate::http::api_answer::ApiRefusal;
use perennial_api::{ApiError, RealmRepresentation, ResourceRepresentation};
use perennial_crypto::MasterKey;
use perennial_domain::{realm::RealmSettings, resource::ResourceSettings, role::default_roles_name};
use perennial_flows::{
    admin::import::{Package, Report, ResourceEntry},
    bootstrap::NewRealm,
};
use perennial_protocol::resource;
use serde_json::{Map, Value};

/// What is read apart from the realm's own settings.
pub const CONTENTS: [&str; 16] = [
    "clients",
    "clientScopes",
    "clientScopeMappings",
    "defaultDefaultClientScopes",
    "defaultOptionalClientScopes",
    "defaultRole",
    "defaultRoles",
    "groups",
    "ifResourceExists",
    "protectedResources",
    "roles",
    "scopeMappings",
    "users",
    "defaultGroups",
    "webhooks",
    "identityProviders",
];
/// More would be a mistake, and each one is kept in memory until the unit is written.
const MOST: usize = 1_000_000;

/// The name under which the default role of the file is known here.
pub(super) struct DefaultRole {
    pub there: String,
    pub here: String,
}

impl DefaultRole {
    fn of(file: &Map<String, Value>, realm: &str) -> Self {
        let told = file.get("defaultRole").and_then(|role| role["name"].as_str()).map(str::to_owned);
        let from_realm = || default_roles_name(file.get("realm").and_then(Value::as_str).unwrap_or(realm));
        Self { there: told.unwrap_or_else(from_realm), here: default_roles_name(realm) }
    }

    pub fn renamed(&self, name: &str) -> String {
        if name == self.there { self.here.clone() } else { name.to_owned() }
    }
}

/// The whole file as a new realm; `named` replaces the name that the file gives.
pub fn realm(file: Value, named: Option<String>, master: &MasterKey) -> Result<(NewRealm, Package, Report), ApiError> {
    let Value::Object(mut file) = file else { return Err(ApiError::message("A realm file holds one JSON object")) };
    let missing = || ApiError::at_field("realm", "must be given");
    let name = named.or_else(|| Some(file.get("realm")?.as_str()?.to_owned())).ok_or_else(missing)?;
    let mut report = Report::default();
    let package = contents(&mut file, &name, &mut report)?;
    let events = reading_extras::events(&mut file, &mut report);
    let shape = entry::Shape { what: "realm".into(), key: "realm", elsewhere: &[], check: realm_representation::check };
    let broken = || ApiError::message("The settings of the realm cannot be read");
    let sent: RealmRepresentation = entry::read(Value::Object(file), &shape, &mut report).ok_or_else(broken)?;
    let mut settings = realm_representation::apply(&RealmSettings::default(), &sent);
    settings.events = events.unwrap_or_default();
    if let Some(server) = &sent.smtp_server {
        match smtp_representation::apply(None, server, master) {
            Ok(read) => settings.smtp_server = read,
            Err(why) => report.leave_out("realm.smtpServer", why),
        }
    }
    Ok((NewRealm { name, settings }, package, report))
}

/// What is to be added to a realm that is there.
pub fn part(file: Value, realm: &str) -> Result<(Package, Report), ApiError> {
    let Value::Object(mut file) = file else { return Err(ApiError::message("A realm file holds one JSON object")) };
    let mut report = Report::default();
    let package = contents(&mut file, realm, &mut report)?;
    Ok((package, report))
}

fn contents(file: &mut Map<String, Value>, realm: &str, report: &mut Report) -> Result<Package, ApiError> {
    let default_role = DefaultRole::of(file, realm);
    let mut taken: Map<String, Value> =
        CONTENTS.iter().filter_map(|name| Some(((*name).to_owned(), file.remove(*name)?))).collect();
    let mut package = Package {
        scopes: reading_roles::scopes(list(&mut taken, "clientScopes")?, report),
        resources: protected_resources(list(&mut taken, "protectedResources")?, report),
        clients: reading_clients::clients(list(&mut taken, "clients")?, report),
        groups: reading_groups::groups(list(&mut taken, "groups")?, report),
        users: reading_users::users(list(&mut taken, "users")?, &default_role, report),
        webhooks: reading_extras::webhooks(list(&mut taken, "webhooks")?, report),
        identity_providers: reading_identities::providers(list(&mut taken, "identityProviders")?, report),
        ..Package::default()
    };
    package.roles = reading_roles::roles(taken.remove("roles").unwrap_or_default(), &default_role, report);
    package.scope_mappings = reading_roles::scope_mappings(&mut taken, report)?;
    let names =
        |value: Option<Value>| serde_json::from_value::<Option<Vec<String>>>(value.unwrap_or_default()).ok().flatten();
    let default = names(taken.remove("defaultDefaultClientScopes"));
    let optional = names(taken.remove("defaultOptionalClientScopes"));
    if default.is_some() || optional.is_some() {
        package.scopes_of_new_clients = Some((default.unwrap_or_default(), optional.unwrap_or_default()));
    }
    package.default_groups = names(taken.remove("defaultGroups"));
    Ok(package)
}

pub(super) fn list(file: &mut Map<String, Value>, name: &str) -> Result<Vec<Value>, ApiError> {
    match file.remove(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(all)) if all.len() <= MOST => Ok(all),
        Some(_) => Err(ApiError::at_field(name, "must be a list")),
    }
}

fn protected_resources(all: Vec<Value>, report: &mut Report) -> Vec<ResourceEntry> {
    let mut taken = Vec::new();
    for object in all {
        let what = format!("protectedResources[{}]", object["resource"].as_str().unwrap_or("?"));
        let check = |sent: &ResourceRepresentation| match resources::check(sent) {
            Err(ApiRefusal::Invalid(error)) => Err(error),
            _ => Ok(()),
        };
        let shape = entry::Shape { what: what.clone(), key: "resource", elsewhere: &[], check };
        let Some(sent) = entry::read(object, &shape, report) else { continue };
        match sent.resource.clone().filter(|uri| resource::is_acceptable(uri)) {
            Some(uri) => {
                let settings = resources::apply(&ResourceSettings::default(), &sent);
                taken.push(ResourceEntry { uri, settings });
            }
            None => report.leave_out(what, "resource must be an absolute URI without a fragment"),
        }
    }
    taken
}
