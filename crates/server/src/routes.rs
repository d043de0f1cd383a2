//! Every route of the server, on one page and those beside it. Paths come from the contract crates, so that tests and clients share them.

mod consoles;
mod directory;
mod endings;
mod required;
mod role_lists;
mod upstream;
mod users;

use crate::{
    endpoints::{account, admin, fallback, pages, protocol, revoke_leaked, test_clock, test_jobs, test_patience},
    openapi,
    routing::{self as web, Resource, ServiceConfig, delete, get, post, put},
    serve::limits,
};
use actix_web::guard::{self, Guard};
use perennial_api::paths;
use perennial_protocol::endpoints as oidc;

/// Routes of everything but health, metrics and assets.
pub fn configure(config: &mut actix_web::web::ServiceConfig, has_test_clock: bool) {
    register(&mut ServiceConfig::of(config), has_test_clock);
}

/// Apart, so that the OpenAPI document can be held against what is registered.
pub fn register(config: &mut ServiceConfig, has_test_clock: bool) {
    protocol_routes(config);
    webhook_routes(config);
    page_routes(config);
    required::register(config);
    admin_routes(config);
    client_routes(config);
    session_routes(config);
    users::register(config);
    admin_role_routes(config);
    admin_scope_routes(config);
    directory::group_routes(config);
    directory::role_detail_routes(config);
    directory::mapper_routes(config);
    directory::permission_routes(config);
    endings::register(config);
    upstream::register(config);
    account_routes(config);
    consoles::register(config);
    if has_test_clock {
        config.service(web::resource("/test/clock").route(post().to(test_clock::advance)));
        config.service(web::resource("/test/jobs").route(post().to(test_jobs::run)));
        config.service(web::resource("/test/patience").route(post().to(test_patience::set)));
    }
    config.service(web::resource(paths::OPENAPI).route(get().to(openapi::get)));
    config.service(web::resource(paths::REVOKE_LEAKED).route(post().to(revoke_leaked::post)));
    config.service(web::resource("/").route(get().to(fallback::root)));
    config.default_service(web::to(fallback::not_found));
}

/// A path below a realm's issuer.
fn of_realm(path: &str) -> Resource {
    web::resource(format!("/realms/{{realm}}{path}"))
}

fn protocol_routes(config: &mut ServiceConfig) {
    use protocol::{
        authorize, cors, device, introspect, logout, metadata, pushed, registration, revoke, token, userinfo,
    };
    let preflight = || web::method(actix_web::http::Method::OPTIONS).to(cors::preflight);
    // RFC 8414 §3.1 puts the realm behind the well-known path.
    let at_root = web::resource("/.well-known/oauth-authorization-server/realms/{realm}");
    config
        .service(of_realm(oidc::DISCOVERY).route(get().to(metadata::discovery)).route(preflight()))
        .service(at_root.route(get().to(metadata::discovery)).route(preflight()))
        .service(of_realm(oidc::CERTS).route(get().to(metadata::certs)).route(preflight()))
        .service(of_realm(oidc::AUTHORIZE).route(get().to(authorize::get)).route(post().to(authorize::post)))
        .service(of_realm(oidc::DEVICE_AUTHORIZATION).route(post().to(device::post)).route(preflight()))
        .service(of_realm(oidc::PUSHED_AUTHORIZATION).route(post().to(pushed::post)).route(preflight()))
        .service(of_realm(oidc::TOKEN).route(post().to(token::post)).route(preflight()))
        .service(of_realm(oidc::INTROSPECT).route(post().to(introspect::post)).route(preflight()))
        .service(of_realm(oidc::REVOKE).route(post().to(revoke::post)).route(preflight()))
        .service(
            of_realm(oidc::USERINFO).route(get().to(userinfo::get)).route(post().to(userinfo::post)).route(preflight()),
        )
        .service(of_realm(oidc::REGISTRATION).route(post().to(registration::create)).route(preflight()))
        .service(
            of_realm(&format!("{}/{{client}}", oidc::REGISTRATION))
                .route(get().to(registration::find))
                .route(put().to(registration::update))
                .route(delete().to(registration::delete))
                .route(preflight()),
        )
        .service(of_realm(oidc::LOGOUT).route(get().to(logout::get)).route(post().to(logout::post)).route(preflight()));
}

