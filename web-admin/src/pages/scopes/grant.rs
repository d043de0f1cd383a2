//! An admin's consent for one client: which of its scopes, and until when. For `new` the client is chosen first.

use leptos::prelude::*;
use perennial_api::{AdminConsentRepresentation, ApiError, ClientRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::{Map, Value, json};

use super::CONSENTS;
use crate::api::{ABSENT, Failure, TAG, tag_of, use_api};
use crate::ends::Whose;
use crate::form::{Form, FormFrame, Rule};
use crate::links;
use crate::pages::whole::{Whole, cut_short, whole};
use crate::pages::{Risk, Section, careful};
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::phrases;

#[component]
pub fn GrantPage(realm: String, client: String) -> impl IntoView {
    let texts = GrantTexts::get();
    set_trail(
        "client-scopes",
        &realm,
        vec![
            Crumb::to(texts.consents, links::place(&realm, &format!("client-scopes/{CONSENTS}"))),
            Crumb::here(texts.title),
        ],
    );
    let body = match client.as_str() {
        "new" => view! { <ChooseClient realm=realm /> }.into_any(),
        _ => view! { <Grant realm=realm client=client /> }.into_any(),
    };
    view! {
        <header class="adm-head"><h1>{texts.title}</h1></header>
        {body}
    }
}

#[component]
fn ChooseClient(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = GrantTexts::get();
    let path = paths::admin_clients(&realm);
    let realm = StoredValue::new(realm);
    let load = move |path: String| async move { whole::<ClientRepresentation>(api, &path).await };
    let clients = remote(move || path.clone(), load);
    let ready = move |all: Whole<ClientRepresentation>| {
        let none = Choice::new("", texts.choose);
        let own = all.items.into_iter().filter_map(|client| Some(Choice::new(client.id?, client.client_id?)));
        let choices: Vec<Choice> = [none].into_iter().chain(own).collect();
        let chosen = RwSignal::new(String::new());
        let go = links::navigator(true);
        Effect::new(move || {
            let client = chosen.get();
            if !client.is_empty() {
                go(&realm.with_value(|realm| links::place(realm, &format!("client-scopes/{CONSENTS}/{client}"))));
            }
        });
        view! {
            <Section title=texts.client words=texts.client_words>
                <Select id="client" label=texts.client choices=choices value=chosen />
                {cut_short(texts.client, clients)}
            </Section>
        }
    };
    shown(clients, LoadingShape::Form, ready)
}

/// The client, and the consent that it has, as the form has it.
type Known = (ClientRepresentation, Value);

/// A consent as the form has it, with its tag; days instead of instants.
fn shape(given: Value) -> Value {
    let tag = tag_of(&given).unwrap_or_else(|| ABSENT.to_owned());
    let given: AdminConsentRepresentation = serde_json::from_value(given).unwrap_or_default();
    json!({ "scopes": given.scopes, "until": until(given.expires), TAG: tag })
}

#[component]
fn Grant(realm: String, client: String) -> impl IntoView {
    let api = use_api();
    let key = (realm.clone(), client.clone());
    let load = move |(realm, client): (String, String)| async move {
        let known: ClientRepresentation = api.get(&paths::admin_client(&realm, &client)).await?;
        let given = match api.document(&paths::admin_consent(&realm, &client)).await {
            Err(Failure::Refused { status: 404, .. }) => Value::Null,
            read => read?,
        };
        Ok::<Known, _>((known, shape(given)))
    };
    let loading = remote(move || key.clone(), load);
    let first = Memo::new(move |before: Option<&Option<Known>>| before.cloned().flatten().or_else(|| loading.ready()));
    move || match first.get() {
        Some(known) => view! { <GrantForm realm=realm.clone() known=known /> }.into_any(),
        None => shown(loading, LoadingShape::Form, |_: Known| ()).into_any(),
    }
}

#[component]
fn GrantForm(realm: String, known: Known) -> impl IntoView {
    let texts = GrantTexts::get();
    let (client, saved) = known;
    let saved = RwSignal::new(saved);
    let scopes = [client.default_client_scopes.unwrap_or_default(), client.optional_client_scopes.unwrap_or_default()];
    let options: Vec<Choice> = scopes.concat().into_iter().map(|name| Choice::new(name.clone(), name)).collect();
    let form = Form::over(saved);
    let chosen = form.names("scopes", Rule::Needed);
    let end = form.text("until", Rule::Free);
    let list = links::place(&realm, &format!("client-scopes/{CONSENTS}"));
    let path = StoredValue::new(paths::admin_consent(&realm, &client.id.unwrap_or_default()));
    let to = list.clone();
    let put = Callback::new(move |_: Map<String, Value>| {
        let day = end.get_untracked();
        let expires = end_of_day(&day);
        if let Some(words) = wrong_end(&day, expires, texts) {
            // Sent without an end, the consent would have none.
            let error = ApiError::at_field("until", words);
            return form.fail(Failure::Refused { status: 400, error });
        }
        let consent = AdminConsentRepresentation {
            scopes: Some(chosen.get_untracked()),
            expires,
            ..AdminConsentRepresentation::default()
        };
        let to = to.clone();
        let giving = form.guarded(path.get_value(), serde_json::to_value(consent).unwrap_or_default(), shape);
        form.make(async move { giving.await.map(|_| to) }, texts.done);
    });
    let name = client.client_id.unwrap_or_default();
    let (title, of) = ((texts.narrow_title)(&name), name.clone());
    let risk = move |_: &Map<String, Value>| {
        let before = saved.get_untracked();
        if tag_of(&before).is_none_or(|tag| tag == ABSENT) {
            return None;
        }
        let until = form.before("until");
        let (chosen, end) = (chosen.get_untracked(), end.get_untracked());
        let mut scopes = before["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let fewer = scopes.any(|scope| !chosen.iter().any(|one| one == scope));
        // Days as texts are in the order of time; none is later than any.
        let sooner = !end.is_empty() && (until.is_empty() || end < until);
        let words = match (fewer, sooner) {
            (true, true) => format!("{} {}", texts.fewer_words, texts.sooner_words),
            (true, false) => texts.fewer_words.to_owned(),
            (false, true) => texts.sooner_words.to_owned(),
            (false, false) => return None,
        };
        let whose = Whose::Client(of.clone());
        Some(Risk { title: title.clone(), words, confirm: texts.narrow, whose, always: false })
    };
    let (save, question) = careful(form, StoredValue::new(realm), put, risk);
    let (scopes_error, end_error) = (form.error("scopes"), form.error("until"));
    view! {
        <FormFrame form=form on_save=save create=texts.give cancel=list>
            <Section title=name words=texts.scopes_words>
                <CheckList id="scopes" legend=texts.scopes options=options value=chosen error=scopes_error />
            </Section>
            <Section title=texts.end words=texts.end_words>
                <DateField id="until" label=texts.until help=texts.until_help value=end error=end_error />
            </Section>
        </FormFrame>
        {question}
    }
}

const DAY_MS: f64 = 86_400_000.0;
/// Of all instants that a date can have (ECMA-262 §21.4.1.1).
const LAST_MS: f64 = 8.64e15;

/// Why a day that is typed is no end, which it would be at this instant.
fn wrong_end(day: &str, expires: Option<i64>, texts: &GrantTexts) -> Option<&'static str> {
    match expires {
        None => (!day.is_empty()).then_some(texts.until_wrong),
        Some(at) => (at as f64 <= js_sys::Date::now()).then_some(texts.until_over),
    }
}

/// The end of a day in the reader's zone, in Unix milliseconds.
fn end_of_day(day: &str) -> Option<i64> {
    if day.is_empty() {
        return None;
    }
    // A date field takes years of more than four digits, which are written with a sign.
    let sign = if day.len() > "2026-01-01".len() { "+" } else { "" };
    let width = if sign.is_empty() { 10 } else { 12 };
    let end = js_sys::Date::parse(&format!("{sign}{day:0>width$}T00:00:00")) + DAY_MS - 1_000.0;
    (end <= LAST_MS).then_some(end as i64)
}

/// The day in the reader's zone, as a date field has it.
fn until(at: Option<i64>) -> String {
    let Some(at) = at else { return String::new() };
    let date = js_sys::Date::new(&(at as f64).into());
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

phrases! {
    /// Giving an admin's consent.
    GrantTexts =>
    consents = "Admin consents", "Consentimientos de administrador";
    title = "Admin consent", "Consentimiento de administrador";
    client = "Client", "Cliente";
    client_words = "Which app it is for, whoever uses it.", "Para qué aplicación, la use quien la use.";
    choose = "Choose…", "Elegir…";
    scopes = "Permissions", "Permisos";
    scopes_words = "What it may do for all users of this realm, without asking them. Only what it can ask for stands here.",
        "Lo que puede hacer por todos los usuarios de este reino sin preguntarles. Solo aparece lo que puede pedir.";
    end = "End", "Final";
    end_words = "After it, what the consent allowed is refused, and the sessions that needed it end.",
        "Tras él, lo que el consentimiento permitía se rechaza y las sesiones que lo necesitaban terminan.";
    until = "Until the end of", "Hasta el final del";
    until_wrong = "This is no day that can be kept.", "No es un día que se pueda guardar.";
    until_over = "This day is over.", "Ese día ya ha pasado.";
    until_help = "Empty: until it is withdrawn.", "Vacío: hasta que se retire.";
    narrow_title: With = |client| format!("Allow {client} less?"), |client| format!("¿Permitir menos a {client}?");
    narrow = "Give it so", "Darlo así";
    fewer_words = "What is no longer ticked is refused from the client’s next request on, for all users.",
        "Lo que ya no está marcado se rechaza desde la próxima petición del cliente, para todos los usuarios.";
    sooner_words = "Sessions that need the consent end with it.", "Las sesiones que necesitan el consentimiento terminan con él.";
    give = "Give consent", "Dar consentimiento";
    done = "The consent has been given.", "El consentimiento se ha dado.";
}
