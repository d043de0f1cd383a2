//! Routes of groups, of who has a role, of permissions and of protocol mappers: who belongs together, and what tokens say of them.

use crate::{
    endpoints::admin,
    routing::{self as web, ServiceConfig, delete, get, post, put},
};
use perennial_api::paths;

pub fn group_routes(config: &mut ServiceConfig) {
    use admin::{group_roles, groups, user_groups};
    config
        .service(web::resource(paths::ADMIN_GROUPS).route(get().to(groups::list)).route(post().to(groups::create)))
        .service(web::resource(paths::ADMIN_GROUPS_COUNT).route(get().to(groups::count)))
        .service(
            web::resource(paths::ADMIN_GROUP)
                .route(get().to(groups::find))
                .route(put().to(groups::update))
                .route(delete().to(groups::delete)),
        )
        .service(
            web::resource(paths::ADMIN_GROUP_CHILDREN)
                .route(get().to(groups::children))
                .route(post().to(groups::create_child)),
        )
        .service(web::resource(paths::ADMIN_GROUP_MEMBERS).route(get().to(groups::members)))
        .service(web::resource(paths::ADMIN_GROUP_BY_PATH).route(get().to(groups::find_by_path)))
        .service(web::resource(paths::ADMIN_DEFAULT_GROUPS).route(get().to(groups::of_new_users)))
        .service(
            web::resource(paths::ADMIN_DEFAULT_GROUP)
                .route(put().to(groups::give_new_users))
                .route(delete().to(groups::keep_from_new_users)),
        )
        .service(web::resource(paths::ADMIN_GROUP_ROLES).route(get().to(group_roles::all)))
        .service(
            web::resource([paths::ADMIN_GROUP_REALM_ROLES_COMPOSITE, paths::ADMIN_GROUP_CLIENT_ROLES_COMPOSITE])
                .route(get().to(group_roles::composite)),
        )
        .service(
            web::resource([paths::ADMIN_GROUP_REALM_ROLES_AVAILABLE, paths::ADMIN_GROUP_CLIENT_ROLES_AVAILABLE])
                .route(get().to(group_roles::available)),
        )
        .service(
            web::resource([paths::ADMIN_GROUP_REALM_ROLES, paths::ADMIN_GROUP_CLIENT_ROLES])
                .route(get().to(group_roles::direct))
                .route(post().to(group_roles::add))
                .route(delete().to(group_roles::remove)),
        )
        .service(web::resource(paths::ADMIN_USER_GROUPS).route(get().to(user_groups::list)))
        .service(web::resource(paths::ADMIN_USER_GROUPS_COUNT).route(get().to(user_groups::count)))
        .service(
            web::resource(paths::ADMIN_USER_GROUP)
                .route(put().to(user_groups::join))
                .route(delete().to(user_groups::leave)),
        );
}

pub fn mapper_routes(config: &mut ServiceConfig) {
    use admin::mappers;
    config
        .service(
            web::resource([paths::ADMIN_CLIENT_MAPPERS, paths::ADMIN_SCOPE_MAPPERS])
                .route(get().to(mappers::list))
                .route(post().to(mappers::create)),
        )
        .service(
            web::resource([paths::ADMIN_CLIENT_MAPPERS_OF_PROTOCOL, paths::ADMIN_SCOPE_MAPPERS_OF_PROTOCOL])
                .route(get().to(mappers::list)),
        )
        .service(
            web::resource([paths::ADMIN_CLIENT_MAPPERS_ADD, paths::ADMIN_SCOPE_MAPPERS_ADD])
                .route(post().to(mappers::create_all)),
        )
        .service(
            web::resource([paths::ADMIN_CLIENT_MAPPER, paths::ADMIN_SCOPE_MAPPER])
                .route(get().to(mappers::find))
                .route(put().to(mappers::update))
                .route(delete().to(mappers::delete)),
        );
}

/// Client scopes as permissions.
pub fn permission_routes(config: &mut ServiceConfig) {
    use admin::permissions;
    config.service(web::resource(paths::ADMIN_PERMISSIONS).route(get().to(permissions::list))).service(
        web::resource(paths::ADMIN_PERMISSION).route(get().to(permissions::find)).route(put().to(permissions::update)),
    );
}

/// Who was given a role, and what it includes of the realm's roles or of one client's.
pub fn role_detail_routes(config: &mut ServiceConfig) {
    use admin::{role_members, roles};
    super::role_lists::register(config);
    config
        .service(
            web::resource([paths::ADMIN_ROLE_USERS, paths::ADMIN_CLIENT_ROLE_USERS])
                .route(get().to(role_members::users)),
        )
        .service(
            web::resource([paths::ADMIN_ROLE_GROUPS, paths::ADMIN_CLIENT_ROLE_GROUPS])
                .route(get().to(role_members::groups)),
        )
        .service(
            web::resource([
                paths::ADMIN_ROLE_COMPOSITES_OF_REALM,
                paths::ADMIN_ROLE_COMPOSITES_OF_CLIENT,
                paths::ADMIN_CLIENT_ROLE_COMPOSITES_OF_REALM,
                paths::ADMIN_CLIENT_ROLE_COMPOSITES_OF_CLIENT,
            ])
            .route(get().to(roles::composites_within::<false>)),
        )
        .service(
            web::resource([paths::ADMIN_ROLE_BY_ID_COMPOSITES_OF_REALM, paths::ADMIN_ROLE_BY_ID_COMPOSITES_OF_CLIENT])
                .route(get().to(roles::composites_within::<true>)),
        );
}
