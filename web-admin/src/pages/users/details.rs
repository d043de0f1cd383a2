//! A user's tab *Details*: the form, the mark before which nothing counts, and deleting.

use leptos::prelude::*;
use perennial_api::{RealmRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::use_api;
use crate::confirm::Consequence;
use crate::ends::ends;
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::not_before::NotBeforeCard;
use crate::pages::{DeleteThing, Section, said_first};
use crate::remote::remote;

#[component]
pub fn Details(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let (realm, id) = (shared.realm.get_value(), shared.id.get_value());
    let url = paths::admin_user(&realm, &id);
    let form = Form::over(shared.document);
    let renamed = move |changes: &Map<String, Value>| changes.contains_key("username").then_some(texts.rename_words);
    let put_all = form.putting(url.clone(), texts.saved);
    let (put, question) = said_first(put_all, renamed);
    let asking = RwSignal::new(false);
    let save = Callback::new(move |changes: Map<String, Value>| match changes.get("enabled") {
        Some(Value::Bool(false)) => asking.set(true),
        _ => put.run(changes),
    });
    view! {
        <FormFrame form=form on_save=save>
            <Section title=texts.person words=texts.person_words>
                {person_fields(form)}
                {form.switch("enabled", texts.enabled, texts.enabled_help)}
                <dl class="adm-details">
                    <dt>{texts.id}</dt>
                    <dd class="pn-mono">{id}</dd>
                    {created(shared)}
                </dl>
            </Section>
        </FormFrame>
        {question}
        {disabling(shared, put_all, asking)}
        <div class="pn-stack adm-after">
            <NotBeforeCard realm=realm whose=shared.whose() document=shared.document url=url.clone() />
        </div>
        {delete(shared, url)}
    }
}

/// The same for a new user.
pub fn person_fields(form: Form) -> AnyView {
    let texts = UsersTexts::get();
    view! {
        {form.text_field("username", Rule::Needed, texts.username, "")}
        {form.text_field("firstName", Rule::Free, texts.first_name, "")}
        {form.text_field("lastName", Rule::Free, texts.last_name, "")}
        {form.text_field("email", Rule::Free, texts.email, "")}
        {form.switch("emailVerified", texts.email_verified, texts.email_verified_help)}
    }
    .into_any()
}

fn created(shared: Shared) -> Option<AnyView> {
    let at = shared.document.read_untracked().get("createdTimestamp").and_then(Value::as_i64)?;
    let texts = UsersTexts::get();
    Some(view! { <dt>{texts.created}</dt> <dd><Timestamp at=at exact=true /></dd> }.into_any())
}

/// Disabling ends things, so it is asked for; what else was typed is saved with it.
fn disabling(shared: Shared, put: Callback<Map<String, Value>>, asking: RwSignal<bool>) -> AnyView {
    let texts = UsersTexts::get();
    let api = use_api();
    let url = paths::admin_realm(&shared.realm.get_value());
    let realm = remote(move || url.clone(), move |url| async move { api.get::<RealmRepresentation>(&url).await });
    let ending = ends(&shared.realm.get_value(), shared.whose(), asking);
    let keeps = move || realm.ready().is_some_and(|realm| realm.disabling_keeps_offline_sessions == Some(true));
    let waits = Signal::derive(move || !keeps() && ending.waits.get());
    let consequence = MaybeProp::derive(move || {
        let offline = if keeps() { texts.disable_keeps.to_owned() } else { ending.get() };
        Some(format!("{} {offline}", texts.disable_words))
    });
    let agreed = Callback::new(move |()| {
        asking.set(false);
        put.run(Map::new());
    });
    view! {
        <Dialog
            open=asking
            kind=DialogKind::Danger
            title=Signal::derive(move || (texts.disable_title)(&shared.text("username")))
            consequence=consequence
            confirm=texts.disable
            on_confirm=agreed
            busy=waits
        />
    }
    .into_any()
}

fn delete(shared: Shared, url: String) -> AnyView {
    let texts = UsersTexts::get();
    let open = RwSignal::new(false);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let title = Signal::derive(move || (texts.delete_title)(&shared.text("username")));
    let consequence = Consequence::counted(texts.delete_words, ending);
    let then = links::place(&shared.realm.read_value(), "users");
    view! {
        <DeleteThing path=url title=title consequence=consequence confirm=texts.delete done=texts.deleted
            then=then open=open />
    }
    .into_any()
}
