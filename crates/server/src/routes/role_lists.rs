//! Routes of lists of the roles that tokens carry, beside the lists that are changed.

use crate::{
    endpoints::admin::role_lists as lists,
    routing::{self as web, ServiceConfig, get},
};
use perennial_api::paths;

pub fn register(config: &mut ServiceConfig) {
    let available = [
        paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_AVAILABLE,
        paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_AVAILABLE,
        paths::ADMIN_SCOPE_REALM_MAPPINGS_AVAILABLE,
        paths::ADMIN_SCOPE_CLIENT_MAPPINGS_AVAILABLE,
    ];
    let carried = [
        paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_COMPOSITE,
        paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_COMPOSITE,
        paths::ADMIN_SCOPE_REALM_MAPPINGS_COMPOSITE,
        paths::ADMIN_SCOPE_CLIENT_MAPPINGS_COMPOSITE,
    ];
    config
        .service(web::resource(available).route(get().to(lists::available_to_carry)))
        .service(web::resource(carried).route(get().to(lists::carried_with_included)));
}
