//! Clients: created, changed in part, deleted for good, their secrets and service accounts, and who may do it.

use super::escalation::a_robot_that_is_an_admin;
use crate::support::alices_backup;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, Console, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::json;

const REDIRECT: &str = "http://localhost:9999/callback";

/// Gets an offline token for a client that was just made.
async fn authorized(server: &TestServer, client: &Client) -> Answer {
    client.authorize(server, &Person::alice(), &Choice::accept()).await
}

on_both_databases! {
    async fn a_created_client_has_an_address_keycloaks_defaults_and_the_realms_scopes(server) {
        let admin = Admin::sign_in(&server).await;
        let answer = admin.post("/demo/clients", &json!({"clientId": "fresh"})).await.expect(201);
        let uuid = answer.created_id();
        assert_eq!(answer.header("location"), format!("{}/admin/realms/demo/clients/{uuid}", server.base_url()));
        let client = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
        assert_eq!(client["clientId"], "fresh");
        for on in ["enabled", "standardFlowEnabled", "directAccessGrantsEnabled", "fullScopeAllowed"] {
            assert_eq!(client[on], true, "{on}: {client}");
        }
        for off in ["publicClient", "consentRequired", "serviceAccountsEnabled"] {
            assert_eq!(client[off], false, "{off}: {client}");
        }
        let listed = |list: &str, name: &str| client[list].as_array().is_some_and(|all| all.contains(&json!(name)));
        assert!(listed("defaultClientScopes", "profile") && listed("defaultClientScopes", "email"), "{client}");
        assert!(listed("optionalClientScopes", "offline_access"), "{client}");
    }

    async fn a_created_client_works_at_once_with_its_secret(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_client(json!({"clientId": "fresh", "redirectUris": [REDIRECT]})).await;
        let secret = admin.client_secret("fresh").await;
        let tokens = authorized(&server, &Client::confidential(&server, "fresh", &secret)).await;
        assert!(tokens.scopes().contains(&"offline_access".to_owned()), "{tokens}");
        let given = admin.create_client(json!({"clientId": "given", "secret": "a-secret-of-mine"})).await;
        assert_eq!(admin.client_secret("given").await, "a-secret-of-mine");
        let shown = admin.get(&format!("/demo/clients/{given}")).await.expect(200).json();
        assert_eq!(shown["secret"], "a-secret-of-mine");
        // Whoever reads, changes and writes the whole changes nothing by it.
        admin.put(&format!("/demo/clients/{given}"), &shown).await.expect(204);
        Client::confidential(&server, "given", "a-secret-of-mine").password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn only_who_may_change_a_client_is_told_its_secret(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({"clientId": "given", "secret": "a-secret-of-mine"})).await;
        let robot = a_robot_that_is_an_admin(&admin).await;
        let frame = admin.client_uuid(demo::PHOTO_FRAME).await;
        let viewer = admin.with_roles(&server, "viewer", &["view-clients"]).await;
        let manager = admin.with_roles(&server, "manager", &["manage-clients"]).await;
        let told = async |who: &Admin, uuid: &str| {
            let shown = who.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
            shown.get("secret").is_some()
        };
        assert!(told(&admin, &uuid).await && told(&manager, &uuid).await && told(&admin, &robot).await);
        // Who only looks; whose account may do more than they; a public client, which has none.
        assert!(!told(&viewer, &uuid).await && !told(&manager, &robot).await && !told(&admin, &frame).await);
        // The console's page holds it only where it is looked at.
        let console = Console::admin(&server, &Person::admin()).await;
        let shown = console.get(&format!("/admin/realms/demo/clients/{uuid}")).await.expect(200);
        assert!(!shown.body.contains("a-secret-of-mine"));
        for list in ["/demo/clients", "/demo/clients?clientId=given"] {
            assert!(!admin.get(list).await.expect(200).body.contains("a-secret-of-mine"), "{list}");
        }
        let exported = admin.post("/demo/partial-export?exportClients=true", &json!({})).await.expect(200);
        assert!(!exported.body.contains("a-secret-of-mine"));
        server.assert_never_logged(&["a-secret-of-mine"]);
    }

    async fn a_new_secret_replaces_the_old_one_at_once(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let answer = admin.post(&format!("/demo/clients/{uuid}/client-secret"), &json!({})).await.expect(200);
        assert_eq!(answer.text("type"), "secret");
        let renewed = answer.text("value");
        client.refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        let client = client.with(Authentication::Basic(renewed.clone()));
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(admin.client_secret(demo::NIGHTLY_BACKUP).await, renewed);
        let frame = admin.client_uuid(demo::PHOTO_FRAME).await;
        admin.get(&format!("/demo/clients/{frame}/client-secret")).await.expect(400);
        admin.post(&format!("/demo/clients/{frame}/client-secret"), &json!({})).await.expect(400);
        server.assert_never_logged(&[&renewed]);
    }

    async fn a_secret_that_was_renewed_meanwhile_does_not_come_back(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        let whole = async || admin.get(&path).await.expect(200).json();
        let read = whole().await;
        assert_eq!(read["secret"], demo::NIGHTLY_BACKUP_SECRET);
        assert!(!read["attributes"].to_string().contains(demo::NIGHTLY_BACKUP_SECRET));
        let renewed = admin.post(&format!("{path}/client-secret"), &json!({})).await.expect(200).text("value");
        // A script that had read the client before writes all of it back.
        let mut changed = read.clone();
        changed["description"] = json!("Changed by a script");
        admin.put(&path, &changed).await.expect(204);
        assert_eq!(admin.client_secret(demo::NIGHTLY_BACKUP).await, renewed);
        let now = whole().await;
        assert_eq!((&now["description"], &now["secret"]), (&json!("Changed by a script"), &json!(renewed)));
        // Who chooses a secret gets it: beside everything that was read, and alone, even where it is the earlier one.
        let mut chosen = now.clone();
        chosen["secret"] = json!("a-secret-of-mine");
        admin.put(&path, &chosen).await.expect(204);
        assert_eq!(admin.client_secret(demo::NIGHTLY_BACKUP).await, "a-secret-of-mine");
        admin.put(&path, &json!({"secret": demo::NIGHTLY_BACKUP_SECRET})).await.expect(204);
        let mut expected = read.clone();
        expected["description"] = json!("Changed by a script");
        assert_eq!(whole().await, expected, "and nothing else has changed");
    }

    async fn a_secret_that_was_read_of_one_client_is_set_where_it_is_written_onto_another(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.create_client(json!({"clientId": "other", "secret": "the-others-own"})).await;
        let (path, own) = (format!("/demo/clients/{id}"), Client::confidential(&server, "other", "the-others-own"));
        own.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let read = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
        assert_eq!(read["secret"], demo::NIGHTLY_BACKUP_SECRET);
        let mark = &read["attributes"]["client.secret.as.read"];
        assert!(mark.is_string(), "{read}");
        let written = json!({"secret": read["secret"], "attributes": {"client.secret.as.read": mark}});
        // What says of nightly-backup that nothing changes says nothing of another client.
        admin.put(&path, &written).await.expect(204);
        own.password_grant(&Person::alice(), "openid").await.expect_error(401, "invalid_client");
        let now = own.with(Authentication::Basic(demo::NIGHTLY_BACKUP_SECRET.to_owned()));
        now.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let shown = admin.get(&path).await.expect(200).json();
        assert_ne!(shown["attributes"]["client.secret.as.read"], *mark, "a mark is stored");
    }

    async fn a_partial_update_leaves_the_rest_alone(server) {
        let admin = Admin::sign_in(&server).await;
        let before = admin.client(demo::NIGHTLY_BACKUP).await;
        let fields = json!({"name": "Vault", "attributes": {"client.offline.session.idle.timeout": "604800", "my.own": "x"}});
        admin.change_client(demo::NIGHTLY_BACKUP, fields).await;
        let after = admin.client(demo::NIGHTLY_BACKUP).await;
        assert_eq!(after["name"], "Vault");
        assert_eq!(after["attributes"]["client.offline.session.idle.timeout"], "604800");
        assert_eq!(after["attributes"]["my.own"], "x");
        for same in ["redirectUris", "consentRequired", "description", "optionalClientScopes", "defaultClientScopes"] {
            assert_eq!(after[same], before[same], "{same}");
        }
        alices_backup(&server).await;
    }

    async fn what_was_read_and_written_back_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        for client in [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME, "account-console", "security-admin-console", "admin-cli"] {
            let before = admin.client(client).await;
            admin.change_client(client, before.clone()).await;
            assert_eq!(admin.client(client).await, before);
        }
    }

    async fn a_clients_own_limit_acts_on_existing_sessions_and_its_lengthening_revives_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let idle = |seconds: &str| json!({"attributes": {"client.offline.session.idle.timeout": seconds}});
        admin.change_client(demo::NIGHTLY_BACKUP, idle("3600")).await;
        server.advance_clock(3_700).await;
        admin_again(&server, demo::NIGHTLY_BACKUP, idle("7200")).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn a_deleted_client_is_gone_with_its_grants_and_comes_back_with_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.delete_client(demo::NIGHTLY_BACKUP).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        admin.get(&format!("/demo/clients/{uuid}")).await.expect(404);
        admin.delete(&format!("/demo/clients/{uuid}")).await.expect(404);
        let again = json!({"id": uuid, "clientId": demo::NIGHTLY_BACKUP, "secret": demo::NIGHTLY_BACKUP_SECRET});
        assert_eq!(admin.create_client(again).await, uuid);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&tokens.access_token()).await);
    }

    async fn a_name_that_is_taken_is_a_conflict(server) {
        let admin = Admin::sign_in(&server).await;
        let answer = admin.post("/demo/clients", &json!({"clientId": demo::PHOTO_FRAME})).await.expect(409);
        assert_eq!(answer.text("errorMessage"), "Client photo-frame already exists");
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.put(&format!("/demo/clients/{uuid}"), &json!({"clientId": demo::PHOTO_FRAME})).await.expect(409);
        admin.put(&format!("/demo/clients/{uuid}"), &json!({"clientId": "renamed"})).await.expect(204);
        let renamed = Client::confidential(&server, "renamed", demo::NIGHTLY_BACKUP_SECRET);
        renamed.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let open = AuthorizationRequest::nightly_backup().url(&server);
        assert_eq!(Answer::of(server.http().get(open)).await.status, 400, "the old name is nobody's");
    }

    async fn a_service_account_comes_with_the_setting(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({"clientId": "robot", "serviceAccountsEnabled": true})).await;
        let user = admin.get(&format!("/demo/clients/{uuid}/service-account-user")).await.expect(200);
        assert_eq!(user.text("username"), "service-account-robot");
        assert_eq!(user.text("serviceAccountClientId"), "robot");
        let secret = admin.client_secret("robot").await;
        Client::confidential(&server, "robot", &secret).client_credentials("openid").await.expect_tokens();
        let frame = admin.client_uuid(demo::PHOTO_FRAME).await;
        admin.get(&format!("/demo/clients/{frame}/service-account-user")).await.expect(400);
        admin.put(&format!("/demo/clients/{frame}"), &json!({"serviceAccountsEnabled": true})).await.expect(400);
    }

    async fn wrong_input_is_named_and_nothing_is_half_written(server) {
        let admin = Admin::sign_in(&server).await;
        for wrong in [
            json!({}),
            json!([]),
            json!({"clientId": ""}),
            json!({"clientId": "x".repeat(256)}),
            json!({"clientId": 7}),
            json!({"clientId": "a", "id": "nonsense"}),
            json!({"clientId": "a", "enabled": "yes"}),
            json!({"clientId": "a", "redirectUris": ["https://app.example/*"]}),
            json!({"clientId": "a", "redirectUris": ["javascript:alert(1)"]}),
            json!({"clientId": "a", "webOrigins": ["*"]}),
            json!({"clientId": "a", "attributes": {"access.token.lifespan": "soon"}}),
            json!({"clientId": "a", "rotation": "weekly"}),
            json!({"clientId": "a", "optionalClientScopes": ["no-such-scope"]}),
            json!({"clientId": "a", "publicClient": true, "serviceAccountsEnabled": true}),
            json!({"clientId": "a", "attributes": {"access.token.signed.response.alg": "EdDSA"}}),
        ] {
            let answer = admin.post("/demo/clients", &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
            assert!(answer.has("errorMessage") || answer.has("errors"), "{answer}");
            assert!(!answer.body.contains("panicked") && !answer.body.contains(".rs:"), "{answer}");
        }
        assert!(admin.get("/demo/clients?clientId=a").await.json().as_array().is_some_and(Vec::is_empty));
        let broken = admin.request(Method::POST, "/demo/clients").header("Content-Type", "application/json").body("{");
        Answer::of(broken).await.expect(400);
        let unknown = "/demo/clients/00000000-0000-7000-8000-000000000000";
        for path in [unknown, "/demo/clients/nonsense"] {
            assert_eq!(admin.put(path, &json!({})).await.expect(404).text("error"), "Client not found");
            assert_eq!(admin.delete(path).await.expect(404).text("error"), "Client not found");
            admin.get(&format!("{path}/client-secret")).await.expect(404);
            admin.get(&format!("{path}/service-account-user")).await.expect(404);
        }
    }

    async fn the_realms_own_clients_cannot_be_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        for client in ["account", "account-console", "admin-cli", "realm-management", "security-admin-console"] {
            let uuid = admin.client_uuid(client).await;
            admin.delete(&format!("/demo/clients/{uuid}")).await.expect(400);
        }
    }
}

/// With a token of its own: the clock has moved past the end of earlier ones.
async fn admin_again(server: &TestServer, client: &str, fields: serde_json::Value) {
    Admin::sign_in(server).await.change_client(client, fields).await;
}
