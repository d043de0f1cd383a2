//! The fields of an identity provider: who it is, who the realm is there, and where its keys are.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use crate::form::{Form, Rule};
use crate::pages::Section;
use crate::texts::phrases;

const JWKS: &str = "config/publicKeySignatureVerifier";

/// `alias` where it is made.
pub fn fields(form: Form, alias: bool) -> AnyView {
    let texts = FieldTexts::get();
    let alias = alias.then(|| form.text_field("alias", Rule::Needed, texts.alias, texts.alias_help));
    let by_address = form.text_flag("config/useJwksUrl");
    let (keys, keys_error) = (form.text(JWKS, Rule::Free), form.error(JWKS));
    let address = form.text("config/jwksUrl", Rule::Free);
    let address_error = form.error("config/jwksUrl");
    let source = move || match by_address.get() {
        true => view! {
            <TextField id="config-jwksUrl" label=texts.address help=texts.address_help value=address
                error=address_error />
        }
        .into_any(),
        false => view! {
            <TextArea id="config-publicKeySignatureVerifier" label=texts.jwks help=texts.jwks_help value=keys
                error=keys_error rows=8 code=true />
        }
        .into_any(),
    };
    view! {
        <Section title=texts.general words=texts.general_words>
            {alias}
            {form.text_field("displayName", Rule::Free, texts.name, "")}
            {form.switch("enabled", texts.enabled, "")}
        </Section>
        <Section title=texts.identity words=texts.identity_words>
            {form.text_field("config/issuer", Rule::Needed, texts.issuer, texts.issuer_help)}
            {form.text_field("config/clientId", Rule::Needed, texts.client, texts.client_help)}
            {form.switch("config/backchannelSupported", texts.backchannel, texts.backchannel_help)}
        </Section>
        <Section title=texts.keys words=texts.keys_words>
            <Switch id="config-useJwksUrl" label=texts.by_address help=texts.by_address_help value=by_address />
            {source}
        </Section>
    }
    .into_any()
}

phrases! {
    /// The fields of an identity provider.
    FieldTexts =>
    general = "General", "General";
    general_words = "How admins tell it from others.", "Cómo la administración lo distingue de otros.";
    alias = "Alias", "Alias";
    alias_help = "Letters, digits, hyphens, dots and underscores. It never changes.",
        "Letras, cifras, guiones, puntos y guiones bajos. No cambia nunca.";
    name = "Name", "Nombre";
    enabled = "Enabled", "Habilitado";
    identity = "Who it is", "Quién es";
    identity_words = "What its logout messages must say to be believed.", "Lo que sus avisos de cierre deben decir para ser creídos.";
    issuer = "Issuer", "Emisor";
    issuer_help = "Its iss, exactly as its tokens have it.", "Su iss, exactamente como lo llevan sus tokens.";
    client = "Client ID there", "ID de cliente allí";
    client_help = "Who this realm is at the provider: the aud of its logout messages.",
        "Quién es este reino ante el proveedor: el aud de sus avisos de cierre.";
    backchannel = "Act on its logout messages", "Atender sus avisos de cierre";
    backchannel_help = "A message ends the sign-ins of the user that it names, and their offline sessions, too, where it says so.",
        "Un aviso termina los inicios de sesión del usuario que nombra y también sus sesiones sin conexión, si lo dice.";
    keys = "Its keys", "Sus claves";
    keys_words = "Logout messages are signed. These public keys show that they come from the provider.",
        "Los avisos de cierre van firmados. Estas claves públicas muestran que vienen del proveedor.";
    by_address = "Fetch its keys from an address", "Obtener sus claves de una dirección";
    by_address_help = "Off: the keys are typed in here and stay as they are.", "No: las claves se escriben aquí y quedan como están.";
    address = "Address of the keys", "Dirección de las claves";
    address_help = "Its jwks_uri. Fetched when a message comes, and kept for ten minutes.",
        "Su jwks_uri. Se consulta cuando llega un aviso y se guarda diez minutos.";
    jwks = "Keys", "Claves";
    jwks_help = "A JWKS as JSON. PEM is not read.", "Un JWKS en JSON. No se lee PEM.";
}
