//! Every path of the admin and account APIs and of the consoles' own calls, once: the server routes by the constants,
//! whose `{names}` are its path parameters; tests and consoles build addresses with the functions.

pub const ADMIN_REALMS: &str = "/admin/realms";
pub const ADMIN_REALM: &str = "/admin/realms/{realm}";
pub const ADMIN_EVENTS_CONFIG: &str = "/admin/realms/{realm}/events/config";
pub const ADMIN_EVENTS: &str = "/admin/realms/{realm}/events";
pub const ADMIN_ADMIN_EVENTS: &str = "/admin/realms/{realm}/admin-events";
pub const ADMIN_LOGOUT_ALL: &str = "/admin/realms/{realm}/logout-all";
pub const ADMIN_TOKEN_POLICY_PREVIEW: &str = "/admin/realms/{realm}/token-policy/preview";
pub const ADMIN_EXPLAIN: &str = "/admin/realms/{realm}/explain";
pub const ADMIN_STATISTICS: &str = "/admin/realms/{realm}/statistics";
pub const ADMIN_CLIENT_SESSION_STATS: &str = "/admin/realms/{realm}/client-session-stats";
pub const ADMIN_KEYS: &str = "/admin/realms/{realm}/keys";
pub const ADMIN_KEYS_ROTATE: &str = "/admin/realms/{realm}/keys/rotate";
/// Keycloak's name.
pub const ADMIN_TEST_SMTP: &str = "/admin/realms/{realm}/testSMTPConnection";
pub const ADMIN_SESSION: &str = "/admin/realms/{realm}/sessions/{session}";
pub const ADMIN_CLIENTS: &str = "/admin/realms/{realm}/clients";
pub const ADMIN_INITIAL_ACCESS: &str = "/admin/realms/{realm}/clients-initial-access";
pub const ADMIN_INITIAL_ACCESS_TOKEN: &str = "/admin/realms/{realm}/clients-initial-access/{id}";
pub const ADMIN_CLIENT: &str = "/admin/realms/{realm}/clients/{client}";
pub const ADMIN_CLIENT_SECRET: &str = "/admin/realms/{realm}/clients/{client}/client-secret";
pub const ADMIN_CLIENT_SERVICE_ACCOUNT: &str = "/admin/realms/{realm}/clients/{client}/service-account-user";
pub const ADMIN_CLIENT_USER_SESSIONS: &str = "/admin/realms/{realm}/clients/{client}/user-sessions";
pub const ADMIN_CLIENT_SESSION_COUNT: &str = "/admin/realms/{realm}/clients/{client}/session-count";
pub const ADMIN_CLIENT_OFFLINE_SESSIONS: &str = "/admin/realms/{realm}/clients/{client}/offline-sessions";
pub const ADMIN_CLIENT_OFFLINE_SESSION_COUNT: &str = "/admin/realms/{realm}/clients/{client}/offline-session-count";
pub const ADMIN_OFFLINE_SESSIONS: &str = "/admin/realms/{realm}/offline-sessions";
pub const ADMIN_OFFLINE_SESSION_EXPORT: &str = "/admin/realms/{realm}/offline-sessions/export.csv";
pub const ADMIN_OFFLINE_SESSION_SUMMARY: &str = "/admin/realms/{realm}/offline-sessions/summary";
pub const ADMIN_OFFLINE_SESSION_REVOCATION: &str = "/admin/realms/{realm}/offline-sessions/revoke";
pub const ADMIN_OFFLINE_SESSION: &str = "/admin/realms/{realm}/offline-sessions/{session}";
pub const ADMIN_RESOURCES: &str = "/admin/realms/{realm}/resources";
pub const ADMIN_RESOURCE: &str = "/admin/realms/{realm}/resources/{resource}";
pub const ADMIN_USERS: &str = "/admin/realms/{realm}/users";
pub const ADMIN_USERS_COUNT: &str = "/admin/realms/{realm}/users/count";
pub const ADMIN_USER: &str = "/admin/realms/{realm}/users/{user}";
pub const ADMIN_USER_SESSIONS: &str = "/admin/realms/{realm}/users/{user}/sessions";
pub const ADMIN_USER_OFFLINE_SESSIONS: &str = "/admin/realms/{realm}/users/{user}/offline-sessions/{client}";
pub const ADMIN_USER_CONSENTS: &str = "/admin/realms/{realm}/users/{user}/consents";
/// `{client}` is the `clientId` here, not the UUID, as in Keycloak.
pub const ADMIN_USER_CONSENT: &str = "/admin/realms/{realm}/users/{user}/consents/{client}";
pub const ADMIN_LOGIN_FAILURES: &str = "/admin/realms/{realm}/attack-detection/brute-force/users";
pub const ADMIN_USER_LOGIN_FAILURES: &str = "/admin/realms/{realm}/attack-detection/brute-force/users/{user}";
pub const ADMIN_USER_LOGOUT: &str = "/admin/realms/{realm}/users/{user}/logout";

