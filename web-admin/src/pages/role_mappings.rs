//! The roles that a user or a client has been given: by the realm or by a client, added and taken away one by one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientRepresentation, MappingsRepresentation, RoleRepresentation, paths};
use perennial_ui::prelude::*;

use super::effective_roles::effective_roles;
use super::whole::{Whole, cut_short, whole};
use crate::api::{Failure, use_api};
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::{Whose, concerns};
use crate::remote::{Remote, failed_below, remote, shown};
use crate::texts::phrases;

phrases! { RoleMappingTexts =>
    title = "Roles given", "Roles concedidos";
    role = "Role", "Rol";
    from = "Belongs to", "Pertenece a";
    realm = "Realm", "Reino";
    description = "Description", "Descripción";
    actions = "Actions", "Acciones";
    composite = "Composite", "Compuesto";
    none_title = "No roles", "Sin roles";
    none_words = "Choose a role below to give the first one.", "Elija un rol para conceder el primero.";
    add = "Give a role", "Conceder un rol";
    of = "Roles of", "Roles de";
    the_realm = "The realm", "El reino";
    which = "Role", "Rol";
    choose = "Choose…", "Elija…";
    nothing_left = "No further role to give", "No queda ningún rol por conceder";
    give = "Give", "Conceder";
    take = "Take away", "Retirar";
    take_this: perennial_ui::text::With = |role| format!("Take {role} away"), |role| format!("Retirar {role}");
    take_title: perennial_ui::text::With = |role| format!("Take the role {role} away?"), |role| format!("¿Retirar el rol {role}?");
    take_words = "What only this role allowed is refused from the next request on.", "Lo que solo este rol permitía se rechaza desde la próxima petición.";
    take_offline_words = "Where offline_access came by it alone, offline sessions are refused, too.", "Donde offline_access venía solo de él, también se rechazan las sesiones sin conexión.";
    given = "The role has been given.", "El rol se ha concedido.";
    taken = "The role has been taken away.", "El rol se ha retirado.";
}

/// Who has the roles, by the addresses of the mappings.
#[derive(Clone)]
pub struct Holder {
    all: String,
    of_realm: String,
    /// Followed by a client's UUID.
    of_clients: String,
    /// Whose roles in effect are shown, too.
    user: Option<String>,
    /// Who is concerned when a role is taken away.
    whose: Whose,
}

impl Holder {
    pub fn user(realm: &str, user: &str) -> Self {
        Holder {
            all: paths::admin_user_roles(realm, user),
            of_realm: paths::admin_user_realm_roles(realm, user),
            of_clients: paths::admin_user_client_roles(realm, user, ""),
            user: Some(user.to_owned()),
            whose: Whose::User(user.to_owned()),
        }
    }

    pub fn client_scope(realm: &str, client: &str) -> Self {
        Holder {
            all: paths::admin_client_scope_mappings(realm, client),
            of_realm: paths::admin_client_realm_scope_mappings(realm, client),
            of_clients: paths::admin_client_client_scope_mappings(realm, client, ""),
            user: None,
            whose: Whose::Client(client.to_owned()),
        }
    }

    /// The address for roles of a container: empty for the realm, else the client's UUID.
    fn url(&self, container: &str) -> String {
        if container.is_empty() { self.of_realm.clone() } else { format!("{}{container}", self.of_clients) }
    }
}

#[derive(Clone, Copy)]
struct Shared {
    realm: StoredValue<String>,
    holder: StoredValue<Holder>,
    given: Remote<MappingsRepresentation>,
    busy: RwSignal<bool>,
    taking: RwSignal<Option<Taking>>,
}

/// A role to be taken away.
#[derive(Clone)]
struct Taking {
    /// Empty for the realm, else the client's UUID.
    container: String,
    role: RoleRepresentation,
}

impl Taking {
    fn name(&self) -> &str {
        self.role.name.as_deref().unwrap_or_default()
    }

    /// Whether offline sessions may hang on it: by itself, or by what it includes.
    fn may_carry_offline_access(&self) -> bool {
        self.role.composite == Some(true) || (self.container.is_empty() && self.name() == "offline_access")
    }
}

