//! A user's tab *Consents*: what they have allowed which app, what works offline by that and until when, and taking it away,
//! one permission or all of them.

use leptos::prelude::*;
use perennial_api::{UserConsentRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::{Value, json};

use super::grants::{GrantTexts, Grants, grants, more_note, of_app};
use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::{Api, Failure, tag_of, use_api};
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::{CountWords, Whose, counted};
use crate::remote::{Remote, failed_below, once_answered, remote, shown};

type Given = Remote<Vec<UserConsentRepresentation>>;

/// What the rows share.
#[derive(Clone, Copy)]
struct List {
    shared: Shared,
    consents: Given,
    grants: Grants,
    /// From which app everything is to be taken.
    take: Callback<String>,
    dropping: RwSignal<Option<Dropped>>,
}

#[component]
pub fn Consents(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let url = paths::admin_user_consents(&shared.realm.get_value(), &shared.id.get_value());
    let consents: Given = remote(move || url.clone(), move |url| async move { api.get(&url).await });
    let grants = grants(shared);
    let app = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let realm = shared.realm.get_value();
    let whose = Signal::derive(move || Whose::UserOfClient(shared.id.get_value(), app.get()));
    let ending = counted(&realm, whose, CountWords::ending(), open);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.revoke_title)(&app.read())),
        consequence: Consequence::counted(texts.revoke_words, ending),
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
    let dropping = RwSignal::new(None::<Dropped>);
    let list = List { shared, consents, grants, take, dropping };
    let reload = move || {
        consents.reload();
        grants.reload();
    };
    let whole = move || {
        view! {
            {shown(consents, LoadingShape::Rows, move |all| listed(all, list))}
            {failed_below(grants)}
            {more_note(grants)}
        }
        .into_any()
    };
    view! {
        {once_answered(grants, LoadingShape::Rows, whole)}
        {confirm(question, act, reload)}
        {drop_dialog(shared, dropping, Callback::new(move |()| reload()))}
    }
}

fn listed(all: Vec<UserConsentRepresentation>, list: List) -> AnyView {
    let texts = UsersTexts::get();
    if all.is_empty() {
        return view! { <Empty title=texts.consents_none icon=IconKind::Apps /> }.into_any();
    }
    let names = [texts.app, texts.may, GrantTexts::get().title, texts.given, texts.changed];
    let mut columns = names.map(Column::new).to_vec();
    columns.push(Column::actions(texts.actions));
    view! {
        <Table caption=texts.consents columns=columns busy=list.consents.busy>
            {all.into_iter().map(|consent| row(consent, list)).collect_view()}
        </Table>
    }
    .into_any()
}

/// A permission to be withdrawn.
#[derive(Clone, PartialEq)]
struct Dropped {
    app: String,
    scope: String,
}

/// How often the user may change the same consent while one permission of it is withdrawn.
const TRIES: usize = 3;

/// The rest is what the user allows at that moment, whatever the list shows: it may be older.
async fn withdraw(api: Api, url: String, scope: String) -> Result<(), Failure> {
    let mut answer = Ok(());
    for _ in 0..TRIES {
        let consent = api.document(&url).await?;
        let given = consent["grantedClientScopes"].as_array().into_iter().flatten();
        let rest: Vec<&Value> = given.filter(|one| one.as_str() != Some(&scope)).collect();
        answer = api.put_if(&url, &json!({ "grantedClientScopes": rest }), tag_of(&consent)).await;
        if !answer.as_ref().is_err_and(Failure::is_overtaken) {
            break;
        }
    }
    answer
}

fn drop_dialog(shared: Shared, dropping: RwSignal<Option<Dropped>>, done: Callback<()>) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let open = opened_by(dropping);
    let app = move || dropping.read().as_ref().map(|it| it.app.clone()).unwrap_or_default();
    let whose = Signal::derive(move || Whose::UserOfClient(shared.id.get_value(), app()));
    let concerned = counted(&shared.realm.read_value(), whose, CountWords::concerned(), open);
    let words = move || {
        let offline = dropping.read().as_ref().is_some_and(|it| it.scope == "offline_access");
        let further = if offline { texts.drop_offline } else { "" };
        format!("{} {further}", texts.drop_words).trim_end().to_owned()
    };
    let question = Question {
        open,
        title: Signal::derive(move || {
            dropping.read().as_ref().map(|it| (texts.drop_title)(&it.scope, &it.app)).unwrap_or_default()
        }),
        consequence: Consequence::counted(Signal::derive(words), concerned),
        confirm: texts.drop,
        done: texts.dropped,
    };
    let act = move || {
        let chosen = dropping.get_untracked();
        async move {
            let Some(Dropped { app, scope }) = chosen else { return Ok(()) };
            let url = paths::admin_user_consent(&shared.realm.get_value(), &shared.id.get_value(), &app);
            withdraw(api, url, scope).await
        }
    };
    confirm(question, act, move || done.run(()))
}

/// A permission with the button that withdraws it.
fn scope_chip(app: &str, scope: String, dropping: RwSignal<Option<Dropped>>) -> AnyView {
    let label = (UsersTexts::get().drop_scope)(&scope);
    let this = Dropped { app: app.to_owned(), scope: scope.clone() };
    view! {
        <li class="pn-chip">
            <span>{scope}</span>
            <button
                class="pn-icon-button"
                type="button"
                aria-label=label
                on:click=move |_| dropping.set(Some(this.clone()))
            >
                <Icon kind=IconKind::Close />
            </button>
        </li>
    }
    .into_any()
}

fn row(consent: UserConsentRepresentation, list: List) -> impl IntoView {
    let texts = UsersTexts::get();
    let offline = !consent.additional_grants.is_empty();
    let client = consent.client_id.clone();
    let time = |at: Option<i64>| at.map(|at| view! { <Timestamp at=at /> });
    let stored = consent.created_date.is_some();
    let working = offline.then(|| of_app(list.shared, list.grants, client.clone()));
    let all = &consent.granted_client_scopes;
    let chips = all.iter().map(|scope| scope_chip(&client, scope.clone(), list.dropping)).collect_view();
    view! {
        <tr>
            <Cell label=texts.app head=true>
                <span>{consent.client_id}</span>
                {offline.then(|| view! { " " <Badge tone=Tone::Accent>{texts.works_offline}</Badge> })}
            </Cell>
            <Cell label=texts.may>
                {(!stored).then(|| view! { <span class="pn-muted">{texts.no_consent}</span> })}
                <ul class="pn-chips">{chips}</ul>
            </Cell>
            <Cell label=GrantTexts::get().title>{working}</Cell>
            <Cell label=texts.given>{time(consent.created_date)}</Cell>
            <Cell label=texts.changed>{time(consent.last_updated_date)}</Cell>
            <Cell label=texts.actions>
                <Button on_press=Callback::new(move |()| list.take.run(client.clone()))>{texts.revoke}</Button>
            </Cell>
        </tr>
    }
}
