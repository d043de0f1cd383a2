//! The protocol endpoints beyond offline access: discovery, input, forms, attacks.

mod attacks;
mod authorize_input;
mod code_input;
mod cors;
mod discovery;
mod forms;
mod limits;
mod private_key_jwt;
mod registration;
mod userinfo;
