//! The cookies that the server sets: HttpOnly always, Secure under https, scoped to the path that needs them.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

/// Binds authorization requests and forms to a browser.
pub const BINDING: &str = "perennial_binding";
/// The user session of a realm.
pub const SESSION: &str = "perennial_session";

/// A session cookie of the browser. `Lax`: it must come along when another site sends the browser here to sign in.
pub fn lax(name: &'static str, value: String, path: String, https: bool) -> Cookie<'static> {
    Cookie::build(name, value).path(path).http_only(true).secure(https).same_site(SameSite::Lax).finish()
}

/// A console's cookie: never sent from anywhere else.
pub fn strict(name: &'static str, value: String, path: String, https: bool) -> Cookie<'static> {
    Cookie::build(name, value).path(path).http_only(true).secure(https).same_site(SameSite::Strict).finish()
}

/// The same cookie, to be forgotten.
pub fn removed(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_value("");
    cookie.set_max_age(Duration::ZERO);
    cookie
}

pub fn read(request: &HttpRequest, name: &str) -> Option<String> {
    let cookie = request.cookie(name)?;
    (!cookie.value().is_empty()).then(|| cookie.value().to_owned())
}

/// Below which a realm's cookies are sent: another realm on this host never sees them.
pub fn realm_path(realm: &str) -> String {
    format!("/realms/{}", perennial_api::paths::encode(realm))
}
