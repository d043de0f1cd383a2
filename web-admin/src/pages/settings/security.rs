//! Tab *Security*: the revocation policy in force, and who may register clients without an account.

use leptos::prelude::*;
use perennial_api::{RealmRepresentation, paths};
use perennial_ui::prelude::*;

use super::initial_access::InitialAccess;
use crate::links;
use crate::pages::{Section, loaded_once};
use crate::rights::judged;
use crate::texts::phrases;

pub fn security(realm: String) -> AnyView {
    let of = realm.clone();
    let not_before = loaded_once(paths::admin_realm(&realm), move |loaded: RealmRepresentation| {
        view! { <NotBefore realm=of.clone() at_s=loaded.not_before.unwrap_or_default() /> }.into_any()
    });
    view! {
        <div class="pn-stack">
            {not_before}
            {judged("clients", &realm.clone(), move || view! { <InitialAccess realm=realm /> }.into_any())}
        </div>
    }
    .into_any()
}

/// `at_s` in Unix seconds, 0 for none.
#[component]
fn NotBefore(realm: String, at_s: i64) -> impl IntoView {
    let texts = SecurityTexts::get();
    let state = match at_s {
        0 => view! { <p>{texts.no_policy}</p> }.into_any(),
        at_s => view! { <p>{texts.policy} " " <Timestamp at=at_s * 1_000 exact=true /></p> }.into_any(),
    };
    view! {
        <Section title=texts.revocation words=texts.revocation_words>
            {state}
            <ButtonLink href=links::place(&realm, "revocation")>{texts.to_revocation}</ButtonLink>
        </Section>
    }
}

phrases! {
    /// The tab *Security*.
    SecurityTexts =>
    revocation = "Revocation policy", "Política de revocación";
    revocation_words = "Refuses every token that was issued before an instant, and ends the sessions behind it.",
        "Rechaza todo token emitido antes de un instante y termina las sesiones que hay detrás.";
    no_policy = "None is set: no token is refused for its age.", "No hay ninguna: ningún token se rechaza por su edad.";
    policy = "Refused is what was issued before", "Se rechaza lo emitido antes del";
    to_revocation = "Go to Revocation", "Ir a Revocación";
}
