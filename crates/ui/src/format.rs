//! Times and amounts in words, as pure functions of the language, the instant and "now". Instants are ms since
//! epoch, durations seconds. No clock and no locale data: the few words needed are here.

use crate::text::Lang;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;
const MONTH_S: i64 = 30 * DAY_S;
const YEAR_S: i64 = 365 * DAY_S;

#[derive(Clone, Copy)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

fn counted(lang: Lang, n: i64, unit: Unit) -> String {
    let (one, many) = match (lang, unit) {
        (Lang::En, Unit::Second) => ("second", "seconds"),
        (Lang::En, Unit::Minute) => ("minute", "minutes"),
        (Lang::En, Unit::Hour) => ("hour", "hours"),
        (Lang::En, Unit::Day) => ("day", "days"),
        (Lang::En, Unit::Month) => ("month", "months"),
        (Lang::En, Unit::Year) => ("year", "years"),
        (Lang::Es, Unit::Second) => ("segundo", "segundos"),
        (Lang::Es, Unit::Minute) => ("minuto", "minutos"),
        (Lang::Es, Unit::Hour) => ("hora", "horas"),
        (Lang::Es, Unit::Day) => ("día", "días"),
        (Lang::Es, Unit::Month) => ("mes", "meses"),
        (Lang::Es, Unit::Year) => ("año", "años"),
    };
    format!("{} {}", number(lang, n), if n == 1 { one } else { many })
}

/// "3 hours ago", "in 5 days", "just now": the largest whole unit, rounded down.
pub fn relative(lang: Lang, at: i64, now: i64) -> String {
    let seconds = (at - now) / 1_000;
    let away = seconds.abs();
    let (n, unit) = match away {
        0..45 => return just_now(lang).to_owned(),
        45..HOUR_S => ((away / MINUTE_S).max(1), Unit::Minute),
        HOUR_S..DAY_S => (away / HOUR_S, Unit::Hour),
        DAY_S..MONTH_S => (away / DAY_S, Unit::Day),
        MONTH_S..YEAR_S => (away / MONTH_S, Unit::Month),
        _ => (away / YEAR_S, Unit::Year),
    };
    let words = counted(lang, n, unit);
    match (lang, seconds < 0) {
        (Lang::En, true) => format!("{words} ago"),
        (Lang::En, false) => format!("in {words}"),
        (Lang::Es, true) => format!("hace {words}"),
        (Lang::Es, false) => format!("dentro de {words}"),
    }
}

fn just_now(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "just now",
        Lang::Es => "ahora mismo",
    }
}

/// "30 days", "1 hour 30 minutes": exact to the second unless three units would be needed, then its two largest.
pub fn duration(lang: Lang, seconds: i64) -> String {
    let mut rest = seconds.max(0);
    let mut parts = Vec::new();
    for (size, unit) in [(DAY_S, Unit::Day), (HOUR_S, Unit::Hour), (MINUTE_S, Unit::Minute), (1, Unit::Second)] {
        if rest >= size {
            parts.push(counted(lang, rest / size, unit));
            rest %= size;
        }
    }
    if parts.is_empty() {
        return counted(lang, 0, Unit::Second);
    }
    parts.truncate(2);
    parts.join(" ")
}

