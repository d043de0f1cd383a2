//! The roles that a role includes, of the realm and of clients: shown, added and taken out, each at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientRepresentation, RoleRepresentation, paths};
use perennial_ui::prelude::*;

use super::default_role;
use crate::api::use_api;
use crate::ends::{Whose, concerns};
use crate::pages::holders::holders;
use crate::pages::whole::{Whole, cut_short, only_first, whole};
use crate::remote::{Remote, failed_below, remote, shown};
use crate::texts::{phrases, texts};

/// The included roles, and the clients that roles may be of; those whose roles are included are always among them.
type Loaded = (Vec<RoleRepresentation>, Whole<ClientRepresentation>);

/// What the parts share.
#[derive(Clone, Copy)]
struct Of {
    realm: StoredValue<String>,
    id: StoredValue<String>,
    name: StoredValue<String>,
    loaded: Remote<Loaded>,
    leaving: RwSignal<Option<RoleRepresentation>>,
}

/// `of_all`: every user has this role, and so all that it includes.
#[component]
pub fn Composites(realm: String, id: String, name: String, of_all: bool) -> impl IntoView {
    let api = use_api();
    let texts = CompositesTexts::get();
    let key = (realm.clone(), id.clone());
    let load = move |(realm, id): (String, String)| async move {
        let included: Vec<RoleRepresentation> = api.get(&paths::admin_role_by_id_composites(&realm, &id)).await?;
        let mut clients: Whole<ClientRepresentation> = whole(api, &paths::admin_clients(&realm)).await?;
        for role in included.iter().filter(|role| role.client_role == Some(true)) {
            let Some(owner) = &role.container_id else { continue };
            if clients.items.iter().all(|client| client.id.as_ref() != Some(owner)) {
                // Without its name it stands there as what it is: a client's.
                clients.items.extend(api.get::<ClientRepresentation>(&paths::admin_client(&realm, owner)).await);
            }
        }
        Ok::<Loaded, _>((included, clients))
    };
    let of = Of {
        realm: StoredValue::new(realm),
        id: StoredValue::new(id),
        name: StoredValue::new(name),
        loaded: remote(move || key.clone(), load),
        leaving: RwSignal::new(None),
    };
    let words = if of_all { texts.words_of_all } else { texts.words };
    view! {
        <Card title=texts.title id="composites">
            <p class="adm-intro">{words}</p>
            {shown(of.loaded, LoadingShape::Rows, move |(included, clients)| view! {
                {listed(&included, &clients.items, of)}
                <Add of=of included=included clients=clients />
            })}
        </Card>
        {move || of.leaving.get().map(|role| view! { <TakeOut of=of role=role /> })}
    }
}

fn listed(included: &[RoleRepresentation], clients: &[ClientRepresentation], of: Of) -> AnyView {
    let texts = CompositesTexts::get();
    if included.is_empty() {
        return view! { <p class="pn-muted">{texts.none}</p> }.into_any();
    }
    let row = |role: &RoleRepresentation| {
        let owner = clients.iter().find(|client| client.id.is_some() && client.id == role.container_id);
        // A client that may not be seen: of what kind it is, the role says itself.
        let unknown = if role.client_role == Some(true) { texts.a_client } else { texts.realm };
        let owner = owner.and_then(|client| client.client_id.clone()).unwrap_or_else(|| unknown.to_owned());
        let name = role.name.clone().unwrap_or_default();
        let label = (texts.take_out_of)(&name);
        let role = role.clone();
        let take = Callback::new(move |()| of.leaving.set(Some(role.clone())));
        view! {
            <tr>
                <Cell label=texts.role head=true>{name}</Cell>
                <Cell label=texts.owner>{owner}</Cell>
                <Cell label=texts.actions>
                    <Button kind=ButtonKind::Quiet icon=IconKind::Remove on_press=take label=label>{texts.take_out}</Button>
                </Cell>
            </tr>
        }
    };
    let rows = included.iter().map(row).collect_view();
    let columns = vec![Column::new(texts.role), Column::new(texts.owner), Column::actions(texts.actions)];
    view! { <Table caption=texts.title columns=columns busy=of.loaded.busy>{rows}</Table> }.into_any()
}