#[component]
pub fn RoleMappings(realm: StoredValue<String>, holder: Holder) -> impl IntoView {
    let api = use_api();
    let texts = RoleMappingTexts::get();
    let (all, user) = (holder.all.clone(), holder.user.clone());
    let given = remote(move || all.clone(), move |url| async move { api.get(&url).await });
    let shared = Shared {
        realm,
        holder: StoredValue::new(holder),
        given,
        busy: RwSignal::new(false),
        taking: RwSignal::new(None),
    };
    let clients = clients(&realm.read_value());
    let sources = sources(clients);
    let changed = Signal::derive(move || given.value.track());
    view! {
        <section aria-labelledby="roles-given">
            <div class="pn-row adm-section-head">
                <h2 id="roles-given">{texts.title}</h2>
            </div>
            {shown(given, LoadingShape::Rows, move |given| listed(given, shared))}
            {taking_away(shared)}
        </section>
        <div class="adm-after"><AddRole shared=shared sources=sources clients=clients /></div>
        {user.map(|user| view! {
            <div class="adm-after">{effective_roles(realm, user, sources, changed)}</div>
        })}
    }
}

type Clients = Remote<Whole<ClientRepresentation>>;

/// Whoever may not see them gives roles of the realm.
fn clients(realm: &str) -> Clients {
    let api = use_api();
    let url = paths::admin_clients(realm);
    let load = move |url: String| async move {
        match whole(api, &url).await {
            Err(Failure::Refused { status: 403, .. }) => Ok(Whole { items: Vec::new(), cut_at: None }),
            answer => answer,
        }
    };
    remote(move || url.clone(), load)
}

/// The realm, and its clients.
fn sources(clients: Clients) -> Signal<Vec<Choice>> {
    let texts = RoleMappingTexts::get();
    Signal::derive(move || {
        let mut choices = vec![Choice::new("", texts.the_realm)];
        let known = clients.ready().map(|all| all.items).unwrap_or_default();
        choices.extend(known.into_iter().filter_map(|client| Some(Choice::new(client.id?, client.client_id?))));
        choices
    })
}

/// A role that is given, and of whom it is: the realm's without a `client`, whose `container` is empty.
struct Given {
    client: Option<String>,
    container: String,
    role: RoleRepresentation,
}

fn flat(given: MappingsRepresentation) -> Vec<Given> {
    let of_realm = |role| Given { client: None, container: String::new(), role };
    let mut all: Vec<_> = given.realm_mappings.into_iter().map(of_realm).collect();
    for client in given.client_mappings.into_values() {
        let own = |role| Given { client: Some(client.client.clone()), container: client.id.clone(), role };
        all.extend(client.mappings.into_iter().map(own));
    }
    all
}

fn listed(given: MappingsRepresentation, shared: Shared) -> AnyView {
    let texts = RoleMappingTexts::get();
    let roles = flat(given);
    if roles.is_empty() {
        return view! { <Empty title=texts.none_title icon=IconKind::Role><p>{texts.none_words}</p></Empty> }
            .into_any();
    }
    let columns = vec![
        Column::new(texts.role),
        Column::new(texts.from),
        Column::new(texts.description),
        Column::actions(texts.actions),
    ];
    view! {
        <Table caption=texts.title columns=columns busy=shared.given.busy>
            {roles.into_iter().map(|role| row(role, shared)).collect_view()}
        </Table>
    }
    .into_any()
}

fn row(given: Given, shared: Shared) -> impl IntoView {
    let Given { client, container, role } = given;
    let texts = RoleMappingTexts::get();
    let name = role.name.clone().unwrap_or_default();
    let label = (texts.take_this)(&name);
    let composite = role.composite == Some(true);
    let description = role.description.clone().filter(|words| !words.starts_with("${"));
    let take = Callback::new(move |()| {
        shared.taking.set(Some(Taking { container: container.clone(), role: role.clone() }));
    });
    view! {
        <tr>
            <Cell label=texts.role head=true>
                <span>{name}</span>
                {composite.then(|| view! { " " <Badge>{texts.composite}</Badge> })}
            </Cell>
            <Cell label=texts.from>{client.unwrap_or_else(|| texts.realm.to_owned())}</Cell>
            <Cell label=texts.description><span class="pn-muted">{description}</span></Cell>
            <Cell label=texts.actions>
                <Button on_press=take label=label busy=shared.busy>{texts.take}</Button>
            </Cell>
        </tr>
    }
}

