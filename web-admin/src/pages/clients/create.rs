//! Making a client: its name, its kind, where it may return to, and whether it may work offline.

use leptos::prelude::*;
use perennial_api::{ClientRepresentation, ClientScopeRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::json;

use super::texts::{CreateTexts, ListTexts, SettingsTexts};
use crate::api::{Api, use_api};
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::Section;
use crate::rights::{NEW_CLIENT, judged};
use crate::screens::set_trail;

const CONFIDENTIAL: &str = "confidential";
const PUBLIC: &str = "public";
const SERVICE: &str = "service";
const OFFLINE_ACCESS: &str = "offline_access";

#[component]
pub fn CreateClientPage(realm: String) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let texts = CreateTexts::get();
    let create = ListTexts::get().create;
    set_trail("clients", &realm, vec![Crumb::here(create)]);
    // Whoever needs the password grant switches it on later.
    let form = Form::new(json!({"enabled": true, "consentRequired": true, "directAccessGrantsEnabled": false}));
    let kind = RwSignal::new(CONFIDENTIAL.to_owned());
    let offline = RwSignal::new(true);
    let list = links::clients(&realm);
    let (base, here) = (list.clone(), realm.clone());
    let send = Callback::new(move |_| {
        let mut body = untrack(|| form.document());
        let kind = kind.get_untracked();
        body["publicClient"] = (kind == PUBLIC).into();
        body["standardFlowEnabled"] = (kind != SERVICE).into();
        body["serviceAccountsEnabled"] = (kind == SERVICE).into();
        let (realm, base, offline) = (realm.clone(), base.clone(), offline.get_untracked());
        let making = async move {
            let id = api.create(&paths::admin_clients(&realm), &body).await?;
            if offline && !give_offline_access(api, &realm, &id).await {
                // The client is there either way.
                toasts.failed(texts.offline_failed);
            }
            Ok(format!("{base}/{id}"))
        };
        form.make(making, texts.done);
    });
    let fields = move || {
        view! { <FormFrame form=form on_save=send create=create cancel=list>{fields(form, kind, offline)}</FormFrame> }
            .into_any()
    };
    view! {
        <header class="adm-head"><h1>{create}</h1></header>
        {judged(NEW_CLIENT, &here, fields)}
    }
}

fn fields(form: Form, kind: RwSignal<String>, offline: RwSignal<bool>) -> AnyView {
    let (texts, settings) = (CreateTexts::get(), SettingsTexts::get());
    let kinds = vec![
        Choice::new(CONFIDENTIAL, texts.confidential),
        Choice::new(PUBLIC, texts.public),
        Choice::new(SERVICE, texts.service),
    ];
    let serves = move || *kind.read() == SERVICE;
    let redirects = form.lines_field("redirectUris", 3, texts.redirects, texts.redirects_help);
    view! {
        <Section title=settings.general words=settings.general_words>
            {form.text_field("clientId", Rule::Needed, texts.client_id, texts.client_id_help)}
            {form.text_field("name", Rule::Free, texts.name, texts.name_help)}
            <Select id="kind" label=texts.kind choices=kinds value=kind />
            <div hidden=serves>{redirects}</div>
        </Section>
        <Section title=texts.rights words=texts.rights_words>
            <Switch id="offline" label=texts.offline value=offline help=texts.offline_help />
            {form.switch("consentRequired", texts.consent, "")}
        </Section>
    }
    .into_any()
}

/// Whether it has the scope then: it may have it already, as one that every new client gets.
async fn give_offline_access(api: Api, realm: &str, client: &str) -> bool {
    let made: ClientRepresentation = api.get(&paths::admin_client(realm, client)).await.unwrap_or_default();
    let own = [made.default_client_scopes, made.optional_client_scopes];
    if own.into_iter().flatten().flatten().any(|name| name == OFFLINE_ACCESS) {
        return true;
    }
    let scopes: Vec<ClientScopeRepresentation> = api.get(&paths::admin_client_scopes(realm)).await.unwrap_or_default();
    let found = scopes.into_iter().find(|scope| scope.name.as_deref() == Some(OFFLINE_ACCESS));
    match found.and_then(|scope| scope.id) {
        Some(id) => api.put(&paths::admin_client_optional_scope(realm, client, &id), &json!({})).await.is_ok(),
        None => false,
    }
}
