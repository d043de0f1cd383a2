//! Users between what is stored and Keycloak's representation; an update changes only the fields that were sent.

use super::attributes;
use perennial_api::{ApiError, CredentialRepresentation, UserRepresentation};
use perennial_domain::user::{RequiredAction, User};
use perennial_flows::{
    admin::users::{GivenPassword, UserDraft},
    passwords::LONGEST_PASSWORD,
};
use std::collections::BTreeMap;

const LONGEST: usize = 255;
const LOCALE: &str = "locale";
/// Keycloak's names of what has a field of its own.
const FIELDS: [&str; 5] = ["username", "email", "firstName", "lastName", LOCALE];

/// `service_account_of`: the `clientId` that the user stands for.
pub fn of_user(user: &User, service_account_of: Option<String>) -> UserRepresentation {
    UserRepresentation {
        id: Some(user.id.to_string()),
        username: Some(user.username.clone()),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        enabled: Some(user.enabled),
        email_verified: Some(user.email_verified),
        created_timestamp: Some(user.created_at.as_ms()),
        not_before: Some(user.not_before_at.as_s()),
        credentials: None,
        groups: None,
        service_account_client_id: service_account_of,
        attributes: attributes_of(user),
        required_actions: Some(user.required_actions.iter().map(|action| action.as_str().to_owned()).collect()),
    }
}

/// `locale` is an attribute there.
fn attributes_of(user: &User) -> Option<BTreeMap<String, Vec<String>>> {
    let mut all = user.attributes.clone();
    all.extend(user.locale.clone().map(|locale| (LOCALE.to_owned(), vec![locale])));
    (!all.is_empty()).then_some(all)
}

/// What is wrong with the values themselves, field by field.
pub fn check(sent: &UserRepresentation) -> Result<(), ApiError> {
    let clean = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    let mut wrong = Vec::new();
    let named = sent.username.as_deref().is_none_or(|name| clean(name) && !name.trim().is_empty());
    if !named {
        wrong.push(ApiError::at_field("username", "must have 1 to 255 printable characters"));
    }
    if !sent.email.as_deref().is_none_or(|email| email.is_empty() || (clean(email) && is_address(email))) {
        wrong.push(ApiError::at_field("email", "must be an e-mail address"));
    }
    for (field, value) in [("firstName", &sent.first_name), ("lastName", &sent.last_name)] {
        if !value.as_deref().is_none_or(clean) {
            wrong.push(ApiError::at_field(field, "must not be longer than 255 printable characters"));
        }
    }
    let actions = sent.required_actions.as_deref().unwrap_or_default();
    if !actions.iter().all(|name| RequiredAction::parse(name).is_some()) {
        wrong.push(ApiError::at_field("requiredActions", "must be a list of UPDATE_PASSWORD and VERIFY_EMAIL"));
    }
    wrong.extend(sent.attributes.as_ref().and_then(|sent| attributes::check(sent).err()));
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

fn is_address(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !email.contains(char::is_whitespace)
}

/// The user with the sent fields put in. The values have been checked.
pub fn apply(before: UserDraft, sent: &UserRepresentation) -> UserDraft {
    let text = |stands: Option<String>, sent: &Option<String>| match sent {
        Some(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        None => stands,
    };
    UserDraft {
        username: sent.username.clone().unwrap_or(before.username),
        email: text(before.email, &sent.email),
        email_verified: sent.email_verified.unwrap_or(before.email_verified),
        first_name: text(before.first_name, &sent.first_name),
        last_name: text(before.last_name, &sent.last_name),
        enabled: sent.enabled.unwrap_or(before.enabled),
        locale: match &sent.attributes {
            Some(all) => all.get(LOCALE).and_then(|values| values.first()).filter(|text| !text.is_empty()).cloned(),
            None => before.locale,
        },
        required_actions: match &sent.required_actions {
            Some(names) => names.iter().filter_map(|name| RequiredAction::parse(name)).collect(),
            None => before.required_actions,
        },
        attributes: sent.attributes.as_ref().map_or(before.attributes, |all| attributes::kept(all, &FIELDS)),
    }
}

/// The one password among the credentials, if there are any.
pub fn first_password(sent: Option<Vec<CredentialRepresentation>>) -> Result<Option<GivenPassword>, ApiError> {
    let mut passwords = sent.unwrap_or_default().into_iter().map(password);
    let first = passwords.next().transpose()?;
    if passwords.next().is_some() {
        return Err(ApiError::at_field("credentials", "must be one password"));
    }
    Ok(first)
}

/// The password of a credential, if it is one that can be set.
pub fn password(sent: CredentialRepresentation) -> Result<GivenPassword, ApiError> {
    if sent.kind.as_deref().is_some_and(|kind| kind != "password") {
        return Err(ApiError::at_field("type", "must be password"));
    }
    let value = sent.value.filter(|value| !value.is_empty());
    let password = value.ok_or_else(|| ApiError::at_field("value", "must not be empty"))?;
    if password.len() > LONGEST_PASSWORD {
        return Err(ApiError::at_field("value", format!("must have 1 to {LONGEST_PASSWORD} characters")));
    }
    Ok(GivenPassword { password, temporary: sent.temporary == Some(true), keeps_offline: sent.keep_offline_sessions })
}
