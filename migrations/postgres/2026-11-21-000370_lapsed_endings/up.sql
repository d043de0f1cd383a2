-- A job with this mark removes, of a client's grants, those that lived by an approval which was taken away: it looks at each of them,
-- the youngest first, and remembers where it is.
ALTER TABLE ending_jobs ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE ending_jobs ADD COLUMN after_id UUID;
