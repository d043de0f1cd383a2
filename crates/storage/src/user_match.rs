//! Conditions on the names of `users` in SQL, typed fragments like those of `fragments`: fields as the databases keep them in their
//! indexes, patterns, and stretches of an index.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;

use crate::name_search::{Condition, Field, Stretch};
use crate::target::MultiBackend;

impl Field {
    fn on_sqlite(self) -> &'static str {
        match self {
            Self::Username => "users.username",
            Self::Email => "users.email",
            Self::FirstName => "lower(users.first_name)",
            Self::LastName => "lower(users.last_name)",
        }
    }

    /// User names and addresses are in the order of bytes by their columns.
    fn on_postgres(self) -> &'static str {
        match self {
            Self::Username => "users.username",
            Self::Email => "users.email",
            Self::FirstName => "lower(users.first_name) COLLATE \"C\"",
            Self::LastName => "lower(users.last_name) COLLATE \"C\"",
        }
    }
}

/// Whether a field of the user fits one of the patterns.
#[derive(Clone, Debug)]
pub(crate) struct Fits(Vec<(Field, String)>);

impl From<&Condition> for Fits {
    fn from(condition: &Condition) -> Self {
        Self(condition.any.iter().map(|fit| (fit.field, fit.pattern.clone())).collect())
    }
}

/// Whether a field of the user is within a stretch. To be ordered by the field.
#[derive(Clone, Debug)]
pub(crate) struct Within {
    pub field: Field,
    pub stretch: Stretch,
}

enum Piece<'a> {
    Sql(&'static str),
    Bind(&'a str),
}

use Piece::{Bind, Sql};

/// What a field is called by one of the databases.
type Name = fn(Field) -> &'static str;

impl Field {
    fn pieces(&self, name: Name) -> Vec<Piece<'_>> {
        vec![Sql(name(*self))]
    }
}

impl Fits {
    fn pieces(&self, name: Name) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        for (field, pattern) in &self.0 {
            pieces.push(Sql(if pieces.is_empty() { "(" } else { " OR " }));
            pieces.extend([Sql(name(*field)), Sql(" LIKE "), Bind(pattern), Sql(" ESCAPE '\\'")]);
        }
        pieces.push(Sql(")"));
        pieces
    }
}

impl Within {
    fn pieces(&self, name: Name) -> Vec<Piece<'_>> {
        let field = name(self.field);
        match &self.stretch {
            Stretch::At(text) => vec![Sql(field), Sql(" = "), Bind(text)],
            Stretch::From(start, None) => vec![Sql(field), Sql(" >= "), Bind(start)],
            Stretch::From(start, Some(below)) => {
                vec![Sql(field), Sql(" >= "), Bind(start), Sql(" AND "), Sql(field), Sql(" < "), Bind(below)]
            }
        }
    }
}

macro_rules! fragment {
    ($name:ident: $sql_type:ty) => {
        impl Expression for $name {
            type SqlType = $sql_type;
        }

        impl<S> AppearsOnTable<S> for $name {}
        impl<S> SelectableExpression<S> for $name {}

        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::Never;
        }

        // The text depends on the value: it is cached by itself, not by its type.
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        fragment!(@for Sqlite, $name, Field::on_sqlite);
        fragment!(@for Pg, $name, Field::on_postgres);

        impl QueryFragment<MultiBackend> for $name {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
                MultiBackend::walk_variant_ast(self, pass)
            }
        }
    };
    (@for $backend:ty, $name:ident, $called:path) => {
        impl QueryFragment<$backend> for $name {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                for piece in self.pieces($called) {
                    match piece {
                        Sql(text) => pass.push_sql(text),
                        Bind(value) => pass.push_bind_param::<Text, str>(value)?,
                    }
                }
                Ok(())
            }
        }
    };
}

fragment!(Field: Text);
fragment!(Fits: Bool);
fragment!(Within: Bool);
