//! Users: found, created, changed and deleted; their passwords, roles and consents.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_password_is_told_to_exist_and_taken_away(server) {
        let admin = Admin::sign_in(&server).await;
        let (alice, bob) = (admin.user_id("alice").await, admin.user_id("bob").await);
        let path = format!("/demo/users/{alice}/credentials");
        let listed = admin.get(&path).await.expect(200);
        assert_eq!(listed.json(), json!([{"id": alice, "type": "password"}]), "and nothing of it is told");
        let (client, tokens) = crate::support::alices_frame(&server).await;
        for other in [bob.as_str(), "nonsense"] {
            assert_eq!(admin.delete(&format!("{path}/{other}")).await.expect(404).text("error"), "Credential not found");
        }
        let viewer = admin.with_roles(&server, "vera", &["view-users"]).await;
        viewer.get(&path).await.expect(200);
        viewer.delete(&format!("{path}/{alice}")).await.expect(403);
        client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        admin.delete(&format!("{path}/{alice}")).await.expect(204);
        assert_eq!(admin.get(&path).await.expect(200).json(), json!([]));
        assert_ne!(client.password_grant(&Person::alice(), "openid").await.status, 200);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        admin.delete(&format!("{path}/{alice}")).await.expect(404);
        admin.get("/demo/users/nonsense/credentials").await.expect(404);
    }

    async fn a_created_user_can_sign_in_and_has_the_default_roles(server) {
        let admin = Admin::sign_in(&server).await;
        let carol = admin.create_person("Carol").await;
        let id = admin.user_id("carol").await;
        let user = admin.get(&format!("/demo/users/{id}")).await.expect(200).json();
        assert_eq!(user["username"], "carol", "names are kept in lower case");
        assert_eq!(user["enabled"], true);
        assert!(user.get("credentials").is_none(), "{user}");
        let roles = admin.get(&format!("/demo/users/{id}/role-mappings")).await.expect(200).json();
        assert_eq!(roles["realmMappings"][0]["name"], "default-roles-demo");
        let tokens = Client::nightly_backup(&server).authorize(&server, &carol, &Choice::accept()).await;
        assert!(tokens.scopes().contains(&"offline_access".to_owned()), "{tokens}");
        server.assert_never_logged(&[&carol.password]);
    }

    async fn users_are_found_by_name_address_and_start_of_either(server) {
        let admin = Admin::sign_in(&server).await;
        for (name, email) in [("carol", "c@demo.example"), ("caroline", "line@demo.example")] {
            admin.create_user(json!({"username": name, "email": email, "enabled": true})).await;
        }
        let names = |query: &'static str| {
            let admin = &admin;
            async move {
                let found = admin.get(&format!("/demo/users{query}")).await.expect(200).json();
                let all = found.as_array().expect("a list").clone();
                all.iter().map(|user| user["username"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
            }
        };
        assert_eq!(names("?search=CARO").await, ["carol", "caroline"]);
        assert_eq!(names("?search=line@").await, ["caroline"]);
        assert_eq!(names("?username=carol").await, ["carol", "caroline"]);
        assert_eq!(names("?username=carol&exact=true").await, ["carol"]);
        assert_eq!(names("?email=c@demo.example&exact=true").await, ["carol"]);
        assert_eq!(names("?first=1&max=2").await, ["bob", "carol"]);
        assert_eq!(names("?search=nobody%00").await, Vec::<String>::new());
        assert_eq!(names("").await, ["alice", "bob", "carol", "caroline"], "service accounts are their clients'");
        assert_eq!(admin.get("/demo/users/count").await.expect(200).body, "4");
        assert_eq!(admin.get("/demo/users/count?search=caro").await.expect(200).body, "2");
        let page = admin.get("/demo/users?max=2").await.expect(200);
        assert!(page.header("link").contains("after=bob"), "{}", page.header("link"));
        assert_eq!(names("?after=bob&max=2").await, ["carol", "caroline"]);
    }

    async fn a_partial_update_leaves_the_rest_alone(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"firstName": "Alicia"})).await;
        let id = admin.user_id("alice").await;
        let user = admin.get(&format!("/demo/users/{id}")).await.expect(200).json();
        assert_eq!(user["firstName"], "Alicia");
        assert_eq!(user["lastName"], "Archer");
        assert_eq!(user["email"], "alice@demo.example");
        assert_eq!(user["enabled"], true);
        admin.change_user("alice", json!({"email": ""})).await;
        assert!(admin.get(&format!("/demo/users/{id}")).await.json().get("email").is_none());
        alices_backup(&server).await;
    }

    async fn a_name_or_address_that_is_taken_is_a_conflict(server) {
        let admin = Admin::sign_in(&server).await;
        let same = admin.post("/demo/users", &json!({"username": "ALICE"})).await.expect(409);
        assert_eq!(same.text("errorMessage"), "User exists with same username");
        let email = json!({"username": "carol", "email": "Alice@demo.example"});
        assert_eq!(admin.post("/demo/users", &email).await.expect(409).text("errorMessage"), "User exists with same email");
        let bob = admin.user_id("bob").await;
        admin.put(&format!("/demo/users/{bob}"), &json!({"username": "alice"})).await.expect(409);
        assert_eq!(admin.get("/demo/users/count").await.body, "2");
    }

    async fn nobody_is_called_by_what_another_signs_in_with(server) {
        let admin = Admin::sign_in(&server).await;
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        let credentials = json!([{"type": "password", "value": "another"}]);
        let thief = json!({"username": "Alice@Demo.example", "enabled": true, "credentials": credentials});
        let refused = ursula.post("/demo/users", &thief).await.expect(409);
        assert_eq!(refused.text("errorMessage"), "User exists with same username");
        let bob = format!("/demo/users/{}", admin.user_id("bob").await);
        ursula.put(&bob, &json!({"username": "alice@demo.example"})).await.expect(409);
        let imported = json!({"ifResourceExists": "OVERWRITE", "users": [thief]});
        admin.post("/demo/partialImport", &imported).await;
        let frame = Client::photo_frame(&server);
        frame.password_grant(&Person::new("alice@demo.example", &Person::alice().password), "openid").await.expect_tokens();
        // Nor the reverse: an address that is another user's name.
        ursula.create_user(json!({"username": "carol@demo.example", "email": "carol@demo.example"})).await;
        for taken in [json!({"username": "dora", "email": "carol@demo.example"}), json!({"username": "dora", "email": "CAROL@demo.example"})] {
            let refused = ursula.post("/demo/users", &taken).await.expect(409);
            assert_eq!(refused.text("errorMessage"), "User exists with same email");
        }
        ursula.change_user("carol@demo.example", json!({"email": "c@demo.example"})).await;
        ursula.put(&bob, &json!({"email": "carol@demo.example"})).await.expect(409);
        // One's own is free, and so is what is given up.
        ursula.change_user("carol@demo.example", json!({"email": "carol@demo.example"})).await;
        ursula.change_user("carol@demo.example", json!({"username": "carol", "email": "c@demo.example"})).await;
        ursula.put(&bob, &json!({"email": "carol@demo.example"})).await.expect(204);
    }

    async fn a_clients_account_takes_nobodys_address(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"email": "service-account-robot@demo.example"})).await;
        let robot = json!({"clientId": "robot@demo.example", "serviceAccountsEnabled": true});
        admin.post("/demo/clients", &robot).await.expect(409);
    }

    async fn a_password_that_was_reset_signs_in_and_the_old_one_does_not(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.user_id("alice").await;
        let credential = json!({"type": "password", "value": "a new one", "temporary": false});
        admin.put(&format!("/demo/users/{id}/reset-password"), &credential).await.expect(204);
        let client = Client::photo_frame(&server);
        client.password_grant(&Person::alice(), "openid").await.expect_refusal("Invalid user credentials");
        client.password_grant(&Person::new("alice", "a new one"), "openid").await.expect_tokens();
        for wrong in [json!({}), json!({"value": ""}), json!({"type": "otp", "value": "1"}), json!({"value": "x".repeat(2_000)})] {
            admin.put(&format!("/demo/users/{id}/reset-password"), &wrong).await.expect(400);
        }
        server.assert_never_logged(&["a new one"]);
    }

    async fn a_deleted_user_is_gone_with_everything(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let id = admin.user_id("alice").await;
        admin.delete(&format!("/demo/users/{id}")).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&tokens.access_token()).await);
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        assert_eq!(admin.get(&format!("/demo/users/{id}")).await.expect(404).text("error"), "User not found");
        admin.delete(&format!("/demo/users/{id}")).await.expect(404);
    }

    async fn roles_are_given_and_taken_by_name_or_id(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.user_id("alice").await;
        let account = admin.client_uuid("account").await;
        admin.post("/demo/roles", &json!({"name": "auditor"})).await.expect(201);
        admin.give_realm_role("alice", "auditor").await;
        admin.give_realm_role("alice", "auditor").await;
        let path = format!("/demo/users/{id}/role-mappings");
        admin.post(&format!("{path}/clients/{account}"), &json!([{"name": "view-consent"}])).await.expect(204);
        let all = admin.get(&path).await.expect(200).json();
        assert_eq!(all["clientMappings"]["account"]["mappings"][0]["name"], "view-consent");
        assert_eq!(all["realmMappings"].as_array().map(Vec::len), Some(2), "{all}");
        let composite = admin.get(&format!("{path}/realm/composite")).await.expect(200);
        assert!(composite.body.contains("offline_access") && composite.body.contains("auditor"), "{composite}");
        admin.take_realm_role("alice", "auditor").await;
        assert!(!admin.get(&format!("{path}/realm")).await.expect(200).body.contains("auditor"));
        for wrong in [json!([{"name": "no-such-role"}]), json!([{"id": "nonsense"}]), json!([{}])] {
            assert_eq!(admin.post(&format!("{path}/realm"), &wrong).await.expect(404).text("error"), "Could not find role");
        }
        // A role of the realm is none of the client's.
        admin.post(&format!("{path}/clients/{account}"), &json!([admin.realm_role("auditor").await])).await.expect(404);
        admin.post(&format!("{path}/realm"), &json!({})).await.expect(400);
        admin.post(&format!("{path}/clients/nonsense"), &json!([])).await.expect(404);
    }

    async fn a_users_consents_are_listed_and_taken_away_with_their_grants(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let frame = Client::photo_frame(&server);
        let framed = frame.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let id = admin.user_id("alice").await;
        let list = admin.get(&format!("/demo/users/{id}/consents")).await.expect(200).json();
        let of = |name: &str| list.as_array().expect("a list").iter().find(|one| one["clientId"] == name).cloned();
        let backup = of(demo::NIGHTLY_BACKUP).expect("the stored consent");
        assert!(backup["grantedClientScopes"].as_array().is_some_and(|all| all.contains(&json!("offline_access"))));
        assert!(backup["createdDate"].is_i64(), "{backup}");
        let uuid = admin.client_uuid(demo::PHOTO_FRAME).await;
        let frames = of(demo::PHOTO_FRAME).expect("an offline session without a stored consent");
        assert_eq!(frames["additionalGrants"], json!([{"client": uuid, "key": "Offline Token"}]));
        assert_eq!(frames["grantedClientScopes"], json!([]));
        for (name, client, tokens) in [(demo::NIGHTLY_BACKUP, &client, &tokens), (demo::PHOTO_FRAME, &frame, &framed)] {
            admin.delete(&format!("/demo/users/{id}/consents/{name}")).await.expect(204);
            client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
            admin.delete(&format!("/demo/users/{id}/consents/{name}")).await.expect(404);
        }
        assert_eq!(admin.get(&format!("/demo/users/{id}/consents")).await.json(), json!([]));
        admin.delete(&format!("/demo/users/{id}/consents/no-such-client")).await.expect(404);
    }

    async fn wrong_input_is_named_and_nothing_is_half_written(server) {
        let admin = Admin::sign_in(&server).await;
        for wrong in [
            json!({}),
            json!([]),
            json!({"username": " "}),
            json!({"username": "a\u{0}b"}),
            json!({"username": "x".repeat(256)}),
            json!({"username": 5}),
            json!({"username": "carol", "email": "nobody"}),
            json!({"username": "carol", "enabled": "yes"}),
            json!({"username": "carol", "credentials": [{"type": "otp", "value": "1"}]}),
            json!({"username": "carol", "credentials": [{"value": "a"}, {"value": "b"}]}),
        ] {
            let answer = admin.post("/demo/users", &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
            assert!(answer.has("errorMessage") || answer.has("errors"), "{answer}");
        }
        assert_eq!(admin.get("/demo/users/count").await.body, "2");
        admin.put("/demo/users/nonsense", &json!({})).await.expect(404);
        admin.put("/demo/users/00000000-0000-7000-8000-000000000000", &json!({})).await.expect(404);
        admin.get("/demo/users/nonsense/consents").await.expect(404);
        admin.get("/demo/users/nonsense/role-mappings").await.expect(404);
    }
}
