//! Every route of the OpenAPI document, called by every kind of caller: no token, a foreign one, a user who is no admin,
//! each role of `realm-management` alone, an admin of another realm, one of all realms. The table says who may; a route that it
//! does not know fails the test.

use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const VIEW_REALM: &str = "view-realm manage-realm";
const MANAGE_REALM: &str = "manage-realm";
const VIEW_CLIENTS: &str = "view-clients manage-clients";
const MANAGE_CLIENTS: &str = "manage-clients";
const VIEW_USERS: &str = "view-users manage-users";
const MANAGE_USERS: &str = "manage-users";
const VIEW_EVENTS: &str = "view-events manage-events";
const MANAGE_EVENTS: &str = "manage-events";
/// Admins of all realms only.
const NOBODY: &str = "";

/// A route group below `/admin/realms/{realm}`, and the roles that may read and change there, beside `realm-admin` and the admins
/// of all realms. A group ends in `/*` where it is all that is below; the longest one counts.
const TABLE: &[(&str, &str, &str)] = &[
    // Group,                                       may read,       may change
    ("", VIEW_REALM, MANAGE_REALM),
    ("/admin-consents", VIEW_CLIENTS, NOBODY),
    ("/admin-consents/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/admin-events", VIEW_EVENTS, MANAGE_EVENTS),
    ("/attack-detection/*", VIEW_USERS, MANAGE_USERS),
    ("/client-scopes", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/client-scopes/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/client-session-stats", VIEW_REALM, NOBODY),
    ("/clients", "query-clients view-clients manage-clients", "create-client manage-clients"),
    ("/clients-initial-access", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/clients-initial-access/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/clients/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    // Whoever reads a secret can act as the client.
    ("/clients/{client}/client-secret", MANAGE_CLIENTS, MANAGE_CLIENTS),
    ("/clients/{client}/roles/{role}/groups", VIEW_USERS, NOBODY),
    ("/clients/{client}/roles/{role}/users", VIEW_USERS, NOBODY),
    ("/permissions", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/permissions/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/default-default-client-scopes", VIEW_REALM, MANAGE_REALM),
    ("/default-default-client-scopes/*", VIEW_REALM, MANAGE_REALM),
    ("/default-groups", VIEW_REALM, NOBODY),
    ("/default-groups/*", NOBODY, MANAGE_REALM),
    ("/default-optional-client-scopes", VIEW_REALM, MANAGE_REALM),
    ("/default-optional-client-scopes/*", VIEW_REALM, MANAGE_REALM),
    ("/events", VIEW_EVENTS, MANAGE_EVENTS),
    ("/events/config", VIEW_EVENTS, MANAGE_EVENTS),
    // Asks, and changes nothing, though it is a POST.
    ("/explain", VIEW_USERS, VIEW_USERS),
    ("/group-by-path/*", VIEW_USERS, NOBODY),
    ("/groups", VIEW_USERS, MANAGE_USERS),
    ("/groups/*", VIEW_USERS, MANAGE_USERS),
    ("/identity-provider/*", VIEW_REALM, MANAGE_REALM),
    ("/keys", VIEW_REALM, NOBODY),
    ("/keys/rotate", NOBODY, MANAGE_REALM),
    ("/logout-all", NOBODY, MANAGE_REALM),
    ("/offline-sessions", VIEW_USERS, NOBODY),
    ("/offline-sessions/*", VIEW_USERS, MANAGE_USERS),
    ("/partial-export", NOBODY, MANAGE_REALM),
    // It may hold every role there is: for whole admins.
    ("/partialImport", NOBODY, NOBODY),
    ("/push-revocation", NOBODY, MANAGE_REALM),
    ("/resources", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/resources/*", VIEW_CLIENTS, MANAGE_CLIENTS),
    ("/roles", VIEW_REALM, MANAGE_REALM),
    ("/roles-by-id/*", "view-realm manage-realm view-clients manage-clients", "manage-realm manage-clients"),
    ("/roles/*", VIEW_REALM, MANAGE_REALM),
    ("/roles/{role}/groups", VIEW_USERS, NOBODY),
    ("/roles/{role}/users", VIEW_USERS, NOBODY),
    ("/sessions/*", NOBODY, MANAGE_USERS),
    ("/statistics", VIEW_USERS, NOBODY),
    ("/testSMTPConnection", NOBODY, MANAGE_REALM),
    // Asks, too.
    ("/token-policy/preview", NOBODY, VIEW_REALM),
    ("/users", "query-users view-users manage-users", MANAGE_USERS),
    ("/users/*", VIEW_USERS, MANAGE_USERS),
    ("/users/count", VIEW_USERS, NOBODY),
    // They tell of events: that takes a second role, and both together no single one but realm-admin has.
    ("/webhooks", VIEW_REALM, NOBODY),
    ("/webhooks/*", VIEW_REALM, NOBODY),
    ("/webhooks/{webhook}/deliveries", NOBODY, NOBODY),
];

/// Of the realm's own admins nobody deletes the realm.
const MASTER_ADMINS_ONLY: [(&str, &str); 2] = [("POST", "/admin/realms"), ("DELETE", "/admin/realms/{realm}")];
/// Would take away what the walk goes on with: tried only by those who may not.
const TOO_THOROUGH: [&str; 2] = ["DELETE /admin/realms/{realm}", "POST /admin/realms/{realm}/logout-all"];
/// Of the realm `master`.
const MASTER_ADMIN: &str = "an admin of all realms";
const REALM_PATH: &str = "/admin/realms/{realm}";
pub const MISSING: &str = "0199f0c0-0000-7000-8000-0000000000ff";

pub struct Route {
    pub method: String,
    pub path: String,
    takes_list: bool,
}

impl Route {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The roles that open it, or that any admin may call it.
    fn roles(&self) -> Option<BTreeSet<&'static str>> {
        if MASTER_ADMINS_ONLY.contains(&(self.method.as_str(), self.path.as_str())) {
            return Some(BTreeSet::new());
        }
        let below = self.path.strip_prefix(REALM_PATH)?;
        let covers = |group: &str| match group.strip_suffix("/*") {
            Some(above) => below.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')),
            None => below == group,
        };
        let entry = TABLE.iter().filter(|(group, ..)| covers(group)).max_by_key(|(group, ..)| group.len());
        let (_, read, change) = entry.unwrap_or_else(|| panic!("{} is not in the table", self.name()));
        let named = if self.method == "GET" { read } else { change };
        Some(named.split(' ').filter(|role| !role.is_empty()).chain(["realm-admin"]).collect())
    }

    /// One that is taken from whoever may send it: what is wrong with a body is told before who may do what.
    fn body(&self) -> Value {
        match (self.method.as_str(), self.path.strip_prefix(REALM_PATH).unwrap_or_default()) {
            _ if self.takes_list => json!([]),
            _ if self.path.ends_with("/account/notices") => json!({"mail": true}),
            ("POST", "") => json!({"realm": "walked"}),
            ("POST", "/users") => json!({"username": "walked"}),
            ("POST", "/clients") => json!({"clientId": "walked"}),
            ("POST", "/client-scopes") => json!({"name": "walked"}),
            ("POST", "/resources") => json!({"resource": "https://walked.example/"}),
            ("POST", "/webhooks") => json!({"url": "https://walked.example/", "eventTypes": ["*"]}),
            ("POST", "/identity-provider/instances") => upstream("walked"),
            ("POST", path) if path.contains("/federated-identity/") => json!({"userId": "walked"}),
            ("POST", "/groups") | ("PUT", "/groups/{group}") => json!({"name": "walked"}),
            ("POST", path) if path.ends_with("/children") => json!({"name": "walked"}),
            (_, path) if path.contains("/protocol-mappers/models") => {
                json!({"name": "walked", "protocol": "openid-connect", "protocolMapper": "oidc-full-name-mapper"})
            }
            ("POST", "/explain") => json!({"session": MISSING}),
            ("POST", "/keys/rotate") => json!({"kind": "signing"}),
            ("POST", path) if path.ends_with("/roles") => json!({"name": "walked"}),
            ("PUT", path) if path.contains("/consents/") => json!({"grantedClientScopes": []}),
            ("PUT", path) if path.ends_with("/reset-password") => json!({"value": "a-long-password"}),
            _ => json!({}),
        }
    }

    /// With each `{name}` replaced.
    fn filled(&self, ids: &BTreeMap<&str, String>) -> String {
        let mut path = self.path.clone();
        for (name, value) in ids {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        path
    }

    pub async fn call(&self, server: &TestServer, token: Option<&str>, ids: &BTreeMap<&str, String>) -> Answer {
        let method: Method = self.method.parse().expect("a method");
        let mut request = server.http().request(method, server.url(&self.filled(ids)));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if self.method != "GET" {
            request = request.json(&self.body());
        }
        Answer::of(request).await
    }
}

/// Those of one of the APIs, as the server describes them.
pub async fn routes(server: &TestServer, api: &str) -> Vec<Route> {
    let document = Answer::of(server.http().get(server.url("/openapi.json"))).await.expect(200).json();
    let mut all = Vec::new();
    for (path, place) in document["paths"].as_object().expect("paths") {
        for (method, operation) in place.as_object().expect("operations") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let takes_list = schema["type"] == "array";
            all.push(Route { method: method.to_uppercase(), path: path.clone(), takes_list });
        }
    }
    all.retain(|route| route.path.starts_with(api));
    assert!(all.len() > 10, "the document is there");
    all
}

/// An upstream provider under this alias.
pub fn upstream(alias: &str) -> Value {
    let config =
        json!({"issuer": format!("https://{alias}.example"), "clientId": "app", "jwksUrl": "https://keys.example/"});
    json!({"alias": alias, "providerId": "oidc", "config": config})
}

/// Things of the demo realm.
async fn present(admin: &Admin) -> BTreeMap<&'static str, String> {
    let resource = admin.create_resource("https://api.example/", json!({})).await;
    let hook = admin.post("/demo/webhooks", &json!({"url": "https://hooks.example/", "eventTypes": ["*"]})).await;
    admin.post("/demo/identity-provider/instances", &upstream("up")).await.expect(201);
    let roles = admin.get("/demo/roles").await.expect(200).json();
    let role = roles.as_array().expect("roles").iter().find(|role| role["name"] == "uma_authorization").cloned();
    BTreeMap::from([
        ("realm", demo::REALM.to_owned()),
        ("client", admin.client_uuid(demo::PHOTO_FRAME).await),
        ("container", admin.client_uuid("account").await),
        ("user", admin.user_id("bob").await),
        ("scope", admin.scope_id("phone").await),
        ("role", role.expect("a role")["id"].as_str().expect("an id").to_owned()),
        ("resource", resource),
        ("webhook", hook.created_id()),
        ("session", MISSING.to_owned()),
        ("delivery", MISSING.to_owned()),
        ("group", admin.post("/demo/groups", &json!({"name": "crew"})).await.created_id()),
        ("mapper", MISSING.to_owned()),
        ("credential", MISSING.to_owned()),
        ("path", "crew".to_owned()),
        ("protocol", "openid-connect".to_owned()),
        ("alias", "up".to_owned()),
        ("id", MISSING.to_owned()),
    ])
}

/// The same places with nothing there.
fn absent(realm: &str, present: &BTreeMap<&'static str, String>) -> BTreeMap<&'static str, String> {
    present.keys().map(|name| (*name, if *name == "realm" { realm.to_owned() } else { MISSING.to_owned() })).collect()
}

async fn token_of(server: &TestServer, realm: &str, person: &Person) -> String {
    let cli = Client::new(server, realm, "admin-cli", Authentication::None);
    cli.password_grant(person, "openid").await.expect_tokens().access_token()
}

/// Somebody of a realm with these roles of its `realm-management`; the token.
async fn with_role(server: &TestServer, admin: &Admin, realm: &str, role: Option<&str>) -> String {
    let name = format!("only-{}", role.unwrap_or("a-user"));
    let person = Person::new(&name, "a-long-password");
    let credentials = json!([{"type": "password", "value": person.password}]);
    let fields = json!({"username": name, "enabled": true, "credentials": credentials});
    let id = admin.post(&format!("/{realm}/users"), &fields).await.created_id();
    if let Some(role) = role {
        let clients = admin.get(&format!("/{realm}/clients?clientId=realm-management")).await.expect(200).json();
        let management = clients[0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/{realm}/users/{id}/role-mappings/clients/{management}");
        admin.post(&path, &json!([{"name": role}])).await.expect(204);
    }
    token_of(server, realm, &person).await
}

/// What is in the demo realm, but for what happens there.
pub async fn state(admin: &Admin) -> Vec<Value> {
    state_of(admin, demo::REALM).await
}

pub async fn state_of(admin: &Admin, realm: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for part in
        ["", "/clients", "/users", "/roles", "/client-scopes", "/resources", "/webhooks", "/keys", "/events/config"]
    {
        all.push(admin.get(&format!("/{realm}{part}")).await.expect(200).json());
    }
    all
}

on_both_databases! {
    async fn whoever_is_no_admin_of_the_realm_is_refused_without_telling_what_there_is(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let there = present(&admin).await;
        let (nothing_there, no_such_realm) = (absent(demo::REALM, &there), absent("nowhere", &there));
        let before = state(&admin).await;
        let user = with_role(&server, &admin, "demo", None).await;
        let callers = [
            (401, None),
            (401, Some("not-a-token".to_owned())),
            (401, Some(format!("{}x", admin_token_of_another_issuer(&user)))),
            (403, Some(user)),
            (403, Some(with_role(&server, &admin, "branch", Some("realm-admin")).await)),
        ];
        let after_callers = state(&admin).await;
        for route in routes(&server, "/admin/realms").await {
            for (status, token) in &callers {
                let found = route.call(&server, token.as_deref(), &there).await;
                let may_list = route.roles().is_none() && *status == 403;
                assert!(may_list || found.status == *status, "{}: {found}", route.name());
                for elsewhere in [&nothing_there, &no_such_realm] {
                    let other = route.call(&server, token.as_deref(), elsewhere).await;
                    assert_eq!((found.status, &found.body), (other.status, &other.body), "{}", route.name());
                }
            }
        }
        assert_ne!(before, after_callers, "the callers are users of the realm");
        assert_eq!(state(&admin).await, after_callers, "something changed");
    }

    async fn each_role_alone_opens_what_the_table_says_and_no_more(server) {
        let admin = Admin::sign_in(&server).await;
        let there = present(&admin).await;
        let nothing_there = absent(demo::REALM, &there);
        let management = admin.client_uuid("realm-management").await;
        let roles = admin.get(&format!("/demo/clients/{management}/roles")).await.expect(200).json();
        let mut callers = Vec::new();
        for role in roles.as_array().expect("roles") {
            let role = role["name"].as_str().expect("a name").to_owned();
            callers.push((with_role(&server, &admin, "demo", Some(&role)).await, role));
        }
        let before = state(&admin).await;
        let all = routes(&server, "/admin/realms").await;
        for route in &all {
            let Some(allowed) = route.roles() else { continue };
            for (token, role) in callers.iter().filter(|(_, role)| !allowed.contains(role.as_str())) {
                for ids in [&there, &nothing_there] {
                    let refused = route.call(&server, Some(token), ids).await;
                    assert_eq!(refused.status, 403, "{} by {role} alone: {refused}", route.name());
                }
            }
        }
        assert_eq!(state(&admin).await, before, "somebody changed what they may not");
        // Whatever the table says, an admin of all realms is let in.
        callers.push((token_of(&server, demo::MASTER, &Person::admin()).await, MASTER_ADMIN.to_owned()));
        for route in all.iter().filter(|route| !TOO_THOROUGH.contains(&route.name().as_str())) {
            let Some(mut allowed) = route.roles() else { continue };
            allowed.insert(MASTER_ADMIN);
            for (token, role) in callers.iter().filter(|(_, role)| allowed.contains(role.as_str())) {
                // Reads find what is there; changes are let in, and find nothing. A role that is found by its id opens to those
                // who may see what it belongs to.
                let reads = route.method == "GET" && !route.path.contains("/roles-by-id/");
                let ids = if reads { &there } else { &nothing_there };
                let let_in = route.call(&server, Some(token), ids).await;
                assert!(![401, 403].contains(&let_in.status), "{} by {role}: {let_in}", route.name());
                assert!(let_in.status < 500, "{} by {role}: {let_in}", route.name());
            }
        }
    }

    async fn the_account_api_is_its_users_own(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let there = present(&admin).await;
        let strangers = [None, Some("not-a-token".to_owned()), Some(with_role(&server, &admin, "branch", None).await)];
        for route in routes(&server, "/realms/{realm}/account").await {
            for token in &strangers {
                let refused = route.call(&server, token.as_deref(), &there).await;
                assert_eq!(refused.status, 401, "{}: {refused}", route.name());
            }
            // Signing out everywhere takes the token with it.
            let own = token_of(&server, demo::REALM, &Person::alice()).await;
            let answered = route.call(&server, Some(&own), &there).await;
            assert!(answered.status != 401 && answered.status < 500, "{}: {answered}", route.name());
        }
    }
}

/// A token that says it is of this server, signed by nobody.
fn admin_token_of_another_issuer(token: &str) -> String {
    let (signed, _) = token.rsplit_once('.').expect("a JWT");
    format!("{signed}.AAAA")
}
