//! Keeps a statement prepared that diesel would prepare anew at each use. It does so with every UPDATE, because a changeset
//! may leave columns out; statements are cached by their text, so one whose text never changes is safe.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::{Connection, RunQueryDsl};

/// A statement whose text is the same at each use.
pub(crate) struct Prepared<S>(pub(crate) S);

impl<S, DB> QueryFragment<DB> for Prepared<S>
where
    DB: Backend,
    S: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<S> QueryId for Prepared<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, C: Connection> RunQueryDsl<C> for Prepared<S> {}
