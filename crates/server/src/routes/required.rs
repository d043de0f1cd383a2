//! Routes of the pages on which users do what is required of them, at their sign-in or by a link in a mail.

use super::of_realm;
use crate::{
    endpoints::pages::{action_link, new_password, verify_email},
    routing::{ServiceConfig, get, post},
};
use perennial_protocol::endpoints as oidc;

pub fn register(config: &mut ServiceConfig) {
    config
        .service(
            of_realm(oidc::NEW_PASSWORD_PAGE)
                .route(get().to(new_password::show))
                .route(post().to(new_password::submit)),
        )
        .service(
            of_realm(oidc::VERIFY_EMAIL_PAGE)
                .route(get().to(verify_email::show))
                .route(post().to(verify_email::submit)),
        )
        .service(
            of_realm(oidc::ACTION_LINK_PAGE).route(get().to(action_link::show)).route(post().to(action_link::submit)),
        );
}
