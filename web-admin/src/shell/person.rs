//! Who is signed in, the language, and signing out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ConsoleLogout, Me, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::app::ChosenLang;
use crate::browser;
use crate::guard::use_guard;
use crate::texts::texts;

#[component]
pub fn Person(me: Me) -> impl IntoView {
    let texts = texts();
    let api = use_api();
    let toasts = use_toasts();
    let guard = use_guard();
    let lang = expect_context::<ChosenLang>().0;
    let picked = RwSignal::new(lang.get_untracked().tag().to_owned());
    let languages: Vec<Choice> = Lang::ALL.iter().map(|lang| Choice::new(lang.tag(), lang.own_name())).collect();
    Effect::new(move || {
        if !guard.is_asking() {
            picked.set(lang.get().tag().to_owned());
        }
    });
    Effect::new(move || {
        let Some(wanted) = Lang::from_tag(&picked.get()).filter(|wanted| *wanted != lang.get_untracked()) else {
            return;
        };
        guard.run(Callback::new(move |()| {
            browser::remember_lang(wanted);
            lang.set(wanted);
        }));
    });
    let sign_out = move |()| {
        spawn_local(async move {
            match api.command::<ConsoleLogout>(paths::ADMIN_CONSOLE_LOGOUT).await {
                Ok(logout) => browser::leave_for(&logout.redirect),
                Err(failure) => toasts.failed((texts.failure)(&failure)),
            }
        });
    };
    let name = me.name.clone().unwrap_or_else(|| me.username.clone());
    view! {
        <span class="adm-person" title=(texts.signed_in_as)(&me.username)>
            <Icon kind=IconKind::User />
            <span>{name}</span>
        </span>
        <Select id="lang" label=texts.language choices=languages value=picked hide_label=true />
        <Button kind=ButtonKind::Quiet icon=IconKind::SignOut on_press=Callback::new(sign_out) id="sign-out">
            {texts.sign_out}
        </Button>
    }
}
