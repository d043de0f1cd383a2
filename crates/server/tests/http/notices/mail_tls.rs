//! Mails go out encrypted and signed in where the realm, or the operator, says so: over TLS from the first byte and over STARTTLS, and
//! never otherwise.

use super::ALICE;
use crate::support::DAY_S;
use perennial_testkit::demo::Person;
use perennial_testkit::mail_server::{Encryption, SignIn};
use perennial_testkit::{Admin, Backend, Choice, Client, MailServer, OwnCertificate, TestServer, on_each};
use serde_json::{Value, json};

const USER: &str = "mailer";
const PASSWORD: &str = "mail-password-of-the-realm";

/// A server that trusts this certificate, and perhaps has a mail server of its own.
async fn trusting(backend: Backend, certificate: &OwnCertificate, url: Option<&str>) -> TestServer {
    let file = certificate.file().to_str().expect("UTF-8");
    let mut settings = vec![("SSL_CERT_FILE", file)];
    settings.extend(url.map(|url| ("PERENNIAL_SMTP_URL", url)));
    TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), backend, &settings).await
}

fn smtp(mails: &MailServer, encryption: Encryption, password: &str) -> Value {
    json!({"smtpServer": {
        "host": "localhost", "port": mails.port().to_string(), "from": "no-reply@demo.example",
        "ssl": (encryption == Encryption::FromTheStart).to_string(),
        "starttls": (encryption == Encryption::StartTls).to_string(),
        "auth": "true", "user": USER, "password": password,
    }})
}

async fn send_through(server: &TestServer, settings: Value) {
    Admin::sign_in(server).await.change_realm(settings).await;
}

/// Something that alice is told by mail.
async fn a_notice(server: &TestServer) {
    Client::nightly_backup(server).authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(24 * DAY_S).await;
    server.run_jobs().await;
}

fn signed_in(password: &str) -> SignIn {
    SignIn { user: USER.into(), password: password.into(), encrypted: true }
}

async fn a_mail_is_encrypted_and_its_sender_signed_in(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate, None).await;
    for encryption in [Encryption::FromTheStart, Encryption::StartTls] {
        let mails = MailServer::start_secured(encryption, &certificate, USER, PASSWORD).await;
        send_through(&server, smtp(&mails, encryption, PASSWORD)).await;
        a_notice(&server).await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert!(mail.encrypted, "{encryption:?}");
        assert_eq!(mails.sign_ins()[0], signed_in(PASSWORD), "{encryption:?}");
    }
    server.assert_never_logged(&[PASSWORD]);
}

async fn the_operators_server_is_spoken_to_as_its_address_says(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let mails = MailServer::start_secured(Encryption::FromTheStart, &certificate, USER, PASSWORD).await;
    let url = format!("smtps://{USER}:{PASSWORD}@localhost:{}", mails.port());
    let server = trusting(backend, &certificate, Some(&url)).await;
    a_notice(&server).await;
    assert!(mails.wait_for(ALICE, 1).await[0].encrypted);
    assert_eq!(mails.sign_ins()[0], signed_in(PASSWORD));
    server.assert_never_logged(&[PASSWORD]);
}

async fn no_mail_and_no_password_goes_out_unencrypted(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate, None).await;
    // It does not offer what the realm asks for, as if somebody in between had struck it out.
    let mails = MailServer::start().await;
    for encryption in [Encryption::StartTls, Encryption::FromTheStart] {
        send_through(&server, smtp(&mails, encryption, PASSWORD)).await;
        a_notice(&server).await;
        assert!(mails.mails().is_empty() && mails.sign_ins().is_empty(), "{encryption:?}: {:?}", mails.sign_ins());
    }
}

async fn a_server_with_a_strangers_certificate_learns_nothing(backend: Backend) {
    let (trusted, strangers) = (OwnCertificate::for_localhost(), OwnCertificate::for_localhost());
    let server = trusting(backend, &trusted, None).await;
    for encryption in [Encryption::FromTheStart, Encryption::StartTls] {
        let mails = MailServer::start_secured(encryption, &strangers, USER, PASSWORD).await;
        send_through(&server, smtp(&mails, encryption, PASSWORD)).await;
        a_notice(&server).await;
        assert!(mails.mails().is_empty() && mails.sign_ins().is_empty(), "{encryption:?}: {:?}", mails.sign_ins());
    }
    // Nor does one that is trusted under another name.
    let mails = MailServer::start_secured(Encryption::FromTheStart, &trusted, USER, PASSWORD).await;
    let mut settings = smtp(&mails, Encryption::FromTheStart, PASSWORD);
    settings["smtpServer"]["host"] = json!("127.0.0.1");
    send_through(&server, settings).await;
    a_notice(&server).await;
    assert!(mails.sign_ins().is_empty(), "{:?}", mails.sign_ins());
}

async fn a_wrong_password_loses_no_mail(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate, None).await;
    let mails = MailServer::start_secured(Encryption::StartTls, &certificate, USER, PASSWORD).await;
    send_through(&server, smtp(&mails, Encryption::StartTls, "outdated")).await;
    a_notice(&server).await;
    assert!(mails.mails().is_empty());
    assert_eq!(mails.sign_ins()[0], signed_in("outdated"));
    send_through(&server, smtp(&mails, Encryption::StartTls, PASSWORD)).await;
    server.advance_clock(DAY_S).await;
    server.run_jobs().await;
    mails.wait_for(ALICE, 1).await;
    assert_eq!(mails.mails().len(), 1, "once");
}

on_each! {
    a_mail_is_encrypted_and_its_sender_signed_in,
    the_operators_server_is_spoken_to_as_its_address_says,
    no_mail_and_no_password_goes_out_unencrypted,
    a_server_with_a_strangers_certificate_learns_nothing,
    a_wrong_password_loses_no_mail,
}
