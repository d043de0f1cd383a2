//! Changing a client's own token policy: an empty field inherits. Before it is saved the server says what it would end.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::client::attributes as names;
use perennial_api::{RealmRepresentation, TokenPolicyPreview, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use serde_json::{Map, Value, json};

use super::client::Shared;
use super::texts::{OfflineTexts, SettingsTexts};
use crate::api::{Failure, use_api};
use crate::form::{Form, FormFrame, Rule};
use crate::pages::Section;
use crate::pages::what_if::said;
use crate::remote::{Remote, remote};
use crate::texts::screen_texts;
use crate::typing::settled;

const IDLE: &str = "attributes/client.offline.session.idle.timeout";
const MAX: &str = "attributes/client.offline.session.max.lifespan";

#[component]
pub fn PolicyForm(shared: Shared, policy: RealmRepresentation) -> impl IntoView {
    let texts = OfflineTexts::get();
    let api = use_api();
    let form = Form::over(shared.document);
    let put = form.putting(shared.url(), SettingsTexts::get().saved);
    let fields = fields(form, Hints::of(&policy));
    let preview_url = StoredValue::new(paths::admin_token_policy_preview(&shared.realm.read_value()));
    let proposed = Memo::new(move |_| proposal(form, shared));
    let counted = preview(proposed, preview_url);
    let asking = RwSignal::new(false);
    let ends = RwSignal::new(None::<u64>);
    let save = Callback::new(move |changes| {
        form.busy.set(true);
        let body = proposed.get_untracked();
        spawn_local(async move {
            let counted = api.post::<TokenPolicyPreview>(&preview_url.get_value(), &body).await;
            if form.busy.try_set(false).is_some() {
                // Left meanwhile.
                return;
            }
            match counted {
                Ok(TokenPolicyPreview { ends_now: 0, .. }) => put.run(changes),
                // What the server does not take is said at the field; so is that nobody is signed in.
                Err(failure @ (Failure::SignedOut | Failure::Refused { status: 400, .. })) => form.fail(failure),
                counted => {
                    ends.set(counted.ok().map(|counted| counted.ends_now));
                    asking.set(true);
                }
            }
        });
    });
    let what_if = move || form.is_dirty().then(|| view! { <WhatIf counted=counted proposed=proposed /> });
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.edit words=texts.edit_words>
                {fields}
                {what_if}
            </Section>
        </FormFrame>
        {confirm_ends(put, asking, ends)}
    }
}

fn fields(form: Form, hints: Hints) -> AnyView {
    let texts = OfflineTexts::get();
    let rotations = vec![
        Choice::new("", texts.inherit),
        Choice::new("auto", texts.auto),
        Choice::new("never", texts.never),
        Choice::new("aging", texts.aging),
        Choice::new("always", texts.always),
    ];
    let limit = form.text_field("attributes/offline.session.limit", Rule::CountOrNone, texts.limit, texts.limit_help);
    view! {
        {form.lifetime_field(IDLE, texts.idle, hints.idle)}
        {form.lifetime_field(MAX, texts.max, hints.max)}
        {form.choice("attributes/refresh.token.rotation", texts.rotation, rotations)}
        {form.text_field("attributes/refresh.token.replay.window", Rule::Free, texts.window, texts.window_help)}
        {limit}
    }
    .into_any()
}

/// What the realm says where the client is silent.
struct Hints {
    idle: String,
    max: String,
}

impl Hints {
    fn of(policy: &RealmRepresentation) -> Self {
        let lang = use_lang();
        let texts = OfflineTexts::get();
        let (idle, max) = crate::policy::for_clients(policy);
        let limited = policy.offline_session_max_lifespan_enabled == Some(true);
        let none = screen_texts().policy.no_max;
        let words = |seconds: Option<i64>| {
            let value = seconds.map_or(none.to_owned(), |seconds| format::duration(lang, seconds));
            (texts.inherits)(&value)
        };
        Hints {
            idle: words(idle.or(policy.offline_session_idle_timeout)),
            max: words(max.or(policy.offline_session_max_lifespan).filter(|_| limited)),
        }
    }
}

/// The client with what is typed of its limits.
fn proposal(form: Form, shared: Shared) -> Value {
    let changes = form.changes();
    let mut attributes = json!({});
    for name in [names::OFFLINE_SESSION_IDLE_TIMEOUT, names::OFFLINE_SESSION_MAX_LIFESPAN] {
        if let Some(value) = changes.get("attributes").and_then(|all| all.get(name)) {
            attributes[name] = value.clone();
        }
    }
    json!({ "client": { "id": shared.id.get_value(), "attributes": attributes } })
}

fn preview(proposed: Memo<Value>, url: StoredValue<String>) -> Remote<TokenPolicyPreview> {
    let api = use_api();
    let asked = settled(proposed);
    remote(move || asked.get(), move |body| async move { api.post(&url.get_value(), &body).await })
}

#[component]
fn WhatIf(counted: Remote<TokenPolicyPreview>, proposed: Memo<Value>) -> impl IntoView {
    let words = &screen_texts().what_if;
    let title = OfflineTexts::get().what_if;
    let moves = move || proposed.read()["client"]["attributes"].as_object().is_some_and(|all| !all.is_empty());
    let answer = move || match counted.value.get() {
        _ if counted.busy.get() => view! { <p class="pn-muted">{words.counting}</p> }.into_any(),
        None => view! { <p class="pn-muted">{words.counting}</p> }.into_any(),
        Some(Err(_)) => view! { <p>{words.not_counted}</p> }.into_any(),
        Some(Ok(counted)) => said(counted, moves()),
    };
    view! {
        <div class="adm-what-if adm-what-if-inline" aria-live="polite" id="what-if">
            <h3>{title}</h3>
            {answer}
        </div>
    }
}

fn confirm_ends(put: Callback<Map<String, Value>>, asking: RwSignal<bool>, ends: RwSignal<Option<u64>>) -> AnyView {
    let lang = use_lang();
    let texts = OfflineTexts::get();
    let consequence = MaybeProp::derive(move || {
        Some(match ends.get() {
            None => texts.confirm_unknown.to_owned(),
            Some(1) => texts.confirm_one.to_owned(),
            Some(n) => (texts.confirm)(&format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))),
        })
    });
    let agreed = Callback::new(move |()| {
        asking.set(false);
        put.run(Map::new());
    });
    view! {
        <Dialog
            open=asking
            kind=DialogKind::Danger
            title=texts.confirm_title
            consequence=consequence
            confirm=texts.save_anyway
            on_confirm=agreed
        />
    }
    .into_any()
}
