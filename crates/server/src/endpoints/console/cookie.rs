//! A console's cookie: the realm that its visitor signed in to, and the secret that finds the session.

use crate::{http::cookies, state::AppState};
use actix_web::{HttpRequest, cookie::Cookie};
use perennial_api::paths::{decode, encode};
use perennial_flows::console::ConsoleKind;

pub struct ConsoleCookie {
    pub realm: String,
    pub secret: String,
}

impl ConsoleCookie {
    pub fn of_request(request: &HttpRequest, console: ConsoleKind) -> Option<Self> {
        let value = cookies::read(request, name(console))?;
        let (realm, secret) = value.split_once('~')?;
        Some(Self { realm: decode(realm)?, secret: secret.to_owned() })
    }

    pub fn build(&self, state: &AppState, console: ConsoleKind) -> Cookie<'static> {
        // `~` is unreserved, so the realm's own is escaped and the first one always separates.
        let value = format!("{}~{}", encode(&self.realm).replace('~', "%7E"), self.secret);
        cookies::strict(name(console), value, path(console, &self.realm), state.https)
    }
}

/// Below which a console's cookies are sent.
pub fn path(console: ConsoleKind, realm: &str) -> String {
    match console {
        ConsoleKind::Admin => perennial_api::paths::ADMIN_CONSOLE.to_owned(),
        ConsoleKind::Account => perennial_api::paths::account(realm),
    }
}

fn name(console: ConsoleKind) -> &'static str {
    match console {
        ConsoleKind::Admin => "perennial_admin",
        ConsoleKind::Account => "perennial_account",
    }
}
