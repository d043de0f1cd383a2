//! The pages on which users do what is required of them, in every language.

use crate::text::RequiredTexts;

pub const EN: RequiredTexts = RequiredTexts {
    verify_title: "Verify your e-mail address",
    verify_why: |email| {
        format!(
            "Before you can go on, we must know that {email} is yours. We send you a mail with a link: open it, then come back here."
        )
    },
    no_address: "Before you can go on, your e-mail address must be verified, but we do not know it. Ask an administrator to add it.",
    send: "Send me the mail",
    send_again: "Send it once more",
    go_on: "I have opened the link",
    sent: "The mail is on its way. Its link is good for one hour.",
    not_yet: "The link has not been opened yet. If no mail came, look among the unwanted ones, or have it sent once more.",
    cannot_send: "No mail can be sent from here at the moment. Ask an administrator.",
    confirm_question: |email, realm| format!("Is {email} your address at {realm}?"),
    confirm: "Yes, verify it",
    done_title: "That is done",
    done_password: "Your new password is set. From now on, you sign in with it.",
    done_email: |email| format!("Your e-mail address {email} is verified."),
    to_account: "Go to your account",
};

pub const ES: RequiredTexts = RequiredTexts {
    verify_title: "Verifique su correo electrónico",
    verify_why: |email| {
        format!(
            "Antes de continuar debemos saber que {email} es suyo. Le enviamos un correo con un enlace: ábralo y vuelva aquí."
        )
    },
    no_address: "Antes de continuar hay que verificar su correo electrónico, pero no lo conocemos. Pida a un administrador que lo añada.",
    send: "Enviarme el correo",
    send_again: "Enviarlo otra vez",
    go_on: "He abierto el enlace",
    sent: "El correo está en camino. Su enlace vale durante una hora.",
    not_yet: "El enlace aún no se ha abierto. Si no llegó ningún correo, mire entre los no deseados o haga que se envíe otra vez.",
    cannot_send: "Ahora no se puede enviar ningún correo desde aquí. Pregunte a un administrador.",
    confirm_question: |email, realm| format!("¿Es {email} su correo en {realm}?"),
    confirm: "Sí, verificarlo",
    done_title: "Hecho",
    done_password: "Su contraseña nueva está puesta. A partir de ahora inicia sesión con ella.",
    done_email: |email| format!("Su correo electrónico {email} está verificado."),
    to_account: "Ir a su cuenta",
};
