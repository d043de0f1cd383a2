//! A user's tab *Consents*: what they have allowed which app, and taking it away as a whole.

use leptos::prelude::*;
use perennial_api::{UserConsentRepresentation, paths};
use perennial_ui::prelude::*;

use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::use_api;
use crate::confirm::{Question, confirm};
use crate::remote::{remote, shown};

#[component]
pub fn Consents(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let url = paths::admin_user_consents(&shared.realm.get_value(), &shared.id.get_value());
    let consents =
        remote(move || url.clone(), move |url| async move { api.get::<Vec<UserConsentRepresentation>>(&url).await });
    let app = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.revoke_title)(&app.read())),
        consequence: texts.revoke_words.into(),
        confirm: texts.revoke,
        done: texts.revoked,
    };
    let act = move || {
        let url = paths::admin_user_consent(&shared.realm.read_value(), &shared.id.read_value(), &app.read_untracked());
        async move { api.delete(&url).await }
    };
    let take = Callback::new(move |client: String| {
        app.set(client);
        open.set(true);
    });
    let listed = move |all: Vec<UserConsentRepresentation>| {
        if all.is_empty() {
            return view! { <Empty title=texts.consents_none icon=IconKind::Apps /> }.into_any();
        }
        let mut columns = [texts.app, texts.may, texts.given, texts.changed].map(Column::new).to_vec();
        columns.push(Column::actions(texts.actions));
        view! {
            <Table caption=texts.consents columns=columns busy=consents.busy>
                {all.into_iter().map(|consent| row(consent, take)).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        {shown(consents, LoadingShape::Rows, listed)}
        {confirm(question, act, move || consents.reload())}
    }
}

fn row(consent: UserConsentRepresentation, take: Callback<String>) -> impl IntoView {
    let texts = UsersTexts::get();
    let offline = !consent.additional_grants.is_empty();
    let client = consent.client_id.clone();
    let time = |at: Option<i64>| at.map(|at| view! { <Timestamp at=at /> });
    let stored = consent.created_date.is_some();
    view! {
        <tr>
            <Cell label=texts.app head=true>
                <span>{consent.client_id}</span>
                {offline.then(|| view! { " " <Badge tone=Tone::Accent>{texts.works_offline}</Badge> })}
            </Cell>
            <Cell label=texts.may>
                <div class="adm-scopes">
                    {(!stored).then(|| view! { <span class="pn-muted">{texts.no_consent}</span> })}
                    {consent.granted_client_scopes.into_iter().map(|scope| view! { <Badge>{scope}</Badge> }).collect_view()}
                </div>
            </Cell>
            <Cell label=texts.given>{time(consent.created_date)}</Cell>
            <Cell label=texts.changed>{time(consent.last_updated_date)}</Cell>
            <Cell label=texts.actions>
                <Button on_press=Callback::new(move |()| take.run(client.clone()))>{texts.revoke}</Button>
            </Cell>
        </tr>
    }
}
