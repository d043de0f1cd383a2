//! The root: handles that every screen uses, the language, who is signed in, and the router.

use leptos::prelude::*;
use leptos_router::components::Router;
use perennial_api::{Me, paths};
use perennial_ui::prelude::*;

use crate::api::{Api, use_api};
use crate::browser;
use crate::guard::{Guard, LeaveDialog};
use crate::links;
use crate::remote::remote;
use crate::shell::Shell;
use crate::signed_out::SignedOutPage;
use crate::texts::texts;

/// The language as something that can be changed; below it, `use_lang` gives the present one.
#[derive(Clone, Copy)]
pub struct ChosenLang(pub RwSignal<Lang>);

#[component]
pub fn App() -> impl IntoView {
    Api::provide();
    provide_toasts();
    // Before the router: its listeners must come second.
    Guard::provide();
    let lang = RwSignal::new(browser::chosen_lang().unwrap_or_else(browser::browser_lang));
    provide_context(ChosenLang(lang));
    view! {
        <Router base=links::BASE>
            {move || {
                provide_lang(lang.get());
                browser::set_document_lang(lang.get());
                view! { <Gate /> <LeaveDialog /> }
            }}
        </Router>
    }
}

/// Asks who is there before anything else is shown.
#[component]
fn Gate() -> impl IntoView {
    let api = use_api();
    let lang = expect_context::<ChosenLang>().0;
    let me = remote(|| (), move |()| api.get::<Me>(paths::ADMIN_CONSOLE_ME));
    Effect::new(move || {
        let own = me.ready().and_then(|me| Lang::from_tag(&me.locale?));
        if let Some(own) = own.filter(|own| browser::chosen_lang().is_none() && *own != lang.get_untracked()) {
            lang.set(own);
        }
    });
    Effect::new(move || {
        me.value.with(|me| me.iter().flatten().for_each(|me| browser::remember_signed_in_to(&me.realm)))
    });
    // Only whether there is someone: a second look at the same person must not rebuild the screens.
    let known = Memo::new(move |_| me.value.get());
    move || match known.get() {
        Some(Ok(me)) => view! { <Shell me /> }.into_any(),
        Some(Err(failure)) => {
            let words = (texts().failure)(&failure);
            view! { <main class="adm-gate"><Failed words on_retry=Callback::new(move |()| me.reload()) /></main> }
                .into_any()
        }
        None if api.signed_out.get() => view! { <SignedOutPage /> }.into_any(),
        None => view! { <main class="adm-gate"><Loading shape=LoadingShape::Form /></main> }.into_any(),
    }
}
