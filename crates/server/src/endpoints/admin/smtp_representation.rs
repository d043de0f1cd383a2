//! A realm's mail server in Keycloak's `smtpServer`: a map of texts. The password goes in and never comes out.

use perennial_api::ApiError;
use perennial_crypto::MasterKey;
use perennial_domain::mail::SmtpServer;
use perennial_flows::mails;
use std::collections::BTreeMap;

/// Stands for a password that is set.
const MASK: &str = "**********";
const LONGEST: usize = 255;

type Fields = BTreeMap<String, String>;

pub fn of_server(server: Option<&SmtpServer>) -> Fields {
    let Some(server) = server else { return Fields::new() };
    let text = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let fields = [
        ("host", Some(server.host.clone())),
        ("port", server.port.map(|port| port.to_string())),
        ("from", Some(server.from.clone())),
        ("fromDisplayName", text(&server.from_display_name)),
        ("replyTo", text(&server.reply_to)),
        ("ssl", Some(server.ssl.to_string())),
        ("starttls", Some(server.starttls.to_string())),
        ("auth", Some(server.auth.to_string())),
        ("user", text(&server.user)),
        ("password", server.sealed_password.as_ref().map(|_| MASK.to_owned())),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// What is wrong with the values themselves.
pub fn check(sent: &Fields) -> Vec<ApiError> {
    let at = |name: &str, text: &str| ApiError::at_field(format!("smtpServer.{name}"), text);
    let mut wrong: Vec<ApiError> = sent
        .iter()
        .filter(|(_, value)| value.len() > LONGEST || value.chars().any(char::is_control))
        .map(|(name, _)| at(&name.chars().take(40).collect::<String>(), "is too long, or holds control characters"))
        .collect();
    if host_of(sent).is_none() {
        return wrong;
    }
    let is_address = |name: &str| sent.get(name).is_some_and(|text| text.parse::<lettre::Address>().is_ok());
    if !is_address("from") {
        wrong.push(at("from", "must be an e-mail address"));
    }
    if sent.get("replyTo").is_some_and(|text| !text.is_empty()) && !is_address("replyTo") {
        wrong.push(at("replyTo", "must be an e-mail address"));
    }
    let port = sent.get("port").filter(|text| !text.is_empty());
    if port.is_some_and(|text| !text.parse::<u16>().is_ok_and(|port| port > 0)) {
        wrong.push(at("port", "must be a port"));
    }
    if sent.get("auth").is_some_and(|text| text == "true") {
        let missing = |name: &&str| sent.get(*name).is_none_or(|text| text.is_empty());
        wrong.extend(
            ["user", "password"].into_iter().filter(missing).map(|name| at(name, "is needed to sign in there")),
        );
    }
    for name in ["ssl", "starttls", "auth"] {
        if sent.get(name).is_some_and(|text| !["", "true", "false"].contains(&text.as_str())) {
            wrong.push(at(name, "must be true or false"));
        }
    }
    wrong
}

/// The server as sent; `None` where no host is named. A kept password goes to the host and user that it was entered for only:
/// otherwise whoever may change the host could have it sent to theirs.
pub fn apply(before: Option<&SmtpServer>, sent: &Fields, master: &MasterKey) -> Result<Option<SmtpServer>, String> {
    let Some(host) = host_of(sent) else { return Ok(None) };
    let text = |name: &str| sent.get(name).filter(|text| !text.is_empty()).cloned();
    let is_on = |name: &str| sent.get(name).is_some_and(|text| text == "true");
    let mut next = SmtpServer {
        host: host.to_owned(),
        port: text("port").and_then(|port| port.parse().ok()),
        from: text("from").unwrap_or_default(),
        from_display_name: text("fromDisplayName"),
        reply_to: text("replyTo"),
        ssl: is_on("ssl"),
        starttls: is_on("starttls"),
        auth: is_on("auth"),
        user: text("user"),
        sealed_password: None,
    };
    next.sealed_password = match text("password").as_deref() {
        None => None,
        Some(MASK) => kept_password(before, &next)?,
        Some(password) => Some(mails::seal_smtp_password(master, password)),
    };
    if next.auth && (next.user.is_none() || next.sealed_password.is_none()) {
        return Err("smtpServer: auth needs a user and a password".to_owned());
    }
    Ok(Some(next))
}

fn kept_password(before: Option<&SmtpServer>, next: &SmtpServer) -> Result<Option<Vec<u8>>, String> {
    let target =
        |server: &SmtpServer| (server.host.clone(), server.port, server.ssl, server.starttls, server.user.clone());
    match before {
        Some(before) if target(before) == target(next) => Ok(before.sealed_password.clone()),
        _ => {
            Err("smtpServer: the password must be entered again where host, port, encryption or user change".to_owned())
        }
    }
}

fn host_of(sent: &Fields) -> Option<&str> {
    sent.get("host").map(|host| host.trim()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_password_goes_in_and_never_comes_out() {
        let master = MasterKey::from_bytes([7; 32]);
        let sent = fields(&[
            ("host", "mail.example"),
            ("from", "a@b.example"),
            ("auth", "true"),
            ("user", "u"),
            ("password", "hunter2"),
        ]);
        let server = apply(None, &sent, &master).unwrap();
        let shown = of_server(server.as_ref());
        assert_eq!(shown["password"], MASK);
        assert_eq!(apply(server.as_ref(), &shown, &master).unwrap(), server, "what was read and written back");
        let mut elsewhere = shown.clone();
        elsewhere.insert("host".into(), "evil.example".into());
        assert!(apply(server.as_ref(), &elsewhere, &master).is_err());
    }

    #[test]
    fn no_host_means_no_server_of_its_own() {
        let master = MasterKey::from_bytes([7; 32]);
        assert_eq!(apply(None, &Fields::new(), &master), Ok(None));
        assert!(check(&Fields::new()).is_empty());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = check(&fields(&[("host", "h"), ("port", "0"), ("from", "x\r\nBcc: y"), ("ssl", "yes")]));
        let names: Vec<_> = wrong.iter().filter_map(|error| error.field.as_deref()).collect();
        for name in ["smtpServer.port", "smtpServer.from", "smtpServer.ssl"] {
            assert!(names.contains(&name), "{names:?}");
        }
    }
}