fn page_routes(config: &mut ServiceConfig) {
    use pages::{device, login, signed_out};
    config
        .service(of_realm(oidc::LOGIN_PAGE).route(get().to(login::show)).route(post().to(login::submit)))
        .service(of_realm(oidc::DEVICE_PAGE).route(get().to(device::show)).route(post().to(device::submit)))
        .service(of_realm(oidc::DEVICE_DONE_PAGE).route(get().to(device::done)))
        .service(of_realm(oidc::LOGOUT_PAGE).route(post().to(signed_out::confirm)))
        .service(of_realm(oidc::SIGNED_OUT_PAGE).route(get().to(signed_out::show)));
}

fn admin_routes(config: &mut ServiceConfig) {
    use admin::{events, keys, realm_parts, realms, smtp_test};
    config
        .service(
            web::resource(paths::ADMIN_REALMS)
                .app_data(limits::realm_file())
                .route(get().to(realms::list))
                .route(post().to(realms::create)),
        )
        .service(
            web::resource(paths::ADMIN_PARTIAL_IMPORT)
                .app_data(limits::realm_file())
                .route(post().to(realm_parts::import)),
        )
        .service(web::resource(paths::ADMIN_PARTIAL_EXPORT).route(post().to(realm_parts::export)))
        .service(
            web::resource(paths::ADMIN_REALM)
                .route(get().to(realms::find))
                .route(put().to(realms::update))
                .route(delete().to(realms::delete)),
        )
        .service(web::resource(paths::ADMIN_TEST_SMTP).route(post().to(smtp_test::run)))
        .service(web::resource(paths::ADMIN_KEYS).route(get().to(keys::list)))
        .service(web::resource(paths::ADMIN_KEYS_ROTATE).route(post().to(keys::rotate)))
        .service(
            web::resource(paths::ADMIN_EVENTS_CONFIG)
                .route(get().to(events::settings))
                .route(put().to(events::change_settings)),
        )
        .service(web::resource(paths::ADMIN_EVENTS).route(get().to(events::list)).route(delete().to(events::clear)))
        .service(
            web::resource(paths::ADMIN_ADMIN_EVENTS)
                .route(get().to(events::list_admin))
                .route(delete().to(events::clear_admin)),
        );
}

fn client_routes(config: &mut ServiceConfig) {
    use admin::{client_secret, clients, initial_access, resources};
    config
        .service(
            web::resource(paths::ADMIN_INITIAL_ACCESS)
                .route(get().to(initial_access::list))
                .route(post().to(initial_access::create)),
        )
        .service(web::resource(paths::ADMIN_INITIAL_ACCESS_TOKEN).route(delete().to(initial_access::delete)))
        .service(web::resource(paths::ADMIN_CLIENTS).route(get().to(clients::list)).route(post().to(clients::create)))
        .service(
            web::resource(paths::ADMIN_CLIENT)
                .route(get().to(clients::find))
                .route(put().to(clients::update))
                .route(delete().to(clients::delete)),
        )
        .service(
            web::resource(paths::ADMIN_CLIENT_SECRET)
                .route(get().to(client_secret::find))
                .route(post().to(client_secret::renew)),
        )
        .service(web::resource(paths::ADMIN_CLIENT_SERVICE_ACCOUNT).route(get().to(client_secret::service_account)))
        .service(
            web::resource(paths::ADMIN_RESOURCES).route(get().to(resources::list)).route(post().to(resources::create)),
        )
        .service(
            web::resource(paths::ADMIN_RESOURCE)
                .route(get().to(resources::find))
                .route(put().to(resources::update))
                .route(delete().to(resources::delete)),
        );
}

