//! A client's tab *Offline access*: the policy with what it inherits and what wins, changing it, when its sessions end
//! and when they were last used, and the sessions themselves.

use leptos::prelude::*;
use perennial_api::session_search::{SessionClass, SessionSummary};
use perennial_api::{RealmRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::client::Shared;
use super::policy_form::PolicyForm;
use super::texts::OfflineTexts;
use crate::api::use_api;
use crate::pages::client_policy::PolicyCard;
use crate::pages::loaded_once;
use crate::pages::sessions::Sessions;
use crate::remote::{remote, shown};

const DAY_S: i64 = 86_400;

#[component]
pub fn OfflineAccess(shared: Shared) -> impl IntoView {
    let api = use_api();
    let (realm, id) = (shared.realm.get_value(), shared.id.get_value());
    let url = format!("{}?client={id}", paths::admin_offline_session_summary(&realm));
    let summary = remote(
        // Counted anew when the policy was changed.
        move || {
            shared.document.track();
            url.clone()
        },
        move |url| async move { api.get::<SessionSummary>(&url).await },
    );
    let parts = move |policy: RealmRepresentation| {
        let for_card = policy.clone();
        let realm = shared.realm.get_value();
        view! {
            {move || view! {
                <PolicyCard realm=shared.realm.get_value() policy=for_card.clone() client=shared.client() />
            }}
            <PolicyForm shared=shared policy=policy />
            {shown(summary, LoadingShape::Cards, histograms)}
            <Sessions realm=realm client=shared.id.get_value() name=shared.text("clientId") />
        }
        .into_any()
    };
    view! { <div class="pn-stack">{loaded_once(paths::admin_realm(&realm), parts)}</div> }
}

fn histograms(summary: SessionSummary) -> Option<AnyView> {
    if summary.total == 0 {
        return None;
    }
    let texts = OfflineTexts::get();
    let view = view! {
        <div class="adm-two-cards">
            <Card title=texts.by_end>{bars(summary.by_end, texts.within, texts.later)}</Card>
            <Card title=texts.by_use>{bars(summary.by_last_use, texts.ago, texts.older)}</Card>
        </div>
    };
    Some(view.into_any())
}

/// A bar for each class, with its number beside it: the length is only for the eye.
fn bars(classes: Vec<SessionClass>, within: perennial_ui::text::With, rest: &'static str) -> impl IntoView {
    let lang = use_lang();
    let most = classes.iter().map(|class| class.count).max().unwrap_or_default().max(1);
    let bar = move |class: SessionClass| {
        let label = class.within_days.map_or(rest.to_owned(), |days| within(&format::duration(lang, days * DAY_S)));
        let number = format::number(lang, i64::try_from(class.count).unwrap_or(i64::MAX));
        // Anything at all is seen, however much more the largest is.
        let percent = if class.count == 0 { 0 } else { (class.count * 100 / most).max(2) };
        view! {
            <li class="adm-bar-row">
                <span class="adm-bar-label">{label}</span>
                <svg class="adm-bar-track" width="100%" height="12" aria-hidden="true">
                    <rect class="adm-bar-back" width="100%" height="12" rx="3"></rect>
                    <rect class="adm-bar-fill" width=format!("{percent}%") height="12" rx="3"></rect>
                </svg>
                <span class="adm-bar-number">{number}</span>
            </li>
        }
    };
    view! { <ul class="adm-bars">{classes.into_iter().map(bar).collect_view()}</ul> }
}
