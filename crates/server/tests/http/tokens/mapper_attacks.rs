//! What no mapper can say, whoever makes it.

use super::mappers::{app_with, mapper};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Client, on_both_databases, token};
use serde_json::json;

const OWN: [&str; 22] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "typ",
    "azp",
    "client_id",
    "sid",
    "gid",
    "gep",
    "acr",
    "scope",
    "cnf",
    "nonce",
    "auth_time",
    "at_hash",
    "active",
    "username",
    "token_type",
];

on_both_databases! {
    async fn what_the_server_says_itself_is_written_by_no_mapper(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({"clientId": "app", "secret": "app-secret"})).await;
        let path = format!("/demo/clients/{uuid}/protocol-mappers/models");
        let kinds = [
            ("oidc-hardcoded-claim-mapper", ("claim.value", "forged")),
            ("oidc-usermodel-attribute-mapper", ("user.attribute", "username")),
            ("oidc-usermodel-property-mapper", ("user.attribute", "username")),
            ("oidc-usersessionmodel-note-mapper", ("user.session.note", "clientId")),
            ("oidc-group-membership-mapper", ("full.path", "true")),
            ("oidc-usermodel-realm-role-mapper", ("multivalued", "true")),
            ("oidc-usermodel-client-role-mapper", ("multivalued", "true")),
        ];
        for (kind, extra) in kinds {
            for claim in OWN.iter().map(ToString::to_string).chain(["sub.x".into(), "cnf.jkt".into(), "${client_id}".into()]) {
                let answer = admin.post(&path, &mapper(kind, &[("claim.name", claim.as_str()), extra])).await.expect(400);
                assert!(answer.body.contains("claim.name"), "{kind} {claim}: {answer}");
            }
        }
        assert_eq!(admin.get(&path).await.expect(200).json(), json!([]));
    }

    async fn roles_are_told_by_mappers_of_roles_alone(server) {
        let config = [("claim.name", "realm_access.roles"), ("claim.value", "[\"admin\"]"), ("jsonType.label", "JSON")];
        let admin = Admin::sign_in(&server).await;
        let forged = [mapper("oidc-hardcoded-claim-mapper", &config)];
        admin.post("/demo/clients", &json!({"clientId": "app", "protocolMappers": forged})).await.expect(400);
        let attribute = [("claim.name", "resource_access.realm-management.roles"), ("user.attribute", "x"), ("multivalued", "true")];
        let forged = [mapper("oidc-usermodel-attribute-mapper", &attribute)];
        admin.post("/demo/client-scopes", &json!({"name": "s", "protocolMappers": forged})).await.expect(400);
    }

    async fn an_audience_opens_no_api_for_which_the_roles_are_missing(server) {
        let config = [("included.client.audience", "realm-management")];
        let (admin, client) = app_with(&server, "oidc-audience-mapper", &config).await;
        let tokens = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        assert!(token::claims(&tokens.access_token())["aud"].to_string().contains("realm-management"));
        Admin::with_bearer(&server, &tokens.access_token()).get("/demo/users").await.expect(403);
        // Nor for an admin who came through an app whose scope has none of their admin roles.
        let _ = admin.with_roles(&server, "mona", &["realm-admin"]).await;
        let through_app = client.password_grant(&Person::new("mona", "mona-password"), "openid").await.expect_tokens();
        Admin::with_bearer(&server, &through_app.access_token()).get("/demo/users").await.expect(403);
    }

    async fn a_client_without_full_scope_learns_no_role_that_it_may_not_carry(server) {
        let config = [("claim.name", "powers"), ("multivalued", "true")];
        let (admin, client) = app_with(&server, "oidc-usermodel-realm-role-mapper", &config).await;
        admin.change_client("app", json!({"fullScopeAllowed": false})).await;
        let tokens = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        for claims in [
            token::claims(&tokens.access_token()),
            token::claims(&tokens.id_token()),
            client.userinfo(&tokens.access_token()).await.expect(200).json(),
            client.introspect(&tokens.access_token()).await.expect(200).json(),
        ] {
            assert!(claims["powers"].is_null(), "{claims}");
        }
    }

    async fn introspection_tells_no_more_roles_of_an_exchanged_token_than_it_carries(server) {
        let admin = Admin::sign_in(&server).await;
        let enabled = json!({"standard.token.exchange.enabled": "true"});
        admin.create_client(json!({"clientId": "app", "secret": "app-secret", "fullScopeAllowed": false, "attributes": enabled,
            "protocolMappers": [mapper("oidc-audience-mapper", &[("included.client.audience", "notes")])]})).await;
        admin.create_client(json!({"clientId": "notes", "secret": "notes-secret", "attributes": enabled})).await;
        let (app, notes) = (Client::confidential(&server, "app", "app-secret"), Client::confidential(&server, "notes", "notes-secret"));
        let given = app.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token();
        let own = notes.exchange(&given, "access_token", &[]).await.expect_tokens().access_token();
        assert!(token::claims(&own)["realm_access"].is_null());
        let said = notes.introspect(&own).await.expect(200).json();
        assert_eq!(said["active"], true);
        assert!(said["realm_access"].is_null() && said["resource_access"].is_null(), "{said}");
    }
}
