//! Which clients an admin has allowed what, for all their users, and taking that back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{AdminConsentRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use super::{CONSENTS, tabs};
use crate::api::use_api;
use crate::ends::{Whose, concerns};
use crate::links;
use crate::pages::whole::{Whole, cut_short, whole};
use crate::remote::{Remote, remote, shown};
use crate::screens::set_trail;
use crate::texts::{phrases, texts};

type Consents = Remote<Whole<AdminConsentRepresentation>>;

#[component]
pub fn ConsentsPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = ConsentsTexts::get();
    set_trail("client-scopes", &realm, vec![Crumb::here(texts.title)]);
    let path = paths::admin_consents(&realm);
    let load = move |path: String| async move { whole::<AdminConsentRepresentation>(api, &path).await };
    let consents: Consents = remote(move || path.clone(), load);
    let ending = RwSignal::new(None::<AdminConsentRepresentation>);
    let new = links::place(&realm, &format!("client-scopes/{CONSENTS}/new"));
    let of = StoredValue::new(realm.clone());
    view! {
        <header class="adm-head">
            <h1>{texts.heading}</h1>
            <ButtonLink kind=ButtonKind::Primary icon=IconKind::Plus href=new id="new">{texts.new}</ButtonLink>
        </header>
        {tabs(&realm, true)}
        <p class="adm-intro">{texts.intro}</p>
        {shown(consents, LoadingShape::Rows, move |list| listed(&of.get_value(), list.items, ending))}
        {cut_short(texts.title, consents)}
        {move || ending.get().map(|consent| view! { <Withdraw realm=of consent=consent ending=ending consents=consents /> })}
    }
}

fn listed(
    realm: &str,
    list: Vec<AdminConsentRepresentation>,
    ending: RwSignal<Option<AdminConsentRepresentation>>,
) -> AnyView {
    let texts = ConsentsTexts::get();
    if list.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Key><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns = vec![
        Column::new(texts.client),
        Column::new(texts.scopes),
        Column::new(texts.until),
        Column::new(texts.given),
        Column::actions(texts.actions),
    ];
    let row = |consent: AdminConsentRepresentation| {
        let uuid = consent.client.clone().unwrap_or_default();
        let href = links::place(realm, &format!("client-scopes/{CONSENTS}/{uuid}"));
        let name = consent.client_id.clone().unwrap_or_default();
        let until = match consent.expires {
            Some(at) => view! { <Timestamp at=at /> }.into_any(),
            None => view! { {texts.no_end} }.into_any(),
        };
        let scopes = consent.scopes.clone().unwrap_or_default().join(", ");
        let given = consent.last_updated_date.or(consent.created_date).unwrap_or_default();
        let label = (texts.withdraw_of)(&name);
        let take = Callback::new(move |()| ending.set(Some(consent.clone())));
        view! {
            <tr>
                <Cell label=texts.client head=true><a href=href>{name}</a></Cell>
                <Cell label=texts.scopes><code class="adm-path">{scopes}</code></Cell>
                <Cell label=texts.until>{until}</Cell>
                <Cell label=texts.given><Timestamp at=given /></Cell>
                <Cell label=texts.actions>
                    <Button kind=ButtonKind::Quiet icon=IconKind::Remove on_press=take label=label>
                        {texts.withdraw}
                    </Button>
                </Cell>
            </tr>
        }
    };
    let rows = list.into_iter().map(row).collect_view();
    view! { <Table caption=texts.title columns=columns>{rows}</Table> }.into_any()
}

#[component]
fn Withdraw(
    realm: StoredValue<String>,
    consent: AdminConsentRepresentation,
    ending: RwSignal<Option<AdminConsentRepresentation>>,
    consents: Consents,
) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = ConsentsTexts::get();
    let toasts = use_toasts();
    let name = consent.client_id.unwrap_or_default();
    let open = RwSignal::new(true);
    let concerned = concerns(&realm.get_value(), Whose::Client(name.clone()), open);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        if !open.get() {
            ending.set(None);
        }
    });
    let client = name.clone();
    let consequence =
        MaybeProp::derive(move || Some(format!("{} {}", (words.withdraw_words)(&client), concerned.get())));
    let locked = Signal::derive(move || busy.get() || concerned.waits.get());
    let path = StoredValue::new(paths::admin_consent(&realm.get_value(), &consent.client.unwrap_or_default()));
    let title = (words.withdraw_title)(&name);
    let confirm = Callback::new(move |()| {
        busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            let answer = api.delete(&path.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.done((words.withdrawn)(&name));
                    consents.reload();
                    open.try_set(false);
                }
                Err(failure) => drop(error.try_set(Some((all.failure)(&failure)))),
            }
        });
    });
    view! {
        <Dialog open=open kind=DialogKind::Danger title=title consequence=consequence confirm=words.withdraw
            on_confirm=confirm error=error busy=locked />
    }
}

phrases! {
    /// The list of admin consents.
    ConsentsTexts =>
    title = "Admin consents", "Consentimientos de administrador";
    heading = "Client scopes", "Ámbitos de cliente";
    intro = "Permissions given to a client in the name of all its users. Nobody is asked for them again.",
        "Permisos dados a un cliente en nombre de todos sus usuarios. No se le preguntan a nadie más.";
    new = "Give consent", "Dar consentimiento";
    none = "No admin consents", "No hay consentimientos de administrador";
    none_words = "Permissions that only an admin can allow are refused to every client until one is given here.",
        "Los permisos que solo un administrador puede permitir se niegan a todo cliente hasta que se dé uno aquí.";
    client = "Client", "Cliente";
    scopes = "Permissions", "Permisos";
    until = "Ends", "Termina";
    no_end = "No end", "Sin final";
    given = "Last changed", "Último cambio";
    actions = "Actions", "Acciones";
    withdraw = "Withdraw", "Retirar";
    withdraw_of: With =
        |client| format!("Withdraw the consent of {client}"), |client| format!("Retirar el consentimiento de {client}");
    withdraw_title: With =
        |client| format!("Withdraw the consent of {client}?"), |client| format!("¿Retirar el consentimiento de {client}?");
    withdraw_words: With =
        |client| format!("Whatever {client} may do only by this consent is refused from its next request on, for all users."),
        |client| format!("Lo que {client} solo puede hacer por este consentimiento se rechaza desde su próxima petición, para todos los usuarios.");
    withdrawn: With =
        |client| format!("The consent of {client} has been withdrawn."),
        |client| format!("El consentimiento de {client} se ha retirado.");
}
