//! The Leptos kit of both consoles and the server-rendered pages.
