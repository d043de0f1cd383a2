//! Routes of the consoles: how their visitors sign in and out, and the pages themselves, which take every path that no API has.

use crate::{
    endpoints::{console, fallback},
    routing::{self as web, ServiceConfig, get, post},
};
use perennial_api::paths;

pub fn register(config: &mut ServiceConfig) {
    use console::{account as account_console, admin as admin_console};
    config
        .service(web::resource(paths::ADMIN_CONSOLE_LOGIN).route(get().to(admin_console::login)))
        .service(web::resource(paths::ADMIN_CONSOLE_CALLBACK).route(get().to(admin_console::callback)))
        .service(web::resource(paths::ADMIN_CONSOLE_ME).route(get().to(admin_console::me)))
        .service(web::resource(paths::ADMIN_CONSOLE_LOGOUT).route(post().to(admin_console::logout)))
        .service(web::resource("/admin/realms/{rest:.*}").to(fallback::no_such_api))
        .service(web::resource(["/admin", "/admin/{page:.*}"]).route(get().to(admin_console::shell)))
        .service(web::resource(paths::ACCOUNT_CONSOLE_LOGIN).route(get().to(account_console::login)))
        .service(web::resource(paths::ACCOUNT_CONSOLE_CALLBACK).route(get().to(account_console::callback)))
        .service(web::resource(paths::ACCOUNT_CONSOLE_ME).route(get().to(account_console::me)))
        .service(web::resource(paths::ACCOUNT_CONSOLE_LOGOUT).route(post().to(account_console::logout)))
        .service(
            web::resource(["/realms/{realm}/account", "/realms/{realm}/account/{page:.*}"])
                .route(get().to(account_console::shell)),
        );
}
