//! Webhooks and their deliveries.

use super::operation::{Access, Operation, Part};
use perennial_api::{DeliveryRepresentation, WebhookRepresentation, paths};
use serde_json::json;

pub fn operations() -> Vec<Operation> {
    let webhooks = Part { access: Access::Admin, tag: "Webhooks" };
    let queued =
        json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}});
    vec![
        webhooks.get(paths::ADMIN_WEBHOOKS, "Webhooks, without their secrets").gives::<Vec<WebhookRepresentation>>(),
        webhooks
            .post(paths::ADMIN_WEBHOOKS, "Creates a webhook; only this answer has its secret")
            .takes::<WebhookRepresentation>()
            .gives_at::<WebhookRepresentation>(201, "Created")
            .with_header("Location", "The address of what was made", true)
            .refuses(409),
        webhooks.get(paths::ADMIN_WEBHOOK, "A webhook").shows::<WebhookRepresentation>(),
        webhooks.put(paths::ADMIN_WEBHOOK, "Changes a webhook").takes::<WebhookRepresentation>().overwrites(),
        webhooks.delete(paths::ADMIN_WEBHOOK, "Deletes a webhook").done(),
        webhooks
            .post(paths::ADMIN_WEBHOOK_SECRET, "Gives the webhook a new secret; only this answer has it")
            .gives::<WebhookRepresentation>()
            .refuses(409),
        webhooks
            .post(paths::ADMIN_WEBHOOK_PING, "Sends a test event; the deliveries tell what became of it")
            .gives_json(202, "Queued", queued)
            .refuses(409),
        webhooks
            .get(paths::ADMIN_WEBHOOK_DELIVERIES, "Deliveries, the newest first")
            .param("max", json!({"type": "integer", "minimum": 0}), "How many at most")
            .goes_on()
            .lists::<DeliveryRepresentation>(),
        webhooks.post(paths::ADMIN_WEBHOOK_REDELIVER, "Sends a delivery once more").accepted().refuses(409),
    ]
}
