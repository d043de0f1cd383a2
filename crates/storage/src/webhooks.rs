//! Webhooks of a realm. They are part of its model, so every change here renews the realm's stamp; what is sent to them is
//! in `outbox`.

use diesel::prelude::*;
use perennial_domain::webhook::Webhook;
use perennial_domain::{RealmId, Timestamp, WebhookId};

use crate::columns::{from_json, to_json};
use crate::realms::renew_stamp;
use crate::schema::webhooks;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhooks)]
struct WebhookRow {
    id: Id,
    settings: String,
    sealed_secret: Vec<u8>,
    created_at: i64,
}

impl WebhookRow {
    fn into_webhook(self) -> StorageResult<Webhook> {
        Ok(Webhook {
            id: self.id.into(),
            settings: from_json(&self.settings)?,
            sealed_secret: self.sealed_secret,
            created_at: Timestamp::from_ms(self.created_at),
        })
    }
}

/// All of a realm, the oldest first; there are never many.
pub fn list(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<Vec<Webhook>> {
    let rows: Vec<WebhookRow> = webhooks::table
        .filter(webhooks::realm_id.eq(Id::from(realm)))
        .order(webhooks::id)
        .select(WebhookRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(WebhookRow::into_webhook).collect()
}

pub fn find(tx: &mut Tx<'_>, realm: RealmId, id: WebhookId) -> StorageResult<Option<Webhook>> {
    let own = webhooks::table
        .filter(webhooks::id.eq(Id::from(id)))
        .filter(webhooks::realm_id.eq(Id::from(realm)))
        .select(WebhookRow::as_select());
    own.get_result(tx.connection()).optional()?.map(WebhookRow::into_webhook).transpose()
}

pub fn insert(tx: &mut Tx<'_>, realm: RealmId, webhook: &Webhook) -> StorageResult<()> {
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(Id::from(webhook.id)),
            webhooks::realm_id.eq(Id::from(realm)),
            webhooks::settings.eq(to_json(&webhook.settings)?),
            webhooks::sealed_secret.eq(&webhook.sealed_secret),
            webhooks::created_at.eq(webhook.created_at.as_ms()),
        ))
        .execute(tx.connection())?;
    renew_stamp(tx, realm)
}

/// Writes settings and secret; `false` where it is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, webhook: &Webhook) -> StorageResult<bool> {
    let own =
        webhooks::table.filter(webhooks::id.eq(Id::from(webhook.id))).filter(webhooks::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((webhooks::settings.eq(to_json(&webhook.settings)?), webhooks::sealed_secret.eq(&webhook.sealed_secret)))
        .execute(tx.connection())?;
    if written == 1 {
        renew_stamp(tx, realm)?;
    }
    Ok(written == 1)
}

pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: WebhookId) -> StorageResult<bool> {
    let own = webhooks::table.filter(webhooks::id.eq(Id::from(id))).filter(webhooks::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}