pub const ADMIN_PARTIAL_IMPORT: &str = "/admin/realms/{realm}/partialImport";
pub const ADMIN_PARTIAL_EXPORT: &str = "/admin/realms/{realm}/partial-export";

pub const ADMIN_PUSH_REVOCATION: &str = "/admin/realms/{realm}/push-revocation";
pub const ADMIN_CLIENT_PUSH_REVOCATION: &str = "/admin/realms/{realm}/clients/{client}/push-revocation";
pub const ADMIN_CLIENT_LOGOUT_ALL: &str = "/admin/realms/{realm}/clients/{client}/logout-all";
pub const ADMIN_USER_PUSH_REVOCATION: &str = "/admin/realms/{realm}/users/{user}/push-revocation";

/// The description of all of this.
pub const OPENAPI: &str = "/openapi.json";
/// Anyone who holds a token may hand it in here.
pub const REVOKE_LEAKED: &str = "/revoke-leaked";
pub const ADMIN_WEBHOOKS: &str = "/admin/realms/{realm}/webhooks";
pub const ADMIN_WEBHOOK: &str = "/admin/realms/{realm}/webhooks/{webhook}";
pub const ADMIN_WEBHOOK_PING: &str = "/admin/realms/{realm}/webhooks/{webhook}/ping";
pub const ADMIN_WEBHOOK_SECRET: &str = "/admin/realms/{realm}/webhooks/{webhook}/secret";
pub const ADMIN_WEBHOOK_DELIVERIES: &str = "/admin/realms/{realm}/webhooks/{webhook}/deliveries";
pub const ADMIN_WEBHOOK_REDELIVER: &str = "/admin/realms/{realm}/webhooks/{webhook}/deliveries/{delivery}/redeliver";
pub const ADMIN_CLIENT_DEFAULT_SCOPES: &str = "/admin/realms/{realm}/clients/{client}/default-client-scopes";
pub const ADMIN_CLIENT_DEFAULT_SCOPE: &str = "/admin/realms/{realm}/clients/{client}/default-client-scopes/{scope}";
pub const ADMIN_CLIENT_OPTIONAL_SCOPES: &str = "/admin/realms/{realm}/clients/{client}/optional-client-scopes";
pub const ADMIN_CLIENT_OPTIONAL_SCOPE: &str = "/admin/realms/{realm}/clients/{client}/optional-client-scopes/{scope}";
pub const ADMIN_CLIENT_SCOPE_MAPPINGS: &str = "/admin/realms/{realm}/clients/{client}/scope-mappings";
pub const ADMIN_CLIENT_REALM_SCOPE_MAPPINGS: &str = "/admin/realms/{realm}/clients/{client}/scope-mappings/realm";
pub const ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS: &str =
    "/admin/realms/{realm}/clients/{client}/scope-mappings/clients/{container}";
pub const ADMIN_CLIENT_ROLES: &str = "/admin/realms/{realm}/clients/{client}/roles";
pub const ADMIN_CLIENT_ROLE: &str = "/admin/realms/{realm}/clients/{client}/roles/{role}";
pub const ADMIN_CLIENT_ROLE_COMPOSITES: &str = "/admin/realms/{realm}/clients/{client}/roles/{role}/composites";
pub const ADMIN_ROLES: &str = "/admin/realms/{realm}/roles";
pub const ADMIN_ROLE: &str = "/admin/realms/{realm}/roles/{role}";
pub const ADMIN_ROLE_COMPOSITES: &str = "/admin/realms/{realm}/roles/{role}/composites";
pub const ADMIN_ROLE_COMPOSITES_OF_REALM: &str = "/admin/realms/{realm}/roles/{role}/composites/realm";
pub const ADMIN_ROLE_COMPOSITES_OF_CLIENT: &str = "/admin/realms/{realm}/roles/{role}/composites/clients/{container}";
pub const ADMIN_CLIENT_ROLE_COMPOSITES_OF_REALM: &str =
    "/admin/realms/{realm}/clients/{client}/roles/{role}/composites/realm";
