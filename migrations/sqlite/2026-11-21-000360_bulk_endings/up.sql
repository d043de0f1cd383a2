-- Endings by a filter that are under way. Whoever asked may have got their answer already, so a restart must not forget them.
-- One is taken from `next_at` on; the node at work moves that mark.
CREATE TABLE bulk_endings (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    filter TEXT NOT NULL,
    actor TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_endings_by_time ON bulk_endings (next_at);
CREATE INDEX bulk_endings_by_realm ON bulk_endings (realm_id);
