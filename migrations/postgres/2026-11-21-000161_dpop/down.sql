DROP TABLE dpop_proofs;
ALTER TABLE grants DROP COLUMN sender_key;
