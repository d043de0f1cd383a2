//! A length of time as a number and a unit; the value is seconds. What is no number stays as typed and is reported
//! as no value, so that the form can say so at the field.

use leptos::prelude::*;

use super::field::{FieldIds, field_error, field_help};
use crate::text::{KitTexts, use_kit_texts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Seconds, Unit::Minutes, Unit::Hours, Unit::Days];

    const fn seconds(self) -> i64 {
        match self {
            Unit::Seconds => 1,
            Unit::Minutes => 60,
            Unit::Hours => 3_600,
            Unit::Days => 86_400,
        }
    }

    /// The `value` of its option.
    const fn key(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Minutes => "m",
            Unit::Hours => "h",
            Unit::Days => "d",
        }
    }

    const fn label(self, texts: &'static KitTexts) -> &'static str {
        match self {
            Unit::Seconds => texts.seconds,
            Unit::Minutes => texts.minutes,
            Unit::Hours => texts.hours,
            Unit::Days => texts.days,
        }
    }

    /// The largest unit that says a number of seconds without a fraction.
    fn fitting(seconds: i64) -> Unit {
        let fits = |unit: &Unit| seconds != 0 && seconds % unit.seconds() == 0;
        Unit::ALL.into_iter().rev().find(fits).unwrap_or(Unit::Minutes)
    }
}

/// Seconds, or `None` for what is no whole number or too long.
fn parse(typed: &str, unit: Unit) -> Option<i64> {
    let number: i64 = typed.trim().parse().ok().filter(|n| *n >= 0)?;
    number.checked_mul(unit.seconds())
}

/// `value` is seconds, `None` while what is typed is no whole number. When it is set from outside the field shows it
/// in the largest unit that fits.
#[component]
pub fn DurationField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<Option<i64>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Where no value means something of its own: whether what is typed is not nothing, but no length of time either.
    #[prop(optional)]
    unreadable: Option<RwSignal<bool>>,
) -> impl IntoView {
    let ids = FieldIds::new(&id, help.as_deref());
    let start = value.get_untracked();
    let unit = RwSignal::new(start.map_or(Unit::Days, Unit::fitting));
    let typed = RwSignal::new(start.map_or(String::new(), |s| (s / unit.get_untracked().seconds()).to_string()));
    Effect::new(move || {
        let Some(seconds) = value.get() else {
            // Emptied from outside; what somebody types and cannot be read stays, until it is taken back.
            let taken_back = unreadable.is_some_and(|unreadable| !unreadable.get());
            if taken_back || parse(&typed.read_untracked(), unit.get_untracked()).is_some() {
                typed.set(String::new());
            }
            return;
        };
        if parse(&typed.read_untracked(), unit.get_untracked()) != Some(seconds) {
            let fitting = Unit::fitting(seconds);
            unit.set(fitting);
            typed.set((seconds / fitting.seconds()).to_string());
        }
    });
    let report = move || {
        let typed = typed.read_untracked();
        let seconds = parse(&typed, unit.get_untracked());
        if let Some(unreadable) = unreadable {
            unreadable.set(seconds.is_none() && !typed.trim().is_empty());
        }
        value.set(seconds);
    };
    let described = ids.clone();
    view! {
        <div class="pn-field">
            <label class="pn-label" for=id.clone()>{label.clone()}</label>
            <div class="pn-duration">
                <input
                    class="pn-input pn-duration-number"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    name=id.clone()
                    id=id.clone()
                    value=typed.get_untracked()
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        report();
                    }
                    disabled=move || disabled.get()
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=move || described.described_by(error.read().is_some())
                />
                {unit_choice(&id, &label, UnitChoice { unit, disabled, report: Callback::new(move |()| report()) })}
            </div>
            {field_error(ids.error, error)}
            {field_help(ids.help, help)}
        </div>
    }
}

struct UnitChoice {
    unit: RwSignal<Unit>,
    disabled: Signal<bool>,
    /// Run after another unit was picked.
    report: Callback<()>,
}

fn unit_choice(id: &str, label: &str, choice: UnitChoice) -> impl IntoView + use<> {
    let texts = use_kit_texts();
    let UnitChoice { unit, disabled, report } = choice;
    let pick = move |event| {
        let key = event_target_value(&event);
        if let Some(picked) = Unit::ALL.into_iter().find(|unit| unit.key() == key) {
            unit.set(picked);
            report.run(());
        }
    };
    let option = move |this: Unit| {
        view! {
            <option value=this.key() selected=move || unit.get() == this>
                {this.label(texts)}
            </option>
        }
    };
    view! {
        <select
            class="pn-input pn-select"
            aria-label=format!("{label}: {}", texts.unit)
            id=format!("{id}-unit")
            on:change=pick
            disabled=move || disabled.get()
        >
            {Unit::ALL.into_iter().map(option).collect_view()}
        </select>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_shown_in_the_largest_unit_that_fits() {
        for (seconds, unit) in [
            (2_592_000, Unit::Days),
            (7_200, Unit::Hours),
            (300, Unit::Minutes),
            (90, Unit::Seconds),
            (0, Unit::Minutes),
        ] {
            assert_eq!(Unit::fitting(seconds), unit, "{seconds}");
        }
    }

    #[test]
    fn what_is_no_whole_number_is_no_value() {
        assert_eq!(parse(" 30 ", Unit::Days), Some(2_592_000));
        for typed in ["", "x", "1.5", "-1", "9223372036854775807"] {
            assert_eq!(parse(typed, Unit::Days), None, "{typed}");
        }
    }
}
