DROP TABLE bulk_endings;
