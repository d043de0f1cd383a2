-- What happened how often, by minute and by day: what an overview draws, without looking at sessions or events.

CREATE TABLE figures (
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    -- Seconds of its time: 60 or 86400.
    span_s BIGINT NOT NULL,
    -- Unix milliseconds.
    from_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (realm_id, span_s, from_at, name)
);