#[component]
fn Add(of: Of, included: Vec<RoleRepresentation>, clients: Whole<ClientRepresentation>) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let texts = CompositesTexts::get();
    let toasts = use_toasts();
    let owner = RwSignal::new(String::new());
    let chosen = RwSignal::new(String::new());
    let owners: Vec<Choice> = [Choice::new("", texts.realm)]
        .into_iter()
        .chain(clients.items.into_iter().filter_map(|client| Some(Choice::new(client.id?, client.client_id?))))
        .collect();
    let load = move |owner: String| async move {
        let realm = of.realm.get_value();
        let path = match owner.as_str() {
            "" => paths::admin_roles(&realm),
            client => paths::admin_client_roles(&realm, client),
        };
        whole::<RoleRepresentation>(api, &path).await
    };
    let roles = remote(move || owner.get(), load);
    let here: Vec<Option<String>> = included.into_iter().map(|role| role.id).collect();
    let choices = Signal::derive(move || {
        let own = of.id.get_value();
        let free = roles.ready().map(|all| all.items).unwrap_or_default().into_iter();
        let free = free.filter(|role| role.id.as_ref() != Some(&own) && !here.contains(&role.id));
        let free = free.filter_map(|role| Some(Choice::new(role.id?, role.name?)));
        [Choice::new("", texts.choose)].into_iter().chain(free).collect::<Vec<_>>()
    });
    Effect::new(move || {
        owner.track();
        chosen.set(String::new());
    });
    let busy = RwSignal::new(false);
    let locked = is_locked();
    let none = Signal::derive(move || locked || chosen.read().is_empty());
    let add = Callback::new(move |()| {
        let id = chosen.get_untracked();
        let Some(role) = roles
            .value
            .get_untracked()
            .and_then(Result::ok)
            .and_then(|all| all.items.into_iter().find(|role| role.id.as_ref() == Some(&id)))
        else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let path = paths::admin_role_by_id_composites(&of.realm.get_value(), &of.id.get_value());
            let answer = api.post_unanswered(&path, &[role]).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.done(texts.added);
                    of.loaded.reload();
                }
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
        });
    });
    view! {
        <div class="adm-filters adm-add">
            <Select id="role-owner" label=texts.owner choices=owners value=owner />
            <Select id="role" label=texts.role choices=choices value=chosen />
            <Button icon=IconKind::Plus on_press=add busy=busy disabled=none id="add-role">{texts.add}</Button>
        </div>
        {failed_below(roles)}
        {clients.cut_at.map(|count| only_first(texts.owner, count))}
        {cut_short(texts.role, roles)}
    }
}

#[component]
fn TakeOut(of: Of, role: RoleRepresentation) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = CompositesTexts::get();
    let toasts = use_toasts();
    let open = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        if !open.get() {
            of.leaving.set(None);
        }
    });
    let name = role.name.clone().unwrap_or_default();
    let (realm, whole) = (of.realm.get_value(), of.name.get_value());
    let counted = match whole == default_role(&realm) {
        true => concerns(&realm, Whose::Realm, open),
        false => holders(paths::admin_role_users(&realm, &whole), open),
    };
    let lost = (words.take_out_words)(&name, &whole);
    let consequence = MaybeProp::derive(move || Some(format!("{lost} {}", counted.get())));
    let locked = Signal::derive(move || busy.get() || counted.waits.get());
    let title = (words.take_out_title)(&name);
    let confirm = Callback::new(move |()| {
        let role = role.clone();
        busy.set(true);
        spawn_local(async move {
            let path = paths::admin_role_by_id_composites(&of.realm.get_value(), &of.id.get_value());
            let answer = api.delete_with(&path, &[role]).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.done(words.taken_out);
                    of.loaded.reload();
                    open.try_set(false);
                }
                Err(failure) => drop(error.try_set(Some((all.failure)(&failure)))),
            }
        });
    });
    view! {
        <Dialog open=open kind=DialogKind::Danger title=title consequence=consequence confirm=words.take_out
            on_confirm=confirm error=error busy=locked />
    }
}

phrases! {
    /// What a role includes.
    CompositesTexts =>
    title = "Includes", "Incluye";
    words = "Whoever has this role has these, too.", "Quien tiene este rol tiene también estos.";
    words_of_all = "Every user of the realm has these. Without offline_access among them, only users to whom it is given may let apps work while they are away.",
        "Todos los usuarios del reino tienen estos. Sin offline_access entre ellos, solo los usuarios a quienes se dé pueden dejar que las aplicaciones trabajen en su ausencia.";
    none = "It includes no other role.", "No incluye ningún otro rol.";
    role = "Role", "Rol";
    owner = "Of", "De";
    realm = "This realm", "Este reino";
    a_client = "A client", "Un cliente";
    actions = "Actions", "Acciones";
    choose = "Choose…", "Elegir…";
    add = "Include", "Incluir";
    added = "The role is included now.", "El rol está incluido ahora.";
    take_out = "Take out", "Quitar";
    take_out_of: perennial_ui::text::With = |role| format!("Take out {role}"), |role| format!("Quitar {role}");
    take_out_title: perennial_ui::text::With =
        |role| format!("Take {role} out?"), |role| format!("¿Quitar {role}?");
    take_out_words: fn(&str, &str) -> String =
        |role, of| format!("Users who have {role} only through {of} lose it at once. Offline sessions that need it are refused from their next refresh on, and end after their idle time."),
        |role, of| format!("Los usuarios que tienen {role} solo a través de {of} lo pierden enseguida. Las sesiones sin conexión que lo necesitan se rechazan desde su próxima actualización y terminan tras su tiempo de inactividad.");
    taken_out = "The role is no longer included.", "El rol ya no está incluido.";
}
