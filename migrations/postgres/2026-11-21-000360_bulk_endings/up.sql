-- Endings by a filter that are under way. Whoever asked may have got their answer already, so a restart must not forget them.
-- One is taken from `next_at` on; the node at work moves that mark.
CREATE TABLE bulk_endings (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    filter TEXT NOT NULL,
    actor TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE INDEX bulk_endings_by_time ON bulk_endings (next_at);
CREATE INDEX bulk_endings_by_realm ON bulk_endings (realm_id);
