//! What a browser shows of itself, read from a request, and what it is given back.

use super::cookies;
use crate::{client_address::client_address, endpoints::console::cookie::ConsoleCookie, state::AppState};
use actix_web::{HttpRequest, HttpResponseBuilder, http::header};
use perennial_domain::grant::Place;
use perennial_flows::{
    console::ConsoleKind,
    sign_in::{Browser, SessionCookie},
};
use perennial_ui::text::Lang;

pub fn of_request(request: &HttpRequest) -> Browser {
    Browser {
        binding: cookies::read(request, cookies::BINDING),
        session: cookies::read(request, cookies::SESSION).as_deref().and_then(SessionCookie::parse),
        place: place(request),
    }
}

/// From where a request comes: the address, and the user agent in short.
pub fn place(request: &HttpRequest) -> Place {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Place::new(client_address(request), agent)
}

/// The language that the request itself asks for.
pub fn language(request: &HttpRequest) -> Lang {
    Lang::choose(&languages(request, &[]))
}

/// What the reader's browser prefers, after what the request or profile says (`ui_locales`, locale).
pub fn languages(request: &HttpRequest, first: &[Option<&str>]) -> String {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    first.iter().copied().chain([accepted]).flatten().collect::<Vec<_>>().join(" ")
}

pub fn bind(answer: &mut HttpResponseBuilder, state: &AppState, realm: &str, binding: &str) {
    let path = cookies::realm_path(realm);
    answer.cookie(cookies::lax(cookies::BINDING, binding.to_owned(), path, state.https));
}

/// The portal's cookie goes with it: it may be that of whoever sat here before.
pub fn keep_signed_in(answer: &mut HttpResponseBuilder, state: &AppState, realm: &str, cookie: &SessionCookie) {
    let path = cookies::realm_path(realm);
    answer.cookie(cookies::lax(cookies::SESSION, cookie.value(), path, state.https));
    let portal = ConsoleCookie { realm: realm.to_owned(), secret: String::new() };
    answer.cookie(cookies::removed(portal.build(state, ConsoleKind::Account)));
}

pub fn forget_session(answer: &mut HttpResponseBuilder, state: &AppState, realm: &str) {
    let path = cookies::realm_path(realm);
    answer.cookie(cookies::removed(cookies::lax(cookies::SESSION, String::new(), path, state.https)));
}
