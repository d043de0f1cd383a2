//! The account API: a user's own. Where a path is a page of the portal, too, it answers JSON unless `Accept` begins with `text/html`.

use super::{
    operation::{Access, Operation, Part},
    realms::dated,
};
use crate::endpoints::account::notices::Choice;
use perennial_api::{
    AccountSessionRepresentation, ActivityRepresentation, ApplicationRepresentation, ConsentRepresentation,
    CredentialContainer, DeviceRepresentation, OfflineSessionPatch, PasswordChangeRequest, UserSessionRepresentation,
    paths,
};
use serde_json::json;

pub fn operations() -> Vec<Operation> {
    let account = Part { access: Access::Account, tag: "Account" };
    let activity = account.get(paths::ACCOUNT_ACTIVITY, "What happened with one's account, the newest first");
    let mut all = vec![
        dated(activity).lists::<ActivityRepresentation>(),
        account
            .get(paths::ACCOUNT_APPLICATIONS, "Apps that can act for one, or could")
            .pages()
            .goes_on()
            .lists::<ApplicationRepresentation>(),
        account.get(paths::ACCOUNT_CONSENT, "What one has allowed an app").gives::<ConsentRepresentation>().done(),
        account
            .put(paths::ACCOUNT_CONSENT, "Changes what one has allowed an app")
            .takes::<ConsentRepresentation>()
            .gives::<ConsentRepresentation>()
            .refuses(409),
        account.delete(paths::ACCOUNT_CONSENT, "Takes away what one has allowed an app").done(),
        account
            .get(paths::ACCOUNT_NOTICES, "Whether one is told by mail of sessions that end or sleep")
            .gives::<Choice>(),
        account.put(paths::ACCOUNT_NOTICES, "Chooses that").takes::<Choice>().done(),
        account
            .get(paths::ACCOUNT_OFFLINE_SESSIONS, "Where apps can act for one, the newest first")
            .pages()
            .goes_on()
            .lists::<UserSessionRepresentation>(),
        account
            .patch(paths::ACCOUNT_OFFLINE_SESSION, "Pauses, resumes, narrows, shortens, extends or names one of them")
            .takes::<OfflineSessionPatch>()
            .changes(),
        account.delete(paths::ACCOUNT_OFFLINE_SESSION, "Ends one of them").done(),
    ];
    all.extend(signed_in(account));
    all
}

fn signed_in(account: Part) -> Vec<Operation> {
    let mut all = vec![
        account
            .get(paths::ACCOUNT_SESSIONS, "Where one is signed in, the newest first")
            .pages()
            .goes_on()
            .lists::<AccountSessionRepresentation>(),
        account
            .delete(paths::ACCOUNT_SESSIONS, "Signs out everywhere else")
            .param("current", json!({"type": "boolean"}), "Here, too")
            .done(),
        account.get(paths::ACCOUNT_DEVICES, "The same, by device").gives::<Vec<DeviceRepresentation>>(),
        account.delete(paths::ACCOUNT_SESSION, "Signs out there").done(),
        account.get(paths::ACCOUNT_CREDENTIALS, "What one can sign in with").gives::<Vec<CredentialContainer>>(),
    ];
    for path in [paths::ACCOUNT_CREDENTIALS, paths::ACCOUNT_PASSWORD] {
        all.push(
            account.post(path, "Changes one's password, in person only").takes::<PasswordChangeRequest>().changes(),
        );
    }
    all
}
