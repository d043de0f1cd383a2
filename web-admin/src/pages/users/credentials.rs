//! A user's tab *Credentials*: what there is, a new password and whether what works offline for the user goes with the old
//! one, and links by mail.

use leptos::prelude::*;
use perennial_api::{RealmRepresentation, paths};
use perennial_ui::prelude::*;
use serde_json::json;

use super::action_mails::ActionMails;
use super::stored::{Stored, stored, stored_list};
use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm};
use crate::ends::ends;
use crate::guard::use_guard;
use crate::pages::Section;
use crate::remote::{once_answered, remote};

#[component]
pub fn Credentials(shared: Shared) -> impl IntoView {
    let client = shared.text("serviceAccountClientId");
    if client.is_empty() {
        return view! { <OfPerson shared=shared /> }.into_any();
    }
    let texts = UsersTexts::get();
    view! {
        <Empty title=texts.no_password_title icon=IconKind::Key>
            <p>{(texts.no_password_words)(&client)}</p>
        </Empty>
    }
    .into_any()
}

#[component]
fn OfPerson(shared: Shared) -> impl IntoView {
    let api = use_api();
    let url = paths::admin_realm(&shared.realm.get_value());
    let realm = remote(move || url.clone(), move |url| async move { api.get::<RealmRepresentation>(&url).await });
    // Not everybody who manages users may see the realm.
    let keeps = Signal::derive(move || {
        realm.ready().map(|realm| realm.password_reset_keeps_offline_sessions.unwrap_or_default())
    });
    let stored = stored(shared);
    let whole = move || {
        view! {
            <div class="pn-stack">
                {stored_list(shared, stored, keeps)}
                <Reset shared=shared keeps=keeps stored=stored />
                <ActionMails shared=shared />
            </div>
        }
        .into_any()
    };
    once_answered(stored, LoadingShape::Form, whole)
}

const KEEP: &str = "keep";
const END: &str = "end";

#[component]
fn Reset(shared: Shared, keeps: Signal<Option<bool>>, stored: Stored) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let guard = use_guard();
    let (password, choice) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Whoever sets it knows it, so the user replaces it, unless it is said otherwise.
    let temporary = RwSignal::new(true);
    let error = RwSignal::new(None::<String>);
    let asking = RwSignal::new(false);
    Effect::new(move || guard.set_dirty(!password.read().is_empty()));
    on_cleanup(move || guard.set_dirty(false));
    let choices = Signal::derive(move || {
        let realm = match keeps.get() {
            Some(true) => texts.ends_keep,
            Some(false) => texts.ends_all,
            None => texts.ends_either,
        };
        vec![
            Choice::new("", (texts.ends_realm)(realm)),
            Choice::new(KEEP, texts.ends_not),
            Choice::new(END, texts.ends_also),
        ]
    });
    let ending = ends(&shared.realm.get_value(), shared.whose(), asking);
    let ends_offline = move || match choice.read().as_str() {
        KEEP => false,
        END => true,
        _ => keeps.get() != Some(true),
    };
    let question = Question {
        open: asking,
        title: texts.reset_title.into(),
        consequence: Consequence {
            words: Signal::derive(move || {
                let offline = if ends_offline() { ending.get() } else { String::new() };
                format!("{} {offline}", texts.reset_words).trim_end().to_owned()
            }),
            waits: Signal::derive(move || ends_offline() && ending.waits.get()),
        },
        confirm: texts.set_password,
        done: texts.password_set,
    };
    let act = move || {
        let url = paths::admin_user_reset_password(&shared.realm.read_value(), &shared.id.read_value());
        let mut body = json!({
            "type": "password",
            "value": password.get_untracked(),
            "temporary": temporary.get_untracked(),
        });
        match choice.get_untracked().as_str() {
            KEEP => body["keepOfflineSessions"] = true.into(),
            END => body["keepOfflineSessions"] = false.into(),
            _ => {}
        }
        async move { api.put(&url, &body).await }
    };
    let done = move || {
        password.set(String::new());
        stored.reload();
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let missing = password.read_untracked().is_empty();
        error.set(missing.then(|| texts.password_needed.to_owned()));
        asking.set(!missing);
    };
    view! {
        <form class="adm-form" novalidate on:submit=submit>
            <Section title=texts.reset_title words=texts.reset_words>
                <PasswordField
                    id="password"
                    label=texts.new_password
                    value=password
                    error=error
                    autocomplete="new-password"
                />
                <Switch id="temporary" label=texts.temporary help=texts.temporary_help value=temporary />
                <Select id="what-ends" label=texts.what_ends choices=choices value=choice />
                <Button kind=ButtonKind::Primary submit=true id="set-password">{texts.set_password}</Button>
            </Section>
        </form>
        {confirm(question, act, done)}
    }
}
