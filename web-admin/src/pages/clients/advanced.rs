//! A client's tab *Advanced*: owners, consent, how its tokens are made, and its revocation policy.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::client::Shared;
use super::texts::AdvancedTexts;
use crate::edit::{Form, FormView};
use crate::pages::not_before::NotBeforeCard;

const STRICT: &str = "attributes.offline.access.consent";
const LIFESPAN: &str = "attributes.access.token.lifespan";
const ALGORITHM: &str = "attributes.access.token.signed.response.alg";
const PKCE: &str = "attributes.pkce.code.challenge.method";

#[component]
pub fn Advanced(shared: Shared) -> impl IntoView {
    let form = Form::new(shared.url(), shared.document);
    view! {
        <FormView form=form>
            {owners(form)}
            {consent(form)}
            {tokens(form)}
        </FormView>
        <div class="adm-after">
            <NotBeforeCard
                realm=shared.realm.get_value()
                whose=shared.whose()
                document=shared.document
                url=shared.url()
            />
        </div>
    }
}

fn owners(form: Form) -> impl IntoView {
    let texts = AdvancedTexts::get();
    view! {
        <Card title=texts.owners>
            <TextArea
                id="contacts"
                label=texts.contacts
                value=form.lines("contacts")
                help=texts.contacts_help
                error=form.error("contacts")
                rows=2
            />
        </Card>
    }
}

fn consent(form: Form) -> impl IntoView {
    let texts = AdvancedTexts::get();
    let choices = vec![Choice::new("", texts.stored), Choice::new("strict", texts.strictly)];
    view! {
        <Card title=texts.consent>
            <Switch id="consentRequired" label=texts.ask value=form.flag("consentRequired") />
            <Select id="strict" label=texts.strict choices=choices value=form.text(STRICT) error=form.error(STRICT) />
        </Card>
    }
}

fn tokens(form: Form) -> impl IntoView {
    let texts = AdvancedTexts::get();
    let signing = ["RS256", "ES256", "EdDSA"].map(|name| Choice::new(name, name));
    let algorithms: Vec<Choice> = std::iter::once(Choice::new("", texts.by_realm)).chain(signing).collect();
    let pkce =
        vec![Choice::new("", texts.pkce_kind), Choice::new("S256", texts.pkce_on), Choice::new("none", texts.pkce_off)];
    view! {
        <Card title=texts.tokens>
            <NumberField
                id="lifespan"
                label=texts.lifespan
                value=form.text(LIFESPAN)
                help=texts.lifespan_help
                error=form.error(LIFESPAN)
            />
            <Switch
                id="rfc9068"
                label=texts.header
                value=form.flag("attributes.access.token.header.type.rfc9068")
                help=texts.header_help
            />
            <Switch
                id="dpop"
                label=texts.dpop
                value=form.flag("attributes.dpop.bound.access.tokens")
                help=texts.dpop_help
            />
            <Switch id="refreshTokens" label=texts.refresh value=form.flag("attributes.use.refresh.tokens") />
            <Switch
                id="serviceRefreshTokens"
                label=texts.refresh_service
                value=form.flag("attributes.client_credentials.use_refresh_token")
            />
            <Select id="algorithm" label=texts.algorithm choices=algorithms value=form.text(ALGORITHM) />
            <Select id="pkce" label=texts.pkce choices=pkce value=form.text(PKCE) />
        </Card>
    }
}
