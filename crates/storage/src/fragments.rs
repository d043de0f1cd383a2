//! The expressions whose SQL differs between the databases. Typed fragments rather than `sql_query`, so that the
//! statements around them stay prepared.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;

use crate::target::MultiBackend;

macro_rules! fragment {
    ($(#[$doc:meta])* $name:ident: $sql_type:ty, sqlite: $sqlite:literal, postgres: $postgres:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, QueryId)]
        pub(crate) struct $name;

        impl Expression for $name {
            type SqlType = $sql_type;
        }

        impl<S> AppearsOnTable<S> for $name {}
        impl<S> SelectableExpression<S> for $name {}

        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::Never;
        }

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                pass.push_sql($sqlite);
                Ok(())
            }
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                pass.push_sql($postgres);
                Ok(())
            }
        }

        impl QueryFragment<MultiBackend> for $name {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
                MultiBackend::walk_variant_ast(self, pass)
            }
        }
    };
}

fragment! {
    /// Wall clock in Unix milliseconds. PostgreSQL's `now()` would stand still while a unit waits for a lock.
    ClockMs: BigInt,
    sqlite: "cast(unixepoch('subsec') * 1000 as integer)",
    postgres: "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
}

fragment! {
    /// What the test clock shows, in Unix milliseconds; NULL where nobody has set it. For statements that bring the time along.
    TestClockMs: Nullable<BigInt>,
    sqlite: "(SELECT coalesce(frozen_at, cast(unixepoch('subsec') * 1000 as integer)) + offset_ms FROM test_clock)",
    postgres: "(SELECT coalesce(frozen_at, cast(extract(epoch from clock_timestamp()) * 1000 as bigint)) + offset_ms FROM test_clock)"
}

fragment! {
    /// The ids of the groups that a user is a member of, as one text of 32 hexadecimal digits each; `users` must be in the FROM clause.
    GroupsOfUser: Nullable<Text>,
    sqlite: "(SELECT group_concat(hex(group_id), '') FROM user_groups WHERE user_id = users.id)",
    postgres: "(SELECT string_agg(encode(uuid_send(group_id), 'hex'), '') FROM user_groups WHERE user_id = users.id)"
}

fragment! {
    /// The ids of a user's own roles as one text of 32 hexadecimal digits each; `users` must be in the FROM clause.
    RolesOfUser: Nullable<Text>,
    sqlite: "(SELECT group_concat(hex(role_id), '') FROM user_roles WHERE user_id = users.id)",
    postgres: "(SELECT string_agg(encode(uuid_send(role_id), 'hex'), '') FROM user_roles WHERE user_id = users.id)"
}

/// Whether the attributes of a row of `users`, which are JSON, hold the value under the name.
#[derive(Clone, Debug, QueryId)]
pub(crate) struct HasAttribute {
    name: String,
    value: String,
    /// The same as JSON.
    both: String,
}

impl HasAttribute {
    pub fn new(name: &str, value: &str) -> Self {
        let both = serde_json::json!({name: [value]}).to_string();
        Self { name: name.to_owned(), value: value.to_owned(), both }
    }
}

impl Expression for HasAttribute {
    type SqlType = Bool;
}

impl<S> AppearsOnTable<S> for HasAttribute {}
impl<S> SelectableExpression<S> for HasAttribute {}

impl<G> ValidGrouping<G> for HasAttribute {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Sqlite> for HasAttribute {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(
            "EXISTS (SELECT 1 FROM json_each(users.attributes) AS own, json_each(own.value) AS held WHERE own.key = ",
        );
        pass.push_bind_param::<Text, _>(&self.name)?;
        pass.push_sql(" AND held.value = ");
        pass.push_bind_param::<Text, _>(&self.value)?;
        pass.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for HasAttribute {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("coalesce(users.attributes::jsonb @> (");
        pass.push_bind_param::<Text, _>(&self.both)?;
        pass.push_sql("::text)::jsonb, false)");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for HasAttribute {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