pub const ADMIN_CLIENT_ROLE_COMPOSITES_OF_CLIENT: &str =
    "/admin/realms/{realm}/clients/{client}/roles/{role}/composites/clients/{container}";
pub const ADMIN_ROLE_BY_ID_COMPOSITES_OF_REALM: &str = "/admin/realms/{realm}/roles-by-id/{role}/composites/realm";
pub const ADMIN_ROLE_BY_ID_COMPOSITES_OF_CLIENT: &str =
    "/admin/realms/{realm}/roles-by-id/{role}/composites/clients/{container}";
pub const ADMIN_ROLE_USERS: &str = "/admin/realms/{realm}/roles/{role}/users";
pub const ADMIN_ROLE_GROUPS: &str = "/admin/realms/{realm}/roles/{role}/groups";
pub const ADMIN_CLIENT_ROLE_USERS: &str = "/admin/realms/{realm}/clients/{client}/roles/{role}/users";
pub const ADMIN_CLIENT_ROLE_GROUPS: &str = "/admin/realms/{realm}/clients/{client}/roles/{role}/groups";
pub const ADMIN_ROLE_BY_ID: &str = "/admin/realms/{realm}/roles-by-id/{role}";
pub const ADMIN_ROLE_BY_ID_COMPOSITES: &str = "/admin/realms/{realm}/roles-by-id/{role}/composites";
pub const ADMIN_CLIENT_SCOPES: &str = "/admin/realms/{realm}/client-scopes";
pub const ADMIN_CLIENT_SCOPE: &str = "/admin/realms/{realm}/client-scopes/{scope}";
pub const ADMIN_PERMISSIONS: &str = "/admin/realms/{realm}/permissions";
pub const ADMIN_PERMISSION: &str = "/admin/realms/{realm}/permissions/{scope}";
pub const ADMIN_SCOPE_MAPPINGS: &str = "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings";
pub const ADMIN_SCOPE_REALM_MAPPINGS: &str = "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/realm";
pub const ADMIN_SCOPE_CLIENT_MAPPINGS: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/clients/{container}";
pub const ADMIN_DEFAULT_DEFAULT_SCOPES: &str = "/admin/realms/{realm}/default-default-client-scopes";
pub const ADMIN_DEFAULT_DEFAULT_SCOPE: &str = "/admin/realms/{realm}/default-default-client-scopes/{scope}";
pub const ADMIN_DEFAULT_OPTIONAL_SCOPES: &str = "/admin/realms/{realm}/default-optional-client-scopes";
pub const ADMIN_DEFAULT_OPTIONAL_SCOPE: &str = "/admin/realms/{realm}/default-optional-client-scopes/{scope}";
pub const ADMIN_CLIENT_MAPPERS: &str = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models";
pub const ADMIN_CLIENT_MAPPER: &str = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models/{mapper}";
pub const ADMIN_CLIENT_MAPPERS_ADD: &str = "/admin/realms/{realm}/clients/{client}/protocol-mappers/add-models";
pub const ADMIN_CLIENT_MAPPERS_OF_PROTOCOL: &str =
    "/admin/realms/{realm}/clients/{client}/protocol-mappers/protocol/{protocol}";
pub const ADMIN_SCOPE_MAPPERS: &str = "/admin/realms/{realm}/client-scopes/{scope}/protocol-mappers/models";
pub const ADMIN_SCOPE_MAPPER: &str = "/admin/realms/{realm}/client-scopes/{scope}/protocol-mappers/models/{mapper}";
pub const ADMIN_SCOPE_MAPPERS_ADD: &str = "/admin/realms/{realm}/client-scopes/{scope}/protocol-mappers/add-models";
pub const ADMIN_SCOPE_MAPPERS_OF_PROTOCOL: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/protocol-mappers/protocol/{protocol}";
pub const ADMIN_GROUPS: &str = "/admin/realms/{realm}/groups";
pub const ADMIN_GROUPS_COUNT: &str = "/admin/realms/{realm}/groups/count";
pub const ADMIN_GROUP: &str = "/admin/realms/{realm}/groups/{group}";
pub const ADMIN_GROUP_CHILDREN: &str = "/admin/realms/{realm}/groups/{group}/children";
pub const ADMIN_GROUP_MEMBERS: &str = "/admin/realms/{realm}/groups/{group}/members";
pub const ADMIN_GROUP_BY_PATH: &str = "/admin/realms/{realm}/group-by-path/{path:.*}";
pub const ADMIN_DEFAULT_GROUPS: &str = "/admin/realms/{realm}/default-groups";
pub const ADMIN_DEFAULT_GROUP: &str = "/admin/realms/{realm}/default-groups/{group}";
pub const ADMIN_GROUP_ROLES: &str = "/admin/realms/{realm}/groups/{group}/role-mappings";
pub const ADMIN_GROUP_REALM_ROLES: &str = "/admin/realms/{realm}/groups/{group}/role-mappings/realm";
pub const ADMIN_GROUP_REALM_ROLES_COMPOSITE: &str =
    "/admin/realms/{realm}/groups/{group}/role-mappings/realm/composite";
