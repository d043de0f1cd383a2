//! Sessions: looked for, looked at, steered and ended, one by one and many at once.

use super::operation::{Access, Operation, Part};
use perennial_api::{
    GlobalRequestResult, OfflineSessionPatch, RevocationPolicy, SessionCount, UserSessionRepresentation, paths,
    session_search::{ClientSessionStats, RevokeAnswer, RevokeRequest, SessionFilterRepresentation, SessionSummary},
    statistics::Statistics,
};
use serde_json::json;

const SESSIONS: Part = Part { access: Access::Admin, tag: "Sessions" };

pub fn operations() -> Vec<Operation> {
    let lists = [
        (paths::ADMIN_OFFLINE_SESSIONS, "Offline sessions of the realm"),
        (paths::ADMIN_CLIENT_OFFLINE_SESSIONS, "Offline sessions of a client"),
        (paths::ADMIN_USER_OFFLINE_SESSIONS, "Offline sessions that a client has for a user"),
    ];
    let mut all: Vec<Operation> = lists.into_iter().map(|(path, summary)| list(path, summary)).collect();
    all.extend([
        SESSIONS
            .get(paths::ADMIN_STATISTICS, "How often what happened lately, by minute and by day")
            .gives::<Statistics>(),
        SESSIONS
            .get(paths::ADMIN_OFFLINE_SESSION_SUMMARY, "Offline sessions, counted")
            .query::<SessionFilterRepresentation>()
            .gives::<SessionSummary>(),
        SESSIONS
            .get(
                paths::ADMIN_OFFLINE_SESSION_EXPORT,
                "Offline sessions of the realm as CSV, in the order of their start",
            )
            .query::<SessionFilterRepresentation>()
            .param("order", json!({"enum": ["asc", "desc"]}), "Which way")
            .gives_csv(),
        SESSIONS
            .post(
                paths::ADMIN_OFFLINE_SESSION_REVOCATION,
                "Ends the offline sessions that a filter admits, or says which",
            )
            .takes::<RevokeRequest>()
            .gives::<RevokeAnswer>()
            .gives_at::<RevokeAnswer>(202, "It goes on, and this is how far it has come; whoever asks a dry run again soon shares the count that goes on"),
        SESSIONS
            .get(paths::ADMIN_OFFLINE_SESSION, "An offline session with its timeline")
            .gives::<UserSessionRepresentation>(),
        SESSIONS
            .patch(paths::ADMIN_OFFLINE_SESSION, "Pauses, resumes, narrows, shortens or names an offline session")
            .takes::<OfflineSessionPatch>()
            .changes()
            .refuses(412),
        SESSIONS.delete(paths::ADMIN_OFFLINE_SESSION, "Ends an offline session").done(),
        SESSIONS
            .get(paths::ADMIN_CLIENT_OFFLINE_SESSION_COUNT, "How many offline sessions a client has")
            .gives::<SessionCount>(),
        SESSIONS
            .get(paths::ADMIN_CLIENT_SESSION_COUNT, "How many sign-ins a client takes part in")
            .gives::<SessionCount>(),
        SESSIONS
            .get(paths::ADMIN_CLIENT_SESSION_STATS, "Sessions of each client, counted")
            .gives::<Vec<ClientSessionStats>>(),
        SESSIONS
            .delete(paths::ADMIN_SESSION, "Ends a sign-in, or an offline session")
            .param("isOffline", json!({"type": "boolean"}), "Whether it is an offline session")
            .done(),
    ]);
    all.extend(sign_ins());
    all
}

fn sign_ins() -> [Operation; 2] {
    [
        SESSIONS
            .get(paths::ADMIN_CLIENT_USER_SESSIONS, "Sign-ins that a client takes part in")
            .pages()
            .goes_on()
            .lists::<UserSessionRepresentation>(),
        SESSIONS
            .get(paths::ADMIN_USER_SESSIONS, "A user's sign-ins")
            .param("max", json!({"type": "integer", "minimum": 0}), "How many at most")
            .goes_on()
            .lists::<UserSessionRepresentation>(),
    ]
}

fn list(path: &'static str, summary: &'static str) -> Operation {
    SESSIONS
        .get(path, summary)
        .query::<SessionFilterRepresentation>()
        .param("sort", json!({"enum": ["start", "lastUse", "end"]}), "What the order goes by")
        .param("order", json!({"enum": ["asc", "desc"]}), "Which way")
        .pages()
        .goes_on()
        .lists::<UserSessionRepresentation>()
        .with_header("sessions-as-of", "When the order was looked up, in Unix milliseconds", false)
}

/// Endings of many sessions, and the times before which tokens were issued in vain.
pub fn endings() -> Vec<Operation> {
    let push = [paths::ADMIN_PUSH_REVOCATION, paths::ADMIN_CLIENT_PUSH_REVOCATION, paths::ADMIN_USER_PUSH_REVOCATION];
    let mut all: Vec<Operation> = push.into_iter().map(push_revocation).collect();
    for path in [paths::ADMIN_LOGOUT_ALL, paths::ADMIN_CLIENT_LOGOUT_ALL] {
        all.push(SESSIONS.post(path, "Ends every session").gives::<GlobalRequestResult>().refuses(412));
    }
    all.push(SESSIONS.post(paths::ADMIN_USER_LOGOUT, "Ends every session of a user").done().refuses(412));
    all
}

fn push_revocation(path: &'static str) -> Operation {
    SESSIONS
        .post(path, "Refuses tokens issued before a time; without a body, says that the policy holds")
        .may_take::<RevocationPolicy>()
        .gives::<GlobalRequestResult>()
        .refuses(412)
}
