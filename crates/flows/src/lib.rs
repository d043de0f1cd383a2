//! Use cases over a unit of work, without HTTP: one grant a file, one authorization check a file.