pub const ADMIN_GROUP_REALM_ROLES_AVAILABLE: &str =
    "/admin/realms/{realm}/groups/{group}/role-mappings/realm/available";
pub const ADMIN_GROUP_CLIENT_ROLES: &str = "/admin/realms/{realm}/groups/{group}/role-mappings/clients/{container}";
pub const ADMIN_GROUP_CLIENT_ROLES_COMPOSITE: &str =
    "/admin/realms/{realm}/groups/{group}/role-mappings/clients/{container}/composite";
pub const ADMIN_GROUP_CLIENT_ROLES_AVAILABLE: &str =
    "/admin/realms/{realm}/groups/{group}/role-mappings/clients/{container}/available";
pub const ADMIN_USER_GROUPS: &str = "/admin/realms/{realm}/users/{user}/groups";
pub const ADMIN_USER_GROUPS_COUNT: &str = "/admin/realms/{realm}/users/{user}/groups/count";
pub const ADMIN_USER_GROUP: &str = "/admin/realms/{realm}/users/{user}/groups/{group}";
pub const ADMIN_USER_REALM_ROLES_AVAILABLE: &str = "/admin/realms/{realm}/users/{user}/role-mappings/realm/available";
pub const ADMIN_USER_CLIENT_ROLES_AVAILABLE: &str =
    "/admin/realms/{realm}/users/{user}/role-mappings/clients/{container}/available";
pub const ADMIN_USER_ROLES: &str = "/admin/realms/{realm}/users/{user}/role-mappings";
pub const ADMIN_USER_REALM_ROLES: &str = "/admin/realms/{realm}/users/{user}/role-mappings/realm";
pub const ADMIN_USER_REALM_ROLES_COMPOSITE: &str = "/admin/realms/{realm}/users/{user}/role-mappings/realm/composite";
pub const ADMIN_USER_CLIENT_ROLES: &str = "/admin/realms/{realm}/users/{user}/role-mappings/clients/{container}";
pub const ADMIN_USER_CLIENT_ROLES_COMPOSITE: &str =
    "/admin/realms/{realm}/users/{user}/role-mappings/clients/{container}/composite";
pub const ADMIN_CONSENTS: &str = "/admin/realms/{realm}/admin-consents";
pub const ADMIN_CONSENT: &str = "/admin/realms/{realm}/admin-consents/{client}";

pub use crate::credential_paths::*;
pub use crate::role_paths::*;
pub use crate::upstream_paths::*;

pub const ADMIN_CONSOLE: &str = "/admin";
pub const ADMIN_CONSOLE_LOGIN: &str = "/admin/console/login";
pub const ADMIN_CONSOLE_CALLBACK: &str = "/admin/console/callback";
pub const ADMIN_CONSOLE_ME: &str = "/admin/console/me";
pub const ADMIN_CONSOLE_LOGOUT: &str = "/admin/console/logout";

