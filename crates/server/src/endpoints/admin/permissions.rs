//! `GET /admin/realms/{realm}/permissions` and `GET PUT …/permissions/{id}`: client scopes as permissions, delegated and application.
//! They are the same things under the same tags as `/client-scopes`, which makes, renames, assigns and deletes them.

use super::{caller::AdminCaller, client_scopes::scope_id, texts::check_text};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, PermissionRepresentation};
use perennial_domain::{
    ClientScopeId,
    client_scope::{ClientScope, ClientScopeSettings, PermissionType},
    realm_model::RealmModel,
};
use perennial_flows::{
    FlowResult,
    admin::{
        Permission,
        client_scopes::{self, ScopeChange, ScopeDraft},
        tag_of,
    },
};
use perennial_ui::{
    scopes::{known_words, own_text},
    text::Lang,
};

/// In characters, as at `/client-scopes`.
const LONGEST: usize = 255;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let mut scopes: Vec<&ClientScope> = loaded.model.scopes.values().collect();
    scopes.sort_by(|a, b| a.name.cmp(&b.name));
    let of_both = |scope| PermissionType::ALL.map(|used| of_scope(&loaded.model, scope, used));
    Ok(json(&scopes.into_iter().flat_map(of_both).collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let (scope, used) = meant(&loaded.model, &id)?;
    Ok(tagged(&tag_of(scope)?, &of_scope(&loaded.model, scope, used)))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<PermissionRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let sent = sent.0;
    caller.0.require(Permission::ManageClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let (scope, used) = meant(&loaded.model, &id)?;
    check(&sent, &of_scope(&loaded.model, scope, used)).map_err(ApiRefusal::Invalid)?;
    let id = Some(scope.id);
    let change: ScopeChange = Box::new(move |scope| ScopeDraft {
        name: scope.name.clone(),
        settings: changed(scope, used, &sent),
        mappers: None,
    });
    client_scopes::update(&state.site, &caller.0, &realm, id, change).await?;
    Ok(no_content())
}

/// The client scope that the identifier leads to, and as which type.
fn meant<'m>(model: &'m RealmModel, id: &str) -> FlowResult<(&'m ClientScope, PermissionType)> {
    let id = scope_id(id);
    if let Ok(scope) = client_scopes::find(model, id) {
        return Ok((scope, PermissionType::Delegated));
    }
    Ok((client_scopes::find(model, id.map(ClientScopeId::of_other_type))?, PermissionType::Application))
}

/// Display text and description, as people read them.
fn words(scope: &ClientScope) -> (Option<String>, Option<String>) {
    let (own, more) = (own_text(scope.settings.consent_text.as_deref()), scope.settings.description.clone());
    match known_words(Lang::En, &scope.name) {
        Some(known) => (Some(known.title), more.or(known.detail)),
        None => (own.map(str::to_owned), more),
    }
}

fn of_scope(model: &RealmModel, scope: &ClientScope, used: PermissionType) -> PermissionRepresentation {
    let (default, optional) = model.scopes_of_new_clients();
    let new_clients = match (default.contains(&scope.id), optional.contains(&scope.id)) {
        (true, _) => "default",
        (false, true) => "optional",
        (false, false) => "none",
    };
    let id = match used {
        PermissionType::Delegated => scope.id,
        PermissionType::Application => scope.id.of_other_type(),
    };
    let (display_text, description) = words(scope);
    PermissionRepresentation {
        id: Some(id.to_string()),
        name: Some(scope.name.clone()),
        kind: Some(used.as_str().to_owned()),
        display_text,
        description,
        admin_consent_required: Some(scope.takes_admin(used)),
        new_clients: Some(new_clients.to_owned()),
    }
}

/// The settings with the sent fields put in. What comes back as it was shown changes nothing.
fn changed(scope: &ClientScope, used: PermissionType, sent: &PermissionRepresentation) -> ClientScopeSettings {
    let (mut settings, (display_text, description)) = (scope.settings.clone(), words(scope));
    let put = |sent: &Option<String>| sent.clone().filter(|text| !text.is_empty());
    if sent.display_text.is_some() && sent.display_text != display_text {
        settings.consent_text = put(&sent.display_text);
    }
    if sent.description.is_some() && sent.description != description {
        settings.description = put(&sent.description);
    }
    match (used, sent.admin_consent_required.filter(|required| *required != scope.takes_admin(used))) {
        (_, None) => {}
        (PermissionType::Delegated, Some(required)) => settings.admin_consent_required = required,
        (PermissionType::Application, Some(required)) => settings.application_consent_required = Some(required),
    }
    settings
}

/// What is only read may come back as it was: whoever changes one field sends the rest along.
fn check(sent: &PermissionRepresentation, now: &PermissionRepresentation) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    let read_only = [
        ("id", &sent.id, &now.id),
        ("name", &sent.name, &now.name),
        ("type", &sent.kind, &now.kind),
        ("newClients", &sent.new_clients, &now.new_clients),
    ];
    for (field, sent, now) in read_only {
        if sent.is_some() && sent != now {
            wrong.push(ApiError::at_field(field, "is changed at the client scope, not here"));
        }
    }
    let worded = now.name.as_deref().is_some_and(|name| known_words(Lang::En, name).is_some());
    let own = sent.display_text.as_ref().filter(|text| !text.is_empty() && Some(*text) != now.display_text.as_ref());
    if worded && own.is_some() {
        wrong.push(ApiError::at_field("displayText", "is worded by the server, in each language"));
    }
    wrong.extend(check_text("displayText", sent.display_text.as_deref(), LONGEST));
    wrong.extend(check_text("description", sent.description.as_deref(), LONGEST));
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}
