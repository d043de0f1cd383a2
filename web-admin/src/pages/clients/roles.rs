//! A client's tab *Roles*: the roles that the app itself defines.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ApiError, RoleRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::json;

use super::client::Shared;
use super::texts::RoleTexts;
use crate::api::{Failure, use_api};
use crate::confirm::{Consequence, Question, confirm};
use crate::pages::holders::holders;
use crate::pages::whole::{Whole, cut_short, whole};
use crate::remote::{remote, shown};
use crate::typing::empty;

#[component]
pub fn Roles(shared: Shared) -> impl IntoView {
    let texts = RoleTexts::get();
    let api = use_api();
    let url = paths::admin_client_roles(&shared.realm.read_value(), &shared.id.read_value());
    let roles = remote(move || url.clone(), move |url| async move { whole::<RoleRepresentation>(api, &url).await });
    let going = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let role = move || paths::admin_client_role(&shared.realm.read_value(), &shared.id.read_value(), &going.read());
    let who = holders(Signal::derive(move || format!("{}/users", role())), open);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.delete_title)(&going.read())),
        consequence: Consequence::counted(texts.delete_words, who),
        confirm: texts.delete,
        done: texts.deleted,
    };
    let act = move || {
        let (realm, id) = (shared.realm.get_value(), shared.id.get_value());
        let url = paths::admin_client_role(&realm, &id, &going.read_untracked());
        async move { api.delete(&url).await }
    };
    let remove = Callback::new(move |name: String| {
        going.set(name);
        open.set(true);
    });
    let listed = move |all: Whole<RoleRepresentation>| {
        if all.items.is_empty() {
            return view! { <Empty title=texts.none icon=IconKind::Role><p>{texts.none_words}</p></Empty> }.into_any();
        }
        let columns = vec![Column::new(texts.role), Column::new(texts.description), Column::actions(texts.actions)];
        view! {
            <Table caption=texts.title columns=columns busy=roles.busy>
                {all.items.into_iter().map(|role| row(role, remove)).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        <div class="pn-row adm-section-head"><h2>{texts.title}</h2></div>
        {shown(roles, LoadingShape::Rows, listed)}
        {cut_short(texts.title, roles)}
        <div class="adm-after"><AddRole shared=shared done=Callback::new(move |()| roles.reload()) /></div>
        {confirm(question, act, move || roles.reload())}
    }
}

fn row(role: RoleRepresentation, remove: Callback<String>) -> impl IntoView {
    let texts = RoleTexts::get();
    let name = role.name.unwrap_or_default();
    let (label, this) = ((texts.delete_this)(&name), name.clone());
    let description = role.description.filter(|words| !words.starts_with("${"));
    view! {
        <tr>
            <Cell label=texts.role head=true>
                <span>{name}</span>
                {(role.composite == Some(true)).then(|| view! { " " <Badge>{texts.composite}</Badge> })}
            </Cell>
            <Cell label=texts.description><span class="pn-muted">{description}</span></Cell>
            <Cell label=texts.actions>
                <Button on_press=Callback::new(move |()| remove.run(this.clone())) label=label>{texts.delete}</Button>
            </Cell>
        </tr>
    }
}

#[component]
fn AddRole(shared: Shared, done: Callback<()>) -> impl IntoView {
    let texts = RoleTexts::get();
    let all = crate::texts::texts();
    let api = use_api();
    let toasts = use_toasts();
    let (name, description) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let refused = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let (named, described) = (name.get_untracked(), description.get_untracked());
        let body = json!({ "name": named.trim(), "description": described.trim() });
        let url = paths::admin_client_roles(&shared.realm.read_value(), &shared.id.read_value());
        spawn_local(async move {
            let answer = api.post_unanswered(&url, &body).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    empty(name, &named);
                    empty(description, &described);
                    toasts.done(texts.created);
                    done.try_run(());
                }
                // Said at the field that it is about, or at the first one.
                Err(Failure::Refused { error, .. }) if error.text().is_some() => refused.set(Some(error)),
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
        });
    };
    let refused_at = move |field: &'static str| {
        move || refused.read().as_ref().and_then(|error| error.for_field(field)).map(str::to_owned)
    };
    let of_description = MaybeProp::derive(refused_at("description"));
    let of_name = MaybeProp::derive(move || {
        let elsewhere = refused_at("description")().is_some();
        refused.read().as_ref().filter(|_| !elsewhere).and_then(ApiError::text).map(str::to_owned)
    });
    view! {
        <Card title=texts.add>
            <form class="adm-bar" novalidate on:submit=add>
                <TextField id="role-name" label=texts.name value=name error=of_name required=true />
                <TextField id="role-description" label=texts.description value=description error=of_description />
                <Button kind=ButtonKind::Primary submit=true busy=busy id="add-role">{texts.create}</Button>
            </form>
        </Card>
    }
}
