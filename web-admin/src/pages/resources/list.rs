//! The realm's protected resources.

use leptos::prelude::*;
use perennial_api::{ResourceRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::api::{Page, use_api};
use crate::links;
use crate::pages::filter::{FilterField, Place};
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

#[component]
pub fn ResourcesPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ResourcesTexts::get();
    set_trail("resources", &realm, Vec::new());
    let place = Place::of_address();
    let path = paths::admin_resources(&realm);
    let load = move |url: String| async move { api.page::<ResourceRepresentation>(&url).await };
    let resources = remote(move || place.url(&path), load);
    let (base, new) = (links::place(&realm, "resources"), links::place(&realm, "resources/new"));
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <div class="adm-head-tools">
                <FilterField base=base label=texts.search search=place.search />
                <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
            </div>
        </header>
        <p class="adm-intro">{texts.intro}</p>
        {shown(resources, LoadingShape::Rows, move |page| listed(&realm, page, place, resources.busy))}
    }
}

fn listed(realm: &str, page: Page<ResourceRepresentation>, place: Place, busy: RwSignal<bool>) -> AnyView {
    let lang = use_lang();
    let texts = ResourcesTexts::get();
    let base = links::place(realm, "resources");
    if page.items.is_empty() && place.is_part() {
        return view! {
            <Empty title=texts.none_found icon=IconKind::Search>
                <ButtonLink href=base>{texts.show_all}</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    if page.items.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Resource><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns =
        vec![Column::new(texts.resource), Column::new(texts.access), Column::new(texts.idle), Column::new(texts.max)];
    let time = |seconds: Option<i64>| match seconds {
        Some(seconds) => view! { {format::duration(lang, seconds)} }.into_any(),
        None => view! { <span class="pn-muted">{texts.inherited}</span> }.into_any(),
    };
    let row = |resource: ResourceRepresentation| {
        let href = links::place(realm, &format!("resources/{}", resource.id.unwrap_or_default()));
        let uri = resource.resource.unwrap_or_default();
        let (name, below) = match resource.name.filter(|name| !name.is_empty()) {
            Some(name) => (name, Some(uri)),
            None => (uri, None),
        };
        let (access, idle, max) = (
            time(resource.access_token_lifespan),
            time(resource.offline_session_idle_timeout),
            time(resource.offline_session_max_lifespan),
        );
        view! {
            <tr>
                <Cell label=texts.resource head=true>
                    <a class="adm-url" href=href>{name}</a>
                    {below.map(|uri| view! { <div class="pn-muted pn-small adm-url">{uri}</div> })}
                </Cell>
                <Cell label=texts.access>{access}</Cell>
                <Cell label=texts.idle>{idle}</Cell>
                <Cell label=texts.max>{max}</Cell>
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
    /// The list of resources.
    ResourcesTexts =>
    title = "Resources", "Recursos";
    new = "New resource", "Nuevo recurso";
    search = "Search resources", "Buscar recursos";
    none_found = "No resource found", "No se encontró ningún recurso";
    show_all = "Show all resources", "Mostrar todos los recursos";
    intro = "The APIs that access tokens are for. An app names one with the parameter resource, and gets a token for it alone.",
        "Las API para las que son los tokens de acceso. Una aplicación nombra una con el parámetro resource y recibe un token solo para ella.";
    none = "No resources", "No hay recursos";
    none_words = "Without one, access tokens are for any API that trusts this realm.",
        "Sin ninguno, los tokens de acceso valen para toda API que confíe en este reino.";
    resource = "Resource", "Recurso";
    access = "Access token lasts", "El token de acceso dura";
    idle = "Ends if not used for", "Termina si no se usa durante";
    max = "Ends at the latest after", "Termina como muy tarde tras";
    inherited = "As client and realm say", "Lo que digan cliente y reino";
}
