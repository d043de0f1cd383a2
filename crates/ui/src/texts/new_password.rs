//! The page that asks for a new password, in every language.

use crate::text::NewPasswordTexts;

pub const EN: NewPasswordTexts = NewPasswordTexts {
    title: "Choose a new password",
    why: "The password that you signed in with was given to you by an administrator. Replace it by one that only you know.",
    why_link: "From now on, you sign in with it. The old password is worth nothing any more.",
    account_of: |name| format!("Account of {name}"),
    password: "New password",
    again: "New password, once more",
    help: "At least 8 characters.",
    wrong_length: "Choose a password of 8 to 1024 characters.",
    different: "This is not the password that you typed above.",
    same: "This is the password that you are to replace. Choose another one.",
    also: "With the old password goes",
    end_sessions: "Being signed in anywhere else",
    end_offline: "What apps may do while you are away",
    save: "Save and continue",
};

pub const ES: NewPasswordTexts = NewPasswordTexts {
    title: "Elija una contraseña nueva",
    why: "Un administrador le dio la contraseña con la que ha iniciado sesión. Cámbiela por una que solo conozca usted.",
    why_link: "A partir de ahora iniciará sesión con ella. La contraseña anterior ya no sirve.",
    account_of: |name| format!("Cuenta de {name}"),
    password: "Contraseña nueva",
    again: "Contraseña nueva, otra vez",
    help: "Al menos 8 caracteres.",
    wrong_length: "Elija una contraseña de 8 a 1024 caracteres.",
    different: "No es la contraseña que ha escrito arriba.",
    same: "Es la contraseña que debe cambiar. Elija otra.",
    also: "Con la contraseña anterior termina",
    end_sessions: "La sesión iniciada en cualquier otro lugar",
    end_offline: "Lo que las aplicaciones pueden hacer mientras no está",
    save: "Guardar y continuar",
};
