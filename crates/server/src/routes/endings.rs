//! Routes of endings of many sessions at once, and of revocation policies.

use crate::{
    endpoints::admin::endings,
    routing::{self as web, ServiceConfig, post},
};
use perennial_api::paths;

pub fn register(config: &mut ServiceConfig) {
    config
        .service(web::resource(paths::ADMIN_LOGOUT_ALL).route(post().to(endings::logout_all)))
        .service(web::resource(paths::ADMIN_PUSH_REVOCATION).route(post().to(endings::push_realm)))
        .service(web::resource(paths::ADMIN_CLIENT_LOGOUT_ALL).route(post().to(endings::logout_client)))
        .service(web::resource(paths::ADMIN_CLIENT_PUSH_REVOCATION).route(post().to(endings::push_client)))
        .service(web::resource(paths::ADMIN_USER_LOGOUT).route(post().to(endings::logout_user)))
        .service(web::resource(paths::ADMIN_USER_PUSH_REVOCATION).route(post().to(endings::push_user)));
}
