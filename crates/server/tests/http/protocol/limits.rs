//! Wrong methods, wrong types, oversized bodies, unknown realms and paths: clear 4xx in the endpoint's own shape.

use perennial_testkit::{Answer, Browser, Client, on_both_databases};
use reqwest::Method;

on_both_databases! {
    async fn a_wrong_method_is_405_and_says_which_are_right(server) {
        let below = "/protocol/openid-connect";
        for (method, path) in [
            (Method::GET, format!("{below}/token")),
            (Method::PUT, format!("{below}/token")),
            (Method::DELETE, format!("{below}/token")),
            (Method::GET, format!("{below}/token/introspect")),
            (Method::GET, format!("{below}/revoke")),
            (Method::DELETE, format!("{below}/userinfo")),
            (Method::POST, format!("{below}/certs")),
            (Method::DELETE, format!("{below}/auth")),
            (Method::POST, "/.well-known/openid-configuration".to_owned()),
        ] {
            let answer = Answer::of(server.http().request(method.clone(), server.demo_url(&path))).await;
            assert_eq!(answer.status, 405, "{method} {path}: {answer}");
            assert!(!answer.header("allow").is_empty(), "{method} {path}: RFC 9110 §15.5.6");
        }
    }

    async fn an_oversized_body_is_413(server) {
        let huge = "a".repeat(3_000_000);
        let client = Client::nightly_backup(&server);
        for path in ["/protocol/openid-connect/token", "/protocol/openid-connect/token/introspect", "/protocol/openid-connect/revoke"] {
            let request = server.http().post(client.url(path)).basic_auth(&client.id, Some("nightly-backup-secret"));
            let sent = Answer::try_of(request.form(&[("token", &huge)])).await;
            // A server may also stop reading and close before the client is through with sending.
            if let Ok(answer) = sent {
                assert_eq!(answer.status, 413, "{path}: {answer}");
            }
        }
        client.client_credentials("openid").await.expect_tokens();
    }

    async fn a_body_of_another_type_is_refused(server) {
        let url = server.demo_url("/protocol/openid-connect/token");
        for (kind, body) in [
            ("application/json", r#"{"grant_type":"client_credentials"}"#),
            ("text/plain", "grant_type=client_credentials"),
            ("multipart/form-data; boundary=x", "--x--"),
            ("application/x-www-form-urlencoded", "%%%=%zz&\u{fffd}"),
            ("application/x-www-form-urlencoded; charset=utf-16", "grant_type=client_credentials"),
        ] {
            let answer = Answer::of(server.http().post(&url).header("Content-Type", kind).body(body)).await;
            assert!((400..500).contains(&answer.status), "{kind}: {answer}");
            assert!(answer.json()["error"].is_string(), "{kind}: {answer}");
        }
    }

    async fn an_unknown_realm_is_404_as_json_or_as_a_page(server) {
        for realm in ["nowhere", "DEMO", "..%2fdemo", "%00", "a%0d%0ab", "demo%20"] {
            for path in ["/.well-known/openid-configuration", "/protocol/openid-connect/certs"] {
                let answer = Answer::of(server.http().get(server.url(&format!("/realms/{realm}{path}")))).await;
                assert_eq!(answer.status, 404, "{realm}{path}: {answer}");
                assert!(answer.header("content-type").starts_with("application/json"), "{realm}{path}: {answer}");
            }
            let page = Browser::new(&server).open_page(&format!("/realms/{realm}/protocol/openid-connect/auth?client_id=x")).await;
            assert_eq!(page.status, 404, "{page}");
            assert!(page.header("content-type").starts_with("text/html"), "{page}");
        }
        let answer = Answer::of(server.http().post(server.url("/realms/nowhere/protocol/openid-connect/token")).form(&[("grant_type", "x")])).await;
        assert_eq!(answer.status, 404, "{answer}");
        assert!(answer.json()["error"].is_string());
    }

    async fn an_unknown_path_is_404(server) {
        for path in ["/nothing", "/realms", "/realms/demo/nothing", "/realms/demo/protocol/saml", "/admin/realms/demo/nothing", "/assets/../Cargo.toml", "/assets/%2e%2e/%2e%2e/etc/passwd"] {
            let answer = Answer::of(server.http().get(server.url(path))).await;
            assert!(answer.status == 404 || answer.status == 401, "{path}: {answer}");
            assert!(!answer.body.contains("root:"), "{path}");
        }
    }

    async fn oversized_headers_and_addresses_do_no_harm(server) {
        let long = "a".repeat(20_000);
        let url = server.demo_url(&format!("/protocol/openid-connect/auth?client_id={long}"));
        if let Ok(answer) = Answer::try_of(server.http().get(url)).await {
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
        let request = server.http().get(server.demo_url("/protocol/openid-connect/userinfo")).bearer_auth(&long);
        if let Ok(answer) = Answer::try_of(request).await {
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
        Answer::of(server.http().get(server.url("/health/live"))).await.expect(200);
    }
}
