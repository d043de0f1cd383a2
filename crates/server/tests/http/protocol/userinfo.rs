//! The userinfo endpoint: claims by scope, and RFC 6750's errors.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Answer, AuthorizationRequest, Choice, Client, on_both_databases, token};

const USERINFO: &str = "/protocol/openid-connect/userinfo";

on_both_databases! {
    async fn claims_follow_the_scopes(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid profile email");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let claims = client.userinfo(&tokens.access_token()).await.expect(200).json();
        assert_eq!(claims["sub"], token::claims(&tokens.id_token())["sub"]);
        assert_eq!(claims["preferred_username"], "alice");
        assert_eq!(claims["email"], "alice@demo.example");
        assert_eq!(claims["name"], "Alice Archer");
    }

    async fn get_and_post_answer_alike(server) {
        let (client, tokens) = alices_backup(&server).await;
        let by_get = client.userinfo(&tokens.access_token()).await.expect(200).json();
        let post = server.http().post(client.url(USERINFO)).bearer_auth(tokens.access_token());
        assert_eq!(Answer::of(post).await.expect(200).json(), by_get);
    }

    async fn without_a_good_token_the_answer_is_401_with_a_challenge(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bare = Answer::of(server.http().get(client.url(USERINFO))).await.expect(401);
        assert!(bare.header("www-authenticate").starts_with("Bearer"), "{bare}");
        assert!(!bare.header("www-authenticate").contains("error="), "RFC 6750 §3.1: no error code without a token: {bare}");
        let mut wrong: Vec<String> = token::damaged(&tokens.access_token()).into_iter().map(|(_, token)| token).collect();
        wrong.retain(|token| !token.contains(|c: char| c.is_control()));
        wrong.extend([tokens.refresh_token(), tokens.id_token()]);
        for token in wrong {
            let answer = client.userinfo(&token).await.expect(401);
            let challenge = answer.header("www-authenticate");
            assert!(challenge.starts_with("Bearer") && challenge.contains("error=\"invalid_token\""), "{answer}");
        }
    }

    async fn a_token_without_openid_has_too_little_scope(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("offline_access");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let answer = client.userinfo(&tokens.access_token()).await.expect(403);
        assert!(answer.header("www-authenticate").contains("insufficient_scope"), "{answer}");
    }

    async fn a_token_of_another_realm_is_refused(server) {
        let (client, tokens) = alices_backup(&server).await;
        let elsewhere = server.url("/realms/master/protocol/openid-connect/userinfo");
        Answer::of(server.http().get(elsewhere).bearer_auth(tokens.access_token())).await.expect(401);
        client.userinfo(&tokens.access_token()).await.expect(200);
        assert_eq!(demo::REALM, "demo");
    }
}