/// Whole numbers with the language's separator: "1,240", "8.913.000" (Spanish leaves four digits together).
pub fn number(lang: Lang, n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let (separator, smallest) = match lang {
        Lang::En => (',', 4),
        Lang::Es => ('.', 5),
    };
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && digits.len() >= smallest {
            out.push(separator);
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

struct Civil {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Days to a proleptic Gregorian date, by 400-year eras that begin in March (Howard Hinnant, "chrono-compatible
/// low-level date algorithms").
fn civil(at: i64, offset_min: i32) -> Civil {
    let seconds = at.div_euclid(1_000) + i64::from(offset_min) * MINUTE_S;
    let (days, in_day) = (seconds.div_euclid(DAY_S) + 719_468, seconds.rem_euclid(DAY_S));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as usize,
        day: day_of_year - (153 * march_month + 2) / 5 + 1,
        hour: in_day / HOUR_S,
        minute: in_day % HOUR_S / MINUTE_S,
        second: in_day % MINUTE_S,
    }
}

fn month_name(lang: Lang, month: usize) -> &'static str {
    const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const ES: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
    match lang {
        Lang::En => EN[month - 1],
        Lang::Es => ES[month - 1],
    }
}

/// "21 Dec 2026, 14:05"; without an offset in UTC, and it says so.
pub fn exact(lang: Lang, at: i64, offset_min: Option<i32>) -> String {
    let c = civil(at, offset_min.unwrap_or(0));
    let month = month_name(lang, c.month);
    let zone = if offset_min.is_none() { " UTC" } else { "" };
    format!("{} {month} {}, {:02}:{:02}{zone}", c.day, c.year, c.hour, c.minute)
}

/// "21 Dec", with the year when it is not this one.
pub fn day(lang: Lang, at: i64, now: i64, offset_min: Option<i32>) -> String {
    let offset = offset_min.unwrap_or(0);
    let c = civil(at, offset);
    let month = month_name(lang, c.month);
    if c.year == civil(now, offset).year {
        format!("{} {month}", c.day)
    } else {
        format!("{} {month} {}", c.day, c.year)
    }
}

/// RFC 3339 in UTC, for `<time datetime>`.
pub fn rfc3339(at: i64) -> String {
    let c = civil(at, 0);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T14:05:09Z.
    const NOW: i64 = 1_795_269_909_000;
    const DAY_MS: i64 = DAY_S * 1_000;

    #[test]
    fn relative_times_name_the_largest_whole_unit() {
        for (delta_s, en, es) in [
            (0, "just now", "ahora mismo"),
            (-44, "just now", "ahora mismo"),
            (20, "just now", "ahora mismo"),
            (-50, "1 minute ago", "hace 1 minuto"),
            (-59 * 60 - 59, "59 minutes ago", "hace 59 minutos"),
            (-HOUR_S, "1 hour ago", "hace 1 hora"),
            (-3 * HOUR_S - 10, "3 hours ago", "hace 3 horas"),
            (DAY_S, "in 1 day", "dentro de 1 día"),
            (29 * DAY_S, "in 29 days", "dentro de 29 días"),
            (-60 * DAY_S, "2 months ago", "hace 2 meses"),
            (-800 * DAY_S, "2 years ago", "hace 2 años"),
        ] {
            assert_eq!(relative(Lang::En, NOW + delta_s * 1_000, NOW), en);
            assert_eq!(relative(Lang::Es, NOW + delta_s * 1_000, NOW), es);
        }
    }

    #[test]
    fn durations_are_said_in_at_most_two_units() {
        for (seconds, en, es) in [
            (0, "0 seconds", "0 segundos"),
            (1, "1 second", "1 segundo"),
            (300, "5 minutes", "5 minutos"),
            (5_400, "1 hour 30 minutes", "1 hora 30 minutos"),
            (2_592_000, "30 days", "30 días"),
            (90_061, "1 day 1 hour", "1 día 1 hora"),
            (-5, "0 seconds", "0 segundos"),
        ] {
            assert_eq!(duration(Lang::En, seconds), en);
            assert_eq!(duration(Lang::Es, seconds), es);
        }
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        for (n, en, es) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_240, "1,240", "1240"),
            (-12_400, "-12,400", "-12.400"),
            (8_913_000, "8,913,000", "8.913.000"),
        ] {
            assert_eq!(number(Lang::En, n), en);
            assert_eq!(number(Lang::Es, n), es);
        }
    }

    #[test]
    fn exact_times_are_in_the_readers_zone_or_say_utc() {
        assert_eq!(exact(Lang::En, NOW, None), "21 Nov 2026, 14:05 UTC");
        assert_eq!(exact(Lang::Es, NOW, Some(60)), "21 nov 2026, 15:05");
        assert_eq!(exact(Lang::En, NOW, Some(-15 * 60)), "20 Nov 2026, 23:05");
        assert_eq!(rfc3339(NOW), "2026-11-21T14:05:09Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_day_names_its_year_only_when_it_is_another() {
        assert_eq!(day(Lang::En, NOW + 30 * DAY_MS, NOW, None), "21 Dec");
        assert_eq!(day(Lang::Es, NOW + 60 * DAY_MS, NOW, None), "20 ene 2027");
    }
}
