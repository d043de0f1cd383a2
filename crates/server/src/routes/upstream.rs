//! Routes of upstream providers: how they are set up, who users are there, and what they say.

use super::of_realm;
use crate::{
    endpoints::{
        admin::{identity_providers, user_identities},
        protocol::backchannel_logout,
    },
    routing::{self as web, ServiceConfig, delete, get, post, put},
};
use perennial_api::paths;
use perennial_protocol::endpoints as oidc;

pub fn register(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(paths::ADMIN_IDENTITY_PROVIDERS)
                .route(get().to(identity_providers::list))
                .route(post().to(identity_providers::create)),
        )
        .service(
            web::resource(paths::ADMIN_IDENTITY_PROVIDER)
                .route(get().to(identity_providers::find))
                .route(put().to(identity_providers::update))
                .route(delete().to(identity_providers::delete)),
        )
        .service(
            web::resource(paths::ADMIN_IDENTITY_PROVIDER_LINKED_COUNT)
                .route(get().to(identity_providers::count_linked)),
        )
        .service(web::resource(paths::ADMIN_USER_IDENTITIES).route(get().to(user_identities::list)))
        .service(
            web::resource(paths::ADMIN_USER_IDENTITY)
                .route(post().to(user_identities::link))
                .route(delete().to(user_identities::unlink)),
        )
        .service(of_realm(oidc::BACKCHANNEL_LOGOUT).route(post().to(backchannel_logout::post)));
}
