//! Webhooks as an admin creates, changes and deletes them, and looks after their deliveries. They are another door to the events:
//! it takes both permissions to use it.

use super::{Caller, Permission};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    webhooks::{self, Occurrence},
};
use perennial_crypto::WebhookSecret;
use perennial_domain::{
    OutboxId, WebhookId,
    outbox::{Delivery, Kind},
    webhook::{Webhook, WebhookSettings},
};
use perennial_storage::{Tx, outbox, webhooks as rows};
use serde_json::json;

/// Each event is looked up in all of them.
pub(super) const MOST: usize = 50;
/// Rows deleted in one unit.
const BATCH: i64 = 500;
/// The type of a delivery that only tries the way.
pub const PING: &str = "PING";

const NOT_FOUND: FlowError = FlowError::NotFound("Webhook not found");

/// What an admin sends; what is absent stays, or is made up for a new webhook.
pub struct WebhookDraft {
    pub settings: WebhookSettings,
    pub secret: Option<WebhookSecret>,
}

pub async fn list(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Vec<Webhook>> {
    caller.require(Permission::ViewRealm, realm_name)?;
    Ok(site.realm(realm_name).await?.model.webhooks.clone())
}

pub async fn find(site: &Site, caller: &Caller, realm_name: &str, id: WebhookId) -> FlowResult<Webhook> {
    let all = list(site, caller, realm_name).await?;
    all.into_iter().find(|webhook| webhook.id == id).ok_or(NOT_FOUND)
}

/// The new webhook with its secret, which is told this once.
pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    draft: WebhookDraft,
) -> FlowResult<(Webhook, WebhookSecret)> {
    require(caller, Permission::ManageRealm, realm_name)?;
    let secret = draft.secret.unwrap_or_else(|| WebhookSecret::generate(&site.entropy));
    let (sealed_secret, settings) = (webhooks::seal_secret(&site.master, &secret), draft.settings);
    let entropy = site.entropy.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if realm.model.webhooks.len() >= MOST {
            return Err(FlowError::Invalid(format!("A realm has at most {MOST} webhooks")));
        }
        let created_at = tx.now()?;
        let id = WebhookId(entropy.uuid_v7(created_at.as_ms()));
        let (settings, sealed_secret) = (settings.clone(), sealed_secret.clone());
        let webhook = Webhook { id, settings, sealed_secret, created_at };
        rows::insert(tx, realm.model.realm.id, &webhook)?;
        Ok(webhook)
    };
    let (webhook, _) = site.change(realm_name, unit).await?;
    Ok((webhook, secret))
}

/// Another secret, which is told this once; what is delivered from now on is signed with it.
pub async fn renew_secret(site: &Site, caller: &Caller, realm_name: &str, id: WebhookId) -> FlowResult<WebhookSecret> {
    let secret = WebhookSecret::generate(&site.entropy);
    let text = secret.reveal();
    let change = move |settings: &WebhookSettings| WebhookDraft {
        settings: settings.clone(),
        secret: WebhookSecret::parse(&text),
    };
    update(site, caller, realm_name, id, Box::new(change)).await?;
    Ok(secret)
}

/// What becomes of the settings as they stand.
pub type WebhookChange = Box<dyn Fn(&WebhookSettings) -> WebhookDraft + Send + Sync>;

pub async fn update(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: WebhookId,
    change: WebhookChange,
) -> FlowResult<()> {
    require(caller, Permission::ManageRealm, realm_name)?;
    let (master, by) = (site.master.clone(), caller.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = realm.model.webhooks.iter().find(|webhook| webhook.id == id).ok_or(NOT_FOUND)?;
        by.require_unchanged(before)?;
        let draft = change(&before.settings);
        let sealed = draft.secret.map(|secret| webhooks::seal_secret(&master, &secret));
        let sealed_secret = sealed.unwrap_or_else(|| before.sealed_secret.clone());
        let after = Webhook { settings: draft.settings, sealed_secret, ..before.clone() };
        if rows::update(tx, realm.model.realm.id, &after)? { Ok(()) } else { Err(NOT_FOUND) }
    };
    site.change(realm_name, unit).await?;
    Ok(())
}

/// What is still queued for it goes with it.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: WebhookId) -> FlowResult<()> {
    require(caller, Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if rows::delete(tx, realm.model.realm.id, id)? { Ok(()) } else { Err(NOT_FOUND) }
    };
    site.change(realm_name, unit).await?;
    loop {
        let batch = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(outbox::delete_lane(tx, Kind::Webhook, id.0, BATCH)?);
        if site.store.write(batch).await? == 0 {
            return Ok(());
        }
    }
}

/// One page of a webhook's deliveries.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryPage {
    /// The last one of the page before.
    pub after: Option<OutboxId>,
    pub max: i64,
}

/// The newest first.
pub async fn deliveries(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: WebhookId,
    page: DeliveryPage,
) -> FlowResult<Vec<Delivery>> {
    require(caller, Permission::ViewRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(realm, id)?;
        Ok(outbox::list_of_lane(tx, Kind::Webhook, id.0, page.after, page.max)?)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Sends a delivery once more, at once, whatever became of it. Its id stays, so that a receiver can tell.
pub async fn redeliver(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: WebhookId,
    delivery: OutboxId,
) -> FlowResult<()> {
    require(caller, Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(realm, id)?;
        let gone = || FlowError::NotFound("Delivery not found");
        outbox::find(tx, realm.model.realm.id, Kind::Webhook, id.0, delivery)?.ok_or_else(gone)?;
        let now = tx.now()?;
        if outbox::redeliver(tx, delivery, now)? { Ok(()) } else { Err(gone()) }
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// Queues a delivery that tells of nothing; its id.
pub async fn ping(site: &Site, caller: &Caller, realm_name: &str, id: WebhookId) -> FlowResult<OutboxId> {
    require(caller, Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(realm, id)?;
        let data = json!({"webhookId": id.to_string()});
        webhooks::queue_one(tx, realm, id, &Occurrence { event_type: PING, data: &data })
    };
    Ok(site.write(realm_name, unit).await?.0)
}

fn require(caller: &Caller, permission: Permission, realm_name: &str) -> FlowResult<()> {
    caller.require(permission, realm_name)?;
    caller.require(Permission::ViewEvents, realm_name)
}

fn known(realm: &LoadedRealm, id: WebhookId) -> FlowResult<()> {
    realm.model.webhooks.iter().any(|webhook| webhook.id == id).then_some(()).ok_or(NOT_FOUND)
}
