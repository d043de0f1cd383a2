DROP TABLE guesses;
DROP TABLE devices;
