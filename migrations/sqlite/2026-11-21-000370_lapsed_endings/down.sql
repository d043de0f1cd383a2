ALTER TABLE ending_jobs DROP COLUMN after_id;
ALTER TABLE ending_jobs DROP COLUMN lapsed;
