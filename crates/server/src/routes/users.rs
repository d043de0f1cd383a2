//! Routes of users: their list and count, who they are, how they sign in, what they have allowed, and their roles.

use crate::{
    endpoints::admin,
    routing::{self as web, ServiceConfig, delete, get, post, put},
};
use perennial_api::paths;

pub fn register(config: &mut ServiceConfig) {
    use admin::{action_mails, attack_detection, consents, credentials, user_roles, users};
    let roles = |path: &str| {
        web::resource(path)
            .route(get().to(user_roles::direct))
            .route(post().to(user_roles::add))
            .route(delete().to(user_roles::remove))
    };
    config
        .service(web::resource(paths::ADMIN_USERS).route(get().to(users::list)).route(post().to(users::create)))
        .service(web::resource(paths::ADMIN_USERS_COUNT).route(get().to(users::count)))
        .service(
            web::resource(paths::ADMIN_USER)
                .route(get().to(users::find))
                .route(put().to(users::update))
                .route(delete().to(users::delete)),
        )
        .service(web::resource(paths::ADMIN_USER_RESET_PASSWORD).route(put().to(users::reset_password)))
        .service(web::resource(paths::ADMIN_USER_CREDENTIALS).route(get().to(credentials::list)))
        .service(web::resource(paths::ADMIN_USER_CREDENTIAL).route(delete().to(credentials::delete)))
        .service(web::resource(paths::ADMIN_USER_EXECUTE_ACTIONS_EMAIL).route(put().to(action_mails::execute_actions)))
        .service(web::resource(paths::ADMIN_USER_SEND_VERIFY_EMAIL).route(put().to(action_mails::verify)))
        .service(web::resource(paths::ADMIN_USER_CONSENTS).route(get().to(consents::list)))
        .service(
            web::resource(paths::ADMIN_USER_CONSENT)
                .route(get().to(consents::find))
                .route(put().to(consents::narrow))
                .route(delete().to(consents::revoke)),
        )
        .service(web::resource(paths::ADMIN_LOGIN_FAILURES).route(delete().to(attack_detection::forgive_all)))
        .service(
            web::resource(paths::ADMIN_USER_LOGIN_FAILURES)
                .route(get().to(attack_detection::status))
                .route(delete().to(attack_detection::forgive)),
        )
        .service(web::resource(paths::ADMIN_USER_ROLES).route(get().to(user_roles::all)))
        .service(roles(paths::ADMIN_USER_REALM_ROLES))
        .service(roles(paths::ADMIN_USER_CLIENT_ROLES))
        .service(
            web::resource([paths::ADMIN_USER_REALM_ROLES_COMPOSITE, paths::ADMIN_USER_CLIENT_ROLES_COMPOSITE])
                .route(get().to(user_roles::composite)),
        )
        .service(
            web::resource([paths::ADMIN_USER_REALM_ROLES_AVAILABLE, paths::ADMIN_USER_CLIENT_ROLES_AVAILABLE])
                .route(get().to(user_roles::available)),
        );
}