fn taking_away(shared: Shared) -> AnyView {
    let api = use_api();
    let texts = RoleMappingTexts::get();
    let taking = shared.taking;
    let open = opened_by(taking);
    let whose = shared.holder.read_value().whose.clone();
    let offline = Memo::new(move |_| taking.read().as_ref().is_some_and(Taking::may_carry_offline_access));
    let asked = RwSignal::new(false);
    Effect::new(move || asked.set(open.get() && offline.get()));
    let concerned = concerns(&shared.realm.read_value(), whose, asked);
    let words = move || match offline.get() {
        true => format!("{} {} {}", texts.take_words, texts.take_offline_words, concerned.get()),
        false => texts.take_words.to_owned(),
    };
    let question = Question {
        open,
        title: Signal::derive(move || (texts.take_title)(taking.read().as_ref().map_or("", Taking::name))),
        consequence: Consequence {
            words: Signal::derive(words),
            waits: Signal::derive(move || offline.get() && concerned.waits.get()),
        },
        confirm: texts.take,
        done: texts.taken,
    };
    let act = move || {
        let taken = taking.get_untracked();
        async move {
            let Some(Taking { container, role }) = taken else { return Ok(()) };
            api.delete_with(&shared.holder.read_value().url(&container), &vec![role]).await
        }
    };
    confirm(question, act, move || shared.given.reload())
}

/// First whose roles, then which one; only what is not given yet is offered.
#[component]
fn AddRole(shared: Shared, sources: Signal<Vec<Choice>>, clients: Clients) -> impl IntoView {
    let texts = RoleMappingTexts::get();
    let all = crate::texts::texts();
    let api = use_api();
    let toasts = use_toasts();
    let (container, picked) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let roles = remote(
        move || container.get(),
        move |container| async move {
            let realm = shared.realm.get_value();
            let url = match container.is_empty() {
                true => paths::admin_roles(&realm),
                false => paths::admin_client_roles(&realm, &container),
            };
            whole::<RoleRepresentation>(api, &url).await
        },
    );
    let left = Memo::new(move |_| {
        let given: Vec<_> = shared.given.ready().map(flat).unwrap_or_default();
        let mut left = roles.ready().map(|all| all.items).unwrap_or_default();
        left.retain(|role| given.iter().all(|one| one.role.id != role.id));
        left
    });
    let choices = Signal::derive(move || {
        let left = left.read();
        let known = roles.value.with(|roles| matches!(roles, Some(Ok(_))));
        let first = if known && left.is_empty() { texts.nothing_left } else { texts.choose };
        let named = left.iter().filter_map(|role| Some(Choice::new(role.id.clone()?, role.name.clone()?)));
        std::iter::once(Choice::new("", first)).chain(named).collect::<Vec<_>>()
    });
    Effect::new(move || {
        container.track();
        picked.set(String::new());
    });
    let give = Callback::new(move |()| {
        let role =
            left.read_untracked().iter().find(|role| role.id.as_ref() == Some(&*picked.read_untracked())).cloned();
        let Some(role) = role else { return };
        let url = shared.holder.read_value().url(&container.read_untracked());
        shared.busy.set(true);
        spawn_local(async move {
            let answer = api.post_unanswered(&url, &vec![role]).await;
            shared.busy.set(false);
            match answer {
                Ok(()) => toasts.done(texts.given),
                Err(failure) => toasts.failed((all.failure)(&failure)),
            }
            picked.set(String::new());
            shared.given.reload();
        });
    });
    let nothing = Signal::derive(move || picked.read().is_empty());
    view! {
        <Card title=texts.add>
            <div class="adm-bar">
                <Select id="role-source" label=texts.of choices=sources value=container />
                <Select id="role" label=texts.which choices=choices value=picked />
                <Button on_press=give kind=ButtonKind::Primary disabled=nothing busy=shared.busy id="give-role">
                    {texts.give}
                </Button>
            </div>
            {failed_below(clients)}
            {failed_below(roles)}
            {cut_short(texts.of, clients)}
            {cut_short(texts.which, roles)}
        </Card>
    }
}
