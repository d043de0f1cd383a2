//! The pages of the device grant, in every language.

use crate::text::DeviceTexts;

pub const EN: DeviceTexts = DeviceTexts {
    title: "Connect a device",
    explain: "Enter the code that your device shows.",
    compare: "Does your device show exactly this code?",
    code: "Code of the device",
    code_help: "Eight letters, for example WDJB-MJHT. Capitals and the dash do not matter.",
    enter_code: "Enter the code that the device shows.",
    wrong_code: "This code is not valid, or no longer. Check it on the device, or let the device show a new one.",
    go_on: "Continue",
    codes_equal: "Yes, continue",
    own_only: "Go on only if the device is yours and in front of you.",
    own_only_why: "If somebody sent you this code or address, they would get access to your account.",
    asked_by: |device| format!("Asked for by the device {device}."),
    asked_from: |address| format!("Its request came from the address {address}."),
    done_title: "Your device is connected",
    done_text: "You can close this page and go on at the device. It notices within a few seconds.",
    refused_title: "The device was not connected",
    refused_text: "It gets no access to your account. You can close this page.",
};

pub const ES: DeviceTexts = DeviceTexts {
    title: "Conectar un dispositivo",
    explain: "Escriba el código que muestra su dispositivo.",
    compare: "¿Muestra su dispositivo exactamente este código?",
    code: "Código del dispositivo",
    code_help: "Ocho letras, por ejemplo WDJB-MJHT. No importan las mayúsculas ni el guion.",
    enter_code: "Escriba el código que muestra el dispositivo.",
    wrong_code: "Este código no es válido, o ya no lo es. Revíselo en el dispositivo, o haga que muestre uno nuevo.",
    go_on: "Continuar",
    codes_equal: "Sí, continuar",
    own_only: "Continúe solo si el dispositivo es suyo y lo tiene delante.",
    own_only_why: "Si alguien le ha enviado este código o esta dirección, obtendría acceso a su cuenta.",
    asked_by: |device| format!("Lo pide el dispositivo {device}."),
    asked_from: |address| format!("Su petición vino de la dirección {address}."),
    done_title: "Su dispositivo está conectado",
    done_text: "Puede cerrar esta página y seguir en el dispositivo. Lo notará en unos segundos.",
    refused_title: "El dispositivo no se ha conectado",
    refused_text: "No obtiene acceso a su cuenta. Puede cerrar esta página.",
};
