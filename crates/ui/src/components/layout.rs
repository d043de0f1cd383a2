//! The frame of a console: skip link, top bar with its slots, navigation, the main landmark and the toasts.
//! On a phone the navigation becomes a row under the bar, or waits behind a menu button where it is long.

use leptos::html;
use leptos::prelude::*;

use super::{Icon, IconKind, ToastRegion};
use crate::text::use_kit_texts;

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
    /// On a phone the navigation waits behind a menu button: for one with more places than a row can hold.
    #[prop(optional)]
    menu: bool,
    children: Children,
) -> impl IntoView {
    let texts = use_kit_texts();
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        if let Some(main) = main.get_untracked() {
            event.prevent_default();
            // An element with a tabindex always takes focus.
            let _ = main.focus();
        }
    };
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let close_on_escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            // What has the focus within is about to go; a button in the page always takes it.
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        }
    };
    let menu_button = menu.then(|| {
        view! {
            <button
                class="pn-icon-button pn-menu-button"
                type="button"
                node_ref=button
                aria-label=texts.menu
                aria-expanded=move || open.get().to_string()
                aria-controls="places"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || view! { <Icon kind=if open.get() { IconKind::Close } else { IconKind::Menu } /> }}
            </button>
        }
    });
    view! {
        <div class="pn-layout" class:pn-layout-menu=menu class:pn-layout-open=move || open.get() on:keydown=close_on_escape>
            <a class="pn-skip" href="#main" on:click=skip>
                {texts.skip_to_content}
            </a>
            <header class="pn-topbar">
                {menu_button}
                <a class="pn-brand" href=move || home.get()>
                    <span class="pn-brand-mark" aria-hidden="true"></span>
                    <span>{move || brand.get()}</span>
                </a>
                <div class="pn-topbar-top">{move || top.run()}</div>
                <div class="pn-topbar-actions">{move || actions.run()}</div>
            </header>
            <div class="pn-layout-body">
                <div class="pn-layout-nav" id="places" on:click=move |_| open.set(false)>
                    {move || nav.run()}
                </div>
                <main class="pn-main" id="main" tabindex="-1" node_ref=main>
                    {children()}
                </main>
            </div>
            <ToastRegion />
        </div>
    }
}
