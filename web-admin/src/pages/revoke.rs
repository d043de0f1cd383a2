//! Ending one offline session: says what will happen, does it, says that it was done.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{UserSessionRepresentation, paths};
use perennial_ui::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::session_row::user_of;
use super::sessions::HEADING_ID;
use crate::api::{Failure, use_api};
use crate::texts::{screen_texts, texts};

/// Asks while `ending` holds a session. `client` is its `clientId`. `on_ended` runs when the session is gone.
#[component]
pub fn RevokeDialog(
    realm: StoredValue<String>,
    client: StoredValue<String>,
    ending: RwSignal<Option<UserSessionRepresentation>>,
    on_ended: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let all = texts();
    let texts = &screen_texts().revoke;
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        if ending.read().is_some() {
            error.set(None);
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() {
            ending.set(None);
        }
    });
    let user = Memo::new(move |_| ending.read().as_ref().map(user_of).unwrap_or_default());
    let title = Signal::derive(move || (texts.title)(&user.read(), &client.read_value()));
    let consequence = MaybeProp::derive(move || Some((texts.consequence)(&client.read_value(), &user.read())));
    let confirm = Callback::new(move |()| {
        let Some(session) = ending.get_untracked() else { return };
        let user = user.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let answer = api.delete(&paths::admin_offline_session(&realm.get_value(), &session.id)).await;
            busy.set(false);
            match answer {
                Ok(()) => toasts.done((texts.done)(&user)),
                Err(Failure::Refused { status: 404, .. }) => toasts.done(texts.already),
                Err(failure) => return error.set(Some((all.failure)(&failure))),
            }
            open.set(false);
            on_ended.try_run(());
            // After the dialog has closed, which gives the focus back to a button that is about to go.
            request_animation_frame(focus_heading);
        });
    });
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=title
            consequence=consequence
            confirm=texts.confirm
            on_confirm=confirm
            error=error
            busy=busy
        >
            {move || ending.get().map(details)}
        </Dialog>
    }
}

/// The button that had the focus goes with its row.
fn focus_heading() {
    let heading = document().get_element_by_id(HEADING_ID).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        let _ = heading.focus();
    }
}

fn details(session: UserSessionRepresentation) -> impl IntoView {
    let texts = &screen_texts().revoke;
    view! {
        <dl class="adm-details">
            <dt>{texts.scopes}</dt>
            <dd>{session.scopes.join(", ")}</dd>
            <dt>{texts.started}</dt>
            <dd><Timestamp at=session.start exact=true /></dd>
            <dt>{texts.id}</dt>
            <dd class="pn-mono">{session.id}</dd>
        </dl>
    }
}
