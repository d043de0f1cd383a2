//! What the signed-in admin may see and change, so that nobody is led to a refusal or fills in what will be refused. The
//! server judges every call by itself.

use leptos::prelude::*;
use perennial_api::Me;
use perennial_ui::prelude::*;

/// The role that contains all others of a realm.
const WHOLE: &str = "realm-admin";

#[derive(Clone, Debug, Default)]
pub struct Rights {
    realm: String,
    roles: Vec<String>,
    everywhere: bool,
}

impl Rights {
    pub fn provide(me: &Me) {
        provide_context(Rights { realm: me.realm.clone(), roles: me.roles.clone(), everywhere: me.all_realms });
    }

    /// Whether anything of a screen can be changed, or of a part of one that needs another role: `roles_for` names them.
    pub fn may_change(&self, screen: &str, realm: &str) -> bool {
        let roles = match screen {
            "overview" => return true,
            "realms" => return self.everywhere,
            screen => roles_for(screen),
        };
        self.has_one_of(roles, realm)
    }

    /// Whether a section shows anything: its screen begins with a call that takes one of these roles.
    pub fn may_see(&self, section: &str, realm: &str) -> bool {
        let roles: &[&str] = match section {
            // Every admin has one to see.
            "realms" => return true,
            "overview" | "offline-access" => &["view-users", "manage-users"],
            "users" => &["query-users", "view-users", "manage-users"],
            "clients" => &["query-clients", "view-clients", "manage-clients"],
            "client-scopes" | "resources" => &["view-clients", "manage-clients"],
            "events" => &["view-events", "manage-events"],
            _ => &["view-realm", "manage-realm"],
        };
        self.has_one_of(roles, realm)
    }

    fn has_one_of(&self, roles: &[&str], realm: &str) -> bool {
        let has = |role: &str| self.roles.iter().any(|own| own == role);
        self.everywhere || (self.realm == realm && (has(WHOLE) || roles.iter().any(|role| has(role))))
    }
}

/// A part of a screen that is judged as another screen is.
pub fn judged(screen: &str, realm: &str, view: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    let rights = use_context::<Rights>().unwrap_or_default();
    let locked = Locked(!rights.may_change(screen, realm));
    view! { <leptos::context::Provider value=locked>{view()}</leptos::context::Provider> }.into_any()
}

/// The screen at an address, as far as rights differ below a section.
pub fn screen_at<'s>(section: &'s str, rest: &[String]) -> &'s str {
    match (section, rest) {
        ("clients", [below]) if below == "create" => NEW_CLIENT,
        ("clients", [_, tab]) if tab == "sessions" => "users",
        _ => section,
    }
}

/// Making a client, which some may who change none.
pub const NEW_CLIENT: &str = "clients/create";
/// Taking in a file, which may hold every role there is.
pub const IMPORT: &str = "settings/import";

/// The roles of which one is needed for changes, as the endpoints behind the screen ask for it.
fn roles_for(screen: &str) -> &'static [&'static str] {
    match screen {
        NEW_CLIENT => &["create-client", "manage-clients"],
        "clients" | "client-scopes" | "resources" => &["manage-clients"],
        "users" | "offline-access" => &["manage-users"],
        "events" => &["manage-events"],
        "roles" | "keys" | "webhooks" | "revocation" | "settings" => &["manage-realm"],
        // Whole admins only.
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_needs_its_role_in_its_realm() {
        let clerk = Rights { realm: "demo".into(), roles: vec!["manage-users".into()], everywhere: false };
        assert!(clerk.may_change("users", "demo") && clerk.may_change("overview", "demo"));
        assert!(!clerk.may_change("clients", "demo") && !clerk.may_change("users", "other"));
        let owner = Rights { roles: vec![WHOLE.into()], ..clerk.clone() };
        assert!(owner.may_change("keys", "demo") && !owner.may_change("keys", "other"));
        assert!(Rights { everywhere: true, ..clerk }.may_change("settings", "other"));
    }

    #[test]
    fn a_section_is_seen_by_whoever_may_make_its_first_call() {
        let with = |roles: &[&str]| Rights {
            realm: "demo".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            everywhere: false,
        };
        let clerk = with(&["view-users", "query-users"]);
        for section in ["overview", "offline-access", "users", "realms"] {
            assert!(clerk.may_see(section, "demo"), "{section}");
            assert!(section == "realms" || !clerk.may_see(section, "other"), "{section} elsewhere");
        }
        for section in ["clients", "roles", "client-scopes", "resources", "keys", "events", "webhooks", "settings"] {
            assert!(!clerk.may_see(section, "demo"), "{section}");
            assert!(with(&[WHOLE]).may_see(section, "demo"), "{section}");
        }
        assert!(with(&["query-clients"]).may_see("clients", "demo"));
        assert!(!with(&["query-clients"]).may_see("client-scopes", "demo"));
        assert!(
            with(&["manage-realm"]).may_see("revocation", "demo") && with(&["manage-events"]).may_see("events", "demo")
        );
        assert!(Rights { everywhere: true, ..Rights::default() }.may_see("settings", "other"));
    }

    #[test]
    fn parts_of_a_section_may_need_another_role() {
        let with = |role: &str| Rights { realm: "demo".into(), roles: vec![role.into()], everywhere: false };
        assert!(
            with("create-client").may_change(NEW_CLIENT, "demo")
                && with("manage-clients").may_change(NEW_CLIENT, "demo")
        );
        assert!(!with("create-client").may_change("clients", "demo"));
        assert!(!with("manage-realm").may_change(IMPORT, "demo") && with(WHOLE).may_change(IMPORT, "demo"));
        assert!(!with(WHOLE).may_change("realms", "demo") && with("view-users").may_change("overview", "demo"));
        let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(screen_at("clients", &parts("create")), NEW_CLIENT);
        assert_eq!(
            (screen_at("clients", &parts("id/sessions")), screen_at("clients", &parts("id"))),
            ("users", "clients")
        );
    }
}