fn session_routes(config: &mut ServiceConfig) {
    use admin::{bulk_revoke, explain, preview, session_export, session_search, sessions, statistics, user_sessions};
    config
        .service(web::resource(paths::ADMIN_TOKEN_POLICY_PREVIEW).route(post().to(preview::run)))
        .service(web::resource(paths::ADMIN_EXPLAIN).route(post().to(explain::run)))
        .service(web::resource(paths::ADMIN_STATISTICS).route(get().to(statistics::read)))
        .service(web::resource(paths::ADMIN_CLIENT_SESSION_STATS).route(get().to(user_sessions::stats)))
        .service(web::resource(paths::ADMIN_CLIENT_USER_SESSIONS).route(get().to(user_sessions::list_of_client)))
        .service(web::resource(paths::ADMIN_CLIENT_SESSION_COUNT).route(get().to(user_sessions::count_of_client)))
        .service(web::resource(paths::ADMIN_USER_SESSIONS).route(get().to(user_sessions::list_of_user)))
        .service(web::resource(paths::ADMIN_USER_OFFLINE_SESSIONS).route(get().to(session_search::list_of_user)))
        .service(web::resource(paths::ADMIN_OFFLINE_SESSIONS).route(get().to(session_search::list)))
        .service(web::resource(paths::ADMIN_OFFLINE_SESSION_EXPORT).route(get().to(session_export::get)))
        .service(web::resource(paths::ADMIN_OFFLINE_SESSION_SUMMARY).route(get().to(session_search::summary)))
        .service(web::resource(paths::ADMIN_OFFLINE_SESSION_REVOCATION).route(post().to(bulk_revoke::run)))
        .service(web::resource(paths::ADMIN_CLIENT_OFFLINE_SESSIONS).route(get().to(session_search::list_of_client)))
        .service(web::resource(paths::ADMIN_CLIENT_OFFLINE_SESSION_COUNT).route(get().to(sessions::count_of_client)))
        .service(
            web::resource(paths::ADMIN_OFFLINE_SESSION)
                .route(get().to(sessions::find))
                .route(web::patch().to(sessions::steer))
                .route(delete().to(sessions::end)),
        )
        .service(web::resource(paths::ADMIN_SESSION).route(delete().to(sessions::end_by_query)));
}

fn webhook_routes(config: &mut ServiceConfig) {
    use admin::webhooks;
    config
        .service(
            web::resource(paths::ADMIN_WEBHOOKS).route(get().to(webhooks::list)).route(post().to(webhooks::create)),
        )
        .service(
            web::resource(paths::ADMIN_WEBHOOK)
                .route(get().to(webhooks::find))
                .route(put().to(webhooks::update))
                .route(delete().to(webhooks::delete)),
        )
        .service(web::resource(paths::ADMIN_WEBHOOK_PING).route(post().to(webhooks::ping)))
        .service(web::resource(paths::ADMIN_WEBHOOK_SECRET).route(post().to(webhooks::renew_secret)))
        .service(web::resource(paths::ADMIN_WEBHOOK_DELIVERIES).route(get().to(webhooks::deliveries)))
        .service(web::resource(paths::ADMIN_WEBHOOK_REDELIVER).route(post().to(webhooks::redeliver)));
}

fn admin_role_routes(config: &mut ServiceConfig) {
    use admin::roles;
    let one = [paths::ADMIN_ROLE, paths::ADMIN_CLIENT_ROLE];
    config
        .service(
            web::resource([paths::ADMIN_ROLES, paths::ADMIN_CLIENT_ROLES])
                .route(get().to(roles::list))
                .route(post().to(roles::create)),
        )
        .service(
            web::resource(one)
                .route(get().to(roles::find))
                .route(put().to(roles::update))
                .route(delete().to(roles::delete)),
        )
        .service(
            web::resource([paths::ADMIN_ROLE_COMPOSITES, paths::ADMIN_CLIENT_ROLE_COMPOSITES])
                .route(get().to(roles::composites::<false>))
                .route(post().to(roles::include::<false>))
                .route(delete().to(roles::exclude::<false>)),
        )
        .service(
            web::resource(paths::ADMIN_ROLE_BY_ID)
                .route(get().to(roles::find_by_id))
                .route(put().to(roles::update_by_id))
                .route(delete().to(roles::delete_by_id)),
        )
        .service(
            web::resource(paths::ADMIN_ROLE_BY_ID_COMPOSITES)
                .route(get().to(roles::composites::<true>))
                .route(post().to(roles::include::<true>))
                .route(delete().to(roles::exclude::<true>)),
        );
}

