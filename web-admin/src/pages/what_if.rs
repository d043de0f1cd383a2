//! What saving would end: asked of the server while limits are typed, said before anything is saved.

use leptos::prelude::*;
use perennial_api::preview::PreviewRequest;
use perennial_api::{ClientImpact, RealmRepresentation, TokenPolicyPreview, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::remote::{Remote, remote};
use crate::texts::screen_texts;
use crate::token_form::moves_ends;
use crate::typing::settled;

/// Clients listed by name.
const CLIENTS: usize = 5;

#[derive(Clone, Copy)]
pub struct WhatIfData {
    pub preview: Remote<TokenPolicyPreview>,
    /// The proposal that `preview` is about, or soon will be.
    pub limits: Memo<PreviewRequest>,
    asked: RwSignal<PreviewRequest>,
}

impl WhatIfData {
    /// Whether the present answer is about what is typed now.
    pub fn is_current(self) -> bool {
        *self.limits.read() == *self.asked.read() && !self.preview.busy.get()
    }
}

/// The fields of `changes` that can end sessions.
pub fn limits_of(changes: &RealmRepresentation) -> RealmRepresentation {
    RealmRepresentation {
        offline_session_idle_timeout: changes.offline_session_idle_timeout,
        offline_session_max_lifespan_enabled: changes.offline_session_max_lifespan_enabled,
        offline_session_max_lifespan: changes.offline_session_max_lifespan,
        client_offline_session_idle_timeout: changes.client_offline_session_idle_timeout,
        client_offline_session_max_lifespan: changes.client_offline_session_max_lifespan,
        ..RealmRepresentation::default()
    }
}

/// Whether a proposal can end anything at all.
fn changes_ends(proposal: &PreviewRequest) -> bool {
    let of_resource = proposal.resource.as_ref().is_some_and(|resource| {
        resource.offline_session_idle_timeout.is_some() || resource.offline_session_max_lifespan.is_some()
    });
    of_resource || moves_ends(&proposal.realm)
}

pub fn use_what_if(realm: StoredValue<String>, limits: Memo<PreviewRequest>) -> WhatIfData {
    let api = use_api();
    let asked = settled(limits);
    let load = move |proposed: PreviewRequest| async move {
        api.post(&paths::admin_token_policy_preview(&realm.get_value()), &proposed).await
    };
    WhatIfData { preview: remote(move || asked.get(), load), limits, asked }
}

#[component]
pub fn WhatIf(data: WhatIfData) -> impl IntoView {
    let texts = &screen_texts().what_if;
    let preview = data.preview;
    let answer = move || match preview.value.get() {
        _ if !data.is_current() => view! { <p class="pn-muted">{texts.counting}</p> }.into_any(),
        None => view! { <p class="pn-muted">{texts.counting}</p> }.into_any(),
        Some(Err(_)) => {
            let again = Callback::new(move |()| preview.reload());
            view! {
                <p>{texts.not_counted}</p>
                <Button on_press=again>{texts.try_again}</Button>
            }
            .into_any()
        }
        Some(Ok(counted)) => said(counted, changes_ends(&data.limits.read())),
    };
    view! {
        <Card title=texts.title id="what-if">
            <div class="adm-what-if" aria-live="polite">{answer}</div>
        </Card>
    }
}

pub(super) fn said(counted: TokenPolicyPreview, changed: bool) -> AnyView {
    let lang = use_lang();
    let texts = &screen_texts().what_if;
    let number = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let total = number(counted.total);
    if counted.total == 0 {
        return view! { <p class="pn-muted">{texts.no_sessions}</p> }.into_any();
    }
    if !changed {
        return view! { <p class="pn-muted">{(texts.no_change)(&total)}</p> }.into_any();
    }
    if counted.ends_now + counted.ends_within_7_days == 0 {
        return view! {
            <p class="adm-what-if-good"><Icon kind=IconKind::Check /> <span>{(texts.ends_none)(&total)}</span></p>
        }
        .into_any();
    }
    let sentence = (texts.ends)(&number(counted.ends_now), &total, &number(counted.ends_within_7_days));
    let mostly = main_loser(&counted).map(|client| view! { {texts.mostly_of} <em>{client}</em> });
    let several = counted.clients.len() > 1;
    view! {
        <p class="adm-what-if-ends">
            <Icon kind=IconKind::Warning />
            <span>{sentence} {mostly} "."</span>
        </p>
        {several.then(|| losers(counted.clients, number))}
    }
    .into_any()
}

/// The client that loses more than half of all.
fn main_loser(counted: &TokenPolicyPreview) -> Option<String> {
    let all = counted.ends_now + counted.ends_within_7_days;
    let first = counted.clients.first()?;
    (2 * (first.ends_now + first.ends_within_7_days) > all).then(|| first.client_id.clone())
}

fn losers(clients: Vec<ClientImpact>, number: impl Fn(u64) -> String) -> impl IntoView {
    let texts = &screen_texts().what_if;
    let row = |client: ClientImpact| {
        view! {
            <tr>
                <th scope="row">{client.client_id}</th>
                <td class="pn-number">{number(client.ends_now)}</td>
                <td class="pn-number">{number(client.ends_within_7_days)}</td>
            </tr>
        }
    };
    view! {
        <table class="adm-losers">
            <thead>
                <tr>
                    <th scope="col">{texts.client}</th>
                    <th scope="col" class="pn-number">{texts.now}</th>
                    <th scope="col" class="pn-number">{texts.within_week}</th>
                </tr>
            </thead>
            <tbody>{clients.into_iter().take(CLIENTS).map(row).collect_view()}</tbody>
        </table>
    }
}
