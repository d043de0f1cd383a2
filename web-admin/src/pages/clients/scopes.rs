//! A client's tab *Scopes*: which client scopes it gets always, which when it asks, and which roles its tokens may carry.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientScopeRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::{Value, json};

use super::client::Shared;
use super::texts::{ScopeTexts, SettingsTexts};
use crate::api::{Api, Failure, use_api};
use crate::form::{Form, FormFrame};
use crate::pages::Section;
use crate::pages::role_mappings::{Holder, RoleMappings};
use crate::remote::{remote, shown};

const DEFAULT: &str = "default";
const OPTIONAL: &str = "optional";
const NONE: &str = "none";

#[component]
pub fn Scopes(shared: Shared) -> impl IntoView {
    let texts = ScopeTexts::get();
    let api = use_api();
    let url = paths::admin_client_scopes(&shared.realm.get_value());
    let scopes =
        remote(move || url.clone(), move |url| async move { api.get::<Vec<ClientScopeRepresentation>>(&url).await });
    let listed = move |mut all: Vec<ClientScopeRepresentation>| {
        if all.is_empty() {
            return view! { <Empty title=texts.none_title icon=IconKind::Scope /> }.into_any();
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let columns = [texts.scope, texts.description, texts.given].map(Column::new).to_vec();
        view! {
            <Table caption=texts.title columns=columns>
                {all.into_iter().map(|scope| row(scope, shared)).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        <p class="adm-intro">{texts.words}</p>
        {shown(scopes, LoadingShape::Rows, listed)}
        <div class="adm-after"><RolesInTokens shared=shared /></div>
    }
}

fn assigned(document: &Value, scope: &str) -> &'static str {
    let has = |list: &str| {
        document.get(list).and_then(Value::as_array).into_iter().flatten().any(|name| name.as_str() == Some(scope))
    };
    match (has("defaultClientScopes"), has("optionalClientScopes")) {
        (true, _) => DEFAULT,
        (false, true) => OPTIONAL,
        (false, false) => NONE,
    }
}

fn row(scope: ClientScopeRepresentation, shared: Shared) -> impl IntoView {
    let texts = ScopeTexts::get();
    let all = crate::texts::texts();
    let api = use_api();
    let toasts = use_toasts();
    let (id, name) = (scope.id.unwrap_or_default(), scope.name.unwrap_or_default());
    let stored = {
        let name = name.clone();
        Memo::new(move |_| assigned(&shared.document.read(), &name))
    };
    let picked = RwSignal::new(stored.get_untracked().to_owned());
    Effect::new(move || picked.set(stored.get().to_owned()));
    let field = format!("scope-{name}");
    let label = (texts.of)(&name);
    Effect::new(move || {
        let wanted = picked.get();
        let before = stored.get_untracked();
        if wanted == before {
            return;
        }
        let id = id.clone();
        spawn_local(async move {
            let answer = assign(api, shared, (&id, before, &wanted)).await;
            // Whatever came of it, the server says what holds now.
            if let Ok(now) = api.get::<Value>(&shared.url()).await {
                shared.document.set(now);
            }
            match answer {
                Ok(()) => toasts.done(texts.changed),
                Err(failure) => {
                    toasts.failed((all.failure)(&failure));
                    picked.set(stored.get_untracked().to_owned());
                }
            }
        });
    });
    let choices =
        vec![Choice::new(DEFAULT, texts.default), Choice::new(OPTIONAL, texts.optional), Choice::new(NONE, texts.none)];
    let description = scope.description.filter(|words| !words.starts_with("${"));
    view! {
        <tr>
            <Cell label=texts.scope head=true>{name}</Cell>
            <Cell label=texts.description><span class="pn-muted">{description}</span></Cell>
            <Cell label=texts.given>
                <Select id=field label=label choices=choices value=picked hide_label=true />
            </Cell>
        </tr>
    }
}

async fn assign(api: Api, shared: Shared, (scope, before, wanted): (&str, &str, &str)) -> Result<(), Failure> {
    let (realm, client) = (shared.realm.get_value(), shared.id.get_value());
    let url = |kind: &str| match kind {
        DEFAULT => paths::admin_client_default_scope(&realm, &client, scope),
        _ => paths::admin_client_optional_scope(&realm, &client, scope),
    };
    if before != NONE {
        api.delete(&url(before)).await?;
    }
    if wanted != NONE {
        api.put(&url(wanted), &json!({})).await?;
    }
    Ok(())
}

#[component]
fn RolesInTokens(shared: Shared) -> impl IntoView {
    let texts = ScopeTexts::get();
    let form = Form::over(shared.document);
    let save = form.putting(shared.url(), SettingsTexts::get().saved);
    let full = form.flag("fullScopeAllowed");
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.roles>
                <Switch id="fullScope" label=texts.full value=full help=texts.full_help />
            </Section>
        </FormFrame>
        <Show when=move || !full.get()>
            <div class="adm-after">
                <RoleMappings
                    realm=shared.realm
                    holder=Holder::client_scope(&shared.realm.read_value(), &shared.id.read_value())
                />
            </div>
        </Show>
    }
}
