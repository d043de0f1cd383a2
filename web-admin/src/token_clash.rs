//! The token policy as two admins have typed it: what both changed, field by field.

use crate::token_form::{Field, Typed};

impl Typed {
    /// Fields that both changed since `before`, and not to the same.
    pub fn clashes(&self, before: &Typed, now: &Typed) -> Vec<Field> {
        let differ = |field: Field, one: &Typed, other: &Typed| other.with(field, one) != *other;
        let clashes =
            |field: &Field| differ(*field, self, before) && differ(*field, now, before) && differ(*field, self, now);
        Field::ALL.into_iter().filter(clashes).collect()
    }

    /// With one field as somebody else has it.
    pub fn with(&self, field: Field, from: &Typed) -> Typed {
        let mut this = self.clone();
        match field {
            Field::Idle => this.idle_s = from.idle_s,
            Field::Max => (this.max_on, this.max_s) = (from.max_on, from.max_s),
            Field::ClientIdle => this.client_idle_s = from.client_idle_s,
            Field::ClientMax => this.client_max_s = from.client_max_s,
            Field::Limit => this.limit = from.limit.clone(),
            Field::Rotation => this.rotation = from.rotation,
            Field::Window => (this.window, this.window_number) = (from.window, from.window_number.clone()),
            Field::Access => this.access_s = from.access_s,
        }
        this
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_both_changed_to_unlike_values_is_a_clash_and_can_be_taken() {
        let before = Typed { idle_s: Some(10), limit: "20".into(), access_s: Some(300), ..Typed::default() };
        let mine = Typed { idle_s: Some(20), limit: "5".into(), max_on: true, max_s: Some(90), ..before.clone() };
        let now = Typed { idle_s: Some(30), limit: "5".into(), access_s: Some(60), ..before.clone() };
        assert_eq!(mine.clashes(&before, &now), [Field::Idle]);
        assert_eq!(mine.with(Field::Idle, &now).clashes(&before, &now), []);
        assert_eq!(before.clashes(&before, &now), []);
        let theirs = Typed { max_on: true, max_s: Some(80), ..before.clone() };
        assert_eq!(mine.clashes(&before, &theirs), [Field::Max]);
        assert_eq!(mine.with(Field::Max, &theirs).max_s, Some(80));
    }
}
