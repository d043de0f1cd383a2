DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE finished_at IS NULL;
