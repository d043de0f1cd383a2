//! Ids of events: UUIDv7 that keep the order of raising within one millisecond, and the bounds of instants among them.

use std::sync::atomic::{AtomicU32, Ordering};

use perennial_domain::{EventId, Timestamp};
use uuid::{Builder, Uuid};

/// Bits of the counter: twelve before and fourteen after the variant (RFC 9562 §6.2, method 1). What is left is random, so
/// that two nodes never meet.
const COUNTER_BITS: u32 = 26;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The id of an event that happens now.
pub(crate) fn next(now: Timestamp) -> EventId {
    let counter = u64::from(COUNTER.fetch_add(1, Ordering::Relaxed)) & ((1 << COUNTER_BITS) - 1);
    let random = random_bits() & ((1 << 48) - 1);
    let mut bytes = [0; 10];
    let high = u16::try_from(counter >> 14).unwrap_or(0).to_be_bytes();
    let low = (((counter & 0x3fff) << 48) | random).to_be_bytes();
    bytes[..2].copy_from_slice(&high);
    bytes[2..].copy_from_slice(&low);
    EventId(Builder::from_unix_timestamp_millis(millis(now), &bytes).into_uuid())
}

/// When the event with this id happened.
pub(crate) fn instant_of(id: EventId) -> Timestamp {
    let millis = id.0.as_u64_pair().0 >> 16;
    Timestamp::from_ms(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// Below every id of this instant, and above every id before it.
pub(crate) fn lowest_at(at: Timestamp) -> EventId {
    EventId(Uuid::from_u64_pair(millis(at) << 16, 0))
}

/// Above every id of this instant.
pub(crate) fn lowest_after(at: Timestamp) -> EventId {
    lowest_at(Timestamp::from_ms(at.as_ms().saturating_add(1)))
}

/// A UUIDv7 has 48 bits of milliseconds.
fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_ms()).unwrap_or(0).min((1 << 48) - 1)
}

#[expect(clippy::disallowed_methods, reason = "only has to differ between nodes: no test or replay depends on it")]
fn random_bits() -> u64 {
    Uuid::now_v7().as_u64_pair().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_keep_the_order_in_which_they_were_made() {
        let now = Timestamp::from_ms(1_790_000_000_123);
        let ids: Vec<EventId> = (0..20_000).map(|_| next(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| instant_of(*id) == now && id.0.get_version_num() == 7));
    }

    #[test]
    fn bounds_lie_between_the_ids_of_two_instants() {
        let (before, at) = (Timestamp::from_ms(1_790_000_000_122), Timestamp::from_ms(1_790_000_000_123));
        assert!(next(before) < lowest_at(at) && lowest_at(at) < next(at));
        assert!(
            lowest_at(Timestamp::from_ms(-1)) < lowest_at(at) && next(at) < lowest_at(Timestamp::from_ms(i64::MAX))
        );
    }
}
