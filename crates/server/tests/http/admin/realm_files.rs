//! Realm files: what Keycloak exports is taken over with a report of what is not, and our own exports come back as they were.

use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases, token};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn keycloak_file() -> Value {
    serde_json::from_str(include_str!("keycloak_realm.json")).expect("a realm file")
}

/// Imports Keycloak's file; what the server said of it.
async fn import(server: &TestServer) -> Answer {
    Admin::sign_in(server).await.post("?report=true", &keycloak_file()).await.expect(201)
}

fn left_out(answer: &Answer) -> Vec<String> {
    let all = answer.json()["leftOut"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    all.iter().map(|one| format!("{}: {}", text(&one["what"]), text(&one["why"]))).collect()
}

fn crm(server: &TestServer) -> Client {
    Client::new(server, "acme", "crm", Authentication::Basic("crm-secret".into()))
}

fn carol() -> Person {
    Person::new("carol", "wonderland")
}

async fn id_of(admin: &Admin, path: &str) -> String {
    let found = admin.get(path).await.expect(200).json();
    found[0]["id"].as_str().unwrap_or_else(|| panic!("nothing at {path}: {found}")).to_owned()
}

/// The realm as the command line writes it.
fn exported(server: &TestServer, realm: &str, name: &str) -> (std::path::PathBuf, Value) {
    let path = server.audit_log().with_file_name(name);
    let (done, said) = server.run_verb(&["realm", "export", realm, "--file", path.to_str().expect("a path")]);
    assert!(done, "{said}");
    let text = std::fs::read_to_string(&path).expect("the file");
    (path, serde_json::from_str(&text).expect("JSON"))
}

on_both_databases! {
    async fn who_moves_here_from_keycloak_keeps_password_id_and_roles(server) {
        import(&server).await;
        let tokens = crm(&server).password_grant(&carol(), "openid offline_access invoices").await.expect_tokens();
        let claims = token::claims(&tokens.access_token());
        assert_eq!(claims["sub"], "d4d4d4d4-0000-4000-8000-000000000001", "apps know her by it");
        let roles = &claims["realm_access"]["roles"];
        for role in ["editor", "reader", "offline_access", "default-roles-acme"] {
            assert!(roles.as_array().is_some_and(|all| all.contains(&json!(role))), "{role} in {roles}");
        }
        assert_eq!(claims["resource_access"]["crm"]["roles"], json!(["contacts"]));
        assert_eq!(claims["department"], "Sales", "her attribute, by the client's mapper");
        assert_eq!(tokens.number("refresh_expires_in"), 604_800, "the client's own idle timeout");
        crm(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
        crm(&server).password_grant(&Person::new("carol", "Wonderland"), "openid").await.expect_error(400, "invalid_grant");
    }

    async fn settings_clients_scopes_mappings_and_consents_are_taken_over(server) {
        import(&server).await;
        let admin = Admin::sign_in(&server).await;
        let realm = admin.get("/acme").await.expect(200).json();
        assert_eq!((&realm["displayName"], &realm["accessTokenLifespan"]), (&json!("Acme"), &json!(240)));
        assert_eq!(realm["offlineSessionMaxLifespanEnabled"], true);
        let crm = admin.get("/acme/clients?clientId=crm").await.expect(200).json()[0].clone();
        assert_eq!(crm["redirectUris"], json!(["https://crm.acme.example/callback"]));
        assert_eq!(crm["optionalClientScopes"], json!(["invoices", "offline_access"]));
        let reports = id_of(&admin, "/acme/clients?clientId=reports").await;
        let mapped = admin.get(&format!("/acme/clients/{reports}/scope-mappings")).await.expect(200).json();
        assert_eq!(mapped["realmMappings"][0]["name"], "reader", "{mapped}");
        assert_eq!(mapped["clientMappings"]["crm"]["mappings"][0]["name"], "contacts", "{mapped}");
        let consents = admin.get("/acme/users/d4d4d4d4-0000-4000-8000-000000000001/consents").await.expect(200).json();
        assert_eq!(consents[0]["clientId"], "reports");
        assert_eq!(consents[0]["createdDate"], 1_690_000_001_000_i64);
        let groups = admin.get("/acme/users/d4d4d4d4-0000-4000-8000-000000000001/groups").await.expect(200).json();
        assert_eq!(groups[0]["path"], "/sales/abroad", "{groups}");
        let joined = admin.get("/acme/default-groups").await.expect(200).json();
        assert_eq!(joined[0]["path"], "/sales", "{joined}");
        let id = crm["id"].as_str().expect("an id");
        let account = admin.get(&format!("/acme/clients/{id}/service-account-user")).await.expect(200).json();
        assert_eq!(account["id"], "d4d4d4d4-0000-4000-8000-000000000002");
    }

    async fn whatever_is_left_out_is_told_with_its_reason(server) {
        let told = left_out(&import(&server).await);
        for expected in [
            "clients[crm].redirectUris: https://crm.acme.example/* is no exact address; patterns are not supported",
            "clients[crm].webOrigins: * is no exact address; patterns are not supported",
            "clients[https://sp.acme.example/saml]: only OpenID Connect is spoken here",
            "clientScopes[role_list]: only OpenID Connect is spoken here",
            "identityProviders[google]: only OpenID Connect is spoken here",
            "users[carol].credentials: a credential of type otp is not taken over",
            "users[carol].roles: there is no role vanished",
            "users[carol].groups: there is no group /gone",
            "clients[crm].protocolMappers[script]: oidc-script-based-protocol-mapper: ProtocolMapper provider not found",
            "roles[realm-management.impersonation]: admin roles are part of the realm, and this one is not known here",
        ] {
            assert!(told.iter().any(|line| line == expected), "{expected} is not in {told:#?}");
        }
        let of_realm = told.iter().find(|line| line.starts_with("realm: ")).expect("a line about the realm");
        for name in ["authenticationFlows", "components"] {
            assert!(of_realm.contains(name), "{of_realm}");
        }
        assert!(told.iter().any(|line| line.contains("authenticationFlowBindingOverrides")), "{told:#?}");
    }

    async fn a_realm_exported_and_imported_again_is_the_same(server) {
        import(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post("/acme/resources", &json!({"resource": "https://api.acme.example/", "scopes": ["invoices"]})).await.expect(201);
        let (path, before) = exported(&server, "acme", "first.json");
        assert_eq!(before["users"].as_array().map(Vec::len), Some(2));
        admin.delete("/acme").await.expect(204);
        let (done, said) = server.run_verb(&["realm", "import", path.to_str().expect("a path")]);
        assert!(done, "{said}");
        let (_, mut after) = exported(&server, "acme", "second.json");
        after["id"] = before["id"].clone();
        for (key, value) in before.as_object().expect("an object") {
            if key != "clients" && key != "roles" && key != "clientScopes" && key != "protectedResources" {
                assert_eq!(&after[key], value, "{key}");
            }
        }
        for key in ["clients", "roles", "clientScopes", "protectedResources"] {
            assert_eq!(without_ids(&after[key]), without_ids(&before[key]), "{key}");
        }
        crm(&server).password_grant(&carol(), "openid").await.expect_tokens();
    }

    async fn an_export_is_for_its_owner_alone_and_overwrites_nothing(server) {
        let (path, file) = exported(&server, "demo", "demo.json");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("the file").permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert!(file.to_string().contains("nightly-backup-secret"));
        let text = path.to_str().expect("a path");
        assert!(!server.run_verb(&["realm", "export", "demo", "--file", text]).0);
        let (done, said) = server.run_verb(&["realm", "import", text]);
        assert!(!done && said.contains("already"), "{said}");
        let (done, said) = server.run_verb(&["realm", "export", "demo", "--hide-secrets", "--without-users"]);
        assert!(done && !said.contains("nightly-backup-secret") && !said.contains("secretData"), "{said}");
        assert!(!server.run_verb(&["realm", "export", "nowhere"]).0);
    }

    async fn a_partial_export_shows_no_secret_and_no_user(server) {
        let admin = Admin::sign_in(&server).await;
        let all = admin.post("/demo/partial-export?exportClients=true&exportGroupsAndRoles=true", &json!({})).await.expect(200);
        assert!(!all.body.contains("nightly-backup-secret") && !all.body.contains("alice"), "{all}");
        assert!(all.json()["clients"].as_array().is_some_and(|clients| clients.len() >= 8), "{all}");
        assert!(all.json()["roles"]["client"]["account"].is_array(), "{all}");
        let bare = admin.post("/demo/partial-export", &json!({})).await.expect(200).json();
        assert!(bare.get("clients").is_none() && bare.get("roles").is_none(), "{bare}");
    }

    async fn a_partial_import_fails_skips_or_overwrites_what_is_there(server) {
        let admin = Admin::sign_in(&server).await;
        let part = |rule: &str, name: &str| json!({
            "ifResourceExists": rule,
            "clients": [{"clientId": "fresh", "publicClient": true}, {"clientId": "photo-frame", "name": name}],
            "users": [{"username": "dave", "enabled": true}],
        });
        admin.post("/demo/partialImport", &part("FAIL", "No")).await.expect(409);
        let clients = admin.get("/demo/clients?clientId=fresh").await.expect(200);
        assert_eq!(clients.json(), json!([]), "nothing is half imported");
        let skipped = admin.post("/demo/partialImport", &part("SKIP", "No")).await.expect(200).json();
        assert_eq!((&skipped["added"], &skipped["skipped"]), (&json!(2), &json!(1)), "{skipped}");
        assert_ne!(admin.client("photo-frame").await["name"], "No");
        let written = admin.post("/demo/partialImport", &part("OVERWRITE", "Frame")).await.expect(200).json();
        assert_eq!((&written["added"], &written["overwritten"]), (&json!(0), &json!(3)), "{written}");
        assert_eq!(admin.client("photo-frame").await["name"], "Frame");
        assert_eq!(written["results"][0]["action"], "OVERWRITTEN");
        assert_eq!(written["results"][0]["resourceType"], "CLIENT");
    }

    async fn an_import_is_for_whole_admins_only(server) {
        let admin = Admin::sign_in(&server).await;
        let person = admin.create_person("manager").await;
        let (management, user) = (admin.client_uuid("realm-management").await, admin.user_id("manager").await);
        let path = format!("/demo/users/{user}/role-mappings/clients/{management}");
        admin.post(&path, &json!([{"name": "manage-realm"}, {"name": "manage-users"}, {"name": "manage-clients"}])).await.expect(204);
        let cli = Client::new(&server, "demo", "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&person, "openid").await.expect_tokens().access_token();
        let manager = Admin::with_bearer(&server, &bearer);
        let climbing = json!({"users": [{"username": "mallory", "enabled": true, "clientRoles": {"realm-management": ["realm-admin"]}}]});
        manager.post("/demo/partialImport", &climbing).await.expect(403);
        manager.post("", &keycloak_file()).await.expect(403);
        manager.post("/master/partialImport", &climbing).await.expect(403);
        manager.post("/demo/partial-export", &json!({})).await.expect(200);
        manager.post("/master/partial-export", &json!({})).await.expect(403);
        Answer::of(server.http().post(server.url("/admin/realms/demo/partialImport")).json(&climbing)).await.expect(401);
        admin.post(&path, &json!([{"name": "realm-admin"}])).await.expect(204);
        manager.post("/demo/partialImport", &climbing).await.expect(200);
    }

    async fn who_may_not_import_is_refused_before_the_file_has_arrived(server) {
        Admin::sign_in(&server).await.with_roles(&server, "quentin", &["query-users"]).await;
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let quentin = Person::new("quentin", "quentin-password");
        let token = cli.password_grant(&quentin, "openid").await.expect_tokens().access_token();
        for path in ["/admin/realms", "/admin/realms/demo/partialImport"] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: 15000000\r\n\r\n"
            );
            let mut line = TcpStream::connect(server.node_url().replace("http://localhost", "127.0.0.1")).await.expect("a connection");
            line.write_all(head.as_bytes()).await.expect("the head of a request");
            let mut heard = [0; 12];
            line.read_exact(&mut heard).await.expect("an answer");
            assert_eq!(&heard, b"HTTP/1.1 403", "{path}: {}", String::from_utf8_lossy(&heard));
        }
    }

    async fn a_file_that_is_none_is_refused_and_leaves_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        for wrong in [
            json!({"clients": "all"}),
            json!({"users": {"a": 1}}),
            json!({"ifResourceExists": "MERGE"}),
            json!({"clientScopeMappings": [1]}),
            json!([]),
        ] {
            let answer = admin.post("/demo/partialImport", &wrong).await.expect(400);
            assert!(answer.json()["errorMessage"].is_string(), "{wrong}: {answer}");
        }
        for wrong in [json!({"clients": []}), json!({"realm": "a b", "clients": []}), json!({"realm": "x", "users": 1})] {
            admin.post("", &wrong).await.expect(400);
        }
        // Each thing that does not fit is left out by itself.
        let odd = json!({"realm": "odd", "clients": [1, {"clientId": ""}, {"clientId": "ok", "redirectUris": "x"}, {"clientId": "fine"}],
            "users": [{"username": ""}, {"username": "a", "email": "none"}, {"enabled": true}, {"username": "b", "credentials": [{"type": "password", "value": "x"}]}],
            "roles": {"realm": [{"name": "r", "composites": 7}]}});
        let answer = admin.post("?report=true", &odd).await.expect(201);
        assert!(left_out(&answer).len() >= 7, "{answer}");
        assert_eq!(admin.get("/odd/clients?clientId=fine").await.expect(200).json().as_array().map(Vec::len), Some(1));
        assert_eq!(admin.get("/odd/users/count").await.expect(200).body, "2");
    }
}

/// Built-in things have ids of their own in each realm.
fn without_ids(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "containerId"));
            Value::Object(kept.map(|(name, value)| (name.clone(), without_ids(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_ids).collect()),
        other => other.clone(),
    }
}
