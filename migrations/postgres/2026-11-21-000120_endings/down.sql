DROP TABLE ending_jobs;
DROP INDEX authorization_codes_by_user;
ALTER TABLE authorization_codes DROP COLUMN client_id;
ALTER TABLE authorization_codes DROP COLUMN user_id;
ALTER TABLE users DROP COLUMN online_ended_before_at;
ALTER TABLE clients DROP COLUMN online_ended_before_at;
ALTER TABLE realms DROP COLUMN online_ended_before_at;
