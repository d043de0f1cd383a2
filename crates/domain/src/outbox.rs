//! What leaves the server later and may fail: mails, webhook deliveries. When it is tried again, and when it is given up.

use crate::{
    ids::{OutboxId, RealmId},
    time::Timestamp,
};
use uuid::Uuid;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// The first pause between two attempts; each further one is four times as long.
const FIRST_PAUSE_S: i64 = 10;
const LONGEST_PAUSE_S: i64 = 12 * HOUR_S;

/// How it leaves. A kind is one way out with one sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Mail,
    Webhook,
    /// OIDC Back-Channel Logout.
    LogoutToken,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Mail, Self::Webhook, Self::LogoutToken];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::LogoutToken => "logout-token",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == text)
    }

    /// After this long it is given up.
    pub const fn patience_s(self) -> i64 {
        match self {
            Self::Mail | Self::Webhook => 3 * DAY_S,
            // After that the client's own session is over anyway.
            Self::LogoutToken => DAY_S,
        }
    }
}

/// Something to send, as it is queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub realm_id: RealmId,
    pub kind: Kind,
    /// What shares a fate: a webhook, a realm's mail server. When one parcel cannot get through, those behind it wait.
    pub lane: Uuid,
    /// What it is about, in a word for the log of deliveries: an event's type, a mail's template.
    pub topic: String,
    /// JSON that the kind's sender understands.
    pub payload: String,
}

/// A parcel with what became of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: OutboxId,
    pub parcel: Parcel,
    pub created_at: Timestamp,
    /// The next attempt; while one runs, the end of its lease.
    pub due_at: Timestamp,
    pub attempts: u32,
    pub attempted_at: Option<Timestamp>,
    pub fate: Fate,
    pub answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Waiting,
    Delivered(Timestamp),
    GivenUp(Timestamp),
}

/// What the other side said last, or why nothing was heard of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status or SMTP code.
    pub code: Option<i32>,
    /// At most [`Answer::LONGEST`] bytes.
    pub text: String,
}

impl Answer {
    pub const LONGEST: usize = 200;

    /// Cuts the text and takes control characters out of it: it comes from outside.
    pub fn new(code: Option<i32>, text: &str) -> Self {
        let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        let mut kept = String::new();
        for character in plain {
            if kept.len() + character.len_utf8() > Self::LONGEST {
                break;
            }
            kept.push(character);
        }
        Self { code, text: kept.trim().to_owned() }
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered(Answer),
    /// The other side answered, but did not take it. Tried again.
    Refused(Answer),
    /// Nobody answered: whatever else goes there waits as well. Tried again.
    Unreachable(Answer),
    /// It can never be delivered.
    Hopeless(Answer),
}

/// The pause after the attempt with this number (from 1), lengthened by up to a fifth by `jitter`; `None`: given up.
pub fn pause_after(delivery: &Delivery, attempts: u32, now: Timestamp, jitter: u8) -> Option<i64> {
    let steps = attempts.saturating_sub(1).min(16);
    let pause_s = FIRST_PAUSE_S.saturating_mul(4_i64.saturating_pow(steps)).min(LONGEST_PAUSE_S);
    let pause_s = pause_s + pause_s * i64::from(jitter) / (5 * i64::from(u8::MAX));
    let end = delivery.created_at.plus_s(delivery.parcel.kind.patience_s());
    (now.plus_s(pause_s) < end).then_some(pause_s)
}

/// For how long a lane rests whose other side cannot be reached.
pub const LANE_REST_S: i64 = MINUTE_S;
/// A node that takes a parcel up has this long to send it; then another may.
pub const LEASE_S: i64 = 2 * MINUTE_S;
/// What is finished is kept this long, for people who ask what became of it.
pub const KEPT_S: i64 = 14 * DAY_S;

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(kind: Kind) -> Delivery {
        Delivery {
            id: OutboxId(Uuid::nil()),
            parcel: Parcel {
                realm_id: RealmId(Uuid::nil()),
                kind,
                lane: Uuid::nil(),
                topic: String::new(),
                payload: String::new(),
            },
            created_at: Timestamp::from_s(0),
            due_at: Timestamp::from_s(0),
            attempts: 0,
            attempted_at: None,
            fate: Fate::Waiting,
            answer: None,
        }
    }

    #[test]
    fn pauses_grow_fourfold_and_end_after_three_days() {
        let delivery = delivery(Kind::Webhook);
        let (mut now, mut pauses) = (Timestamp::from_s(0), Vec::new());
        while let Some(pause_s) = pause_after(&delivery, u32::try_from(pauses.len()).unwrap() + 1, now, 0) {
            pauses.push(pause_s);
            now = now.plus_s(pause_s);
        }
        assert_eq!(&pauses[..7], [10, 40, 160, 640, 2_560, 10_240, 40_960]);
        assert!(pauses[7..].iter().all(|pause| *pause == LONGEST_PAUSE_S));
        assert!((2 * DAY_S..=3 * DAY_S).contains(&now.as_s()), "{now:?}");
    }

    #[test]
    fn jitter_only_lengthens_a_pause_and_by_a_fifth_at_most() {
        let delivery = delivery(Kind::Webhook);
        let pause = |jitter| pause_after(&delivery, 3, Timestamp::from_s(0), jitter);
        assert_eq!((pause(0), pause(u8::MAX)), (Some(160), Some(192)));
    }

    #[test]
    fn an_answer_is_cut_between_characters_and_holds_no_line_breaks() {
        let answer = Answer::new(Some(500), &format!("a\r\nb{}", "é".repeat(500)));
        assert!(answer.text.len() <= Answer::LONGEST && answer.text.starts_with("a  b"));
    }
}
