//! The root: language, session, and the few addresses of the portal.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::{StaticSegment, WildcardSegment};
use perennial_api::paths;
use perennial_ui::prelude::*;

use crate::apps::AppsPage;
use crate::browser;
use crate::session::Session;
use crate::shell::{NotFound, Shell};
use crate::store::Apps;

#[component]
pub fn App() -> impl IntoView {
    let realm = browser::realm().unwrap_or_default();
    let base = paths::account(&realm);
    let session = Session::provide(realm);
    let apps = Apps::provide(session);
    provide_toasts();
    let chosen = browser::chosen_lang();
    let lang = RwSignal::new(chosen.unwrap_or_else(browser::preferred_lang));
    provide_context(lang);
    browser::set_document_lang(lang.get_untracked());
    session.check(move |me| {
        let of_profile = me.locale.as_deref().and_then(Lang::from_tag);
        if let (None, Some(of_profile)) = (chosen, of_profile) {
            // Before the page is shown in it: the apps are asked for at once.
            browser::set_document_lang(of_profile);
            lang.set(of_profile);
        }
        apps.load();
    });
    // Every text is read once where it is shown, so a change of language shows the page anew; its data stays.
    let page = move || {
        provide_lang(lang.get());
        view! {
            <Shell>
                <FlatRoutes fallback=NotFound>
                    <Route path=StaticSegment("") view=ToApps />
                    <Route path=StaticSegment("apps") view=AppsPage />
                    <Route path=WildcardSegment("rest") view=NotFound />
                </FlatRoutes>
            </Shell>
        }
    };
    view! { <Router base=base>{page}</Router> }
}

#[component]
fn ToApps() -> impl IntoView {
    view! { <Redirect path="/apps" /> }
}
