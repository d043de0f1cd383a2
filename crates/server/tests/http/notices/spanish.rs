//! Each kind of mail to a user as it reads in Spanish.

use super::{ALICE, mail_server};
use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Choice, Client, MailServer, TestServer, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_sleeping_session(server) {
        let mails = spanish(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 365 * DAY_S, "offlineSessionDormantNoticeDays": 40})).await;
        Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(41 * DAY_S).await;
        server.run_jobs().await;
        let expected = [("Nightly backup aún tiene acceso, pero no lo usa", "no lo ha hecho desde el")];
        expect(&mails, &expected).await;
    }

    async fn a_token_used_twice(server) {
        let mails = spanish(&server).await;
        let (client, tokens) = alices_frame(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&second.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        let expected = [("Terminamos un acceso de Photo frame para protegerte", "Mostrado desde")];
        expect(&mails, &expected).await;
    }

    async fn tokens_that_had_leaked(server) {
        let mails = spanish(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        for token in [tokens.access_token(), tokens.refresh_token()] {
            Answer::of(server.http().post(server.url("/revoke-leaked")).form(&[("token", token)])).await.expect(204);
        }
        let expected = [
            ("Un token de Nightly backup se había filtrado y ya no sirve", "No tienes que hacer nada."),
            ("Terminamos un acceso de Nightly backup: su token se había filtrado", "Tus demás sesiones siguen."),
        ];
        expect(&mails, &expected).await;
    }
}

/// A realm that writes its mails in Spanish.
async fn spanish(server: &TestServer) -> MailServer {
    let mails = mail_server(server).await;
    Admin::sign_in(server).await.change_realm(json!({"defaultLocale": "es"})).await;
    mails
}

/// alice got these mails and no others: subject, and a passage of its text; none of it is in English.
async fn expect(mails: &MailServer, expected: &[(&str, &str)]) {
    let received = mails.wait_for(ALICE, expected.len()).await;
    for (subject, passage) in expected {
        let mail = received.iter().find(|mail| mail.subject == *subject);
        let mail = mail.unwrap_or_else(|| panic!("no mail {subject:?} in {received:?}"));
        assert!(mail.html.contains("<html lang=\"es\">"), "{}", mail.html);
        assert!(mail.text.contains(passage), "{passage:?} in {}", mail.text);
        for english in ["access", "You get", "Last used", "Manage"] {
            assert!(!mail.text.contains(&format!(" {english} ")), "{english:?} in {}", mail.text);
        }
    }
    assert_eq!(received.len(), expected.len(), "{received:?}");
}