fn admin_scope_routes(config: &mut ServiceConfig) {
    use admin::{admin_consents, client_scopes as scopes, scope_assignments as assigned};
    let mapped = |paths: [&str; 2]| {
        web::resource(paths)
            .route(get().to(assigned::roles_of))
            .route(post().to(assigned::add_roles))
            .route(delete().to(assigned::remove_roles))
    };
    config
        .service(
            web::resource(paths::ADMIN_CLIENT_SCOPES).route(get().to(scopes::list)).route(post().to(scopes::create)),
        )
        .service(
            web::resource(paths::ADMIN_CLIENT_SCOPE)
                .route(get().to(scopes::find))
                .route(put().to(scopes::update))
                .route(delete().to(scopes::delete)),
        )
        .service(web::resource(paths::ADMIN_CONSENTS).route(get().to(admin_consents::list)))
        .service(
            web::resource(paths::ADMIN_CONSENT)
                .route(get().to(admin_consents::find))
                .route(put().to(admin_consents::give))
                .route(delete().to(admin_consents::take_away)),
        )
        .service(web::resource(paths::ADMIN_DEFAULT_DEFAULT_SCOPES).route(get().to(scopes::of_new_clients::<true>)))
        .service(web::resource(paths::ADMIN_DEFAULT_OPTIONAL_SCOPES).route(get().to(scopes::of_new_clients::<false>)))
        .service(
            web::resource(paths::ADMIN_DEFAULT_DEFAULT_SCOPE)
                .route(put().to(scopes::give_new_clients::<true>))
                .route(delete().to(scopes::keep_from_new_clients::<true>)),
        )
        .service(
            web::resource(paths::ADMIN_DEFAULT_OPTIONAL_SCOPE)
                .route(put().to(scopes::give_new_clients::<false>))
                .route(delete().to(scopes::keep_from_new_clients::<false>)),
        )
        .service(web::resource(paths::ADMIN_CLIENT_DEFAULT_SCOPES).route(get().to(assigned::list::<true>)))
        .service(web::resource(paths::ADMIN_CLIENT_OPTIONAL_SCOPES).route(get().to(assigned::list::<false>)))
        .service(
            web::resource(paths::ADMIN_CLIENT_DEFAULT_SCOPE)
                .route(put().to(assigned::give::<true>))
                .route(delete().to(assigned::take::<true>)),
        )
        .service(
            web::resource(paths::ADMIN_CLIENT_OPTIONAL_SCOPE)
                .route(put().to(assigned::give::<false>))
                .route(delete().to(assigned::take::<false>)),
        )
        .service(
            web::resource([paths::ADMIN_CLIENT_SCOPE_MAPPINGS, paths::ADMIN_SCOPE_MAPPINGS])
                .route(get().to(assigned::all_roles)),
        )
        .service(mapped([paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS, paths::ADMIN_SCOPE_REALM_MAPPINGS]))
        .service(mapped([paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS, paths::ADMIN_SCOPE_CLIENT_MAPPINGS]));
}

fn account_routes(config: &mut ServiceConfig) {
    use account::{activity, applications, credentials, sessions, signed_in};
    let json = || get().guard(wants_json());
    config
        .service(web::resource(paths::ACCOUNT_ACTIVITY).route(json().to(activity::list)))
        .service(web::resource(paths::ACCOUNT_APPLICATIONS).route(json().to(applications::list)))
        .service(
            web::resource(paths::ACCOUNT_CONSENT)
                .route(get().to(applications::consent))
                .route(put().to(applications::replace))
                .route(delete().to(applications::revoke)),
        )
        .service(
            web::resource(paths::ACCOUNT_NOTICES)
                .route(json().to(account::notices::find))
                .route(put().to(account::notices::choose)),
        )
        .service(web::resource(paths::ACCOUNT_OFFLINE_SESSIONS).route(json().to(sessions::list)))
        .service(
            web::resource(paths::ACCOUNT_OFFLINE_SESSION)
                .route(web::patch().to(sessions::steer))
                .route(delete().to(sessions::end)),
        )
        .service(
            web::resource(paths::ACCOUNT_SESSIONS)
                .route(json().to(signed_in::list))
                .route(delete().to(signed_in::end_all)),
        )
        .service(web::resource(paths::ACCOUNT_DEVICES).route(json().to(signed_in::devices)))
        .service(web::resource(paths::ACCOUNT_SESSION).route(delete().to(signed_in::end)))
        .service(
            web::resource(paths::ACCOUNT_CREDENTIALS)
                .route(json().to(credentials::list))
                .route(post().to(credentials::change_password)),
        )
        .service(web::resource(paths::ACCOUNT_PASSWORD).route(post().to(credentials::change_password)));
}

/// The account API and the portal share paths: a browser that opens one asks for HTML first.
fn wants_json() -> impl Guard {
    guard::fn_guard(|context| {
        let accept = context.head().headers().get("accept").and_then(|value| value.to_str().ok());
        !accept.is_some_and(|accept| accept.trim_start().starts_with("text/html"))
    })
}
