//! A bordered surface, optionally with a heading and a row of actions beside it.

use leptos::prelude::*;

#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    /// Stands at the right of the title, below it on a phone.
    #[prop(optional, into)]
    actions: ViewFn,
    /// For tests and links into the page.
    #[prop(optional, into)]
    id: Option<String>,
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <header class="pn-card-head">
                <h2>{title}</h2>
                <div class="pn-card-actions">{actions.run()}</div>
            </header>
        }
    });
    view! {
        <section class="pn-card" id=id>
            {head}
            {children()}
        </section>
    }
}
