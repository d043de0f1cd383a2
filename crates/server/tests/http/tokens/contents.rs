//! What stands in the tokens, and in the answer that carries them.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn the_token_answer_has_every_member_of_the_contract(server) {
        let (_, tokens) = alices_backup(&server).await;
        assert_eq!(tokens.number("expires_in"), 300);
        assert_eq!(tokens.number("not-before-policy"), 0);
        assert!(tokens.scopes().contains(&"offline_access".to_owned()) && tokens.scopes().contains(&"openid".to_owned()));
        assert_eq!(tokens.text("session_state"), token::claims(&tokens.access_token())["sid"].as_str().unwrap_or_default());
        assert_eq!(tokens.header("pragma"), "no-cache");
    }

    async fn an_access_token_says_who_for_whom_and_within_which_grant(server) {
        let (_, tokens) = alices_backup(&server).await;
        let access = tokens.access_token();
        assert_eq!(token::header(&access)["typ"], "JWT");
        assert_eq!(token::header(&access)["alg"], "RS256");
        let claims = token::claims(&access);
        assert_eq!(claims["iss"], server.issuer(demo::REALM));
        assert_eq!(claims["typ"], "Bearer");
        assert_eq!(claims["azp"], demo::NIGHTLY_BACKUP);
        assert_eq!(claims["client_id"], demo::NIGHTLY_BACKUP);
        assert_eq!(claims["preferred_username"], "alice");
        for name in ["sub", "aud", "scope", "sid", "jti", "iat", "exp", "auth_time", "acr", "gid"] {
            assert!(!claims[name].is_null(), "{name} is missing in {claims}");
        }
        let roles = claims["realm_access"]["roles"].as_array().expect("realm roles");
        assert!(roles.contains(&"offline_access".into()), "{roles:?}");
        let refresh = token::claims(&tokens.refresh_token());
        assert_eq!(refresh["jti"], format!("{}.0", claims["gid"].as_str().expect("a grant id")));
    }

    async fn a_client_may_have_its_access_tokens_typed_as_rfc_9068_has_them(server) {
        let admin = Admin::sign_in(&server).await;
        let attributes = json!({"access.token.header.type.rfc9068": "true"});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        let (client, tokens) = alices_backup(&server).await;
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        for answer in [&tokens, &refreshed] {
            let access = answer.access_token();
            assert_eq!(token::header(&access)["typ"], "at+jwt");
            assert!(client.is_active(&access).await);
            client.userinfo(&access).await.expect(200);
            assert_eq!(token::header(&answer.id_token())["typ"], "JWT", "only access tokens are such");
        }
        // What was issued before a change of the setting stays good.
        let attributes = json!({"access.token.header.type.rfc9068": "false"});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        assert!(client.is_active(&tokens.access_token()).await);
        let plain = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(token::header(&plain.access_token())["typ"], "JWT");
    }

    async fn an_id_token_is_for_this_client_and_this_request_alone(server) {
        let request = AuthorizationRequest::nightly_backup();
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let claims = token::claims(&tokens.id_token());
        assert_eq!(claims["aud"], demo::NIGHTLY_BACKUP, "a single string");
        assert_eq!(claims["nonce"], request.get("nonce"));
        assert_eq!(claims["typ"], "ID");
        assert!(claims["auth_time"].is_i64() && claims["at_hash"].is_string(), "{claims}");
    }

    async fn an_offline_token_looks_like_one_and_tells_no_end_that_is_not_fixed(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        let claims = token::claims(&tokens.refresh_token());
        assert_eq!(claims["typ"], "Offline");
        assert_eq!(claims["azp"], demo::NIGHTLY_BACKUP);
        assert_eq!(claims["iss"], server.issuer(demo::REALM));
        assert!(claims["exp"].is_null(), "the idle end moves with each use: {claims}");
        let algorithm = token::header(&tokens.refresh_token())["alg"].clone();
        assert!(algorithm == "HS256" || algorithm == "HS512", "{algorithm}");
    }

    async fn a_chosen_end_stands_in_the_token_as_its_expiry(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let claims = token::claims(&tokens.refresh_token());
        let (issued, expires) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert!((expires - issued - 7 * 86_400).abs() <= 2, "{claims}");
    }

    async fn without_openid_there_is_no_id_token(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("offline_access");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        assert!(!tokens.has("id_token"), "{tokens}");
        assert!(!client.refresh(&tokens.refresh_token()).await.expect_tokens().has("id_token"));
    }

    async fn without_offline_access_the_refresh_token_dies_with_the_browser_session(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid");
        let browser = Browser::new(&server);
        let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Refresh");
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(client.is_active(&refreshed.access_token()).await);
        let logout = format!("{}/protocol/openid-connect/logout?id_token_hint={}", server.issuer("demo"), tokens.id_token());
        browser.open_page(&logout).await;
        client.refresh(&refreshed.refresh_token()).await.expect_refusal("Session not active");
        assert!(!client.is_active(&refreshed.access_token()).await);
    }
}