pub const ACCOUNT: &str = "/realms/{realm}/account";
pub const ACCOUNT_ACTIVITY: &str = "/realms/{realm}/account/activity";
pub const ACCOUNT_APPLICATIONS: &str = "/realms/{realm}/account/applications";
/// `{client}` is the `clientId`, as in Keycloak.
pub const ACCOUNT_CONSENT: &str = "/realms/{realm}/account/applications/{client}/consent";
pub const ACCOUNT_NOTICES: &str = "/realms/{realm}/account/notices";
pub const ACCOUNT_OFFLINE_SESSIONS: &str = "/realms/{realm}/account/offline-sessions";
pub const ACCOUNT_OFFLINE_SESSION: &str = "/realms/{realm}/account/offline-sessions/{session}";
pub const ACCOUNT_SESSIONS: &str = "/realms/{realm}/account/sessions";
pub const ACCOUNT_DEVICES: &str = "/realms/{realm}/account/sessions/devices";
pub const ACCOUNT_SESSION: &str = "/realms/{realm}/account/sessions/{session}";
pub const ACCOUNT_CREDENTIALS: &str = "/realms/{realm}/account/credentials";
pub const ACCOUNT_PASSWORD: &str = "/realms/{realm}/account/credentials/password";
pub const ACCOUNT_CONSOLE_LOGIN: &str = "/realms/{realm}/account/console/login";
pub const ACCOUNT_CONSOLE_CALLBACK: &str = "/realms/{realm}/account/console/callback";
pub const ACCOUNT_CONSOLE_ME: &str = "/realms/{realm}/account/console/me";
pub const ACCOUNT_CONSOLE_LOGOUT: &str = "/realms/{realm}/account/console/logout";

macro_rules! builders {
    ($($name:ident($($part:ident),+) = $pattern:ident;)+) => {$(
        #[doc = concat!("Address of [`", stringify!($pattern), "`].")]
        #[must_use]
        pub fn $name($($part: &str),+) -> String {
            fill($pattern, &[$($part),+])
        }
    )+};
}
pub(crate) use builders;

