-- Wrong passwords by the name that was typed, as its hash: whether a user has it makes no difference.
CREATE TABLE login_failures (
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    name_hash BLOB NOT NULL,
    count INTEGER NOT NULL,
    failed_at INTEGER NOT NULL,
    failed_from TEXT NOT NULL,
    blocked_until INTEGER NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (realm_id, name_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failures_by_end ON login_failures (forget_at);
