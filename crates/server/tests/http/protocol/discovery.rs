//! What a client can find out by itself: metadata and keys.

use perennial_testkit::{Answer, RelyingParty, on_both_databases};

on_both_databases! {
    async fn the_metadata_names_every_endpoint_below_the_issuer(server) {
        let answer = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.expect(200);
        let metadata = answer.json();
        let issuer = server.issuer("demo");
        assert_eq!(metadata["issuer"], issuer);
        for (name, path) in [
            ("authorization_endpoint", "/protocol/openid-connect/auth"),
            ("token_endpoint", "/protocol/openid-connect/token"),
            ("userinfo_endpoint", "/protocol/openid-connect/userinfo"),
            ("jwks_uri", "/protocol/openid-connect/certs"),
            ("introspection_endpoint", "/protocol/openid-connect/token/introspect"),
            ("revocation_endpoint", "/protocol/openid-connect/revoke"),
            ("end_session_endpoint", "/protocol/openid-connect/logout"),
        ] {
            assert_eq!(metadata[name], format!("{issuer}{path}"), "{name}");
        }
        let list = |name: &str| metadata[name].as_array().cloned().unwrap_or_default();
        assert!(list("scopes_supported").contains(&"offline_access".into()));
        assert_eq!(list("code_challenge_methods_supported"), ["S256"]);
        assert!(list("grant_types_supported").contains(&"refresh_token".into()));
        assert!(list("response_modes_supported").contains(&"form_post".into()));
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "metadata is for everybody");
    }

    async fn the_keys_are_public_ones_and_stay_the_same_over_a_restart(server) {
        let keys = |server: &perennial_testkit::TestServer| server.http().get(server.demo_url("/protocol/openid-connect/certs"));
        let before = Answer::of(keys(&server)).await.expect(200).json();
        let list = before["keys"].as_array().expect("a key set").clone();
        let kinds: Vec<_> = list.iter().filter_map(|key| key["alg"].as_str()).collect();
        assert!(kinds.contains(&"RS256") && kinds.contains(&"ES256"), "{kinds:?}");
        for key in &list {
            assert!(key["kid"].is_string() && key["use"] == "sig", "{key}");
            for secret in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(key.get(secret).is_none(), "a private part is published: {secret}");
            }
        }
        server.kill();
        server.restart().await;
        assert_eq!(Answer::of(keys(&server)).await.expect(200).json(), before);
    }

    async fn an_independent_library_accepts_the_metadata(server) {
        let app = RelyingParty::nightly_backup(&server).await;
        assert!(app.metadata().userinfo_endpoint().is_some());
        assert!(!app.metadata().jwks().keys().is_empty());
    }
}
