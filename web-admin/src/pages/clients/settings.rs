//! A client's tab *Settings*: names, addresses, what the consent page says, how it gets tokens; and deleting it.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::client::Shared;
use super::texts::{CreateTexts, SettingsTexts};
use crate::api::use_api;
use crate::confirm::{Question, confirm};
use crate::edit::{Form, FormView};
use crate::ends::ends;
use crate::guard::use_guard;
use crate::links;

#[component]
pub fn Settings(shared: Shared) -> impl IntoView {
    let form = Form::new(shared.url(), shared.document);
    view! {
        <FormView form=form>
            {general(form)}
            {addresses(form)}
            {consent_page(form)}
            {flows(form)}
        </FormView>
        <div class="adm-after"><DeleteClient shared=shared /></div>
    }
}

fn general(form: Form) -> impl IntoView {
    let (texts, create) = (SettingsTexts::get(), CreateTexts::get());
    view! {
        <Card title=texts.general>
            <TextField
                id="clientId"
                label=create.client_id
                value=form.text("clientId")
                error=form.error("clientId")
                required=true
            />
            <TextField
                id="name"
                label=create.name
                value=form.text("name")
                help=create.name_help
                error=form.error("name")
            />
            <TextField
                id="description"
                label=texts.description
                value=form.text("description")
                error=form.error("description")
            />
            <Switch id="enabled" label=texts.enabled value=form.flag("enabled") help=texts.enabled_help />
        </Card>
    }
}

fn addresses(form: Form) -> impl IntoView {
    let (texts, create) = (SettingsTexts::get(), CreateTexts::get());
    let logout = "attributes.post.logout.redirect.uris";
    view! {
        <Card title=texts.addresses>
            <TextArea
                id="redirectUris"
                label=create.redirects
                value=form.lines("redirectUris")
                help=create.redirects_help
                error=form.error("redirectUris")
                code=true
            />
            <TextArea
                id="logoutUris"
                label=texts.logout
                value=form.lines(logout)
                error=form.error(logout)
                rows=2
                code=true
            />
            <TextArea
                id="webOrigins"
                label=texts.origins
                value=form.lines("webOrigins")
                help=texts.origins_help
                error=form.error("webOrigins")
                rows=2
                code=true
            />
            <div class="adm-two">
                <TextField id="rootUrl" label=texts.root value=form.text("rootUrl") error=form.error("rootUrl") />
                <TextField id="baseUrl" label=texts.home value=form.text("baseUrl") error=form.error("baseUrl") />
            </div>
        </Card>
    }
}

fn consent_page(form: Form) -> impl IntoView {
    let texts = SettingsTexts::get();
    let (logo, policy, terms) = ("attributes.logoUri", "attributes.policyUri", "attributes.tosUri");
    view! {
        <Card title=texts.consent_page>
            <TextField id="logoUri" label=texts.logo value=form.text(logo) error=form.error(logo) />
            <TextField id="policyUri" label=texts.policy value=form.text(policy) error=form.error(policy) />
            <TextField id="tosUri" label=texts.terms value=form.text(terms) error=form.error(terms) />
        </Card>
    }
}

fn flows(form: Form) -> impl IntoView {
    let texts = SettingsTexts::get();
    let device = form.flag("attributes.oauth2.device.authorization.grant.enabled");
    view! {
        <Card title=texts.flows>
            <Switch
                id="standardFlow"
                label=texts.standard
                value=form.flag("standardFlowEnabled")
                help=texts.standard_help
            />
            <Switch id="deviceGrant" label=texts.device value=device help=texts.device_help />
            <Switch
                id="serviceAccounts"
                label=texts.service
                value=form.flag("serviceAccountsEnabled")
                help=texts.service_help
            />
            <Switch
                id="directAccess"
                label=texts.direct
                value=form.flag("directAccessGrantsEnabled")
                help=texts.direct_help
            />
        </Card>
    }
}

#[component]
fn DeleteClient(shared: Shared) -> impl IntoView {
    let api = use_api();
    let texts = SettingsTexts::get();
    let guard = use_guard();
    let go = StoredValue::new(links::navigator(true));
    let open = RwSignal::new(false);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.delete_title)(&shared.text("clientId"))),
        consequence: Signal::derive(move || format!("{} {}", texts.delete_words, ending.get())),
        confirm: texts.delete,
        done: texts.deleted,
    };
    let act = move || {
        let url = shared.url();
        async move { api.delete(&url).await }
    };
    let gone = move || {
        guard.set_dirty(false);
        go.with_value(|go| go(&links::clients(&shared.realm.read_value())));
    };
    view! {
        <Card title=texts.delete>
            <div class="adm-act">
                <p class="pn-muted">{texts.delete_help}</p>
                <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| open.set(true)) id="delete">
                    {texts.delete}
                </Button>
            </div>
        </Card>
        {confirm(question, act, gone)}
    }
}
