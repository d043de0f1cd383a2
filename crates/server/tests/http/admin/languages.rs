//! The language that the APIs refuse in (RFC 9110 §12.5.4): English, and Spanish where the request asks for it.

use perennial_api::spanish::in_spanish;
use perennial_testkit::{Admin, Answer, Browser, on_both_databases};
use reqwest::{Method, header::ACCEPT_LANGUAGE};
use serde_json::{Value, json};

/// A user whose address is none.
async fn refused(admin: &Admin, languages: &str) -> Answer {
    let wrong = json!({"username": "carol", "email": "carol"});
    let request = admin.request(Method::POST, "/demo/users").header(ACCEPT_LANGUAGE, languages);
    Answer::of(request.json(&wrong)).await.expect(400)
}

#[track_caller]
fn expect_marked_as_spanish(answer: &Answer) {
    assert_eq!(answer.header("content-language"), "es", "{answer}");
    assert_eq!(answer.headers_named("vary"), ["Accept-Language"], "{answer}");
}

on_both_databases! {
    async fn who_asks_for_spanish_is_refused_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        for languages in ["es", "es-AR,es;q=0.9,en;q=0.8", "fr, es;q=0.1"] {
            let answer = refused(&admin, languages).await;
            let told = json!({"field": "email", "errorMessage": "debe ser una dirección de correo"});
            assert_eq!(answer.json(), told, "{languages}");
            expect_marked_as_spanish(&answer);
        }
    }

    async fn everybody_else_is_refused_in_english_as_ever(server) {
        let admin = Admin::sign_in(&server).await;
        let plain = admin.post("/demo/users", &json!({"username": "carol", "email": "carol"})).await.expect(400);
        assert_eq!(plain.text("errorMessage"), "must be an e-mail address");
        for languages in ["en", "en-GB,en;q=0.9,es;q=0.8", "fr", "et", "*"] {
            let answer = refused(&admin, languages).await;
            assert_eq!(answer.body, plain.body, "{languages}");
            for header in ["content-language", "vary"] {
                assert_eq!(answer.headers_named(header), plain.headers_named(header), "{languages}");
            }
        }
        assert!(plain.headers_named("content-language").is_empty(), "{plain}");
    }

    async fn each_of_several_fields_is_told_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let wrong = json!({"username": "carol", "email": "carol", "firstName": "x".repeat(256)});
        let english = admin.post("/demo/users", &wrong).await.expect(400).json();
        let request = admin.request(Method::POST, "/demo/users").header(ACCEPT_LANGUAGE, "es");
        let answer = Answer::of(request.json(&wrong)).await.expect(400);
        expect_marked_as_spanish(&answer);
        let told = answer.json();
        for (index, field) in ["email", "firstName"].into_iter().enumerate() {
            let words = english["errors"][index]["errorMessage"].as_str().expect("a sentence");
            let spanish = in_spanish(words).expect("one that is known");
            assert_eq!(told["errors"][index], json!({"field": field, "errorMessage": spanish}), "{answer}");
        }
    }

    async fn a_code_for_programs_stays_beside_its_sentence_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let request = admin.request(Method::POST, "/demo/users").header(ACCEPT_LANGUAGE, "es");
        let answer = Answer::of(request.header("Content-Type", "text/plain").body("carol")).await.expect(415);
        assert_eq!(answer.text("error"), "invalid_request");
        assert_eq!(answer.text("error_description"), "El cuerpo de la petición debe ser application/json");
    }

    async fn the_account_api_refuses_in_spanish_too(server) {
        let path = "/realms/demo/account/applications";
        let answer = Answer::of(Browser::speaking(&server, "es").fetch(Method::GET, path)).await.expect(401);
        assert_eq!(answer.text("error"), "Hay que iniciar sesión");
        expect_marked_as_spanish(&answer);
    }

    async fn clients_of_the_protocol_are_refused_in_english_whatever_they_ask_for(server) {
        let wrong_method = async |path: &str| {
            let request = server.http().put(server.url(path)).header(ACCEPT_LANGUAGE, "es");
            Answer::of(request).await.expect(405)
        };
        let answer = wrong_method("/realms/demo/protocol/openid-connect/token").await;
        assert_eq!(answer.text("error_description"), "This method is not allowed here.");
        assert!(answer.headers_named("content-language").is_empty(), "{answer}");
        let answer = wrong_method("/admin/realms/demo/events").await;
        assert_eq!(answer.text("error_description"), "Este método no se permite aquí");
        assert!(!answer.header("allow").is_empty(), "{answer}");
    }

    async fn why_an_import_left_something_out_is_told_in_spanish(server) {
        let file: Value = serde_json::from_str(include_str!("keycloak_realm.json")).expect("a realm file");
        let admin = Admin::sign_in(&server).await;
        let request = admin.request(Method::POST, "?report=true").header(ACCEPT_LANGUAGE, "es");
        let answer = Answer::of(request.json(&file)).await.expect(201);
        expect_marked_as_spanish(&answer);
        let told = answer.json();
        let left_out = told["leftOut"].as_array().expect("a list");
        assert!(!left_out.is_empty(), "{answer}");
        for one in left_out {
            let why = one["why"].as_str().expect("a reason");
            assert!(in_spanish(why).is_none(), "this is not Spanish: {why:?}");
        }
    }
}
