//! Nobody becomes more of an admin than they are: not through a client's account, a built-in client, or another admin's sessions.

use crate::support::grant_of;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};
use serde_json::json;

const BUILT_IN: [&str; 6] =
    ["security-admin-console", "account-console", "admin-cli", "realm-management", "account", "broker"];
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// A client whose own account has all admin roles of the demo realm; its UUID.
pub async fn a_robot_that_is_an_admin(admin: &Admin) -> String {
    let uuid = admin.create_client(json!({"clientId": "robot", "serviceAccountsEnabled": true})).await;
    let account = admin.get(&format!("/demo/clients/{uuid}/service-account-user")).await.expect(200).text("id");
    let management = admin.client_uuid("realm-management").await;
    let path = format!("/demo/users/{account}/role-mappings/clients/{management}");
    admin.post(&path, &json!([{"name": "realm-admin"}])).await.expect(204);
    uuid
}

/// The person as an admin with the token that an app of the demo realm got.
async fn through(server: &TestServer, client: &Client, person: &Person) -> Admin {
    let token = client.password_grant(person, "openid").await.expect_tokens().access_token();
    Admin::with_bearer(server, &token)
}

on_both_databases! {
    async fn a_secret_is_shown_to_those_who_may_change_it_only(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/clients/{}/client-secret", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        admin.with_roles(&server, "vera", &["view-clients"]).await.get(&path).await.expect(403);
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        assert_eq!(clara.get(&path).await.expect(200).text("value"), demo::NIGHTLY_BACKUP_SECRET);
    }

    async fn a_client_whose_account_may_do_more_is_not_taken_over(server) {
        let admin = Admin::sign_in(&server).await;
        let (uuid, scope) = (a_robot_that_is_an_admin(&admin).await, admin.scope_id("phone").await);
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let path = format!("/demo/clients/{uuid}");
        clara.get(&format!("{path}/client-secret")).await.expect(403);
        clara.post(&format!("{path}/client-secret"), &json!({})).await.expect(403);
        clara.put(&path, &json!({"secret": "hers"})).await.expect(403);
        clara.put(&path, &json!({"attributes": {"jwks.string": "{\"keys\":[]}"}})).await.expect(403);
        clara.put(&format!("{path}/default-client-scopes/{scope}"), &json!({})).await.expect(403);
        clara.delete(&path).await.expect(403);
        // Its own admins go on, and so does the client.
        let rita = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        rita.put(&path, &json!({"name": "Robot"})).await.expect(204);
        let robot = Client::confidential(&server, "robot", &rita.client_secret("robot").await);
        let token = robot.client_credentials("openid").await.expect_tokens().access_token();
        Admin::with_bearer(&server, &token).get("/demo/users").await.expect(200);
        rita.delete(&path).await.expect(204);
    }

    async fn what_built_in_clients_may_do_is_the_whole_admins_to_change(server) {
        let admin = Admin::sign_in(&server).await;
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let rita = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let scope = admin.scope_id("phone").await;
        for name in BUILT_IN {
            let shown = admin.client(name).await;
            let path = format!("/demo/clients/{}", shown["id"].as_str().expect("an id"));
            let turned = |field: &str| json!({field: !shown[field].as_bool().unwrap_or_default()});
            for change in [
                json!({"redirectUris": ["https://evil.example/callback"]}),
                json!({"webOrigins": ["https://evil.example"]}),
                json!({"rootUrl": "https://evil.example"}),
                turned("publicClient"),
                turned("standardFlowEnabled"),
                turned("directAccessGrantsEnabled"),
                turned("fullScopeAllowed"),
                json!({"attributes": {"oauth2.device.authorization.grant.enabled": "true"}}),
                json!({"publicClient": false, "secret": "hers"}),
                json!({"publicClient": false, "clientAuthenticatorType": "client-jwt"}),
                json!({"publicClient": false, "serviceAccountsEnabled": true}),
                json!({"defaultClientScopes": ["phone"]}),
            ] {
                let answer = clara.put(&path, &change).await;
                assert_eq!(answer.status, 403, "{name} {change}: {answer}");
            }
            clara.post(&format!("{path}/client-secret"), &json!({})).await.expect(403);
            clara.put(&format!("{path}/default-client-scopes/{scope}"), &json!({})).await.expect(403);
            let role = json!([admin.realm_role("uma_authorization").await]);
            clara.post(&format!("{path}/scope-mappings/realm"), &role).await.expect(403);
            // What is read may be written back with another name, and with other lifetimes where it is no tool of the admins'.
            let mut same = shown.clone();
            same["name"] = json!("Ours");
            clara.put(&path, &same).await.expect(204);
            let is_tool = ["security-admin-console", "admin-cli"].contains(&name);
            same["attributes"]["access.token.lifespan"] = json!("120");
            clara.put(&path, &same).await.expect(if is_tool { 403 } else { 204 });
            rita.put(&path, &json!({"webOrigins": ["https://ours.example"]})).await.expect(204);
        }
    }

    async fn who_manages_clients_locks_no_admin_out_of_the_tools(server) {
        let admin = Admin::sign_in(&server).await;
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let tool = format!("/demo/clients/{}", admin.client_uuid("admin-cli").await);
        for attributes in [
            json!({"client.offline.session.idle.timeout": "1"}),
            json!({"access.token.lifespan": "1"}),
            json!({"use.refresh.tokens": "false"}),
        ] {
            clara.put(&tool, &json!({"attributes": attributes})).await.expect(403);
        }
        clara.put(&tool, &json!({"consentRequired": true})).await.expect(403);
        let roles = format!("/demo/client-scopes/{}", admin.scope_id("roles").await);
        let mappers = admin.get(&format!("{roles}/protocol-mappers/models")).await.expect(200).json();
        let resolve = mappers.as_array().expect("a list").iter().find(|one| one["name"] == "audience resolve").expect("one");
        let resolve = format!("{roles}/protocol-mappers/models/{}", resolve["id"].as_str().expect("an id"));
        clara.delete(&resolve).await.expect(403);
        clara.put(&roles, &json!({"name": "roles", "protocolMappers": []})).await.expect(403);
        clara.delete(&roles).await.expect(403);
        // What the tools ask for needs nobody's approval.
        let profile = format!("/demo/client-scopes/{}", admin.scope_id("profile").await);
        let reserved = json!({"name": "profile", "adminConsentRequired": true});
        clara.put(&profile, &reserved).await.expect(403);
        // Of other scopes they decide.
        let phone = format!("/demo/client-scopes/{}", admin.scope_id("phone").await);
        clara.put(&phone, &json!({"name": "phone", "description": "Telephone"})).await.expect(204);
        let rita = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        rita.delete(&resolve).await.expect(204);
    }

    async fn full_scope_alone_carries_no_admin_role_into_another_apps_token(server) {
        let admin = Admin::sign_in(&server).await;
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let rita = Person::new("rita", "rita-password");
        let frame = Client::photo_frame(&server);
        through(&server, &frame, &rita).await.get("/demo/users").await.expect(403);
        through(&server, &frame, &rita).await.put("/demo", &json!({})).await.expect(403);
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        through(&server, &cli, &rita).await.get("/demo/users").await.expect(200);
        // Who has a role may put it into the app's scope; nobody else.
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let (uuid, management) = (admin.client_uuid(demo::PHOTO_FRAME).await, admin.client_uuid("realm-management").await);
        let mapped = format!("/demo/clients/{uuid}/scope-mappings/clients/{management}");
        let of_scope = format!("/demo/client-scopes/{}/scope-mappings/clients/{management}", admin.scope_id("phone").await);
        let role = json!([{"name": "view-users"}]);
        clara.post(&mapped, &role).await.expect(403);
        clara.post(&of_scope, &role).await.expect(403);
        clara.post(&mapped, &json!([{"name": "manage-clients"}])).await.expect(204);
        admin.post(&mapped, &role).await.expect(204);
        let through_frame = through(&server, &frame, &rita).await;
        through_frame.get("/demo/users").await.expect(200);
        through_frame.put("/demo", &json!({})).await.expect(403);
        // The app is now one of those who carry more than clara has.
        clara.put(&format!("/demo/clients/{uuid}"), &json!({"redirectUris": ["https://evil.example/"]})).await.expect(403);
    }

    async fn nobody_ends_the_sessions_of_an_admin_who_may_do_more(server) {
        let admin = Admin::sign_in(&server).await;
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        let (rita, id) = (Person::new("rita", "rita-password"), admin.user_id("rita").await);
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &rita, &Choice::for_days(0)).await;
        let grant = grant_of(&tokens);
        let sessions = admin.get(&format!("/demo/users/{id}/sessions")).await.expect(200).json();
        let session = sessions[0]["id"].as_str().expect("a sign-in session");
        let users = format!("/demo/users/{id}");
        ursula.post(&format!("{users}/logout"), &json!({})).await.expect(403);
        ursula.post(&format!("{users}/push-revocation"), &json!({"notBefore": "now"})).await.expect(403);
        ursula.put(&users, &json!({"notBefore": 1})).await.expect(403);
        ursula.delete(&format!("{users}/consents/{}", demo::NIGHTLY_BACKUP)).await.expect(403);
        ursula.patch(&format!("/demo/offline-sessions/{grant}"), &json!({"paused": true})).await.expect(403);
        ursula.delete(&format!("/demo/offline-sessions/{grant}")).await.expect(403);
        ursula.end_offline_session(&grant).await.expect(403);
        ursula.delete(&format!("/demo/sessions/{session}")).await.expect(403);
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        // Those of users who are no admins are hers to end; and rita's are those of an admin who may do as much.
        let alices = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        ursula.end_offline_session(&grant_of(&alices)).await.expect(204);
        ursula.post(&format!("/demo/users/{}/logout", admin.user_id("alice").await), &json!({})).await.expect(204);
        admin.end_offline_session(&grant).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn those_who_may_not_change_it_do_not_learn_what_exists(server) {
        let admin = Admin::sign_in(&server).await;
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let alice = through(&server, &cli, &Person::alice()).await;
        let (user, client) = (admin.user_id("bob").await, admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        for path in [
            format!("/demo/users/{user}"),
            format!("/demo/users/{NOBODY}"),
            format!("/demo/clients/{client}"),
            format!("/demo/clients/{NOBODY}"),
            "/demo".to_owned(),
            "/nowhere".to_owned(),
        ] {
            for sent in [json!({}), json!({"notBefore": 1}), json!({"notBefore": 99_999_999_999_i64})] {
                let answer = alice.put(&path, &sent).await;
                assert_eq!(answer.status, 403, "{path} {sent}: {answer}");
            }
        }
    }
}
