//! Webhooks, each with a secret of its own that is made here: a file has none.

use super::{Import, Kind, Outcome, Package, Report};
use crate::{FlowError, FlowResult, webhooks::seal_secret};
use perennial_crypto::WebhookSecret;
use perennial_domain::{WebhookId, webhook::Webhook};
use perennial_storage::{Tx, webhooks as rows};

impl Import<'_> {
    pub(super) fn take_webhooks(&self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        let standing = &self.realm.model.webhooks;
        if standing.len() + package.webhooks.len() > crate::admin::webhooks::MOST {
            return Err(FlowError::Invalid(format!("A realm has at most {} webhooks", crate::admin::webhooks::MOST)));
        }
        for settings in &package.webhooks {
            let own = standing.iter().find(|webhook| webhook.settings.url == settings.url);
            let outcome = self.outcome(own.is_some(), &format!("Webhook {}", settings.url))?;
            let id = own.map_or_else(|| WebhookId(self.new_id()), |webhook| webhook.id);
            match (outcome, own) {
                (Outcome::Overwritten, Some(own)) => {
                    let after = Webhook { settings: settings.clone(), ..own.clone() };
                    rows::update(tx, self.id(), &after)?;
                }
                (Outcome::Added, _) => {
                    let secret = WebhookSecret::generate(&self.tools.entropy);
                    let sealed_secret = seal_secret(&self.tools.master, &secret);
                    let webhook = Webhook { id, settings: settings.clone(), sealed_secret, created_at: self.now };
                    rows::insert(tx, self.id(), &webhook)?;
                    let what = format!("webhooks[{}].secret", settings.url);
                    report.leave_out(what, "no file has one: the webhook got a new one");
                }
                _ => {}
            }
            report.took(Kind::Webhook, outcome, &settings.url, id.0);
        }
        Ok(())
    }
}
