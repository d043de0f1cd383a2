//! The frame of a console: skip link, top bar with its slots, navigation, the main landmark and the toasts.
//! At 390 px the navigation becomes a row under the bar, so nothing needs to be opened first.

use leptos::html;
use leptos::prelude::*;

use super::ToastRegion;
use crate::text::use_texts;

#[component]
pub fn Layout(
    /// The product's or realm's name, a link to `home`.
    #[prop(into)]
    brand: Signal<String>,
    #[prop(into)] home: Signal<String>,
    /// The slots are reactive. Beside the brand: a realm switcher, a search.
    #[prop(optional, into)]
    top: ViewFn,
    /// At the right end: who is signed in, language, sign-out.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Usually a `Nav`.
    #[prop(optional, into)]
    nav: ViewFn,
    children: Children,
) -> impl IntoView {
    let texts = &use_texts().kit;
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        if let Some(main) = main.get_untracked() {
            event.prevent_default();
            // An element with a tabindex always takes focus.
            let _ = main.focus();
        }
    };
    view! {
        <div class="pn-layout">
            <a class="pn-skip" href="#main" on:click=skip>
                {texts.skip_to_content}
            </a>
            <header class="pn-topbar">
                <a class="pn-brand" href=move || home.get()>
                    <span class="pn-brand-mark" aria-hidden="true"></span>
                    <span>{move || brand.get()}</span>
                </a>
                <div class="pn-topbar-top">{move || top.run()}</div>
                <div class="pn-topbar-actions">{move || actions.run()}</div>
            </header>
            <div class="pn-layout-body">
                <div class="pn-layout-nav">{move || nav.run()}</div>
                <main class="pn-main" id="main" tabindex="-1" node_ref=main>
                    {children()}
                </main>
            </div>
            <ToastRegion />
        </div>
    }
}