builders! {
    admin_realm(realm) = ADMIN_REALM;
    admin_events_config(realm) = ADMIN_EVENTS_CONFIG;
    admin_events(realm) = ADMIN_EVENTS;
    admin_admin_events(realm) = ADMIN_ADMIN_EVENTS;
    admin_logout_all(realm) = ADMIN_LOGOUT_ALL;
    admin_token_policy_preview(realm) = ADMIN_TOKEN_POLICY_PREVIEW;
    admin_explain(realm) = ADMIN_EXPLAIN;
    admin_statistics(realm) = ADMIN_STATISTICS;
    admin_client_session_stats(realm) = ADMIN_CLIENT_SESSION_STATS;
    admin_keys(realm) = ADMIN_KEYS;
    admin_keys_rotate(realm) = ADMIN_KEYS_ROTATE;
    admin_test_smtp(realm) = ADMIN_TEST_SMTP;
    admin_initial_access(realm) = ADMIN_INITIAL_ACCESS;
    admin_initial_access_token(realm, id) = ADMIN_INITIAL_ACCESS_TOKEN;
    admin_client_scopes(realm) = ADMIN_CLIENT_SCOPES;
    admin_client_scope(realm, scope) = ADMIN_CLIENT_SCOPE;
    admin_default_default_scopes(realm) = ADMIN_DEFAULT_DEFAULT_SCOPES;
    admin_default_default_scope(realm, scope) = ADMIN_DEFAULT_DEFAULT_SCOPE;
    admin_default_optional_scopes(realm) = ADMIN_DEFAULT_OPTIONAL_SCOPES;
    admin_default_optional_scope(realm, scope) = ADMIN_DEFAULT_OPTIONAL_SCOPE;
    admin_consents(realm) = ADMIN_CONSENTS;
    admin_consent(realm, client) = ADMIN_CONSENT;
    admin_roles(realm) = ADMIN_ROLES;
    admin_role(realm, role) = ADMIN_ROLE;
    admin_role_users(realm, role) = ADMIN_ROLE_USERS;
    admin_role_by_id(realm, role) = ADMIN_ROLE_BY_ID;
    admin_role_by_id_composites(realm, role) = ADMIN_ROLE_BY_ID_COMPOSITES;
    admin_client_roles(realm, client) = ADMIN_CLIENT_ROLES;
    admin_webhook_secret(realm, webhook) = ADMIN_WEBHOOK_SECRET;
    admin_webhook_ping(realm, webhook) = ADMIN_WEBHOOK_PING;
    admin_webhook_redeliver(realm, webhook, delivery) = ADMIN_WEBHOOK_REDELIVER;
    admin_session(realm, session) = ADMIN_SESSION;
    admin_clients(realm) = ADMIN_CLIENTS;
    admin_client(realm, client) = ADMIN_CLIENT;
    admin_client_secret(realm, client) = ADMIN_CLIENT_SECRET;
    admin_client_service_account(realm, client) = ADMIN_CLIENT_SERVICE_ACCOUNT;
    admin_client_user_sessions(realm, client) = ADMIN_CLIENT_USER_SESSIONS;
    admin_client_session_count(realm, client) = ADMIN_CLIENT_SESSION_COUNT;
    admin_client_offline_sessions(realm, client) = ADMIN_CLIENT_OFFLINE_SESSIONS;
    admin_client_offline_session_count(realm, client) = ADMIN_CLIENT_OFFLINE_SESSION_COUNT;
    admin_offline_sessions(realm) = ADMIN_OFFLINE_SESSIONS;
    admin_offline_session_export(realm) = ADMIN_OFFLINE_SESSION_EXPORT;
    admin_offline_session_summary(realm) = ADMIN_OFFLINE_SESSION_SUMMARY;
    admin_offline_session_revocation(realm) = ADMIN_OFFLINE_SESSION_REVOCATION;
    admin_offline_session(realm, session) = ADMIN_OFFLINE_SESSION;
    admin_resources(realm) = ADMIN_RESOURCES;
    admin_resource(realm, resource) = ADMIN_RESOURCE;
    admin_users(realm) = ADMIN_USERS;
    admin_users_count(realm) = ADMIN_USERS_COUNT;
    admin_user(realm, user) = ADMIN_USER;
    admin_user_sessions(realm, user) = ADMIN_USER_SESSIONS;
    admin_user_offline_sessions(realm, user, client) = ADMIN_USER_OFFLINE_SESSIONS;
    admin_client_role(realm, client, role) = ADMIN_CLIENT_ROLE;
    admin_client_default_scopes(realm, client) = ADMIN_CLIENT_DEFAULT_SCOPES;
    admin_client_default_scope(realm, client, scope) = ADMIN_CLIENT_DEFAULT_SCOPE;
    admin_client_optional_scopes(realm, client) = ADMIN_CLIENT_OPTIONAL_SCOPES;
    admin_client_optional_scope(realm, client, scope) = ADMIN_CLIENT_OPTIONAL_SCOPE;
    admin_client_scope_mappings(realm, client) = ADMIN_CLIENT_SCOPE_MAPPINGS;
    admin_client_realm_scope_mappings(realm, client) = ADMIN_CLIENT_REALM_SCOPE_MAPPINGS;
    admin_client_client_scope_mappings(realm, client, container) = ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS;
    admin_groups(realm) = ADMIN_GROUPS;
    admin_user_groups(realm, user) = ADMIN_USER_GROUPS;
    admin_user_group(realm, user, group) = ADMIN_USER_GROUP;
    admin_partial_import(realm) = ADMIN_PARTIAL_IMPORT;
    admin_partial_export(realm) = ADMIN_PARTIAL_EXPORT;
    admin_user_roles(realm, user) = ADMIN_USER_ROLES;
    admin_user_realm_roles(realm, user) = ADMIN_USER_REALM_ROLES;
    admin_user_client_roles(realm, user, container) = ADMIN_USER_CLIENT_ROLES;
    admin_user_realm_roles_composite(realm, user) = ADMIN_USER_REALM_ROLES_COMPOSITE;
    admin_user_client_roles_composite(realm, user, container) = ADMIN_USER_CLIENT_ROLES_COMPOSITE;
    admin_user_consents(realm, user) = ADMIN_USER_CONSENTS;
    admin_login_failures(realm) = ADMIN_LOGIN_FAILURES;
    admin_user_login_failures(realm, user) = ADMIN_USER_LOGIN_FAILURES;
    admin_user_consent(realm, user, client) = ADMIN_USER_CONSENT;
    admin_user_logout(realm, user) = ADMIN_USER_LOGOUT;
    admin_push_revocation(realm) = ADMIN_PUSH_REVOCATION;
    admin_client_push_revocation(realm, client) = ADMIN_CLIENT_PUSH_REVOCATION;
    admin_client_logout_all(realm, client) = ADMIN_CLIENT_LOGOUT_ALL;
    admin_user_push_revocation(realm, user) = ADMIN_USER_PUSH_REVOCATION;
    admin_webhooks(realm) = ADMIN_WEBHOOKS;
    admin_webhook(realm, webhook) = ADMIN_WEBHOOK;
    admin_webhook_deliveries(realm, webhook) = ADMIN_WEBHOOK_DELIVERIES;
    account(realm) = ACCOUNT;
    account_activity(realm) = ACCOUNT_ACTIVITY;
    account_sessions(realm) = ACCOUNT_SESSIONS;
    account_devices(realm) = ACCOUNT_DEVICES;
    account_session(realm, session) = ACCOUNT_SESSION;
    account_credentials(realm) = ACCOUNT_CREDENTIALS;
    account_password(realm) = ACCOUNT_PASSWORD;
    account_applications(realm) = ACCOUNT_APPLICATIONS;
    account_consent(realm, client) = ACCOUNT_CONSENT;
    account_notices(realm) = ACCOUNT_NOTICES;
    account_offline_sessions(realm) = ACCOUNT_OFFLINE_SESSIONS;
    account_offline_session(realm, session) = ACCOUNT_OFFLINE_SESSION;
    account_console_callback(realm) = ACCOUNT_CONSOLE_CALLBACK;
    account_console_me(realm) = ACCOUNT_CONSOLE_ME;
    account_console_logout(realm) = ACCOUNT_CONSOLE_LOGOUT;
}

