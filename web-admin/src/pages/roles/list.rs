//! The realm's roles, and which of them every user has.

use leptos::prelude::*;
use perennial_api::{RoleRepresentation, paths};
use perennial_ui::prelude::*;

use super::default_role;
use crate::api::{Failure, Page, use_api};
use crate::links;
use crate::pages::filter::{FilterField, Place};
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

/// Roles, and the names of those that every user has.
type Loaded = (Page<RoleRepresentation>, Vec<String>);

#[component]
pub fn RolesPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = RolesTexts::get();
    set_trail("roles", &realm, Vec::new());
    let place = Place::of_address();
    let roles = paths::admin_roles(&realm);
    let of_all = format!("{}/composites", paths::admin_role(&realm, &default_role(&realm)));
    let load = move |url: String| {
        let of_all = of_all.clone();
        async move {
            let page: Page<RoleRepresentation> = api.page(&url).await?;
            let given: Vec<RoleRepresentation> = match api.get(&of_all).await {
                Err(Failure::Refused { status: 404, .. }) => Vec::new(),
                answer => answer?,
            };
            Ok::<Loaded, Failure>((page, given.into_iter().filter_map(|role| role.name).collect()))
        }
    };
    let loaded = remote(move || place.url(&roles), load);
    let (base, new) = (links::place(&realm, "roles"), links::place(&realm, "roles/new"));
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <div class="adm-head-tools">
                <FilterField base=base label=texts.search search=place.search />
                <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
            </div>
        </header>
        <p class="adm-intro">{texts.intro}</p>
        {shown(loaded, LoadingShape::Rows, move |(page, given)| listed(&realm, page, &given, place, loaded.busy))}
    }
}

fn listed(
    realm: &str,
    page: Page<RoleRepresentation>,
    given: &[String],
    place: Place,
    busy: RwSignal<bool>,
) -> AnyView {
    let texts = RolesTexts::get();
    let base = links::place(realm, "roles");
    if page.items.is_empty() {
        return view! {
            <Empty title=texts.none_found icon=IconKind::Search>
                <ButtonLink href=base>{texts.show_all}</ButtonLink>
            </Empty>
        }
        .into_any();
    }
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
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <Table caption=texts.title columns=columns busy=busy>{rows}</Table>
        {place.pager(base, page.next, busy)}
    }
    .into_any()
}

phrases! {
    /// The list of roles.
    RolesTexts =>
    title = "Roles", "Roles";
    new = "New role", "Nuevo rol";
    search = "Search roles", "Buscar roles";
    none_found = "No role found", "No se encontró ningún rol";
    show_all = "Show all roles", "Mostrar todos los roles";
    intro = "What people may do in this realm. Clients have roles of their own, on their pages.",
        "Lo que la gente puede hacer en este reino. Los clientes tienen sus propios roles, en sus páginas.";
    role = "Role", "Rol";
    description = "Description", "Descripción";
    who = "Who has it", "Quién lo tiene";
    everyone = "Every user", "Todos los usuarios";
    given = "Those it is given to", "A quien se le da";
    composite = "Includes others", "Incluye otros";
}
