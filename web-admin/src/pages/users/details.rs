//! A user's tab *Details*: the form, the mark before which nothing counts, and deleting.

use leptos::prelude::*;
use perennial_api::{RealmRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::Value;

use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::use_api;
use crate::confirm::{Question, confirm};
use crate::edit::{Form, FormView};
use crate::ends::ends;
use crate::guard::use_guard;
use crate::links;
use crate::pages::not_before::NotBeforeCard;
use crate::remote::remote;

#[component]
pub fn Details(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let (realm, id) = (shared.realm.get_value(), shared.id.get_value());
    let url = paths::admin_user(&realm, &id);
    let form = Form::new(url.clone(), shared.document);
    let (username, email) = (form.text("username"), form.text("email"));
    let (first, last) = (form.text("firstName"), form.text("lastName"));
    let (verified, enabled) = (form.flag("emailVerified"), form.flag("enabled"));
    let asking = RwSignal::new(false);
    let was_enabled = move || shared.document.read_untracked().get("enabled") == Some(&Value::Bool(true));
    let submit = Callback::new(move |()| match was_enabled() && !enabled.get_untracked() {
        true => asking.set(true),
        false => form.save(),
    });
    view! {
        <FormView form=form on_submit=submit>
            <Card>
                <TextField id="username" label=texts.username value=username error=form.error("username") required=true />
                <div class="adm-two">
                    <TextField id="firstName" label=texts.first_name value=first error=form.error("firstName") />
                    <TextField id="lastName" label=texts.last_name value=last error=form.error("lastName") />
                </div>
                <TextField id="email" label=texts.email value=email error=form.error("email") />
                <Switch id="emailVerified" label=texts.email_verified value=verified help=texts.email_verified_help />
                <Switch id="enabled" label=texts.enabled value=enabled help=texts.enabled_help />
                <dl class="adm-details">
                    <dt>{texts.id}</dt>
                    <dd class="pn-mono">{id}</dd>
                    {created(shared)}
                </dl>
            </Card>
        </FormView>
        {disabling(shared, form, asking)}
        <div class="pn-stack adm-after">
            <NotBeforeCard
                realm=realm
                whose=shared.whose()
                document=shared.document
                url=url
            />
            <DeleteUser shared=shared />
        </div>
    }
}

fn created(shared: Shared) -> Option<AnyView> {
    let at = shared.document.read_untracked().get("createdTimestamp").and_then(Value::as_i64)?;
    let texts = UsersTexts::get();
    Some(view! { <dt>{texts.created}</dt> <dd><Timestamp at=at exact=true /></dd> }.into_any())
}

/// Disabling ends things, so it is asked for; what else was typed is saved with it.
fn disabling(shared: Shared, form: Form, asking: RwSignal<bool>) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let url = paths::admin_realm(&shared.realm.get_value());
    let realm = remote(move || url.clone(), move |url| async move { api.get::<RealmRepresentation>(&url).await });
    let ending = ends(&shared.realm.get_value(), shared.whose(), asking);
    let consequence = MaybeProp::derive(move || {
        let keeps = realm.ready().is_some_and(|realm| realm.disabling_keeps_offline_sessions == Some(true));
        let offline = if keeps { texts.disable_keeps.to_owned() } else { ending.get() };
        Some(format!("{} {offline}", texts.disable_words))
    });
    let agreed = Callback::new(move |()| {
        asking.set(false);
        form.save();
    });
    view! {
        <Dialog
            open=asking
            kind=DialogKind::Danger
            title=Signal::derive(move || (texts.disable_title)(&shared.text("username")))
            consequence=consequence
            confirm=texts.disable
            on_confirm=agreed
        />
    }
}

#[component]
fn DeleteUser(shared: Shared) -> impl IntoView {
    let api = use_api();
    let texts = UsersTexts::get();
    let guard = use_guard();
    let go = StoredValue::new(links::navigator(true));
    let open = RwSignal::new(false);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.delete_title)(&shared.text("username"))),
        consequence: Signal::derive(move || format!("{} {}", texts.delete_words, ending.get())),
        confirm: texts.delete,
        done: texts.deleted,
    };
    let act = move || {
        let url = paths::admin_user(&shared.realm.read_value(), &shared.id.read_value());
        async move { api.delete(&url).await }
    };
    let gone = move || {
        guard.set_dirty(false);
        go.with_value(|go| go(&links::place(&shared.realm.read_value(), "users")));
    };
    view! {
        <Card title=texts.delete>
            <div class="adm-act">
                <p class="pn-muted">{texts.delete_help}</p>
                <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| open.set(true)) id="delete">
                    {texts.delete}
                </Button>
            </div>
        </Card>
        {confirm(question, act, gone)}
    }
}