/// Where a signed-out admin console sends its page to.
#[must_use]
pub fn admin_console_login(realm: &str, return_to: &str) -> String {
    format!("{ADMIN_CONSOLE_LOGIN}?realm={}&return_to={}", encode(realm), encode(return_to))
}

/// Where a signed-out account portal sends its page to.
#[must_use]
pub fn account_console_login(realm: &str, return_to: &str) -> String {
    format!("{}?return_to={}", fill(ACCOUNT_CONSOLE_LOGIN, &[realm]), encode(return_to))
}

/// Puts the values, percent-encoded, in place of the `{names}`, in order.
pub(crate) fn fill(pattern: &str, values: &[&str]) -> String {
    let mut path = String::with_capacity(pattern.len() + 40 * values.len());
    let mut values = values.iter();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let value = values.next().copied().unwrap_or_default();
        // Dots alone would lead up, escaped or not (RFC 3986 §5.2.4): a name of them becomes one of nothing.
        let is_dots = matches!(value, "." | "..");
        path.push_str(&if is_dots { value.replace('.', "%252E") } else { encode(value) });
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    path.push_str(rest);
    path
}

/// Percent-encodes all but the unreserved characters (RFC 3986 §2.3), fit for a path segment and a query value.
#[must_use]
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Undoes [`encode`]; `None` for a broken escape or bytes that are not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let high = char::from(bytes.next()?).to_digit(16)?;
        let low = char::from(bytes.next()?).to_digit(16)?;
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builders_fill_the_servers_patterns() {
        assert_eq!(admin_client("demo", "c1"), "/admin/realms/demo/clients/c1");
        assert_eq!(admin_user_offline_sessions("demo", "u", "c"), "/admin/realms/demo/users/u/offline-sessions/c");
        assert_eq!(account_consent("demo", "photo-frame"), "/realms/demo/account/applications/photo-frame/consent");
    }

    #[test]
    fn a_name_cannot_leave_its_segment() {
        assert_eq!(admin_realm("a/../b?x#y"), "/admin/realms/a%2F..%2Fb%3Fx%23y");
        assert_eq!(admin_realm("{realm}"), "/admin/realms/%7Brealm%7D");
        assert_eq!(admin_client("ñ", "c"), "/admin/realms/%C3%B1/clients/c");
        assert_eq!(admin_user_consent("demo", "u", ".."), "/admin/realms/demo/users/u/consents/%252E%252E");
        assert_eq!(admin_client_role("demo", "c", "."), "/admin/realms/demo/clients/c/roles/%252E");
    }

    #[test]
    fn a_console_comes_back_to_where_it_was() {
        assert_eq!(
            admin_console_login("master", "/admin/demo/clients?search=a"),
            "/admin/console/login?realm=master&return_to=%2Fadmin%2Fdemo%2Fclients%3Fsearch%3Da"
        );
        assert_eq!(
            account_console_login("demo", "/realms/demo/account/apps"),
            "/realms/demo/account/console/login?return_to=%2Frealms%2Fdemo%2Faccount%2Fapps"
        );
    }

    #[test]
    fn decoding_undoes_encoding_and_refuses_broken_escapes() {
        for text in ["", "a b", "100 %", "ñandú/=&+", "日本"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        assert_eq!(decode("%"), None);
        assert_eq!(decode("%4"), None);
        assert_eq!(decode("%zz"), None);
        assert_eq!(decode("%ff"), None);
    }
}
