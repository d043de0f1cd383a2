//! The protocol endpoints beyond offline access: discovery, input, forms, attacks.

mod attacks;
mod authorize_input;
mod brute_force;
mod code_input;
mod cors;
mod discovery;
mod floods;
mod forms;
mod id_token_hint;
mod limits;
mod private_key_jwt;
mod pushed;
mod registration;
mod userinfo;
