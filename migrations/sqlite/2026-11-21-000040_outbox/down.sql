DROP TABLE muted_users;
DROP TABLE session_notices;
DROP TABLE webhooks;
DROP TABLE outbox;
