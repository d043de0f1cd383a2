-- What is due is listed besides the lanes that are under way: long ones are passed over within the index.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (kind, due_at, id, lane_id, realm_id, finished_at) WHERE finished_at IS NULL;
