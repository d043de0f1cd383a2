//! The roles that a user has in effect: given, by a group, or within another role. Of the realm or of one client at a time.

use leptos::prelude::*;
use perennial_api::{RoleRepresentation, paths};
use perennial_ui::prelude::*;

use super::Section;
use crate::api::use_api;
use crate::remote::{remote, shown};
use crate::texts::phrases;

/// `sources` are the realm, with an empty value, and its clients; `changed` is tracked: then they are asked for anew.
pub fn effective_roles(
    realm: StoredValue<String>,
    user: String,
    sources: Signal<Vec<Choice>>,
    changed: Signal<()>,
) -> AnyView {
    let texts = EffectiveTexts::get();
    let api = use_api();
    let container = RwSignal::new(String::new());
    let url = move || {
        changed.track();
        match container.read().as_str() {
            "" => paths::admin_user_realm_roles_composite(&realm.read_value(), &user),
            client => paths::admin_user_client_roles_composite(&realm.read_value(), &user, client),
        }
    };
    let roles = remote(url, move |url| async move { api.get::<Vec<RoleRepresentation>>(&url).await });
    let listed = move |roles: Vec<RoleRepresentation>| {
        if roles.is_empty() {
            return view! { <p class="pn-muted">{texts.none}</p> }.into_any();
        }
        let mut names: Vec<String> = roles.into_iter().filter_map(|role| role.name).collect();
        names.sort_unstable();
        let chip = |name: String| view! { <li><Badge>{name}</Badge></li> };
        view! { <ul class="pn-chips" id="effective-roles">{names.into_iter().map(chip).collect_view()}</ul> }.into_any()
    };
    view! {
        <Section title=texts.title words=texts.words>
            <Select id="effective-of" label=texts.of choices=sources value=container />
            {shown(roles, LoadingShape::Rows, listed)}
        </Section>
    }
    .into_any()
}

phrases! {
    /// Roles in effect.
    EffectiveTexts =>
    title = "Roles in effect", "Roles efectivos";
    words = "With those that come by a group or within another role: what tokens can carry.",
        "Con los que vienen por un grupo o dentro de otro rol: lo que los tokens pueden llevar.";
    of = "Roles of", "Roles de";
    none = "No role in effect.", "Ningún rol efectivo.";
}
