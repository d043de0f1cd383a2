//! When nobody is signed in: a page of its own at the start; later, a bar above what is on the screen, so that
//! nothing typed is lost. Signing in happens in a second tab then, and this one notices when it is looked at again.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{Me, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::browser;
use crate::texts::texts;

/// Admins of every realm are users of this one.
const ADMIN_REALM: &str = "master";

fn sign_in_url() -> String {
    paths::admin_console_login(ADMIN_REALM, &browser::here())
}

#[component]
pub fn SignedOutPage() -> impl IntoView {
    let texts = &texts().signed_out;
    browser::set_title(texts.page_title);
    view! {
        <main class="adm-gate">
            <Empty title=texts.page_title icon=IconKind::Key>
                <p>{texts.page_words}</p>
                <ButtonLink href=sign_in_url() kind=ButtonKind::Primary leave=true id="sign-in">
                    {texts.sign_in}
                </ButtonLink>
            </Empty>
        </main>
    }
}

#[component]
pub fn SignedOutBar() -> impl IntoView {
    let api = use_api();
    let texts = &texts().signed_out;
    let toasts = use_toasts();
    let check = move || {
        if !api.signed_out.get_untracked() {
            return;
        }
        spawn_local(async move {
            if api.get::<Me>(paths::ADMIN_CONSOLE_ME).await.is_ok() {
                api.signed_out.set(false);
                api.sign_ins.update(|n| *n = n.wrapping_add(1));
                toasts.done(texts.back);
            }
        });
    };
    let handle = window_event_listener(ev::focus, move |_| check());
    on_cleanup(move || handle.remove());
    let bar = move || {
        view! {
            <div class="adm-signed-out" role="alert">
                <Icon kind=IconKind::Warning />
                <p><strong>{texts.bar_title}</strong>" "{texts.bar_words}</p>
                <a class="pn-button pn-button-primary" href=sign_in_url() target="_blank" rel="opener">
                    <span class="pn-button-words">{texts.sign_in_new_tab}</span>
                </a>
                <Button on_press=Callback::new(move |()| check())>{texts.check_again}</Button>
            </div>
        }
    };
    move || api.signed_out.get().then(bar)
}
