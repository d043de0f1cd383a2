//! One offline session as a row: who, when, from where, on what, its lifeline and what ends it.

use leptos::prelude::*;
use perennial_api::UserSessionRepresentation;
use perennial_ui::agent::short_agent;
use perennial_ui::prelude::*;

use crate::texts::screen_texts;

/// The server's "now" as its answer tells it: `expires` less the seconds that were left. The browser's clock, or a
/// server whose clock was moved for a test, must not bend the picture.
pub fn server_now(sessions: &[UserSessionRepresentation]) -> Option<i64> {
    sessions.iter().find_map(|session| Some(session.expires? - session.expires_in? * 1_000))
}

pub fn life_of(session: &UserSessionRepresentation, now: i64) -> LifelineData {
    let cause = session.ends_by.as_ref().map_or(EndCause::Other, |cause| EndCause::from_wire(cause.as_str()));
    let state = match (session.paused, &session.blocked_by) {
        (true, _) => LifelineState::Paused,
        (false, Some(_)) => LifelineState::Blocked,
        (false, None) => LifelineState::Live,
    };
    LifelineData {
        started_at: session.start,
        uses: vec![session.last_access],
        now,
        end: session.expires.map(|at| LifelineEnd { at, cause }),
        state,
    }
}

/// Whom the session acts for, in a word.
pub fn user_of(session: &UserSessionRepresentation) -> String {
    let texts = &screen_texts().sessions;
    let nameless = match session.grant_type.as_deref() {
        Some("client_credentials") => texts.service_account,
        _ => texts.unknown,
    };
    session.username.clone().unwrap_or_else(|| nameless.to_owned())
}

/// What keeps the session from working for now, if anything does.
pub fn state_badges(session: &UserSessionRepresentation) -> AnyView {
    let texts = &screen_texts().sessions;
    // Paused is said by itself.
    let blocked = session.blocked_by.as_ref().filter(|_| !session.paused).map(texts.blocked);
    view! {
        {session.paused.then(|| view! { <Badge tone=Tone::Warning>{texts.paused}</Badge> })}
        {blocked.map(|words| view! { <Badge tone=Tone::Danger>{words}</Badge> })}
    }
    .into_any()
}

fn filled(words: Option<String>) -> Option<String> {
    words.filter(|words| !words.is_empty())
}

/// `now` as `server_now` gives it; `on_end` asks whether to end this one.
#[component]
pub fn SessionRow(session: UserSessionRepresentation, now: i64, on_end: Callback<()>) -> impl IntoView {
    let texts = &screen_texts().sessions;
    let user = user_of(&session);
    let end_this = (texts.end_of)(&user);
    let life = life_of(&session, now);
    let ends = end_words(use_lang(), &life);
    let state = state_badges(&session);
    let address = filled(session.last_ip_address).or_else(|| filled(session.ip_address));
    let agent = filled(session.user_agent);
    let device = filled(session.device_label).or_else(|| short_agent(agent.as_deref()?));
    let unknown = move || view! { <span class="pn-muted">{texts.unknown}</span> };
    view! {
        <tr>
            <Cell label=texts.user head=true>{user}</Cell>
            <Cell label=texts.started><Timestamp at=session.start /></Cell>
            <Cell label=texts.last_used><Timestamp at=session.last_access /></Cell>
            <Cell label=texts.address>
                {match address {
                    Some(address) => view! { <span class="adm-address">{address}</span> }.into_any(),
                    None => unknown().into_any(),
                }}
            </Cell>
            <Cell label=texts.device>
                {match device {
                    Some(device) => view! { <span class="adm-device" title=agent>{device}</span> }.into_any(),
                    None => unknown().into_any(),
                }}
            </Cell>
            <Cell label=texts.life>
                <Lifeline id=format!("life-{}", session.id) data=life />
                <div class="adm-ends">{ends}</div>
                {state}
            </Cell>
            <Cell label=texts.actions>
                <Button on_press=on_end label=end_this>{texts.end}</Button>
            </Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_api::{BlockedBy, EndsBy};

    fn session() -> UserSessionRepresentation {
        UserSessionRepresentation {
            start: 1_000,
            last_access: 4_000,
            expires: Some(15_000),
            expires_in: Some(10),
            ends_by: Some(EndsBy::Idle),
            ..UserSessionRepresentation::default()
        }
    }

    #[test]
    fn now_is_the_servers() {
        let endless = UserSessionRepresentation::default();
        assert_eq!(server_now(&[endless.clone(), session()]), Some(5_000));
        assert_eq!(server_now(&[endless]), None);
    }

    #[test]
    fn a_session_becomes_a_life_with_its_end_and_cause() {
        let life = life_of(&session(), 5_000);
        assert_eq!(life.end, Some(LifelineEnd { at: 15_000, cause: EndCause::Idle }));
        assert_eq!((life.uses, life.state), (vec![4_000], LifelineState::Live));
    }

    #[test]
    fn what_is_paused_or_blocked_is_drawn_so() {
        let paused = UserSessionRepresentation { paused: true, ..session() };
        let blocked = UserSessionRepresentation { blocked_by: Some(BlockedBy::Role), ..session() };
        assert_eq!(life_of(&paused, 5_000).state, LifelineState::Paused);
        assert_eq!(life_of(&blocked, 5_000).state, LifelineState::Blocked);
    }
}
