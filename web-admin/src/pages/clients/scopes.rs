//! A client's tab *Scopes*: which client scopes it gets always, which when it asks, and which roles its tokens may carry.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientScopeRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::{Map, Value, json};

use super::client::Shared;
use super::texts::{ScopeTexts, SettingsTexts};
use crate::api::{Api, use_api};
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::{CountWords, Whose, counted};
use crate::form::{Form, FormFrame};
use crate::pages::role_mappings::{Holder, RoleMappings};
use crate::pages::{Risk, Section, careful};
use crate::remote::{remote, shown};

const OFFLINE_ACCESS: &str = "offline_access";
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
    let taking = RwSignal::new(None::<Taken>);
    let listed = move |mut all: Vec<ClientScopeRepresentation>| {
        if all.is_empty() {
            return view! { <Empty title=texts.none_title icon=IconKind::Scope /> }.into_any();
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let columns = [texts.scope, texts.description, texts.given].map(Column::new).to_vec();
        view! {
            <Table caption=texts.title columns=columns>
                {all.into_iter().map(|scope| row(scope, shared, taking)).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        <p class="adm-intro">{texts.words}</p>
        {shown(scopes, LoadingShape::Rows, listed)}
        {taking_away(shared, taking)}
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

/// A scope to be taken away, and the field where that was chosen.
#[derive(Clone)]
struct Taken {
    url: String,
    name: String,
    picked: RwSignal<String>,
    stored: Memo<&'static str>,
}

/// Asks, as sessions lose what is taken; the field shows again what holds when the question is closed.
fn taking_away(shared: Shared, taking: RwSignal<Option<Taken>>) -> AnyView {
    let texts = ScopeTexts::get();
    let api = use_api();
    let open = opened_by(taking);
    let name = move || taking.read().as_ref().map(|taken| taken.name.clone()).unwrap_or_default();
    let whose = Signal::derive(move || Whose::ScopeOfClient(name(), shared.id.get_value()));
    let concerned = counted(&shared.realm.read_value(), whose, CountWords::concerned(), open);
    let words = move || if name() == OFFLINE_ACCESS { texts.take_offline_words } else { texts.take_words };
    Effect::new(move |before: Option<Option<Taken>>| {
        let now = taking.get();
        if let (None, Some(Some(taken))) = (&now, before) {
            taken.picked.try_set(taken.stored.get_untracked().to_owned());
        }
        now
    });
    let question = Question {
        open,
        title: Signal::derive(move || (texts.take_title)(&name())),
        consequence: Consequence::counted(Signal::derive(move || words().to_owned()), concerned),
        confirm: texts.take,
        done: texts.changed,
    };
    let act = move || {
        let url = taking.read_untracked().as_ref().map(|taken| taken.url.clone()).unwrap_or_default();
        async move {
            api.delete(&url).await?;
            look_again(api, shared).await;
            Ok(())
        }
    };
    confirm(question, act, || ())
}

/// Not where the page has been left meanwhile.
async fn look_again(api: Api, shared: Shared) {
    if shared.document.try_with_untracked(|_| ()).is_none() {
        return;
    }
    if let Ok(now) = api.document(&shared.url()).await {
        shared.document.set(now);
    }
}

fn row(scope: ClientScopeRepresentation, shared: Shared, taking: RwSignal<Option<Taken>>) -> impl IntoView {
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
    let of = name.clone();
    Effect::new(move || {
        let wanted = picked.get();
        let before = stored.get_untracked();
        if wanted == before {
            return;
        }
        let (realm, client) = (shared.realm.get_value(), shared.id.get_value());
        let url = |kind: &str| match kind {
            DEFAULT => paths::admin_client_default_scope(&realm, &client, &id),
            _ => paths::admin_client_optional_scope(&realm, &client, &id),
        };
        if wanted == NONE {
            return taking.set(Some(Taken { url: url(before), name: of.clone(), picked, stored }));
        }
        // Taken away first, it would be missing until it is given again: giving it moves it.
        let url = url(&wanted);
        spawn_local(async move {
            let answer = api.put(&url, &json!({})).await;
            // Whatever came of it, the server says what holds now.
            look_again(api, shared).await;
            match answer {
                Ok(()) => toasts.done(texts.changed),
                Err(failure) => {
                    toasts.failed((all.failure)(&failure));
                    if let Some(stored) = stored.try_get_untracked() {
                        picked.set(stored.to_owned());
                    }
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
                <Select id=field label=label choices=choices value=picked hide_label=true disabled=is_locked() />
            </Cell>
        </tr>
    }
}

#[component]
fn RolesInTokens(shared: Shared) -> impl IntoView {
    let texts = ScopeTexts::get();
    let form = Form::over(shared.document);
    let put = form.putting(shared.url(), SettingsTexts::get().saved);
    let full = form.flag("fullScopeAllowed");
    let risk = move |changes: &Map<String, Value>| {
        (changes.get("fullScopeAllowed") == Some(&Value::Bool(false))).then(|| Risk {
            title: (texts.full_title)(&form.before("clientId")),
            words: texts.full_words.to_owned(),
            confirm: texts.full_confirm,
            whose: shared.whose(),
            always: false,
        })
    };
    let (save, question) = careful(form, shared.realm, put, risk);
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.roles>
                <Switch id="fullScope" label=texts.full value=full help=texts.full_help />
            </Section>
        </FormFrame>
        {question}
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
