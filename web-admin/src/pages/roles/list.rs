//! The realm's roles, and which of them every user has.

use leptos::prelude::*;
use perennial_api::{RoleRepresentation, paths};
use perennial_ui::prelude::*;

use super::default_role;
use crate::api::use_api;
use crate::links;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

/// All roles, and the names of those that every user has.
type Loaded = (Vec<RoleRepresentation>, Vec<String>);

#[component]
pub fn RolesPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = RolesTexts::get();
    set_trail("roles", &realm, Vec::new());
    let key = realm.clone();
    let load = move |realm: String| async move {
        let roles: Vec<RoleRepresentation> = api.get(&paths::admin_roles(&realm)).await?;
        let of_all = default_role(&realm);
        let given = match roles.iter().find(|role| role.name.as_ref() == Some(&of_all)).and_then(|role| role.id.clone())
        {
            Some(id) => api.get::<Vec<RoleRepresentation>>(&paths::admin_role_by_id_composites(&realm, &id)).await?,
            None => Vec::new(),
        };
        Ok::<Loaded, _>((roles, given.into_iter().filter_map(|role| role.name).collect()))
    };
    let loaded = remote(move || key.clone(), load);
    let new = links::place(&realm, "roles/new");
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
        </header>
        <p class="adm-intro">{texts.intro}</p>
        {shown(loaded, LoadingShape::Rows, move |(roles, given)| listed(&realm, roles, &given))}
    }
}

fn listed(realm: &str, roles: Vec<RoleRepresentation>, given: &[String]) -> impl IntoView + use<> {
    let texts = RolesTexts::get();
    let of_all = default_role(realm);
    let columns = vec![Column::new(texts.role), Column::new(texts.description), Column::new(texts.who)];
    let row = |role: RoleRepresentation| {
        let name = role.name.unwrap_or_default();
        let href = links::place(realm, &format!("roles/{}", role.id.unwrap_or_default()));
        let description = role.description.filter(|text| !text.is_empty() && !text.starts_with("${"));
        let composite = role.composite == Some(true);
        let who = match name == of_all || given.contains(&name) {
            true => view! { <Badge tone=Tone::Accent icon=IconKind::Users>{texts.everyone}</Badge> }.into_any(),
            false => view! { <span class="pn-muted">{texts.given}</span> }.into_any(),
        };
        view! {
            <tr>
                <Cell label=texts.role head=true>
                    <a href=href>{name}</a>
                    {composite.then(|| view! { " " <Badge>{texts.composite}</Badge> })}
                </Cell>
                <Cell label=texts.description>{description.unwrap_or_else(|| "–".to_owned())}</Cell>
                <Cell label=texts.who>{who}</Cell>
            </tr>
        }
    };
    let rows = roles.into_iter().map(row).collect_view();
    view! { <Table caption=texts.title columns=columns>{rows}</Table> }
}

phrases! {
    /// The list of roles.
    RolesTexts =>
    title = "Roles", "Roles";
    new = "New role", "Nuevo rol";
    intro = "What people may do in this realm. Clients have roles of their own, on their pages.",
        "Lo que la gente puede hacer en este reino. Los clientes tienen sus propios roles, en sus páginas.";
    role = "Role", "Rol";
    description = "Description", "Descripción";
    who = "Who has it", "Quién lo tiene";
    everyone = "Every user", "Todos los usuarios";
    given = "Those it is given to", "A quien se le da";
    composite = "Includes others", "Incluye otros";
}
