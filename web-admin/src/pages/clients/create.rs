//! Making a client: its name, its kind, where it may return to, and whether it may work offline.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::json;

use super::texts::{CreateTexts, ListTexts};
use crate::api::use_api;
use crate::links;
use crate::pages::draft::{Draft, DraftView};
use crate::screens::set_trail;

const CONFIDENTIAL: &str = "confidential";
const PUBLIC: &str = "public";
const SERVICE: &str = "service";

#[component]
pub fn CreateClientPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = CreateTexts::get();
    let create = ListTexts::get().create;
    set_trail("clients", &realm, vec![Crumb::here(create)]);
    let field = || RwSignal::new(String::new());
    let (client_id, name, redirects) = (field(), field(), field());
    let kind = RwSignal::new(CONFIDENTIAL.to_owned());
    let (offline, consent) = (RwSignal::new(true), RwSignal::new(true));
    let touched = move || [client_id, name, redirects].iter().any(|field| !field.read().is_empty());
    let draft = Draft::new(touched);
    let base = links::clients(&realm);
    let back = base.clone();
    let kinds = vec![
        Choice::new(CONFIDENTIAL, texts.confidential),
        Choice::new(PUBLIC, texts.public),
        Choice::new(SERVICE, texts.service),
    ];
    let send = move || {
        if client_id.read_untracked().trim().is_empty() {
            draft.refuse("clientId", texts.needed);
            return None;
        }
        let kind = kind.get_untracked();
        let uris = redirects.get_untracked();
        let uris: Vec<&str> = uris.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let body = json!({
            "clientId": client_id.read_untracked().trim(),
            "name": name.read_untracked().trim(),
            "enabled": true,
            "publicClient": kind == PUBLIC,
            "standardFlowEnabled": kind != SERVICE,
            "serviceAccountsEnabled": kind == SERVICE,
            "redirectUris": uris,
            "consentRequired": consent.get_untracked(),
        });
        let (realm, base, offline) = (realm.clone(), base.clone(), offline.get_untracked());
        Some(async move {
            let id = api.create(&paths::admin_clients(&realm), &body).await?;
            if offline {
                give_offline_access(api, &realm, &id).await;
            }
            Ok(format!("{base}/{id}"))
        })
    };
    let returns = move || *kind.read() != SERVICE;
    view! {
        <h1>{create}</h1>
        <DraftView draft=draft send=send confirm=create done=texts.done back=back>
            <Card>
                <TextField
                    id="clientId"
                    label=texts.client_id
                    value=client_id
                    help=texts.client_id_help
                    error=draft.error("clientId")
                    required=true
                    autofocus=true
                />
                <TextField id="name" label=texts.name value=name help=texts.name_help error=draft.error("name") />
                <Select id="kind" label=texts.kind choices=kinds value=kind />
                <Show when=returns>
                    <TextArea
                        id="redirectUris"
                        label=texts.redirects
                        value=redirects
                        help=texts.redirects_help
                        error=draft.error("redirectUris")
                        code=true
                    />
                </Show>
                <Switch id="offline" label=texts.offline value=offline help=texts.offline_help />
                <Switch id="consentRequired" label=texts.consent value=consent />
            </Card>
        </DraftView>
    }
}

/// The scope may be there already, as one that every new client gets; or be missing in this realm.
async fn give_offline_access(api: crate::api::Api, realm: &str, client: &str) {
    let scopes: Vec<perennial_api::ClientScopeRepresentation> =
        api.get(&paths::admin_client_scopes(realm)).await.unwrap_or_default();
    let found = scopes.into_iter().find(|scope| scope.name.as_deref() == Some("offline_access"));
    if let Some(id) = found.and_then(|scope| scope.id) {
        // The client is there either way; its tab Scopes shows what it has.
        let _ = api.put(&paths::admin_client_optional_scope(realm, client, &id), &json!({})).await;
    }
}
