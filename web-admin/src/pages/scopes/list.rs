//! The realm's client scopes: the identifier that apps send, the words that people read.

use leptos::prelude::*;
use perennial_api::client_scope::attributes::CONSENT_TEXT;
use perennial_api::{ClientScopeRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::scopes::scope_words;

use super::{ScopeTabsTexts, Starts, tabs};
use crate::api::use_api;
use crate::links;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

type Loaded = (Vec<ClientScopeRepresentation>, Starts);

#[component]
pub fn ScopesPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ScopesTexts::get();
    set_trail("client-scopes", &realm, Vec::new());
    let key = realm.clone();
    let load = move |realm: String| async move {
        let scopes = api.get(&paths::admin_client_scopes(&realm)).await?;
        Ok::<Loaded, _>((scopes, Starts::load(api, &realm).await?))
    };
    let loaded = remote(move || key.clone(), load);
    let new = links::place(&realm, "client-scopes/new");
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
        </header>
        {tabs(&realm, false)}
        <p class="adm-intro">{texts.intro}</p>
        {shown(loaded, LoadingShape::Rows, move |(scopes, starts)| listed(&realm, scopes, &starts))}
    }
}

fn listed(realm: &str, scopes: Vec<ClientScopeRepresentation>, starts: &Starts) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = ScopesTexts::get();
    let start_name = ScopeTabsTexts::get().start_name;
    let columns = vec![
        Column::new(texts.name),
        Column::new(texts.words),
        Column::new(texts.new_clients),
        Column::new(texts.approval),
        Column::new(texts.application),
    ];
    let needs = |required: Option<bool>| match required {
        Some(true) => view! { <Badge tone=Tone::Warning icon=IconKind::Key>{texts.required}</Badge> }.into_any(),
        _ => view! { <span class="pn-muted">{texts.not_required}</span> }.into_any(),
    };
    let row = |scope: ClientScopeRepresentation| {
        let id = scope.id.unwrap_or_default();
        let name = scope.name.unwrap_or_default();
        let own = scope.attributes.as_ref().and_then(|all| all.get(CONSENT_TEXT));
        let words = scope_words(lang, &name, own.map(String::as_str));
        let title = (words.title != name).then(|| words.title.clone());
        let more = words.detail.or(scope.description).filter(|text| !text.is_empty());
        let (approval, application) =
            (needs(scope.admin_consent_required), needs(scope.application_admin_consent_required));
        let (href, start) = (links::place(realm, &format!("client-scopes/{id}")), start_name(starts.of(&id)));
        view! {
            <tr>
                <Cell label=texts.name head=true>
                    <a class="pn-mono" href=href>{name}</a>
                </Cell>
                <Cell label=texts.words>
                    {title}
                    {more.map(|text| view! { <div class="pn-muted pn-small">{text}</div> })}
                </Cell>
                <Cell label=texts.new_clients>{start}</Cell>
                <Cell label=texts.approval>{approval}</Cell>
                <Cell label=texts.application>{application}</Cell>
            </tr>
        }
    };
    let rows = scopes.into_iter().map(row).collect_view();
    view! { <Table caption=texts.title columns=columns>{rows}</Table> }
}

phrases! {
    /// The list of client scopes.
    ScopesTexts =>
    title = "Client scopes", "Ámbitos de cliente";
    new = "New permission", "Nuevo permiso";
    intro = "What apps may ask people for. Those that need an admin’s consent are given by an admin, for one client and all its users.",
        "Lo que las aplicaciones pueden pedir. Los que necesitan el consentimiento de un administrador los da un administrador, para un cliente y todos sus usuarios.";
    name = "Identifier", "Identificador";
    words = "What people read", "Lo que se lee";
    new_clients = "New clients get it", "Los clientes nuevos lo tienen";
    approval = "Admin consent, for users", "Consentimiento de administrador, para usuarios";
    application = "Admin consent, for itself", "Consentimiento de administrador, para sí mismo";
    required = "Required", "Necesario";
    not_required = "Not required", "No necesario";
}
