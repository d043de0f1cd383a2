-- What happened how often, by minute and by day: what an overview draws, without looking at sessions or events.

CREATE TABLE figures (
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    -- Seconds of its time: 60 or 86400.
    span_s INTEGER NOT NULL,
    -- Unix milliseconds.
    from_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (realm_id, span_s, from_at, name)
) STRICT, WITHOUT ROWID;
