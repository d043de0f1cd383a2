//! The admin and account JSON contract: types, paths, pages, errors.
