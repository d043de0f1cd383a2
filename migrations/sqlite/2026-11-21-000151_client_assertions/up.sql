-- Client assertions that were used, until they would have ended (RFC 7523 §3).
CREATE TABLE used_assertions (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_by_end ON used_assertions (expires_at);
