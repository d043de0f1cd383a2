//! The words of the clients' screens.

use perennial_ui::text::With;

use crate::texts::phrases;

phrases! { ListTexts =>
    create = "Create client", "Crear cliente";
    sessions = "Offline sessions", "Sesiones sin conexión";
    first_ones: With = |n| format!("Only the first {n} clients are listed; search to find others."), |n| format!("Solo se muestran los primeros {n} clientes; busque para encontrar otros.");
}

phrases! { CreateTexts =>
    client_id = "Client ID", "ID de cliente";
    client_id_help = "The name by which the app introduces itself, as in nightly-backup.", "El nombre con el que se presenta la aplicación, como nightly-backup.";
    name = "Name", "Nombre";
    name_help = "What people read on the consent page.", "Lo que se lee en la página de consentimiento.";
    kind = "Type", "Tipo";
    confidential = "Confidential: runs on a server and can keep a secret", "Confidencial: se ejecuta en un servidor y guarda un secreto";
    public = "Public: runs in a browser or on a phone", "Público: se ejecuta en un navegador o un teléfono";
    service = "Service: works only for itself, without a user", "Servicio: trabaja solo para sí mismo, sin usuario";
    redirects = "Redirect URIs", "URI de redirección";
    redirects_help = "Exact addresses, one a line. Patterns are not supported.", "Direcciones exactas, una por línea. No se admiten patrones.";
    rights = "What it may do", "Lo que puede hacer";
    rights_words = "Everything here can be changed later, under the tabs Scopes and Advanced.", "Todo esto se puede cambiar después, en las pestañas Ámbitos y Avanzado.";
    offline = "May ask for offline access", "Puede pedir acceso sin conexión";
    offline_help = "Adds the scope offline_access, given only when the app asks for it and the user agrees.", "Añade el ámbito offline_access, que solo se da si la aplicación lo pide y el usuario acepta.";
    consent = "Ask users for consent", "Pedir consentimiento a los usuarios";
    done = "The client has been created.", "El cliente se ha creado.";
    offline_failed = "The client could not be given offline access. Its tab Scopes shows what it has.",
        "No se pudo dar acceso sin conexión al cliente. Su pestaña Ámbitos muestra lo que tiene.";
}

phrases! { TabTexts =>
    settings = "Settings", "Ajustes";
    credentials = "Credentials", "Credenciales";
    scopes = "Scopes", "Ámbitos";
    roles = "Roles", "Roles";
    sessions = "Sessions", "Sesiones";
    offline = "Offline access", "Acceso sin conexión";
    events = "Events", "Eventos";
    advanced = "Advanced", "Avanzado";
}

phrases! { SettingsTexts =>
    general = "General", "General";
    saved = "The client has been saved.", "El cliente se ha guardado.";
    general_words = "The ID by which the app introduces itself, and the words by which people know it.", "El ID con el que se presenta la aplicación y las palabras con las que se la conoce.";
    addresses_words = "Where people are sent back to, and which pages may call. Anything else is refused.", "Adónde se devuelve a las personas y qué páginas pueden llamar. Todo lo demás se rechaza.";
    consent_page_words = "What people see of the app before they allow it anything.", "Lo que se ve de la aplicación antes de permitirle algo.";
    flows_words = "Only what is switched on is answered.", "Solo se responde a lo que está activado.";
    description = "Description", "Descripción";
    enabled = "Enabled", "Habilitado";
    enabled_help = "A disabled client gets no tokens; its offline sessions are blocked until it is enabled again.", "Un cliente deshabilitado no obtiene tokens; sus sesiones sin conexión quedan bloqueadas hasta que se habilite.";
    addresses = "Addresses", "Direcciones";
    root = "Root URL", "URL raíz";
    home = "Home page", "Página principal";
    origins = "Web origins", "Orígenes web";
    origins_help = "Who may call from a browser, one a line; + stands for the redirect URIs.", "Quién puede llamar desde un navegador, uno por línea; + equivale a las URI de redirección.";
    logout = "Post-logout redirect URIs", "URI tras cerrar sesión";
    consent_page = "Consent page", "Página de consentimiento";
    logo = "Logo", "Logotipo";
    policy = "Privacy policy", "Política de privacidad";
    terms = "Terms of service", "Condiciones del servicio";
    flows = "Ways to get tokens", "Formas de obtener tokens";
    standard = "Sign-in in the browser", "Inicio de sesión en el navegador";
    standard_help = "The authorization code flow, with PKCE.", "El flujo de código de autorización, con PKCE.";
    device = "Sign-in on another device", "Inicio de sesión en otro dispositivo";
    device_help = "For devices without a browser: a code is typed in elsewhere.", "Para dispositivos sin navegador: se escribe un código en otro lugar.";
    direct = "Direct password entry", "Contraseña directa";
    direct_help = "The app sees the password. Only for migration.", "La aplicación ve la contraseña. Solo para migraciones.";
    service = "Service account", "Cuenta de servicio";
    service_help = "Works for itself with its own credentials.", "Trabaja para sí mismo con sus propias credenciales.";
    disable = "Disable", "Deshabilitar";
    disable_title: With = |name| format!("Disable {name}?"), |name| format!("¿Deshabilitar {name}?");
    disable_words = "It gets no tokens from now on, and its offline sessions are refused until it is enabled again.", "Deja de recibir tokens y sus sesiones sin conexión se rechazan hasta que se habilite de nuevo.";
    rename = "Rename", "Cambiar el ID";
    rename_title: With = |name| format!("Give {name} another ID?"), |name| format!("¿Dar otro ID a {name}?");
    rename_words = "The app is refused until it introduces itself by the new ID. Its sessions stay.", "La aplicación será rechazada hasta que se presente con el ID nuevo. Sus sesiones se conservan.";
    service_off = "Switch it off", "Desactivarla";
    service_off_title: With = |name| format!("Switch the service account of {name} off?"), |name| format!("¿Desactivar la cuenta de servicio de {name}?");
    service_off_words = "What it does for itself stops: it gets no tokens of its own, and its own sessions are refused from the next refresh on.", "Lo que hace por sí mismo se detiene: deja de recibir tokens propios y sus propias sesiones se rechazan desde la próxima renovación.";
    flow_off = "Switch it off", "Desactivarlo";
    flow_off_title: With = |name| format!("Switch sign-in in the browser off for {name}?"), |name| format!("¿Desactivar el inicio de sesión en el navegador para {name}?");
    flow_off_words = "Nobody can sign in to it in a browser any more, and no app can be allowed anew.", "Nadie podrá iniciar sesión en él con el navegador ni volver a permitirle el acceso.";
    device_off_title: With = |name| format!("Switch sign-in on another device off for {name}?"), |name| format!("¿Desactivar el inicio de sesión en otro dispositivo para {name}?");
    device_off_words = "No device can be allowed anew: what people type in elsewhere is refused. Sessions that devices hold stay.", "No se podrá permitir ningún dispositivo nuevo: lo que se escriba en otro lugar se rechaza. Las sesiones que tienen los dispositivos se conservan.";
    direct_off_title: With = |name| format!("Switch direct password entry off for {name}?"), |name| format!("¿Desactivar la contraseña directa para {name}?");
    direct_off_words = "Sign-ins by which the app sends a password are refused from the next request on. Sessions that it holds stay.", "Los inicios de sesión en que la aplicación envía una contraseña se rechazan desde la próxima petición. Las sesiones que tiene se conservan.";
    fewer_addresses = "Remove", "Quitar";
    fewer_addresses_title: With = |name| format!("Remove redirect URIs of {name}?"), |name| format!("¿Quitar URI de redirección de {name}?");
    fewer_addresses_words = "Sign-ins that lead back to a removed address are refused at once. Sessions that began there stay.", "Los inicios de sesión que vuelven a una dirección quitada se rechazan enseguida. Las sesiones que empezaron allí se conservan.";
    no_address_words = "No address is left to lead back to: nobody can sign in to it in a browser any more, and no app can be allowed anew. Its sessions stay.", "No queda ninguna dirección a la que volver: nadie podrá iniciar sesión en él con el navegador ni volver a permitirle el acceso. Sus sesiones se conservan.";
    all_the_same = "Save all the same", "Guardar de todos modos";
    delete = "Delete client", "Eliminar cliente";
    delete_title: With = |name| format!("Delete {name}?"), |name| format!("¿Eliminar {name}?");
    delete_words = "The client, its roles and every consent given to it are removed for good.", "El cliente, sus roles y todos los consentimientos que recibió se eliminan para siempre.";
    deleted = "The client has been deleted.", "El cliente se ha eliminado.";
}

phrases! { CredentialTexts =>
    title = "Client authentication", "Autenticación del cliente";
    method = "How the client proves who it is", "Cómo demuestra el cliente quién es";
    secret = "Client secret", "Secreto de cliente";
    by_secret = "A shared secret", "Un secreto compartido";
    by_keys = "Signed assertions, by keys of its own (private_key_jwt)", "Aserciones firmadas con claves propias (private_key_jwt)";
    jwks = "Public keys (JWKS)", "Claves públicas (JWKS)";
    jwks_help = "A JSON Web Key Set with the client’s public keys.", "Un JSON Web Key Set con las claves públicas del cliente.";
    method_change = "Change it", "Cambiarlo";
    method_title: With = |client| format!("Change how {client} proves who it is?"), |client| format!("¿Cambiar cómo demuestra {client} quién es?");
    to_keys_words = "Its secret stops working at once: until it signs with one of its keys the client is refused, and its nightly jobs fail. Its sessions stay.", "Su secreto deja de servir de inmediato: hasta que firme con una de sus claves, se rechaza al cliente y sus tareas nocturnas fallan. Sus sesiones se conservan.";
    to_secret_words = "Its keys stop counting at once: until it sends the secret the client is refused, and its nightly jobs fail. Its sessions stay.", "Sus claves dejan de valer de inmediato: hasta que envíe el secreto, se rechaza al cliente y sus tareas nocturnas fallan. Sus sesiones se conservan.";
    shown_words = "Whoever has the secret can act as this client. Show it only where nobody looks on.", "Quien tenga el secreto puede actuar como este cliente. Muéstrelo solo donde nadie mire.";
    show = "Show the secret", "Mostrar el secreto";
    hide = "Hide", "Ocultar";
    copy = "Copy", "Copiar";
    copied = "The secret has been copied.", "El secreto se ha copiado.";
    regenerate = "Regenerate", "Regenerar";
    regenerate_title = "Make a new secret?", "¿Crear un secreto nuevo?";
    regenerate_words = "The present secret stops working at once: until it has the new one, the client is refused, and its nightly jobs fail. Its sessions stay.", "El secreto actual deja de servir de inmediato: hasta que tenga el nuevo, se rechaza al cliente y sus tareas nocturnas fallan. Sus sesiones se conservan.";
    announce: With = |who| format!("Tell its owners first: {who}."), |who| format!("Avise antes a sus responsables: {who}.");
    announce_nobody = "Nobody is named as its owner: add contacts under Advanced, to know whom to tell.", "No consta ningún responsable: añada contactos en Avanzado para saber a quién avisar.";
    write = "Write to the owners", "Escribir a los responsables";
    renewed = "The new secret holds.", "El secreto nuevo está en vigor.";
    public_title = "A public client has no secret", "Un cliente público no tiene secreto";
    public_words = "It runs where anybody could read it. PKCE and exact redirect URIs protect its sign-ins, rotation its refresh tokens.", "Se ejecuta donde cualquiera podría leerlo. PKCE y las URI exactas protegen sus inicios de sesión; la rotación, sus tokens.";
}

phrases! { ScopeTexts =>
    title = "Client scopes", "Ámbitos de cliente";
    words = "What the client gets with every authorization, what only when it asks for it, and what never.", "Lo que el cliente recibe siempre, lo que solo si lo pide y lo que nunca.";
    scope = "Scope", "Ámbito";
    description = "Description", "Descripción";
    given = "Given", "Se da";
    default = "Always", "Siempre";
    optional = "When asked for", "Si se pide";
    none = "Never", "Nunca";
    of: With = |scope| format!("How {scope} is given"), |scope| format!("Cómo se da {scope}");
    changed = "The assignment holds from the next request on.", "La asignación rige desde la próxima petición.";
    none_title = "No client scopes", "Sin ámbitos";
    roles = "Roles in tokens", "Roles en los tokens";
    full = "Full scope allowed", "Ámbito completo permitido";
    full_title: With = |client| format!("Narrow the roles of {client}?"), |client| format!("¿Limitar los roles de {client}?");
    full_words = "From its next request on, its tokens carry only the roles given below. Its offline sessions are refused unless offline_access is one of them.", "Desde su próxima petición, sus tokens llevan solo los roles concedidos abajo. Sus sesiones sin conexión se rechazan si offline_access no está entre ellos.";
    full_confirm = "Narrow them", "Limitarlos";
    take_title: With = |scope| format!("Take {scope} from the client?"), |scope| format!("¿Retirar {scope} al cliente?");
    take_words = "From its next request on it cannot ask for this scope, and sessions that hold it go on without it.", "Desde su próxima petición no puede pedir este ámbito, y las sesiones que lo tienen siguen sin él.";
    take_offline_words = "Its offline sessions are refused from their next refresh on: clients throw a refused token away, and their users have to allow it anew.", "Sus sesiones sin conexión se rechazan desde su próxima renovación: los clientes descartan un token rechazado y sus usuarios tendrán que permitirlo de nuevo.";
    take = "Take away", "Retirar";
    full_help = "Tokens carry every role of their user. Off, only those given below, and those of the scopes.", "Los tokens llevan todos los roles de su usuario. Desactivado, solo los de abajo y los de los ámbitos.";
}

phrases! { RoleTexts =>
    title = "Roles of this client", "Roles de este cliente";
    role = "Role", "Rol";
    description = "Description", "Descripción";
    composite = "Composite", "Compuesto";
    actions = "Actions", "Acciones";
    none = "No roles", "Sin roles";
    none_words = "Roles say what users may do in this app; they are given to users and stand in tokens.", "Los roles dicen qué pueden hacer los usuarios en esta aplicación; se conceden a usuarios y constan en los tokens.";
    add = "Add a role", "Añadir un rol";
    name = "Name", "Nombre";
    create = "Add", "Añadir";
    created = "The role has been added.", "El rol se ha añadido.";
    delete = "Delete", "Eliminar";
    delete_this: With = |role| format!("Delete {role}"), |role| format!("Eliminar {role}");
    delete_title: With = |role| format!("Delete the role {role}?"), |role| format!("¿Eliminar el rol {role}?");
    delete_words = "Everybody who has this role loses it.", "Todos los que tienen este rol lo pierden.";
    deleted = "The role has been deleted.", "El rol se ha eliminado.";
}

phrases! { SessionTexts =>
    title = "Signed in through this client", "Sesiones iniciadas con este cliente";
    words = "Sessions of people at their browsers. What works while they are away is under Offline access.", "Sesiones de personas en su navegador. Lo que trabaja en su ausencia está en Acceso sin conexión.";
    none = "Nobody is signed in through this client.", "Nadie tiene sesión con este cliente.";
    user = "User", "Usuario";
    started = "Started", "Inicio";
    last_used = "Last used", "Último uso";
    address = "Address", "Dirección";
    actions = "Actions", "Acciones";
    sign_out = "Sign out", "Cerrar sesión";
    sign_out_title: With = |user| format!("Sign {user} out?"), |user| format!("¿Cerrar la sesión de {user}?");
    sign_out_words = "This browser has to sign in again, for every app. Offline sessions stay.", "Este navegador tendrá que iniciar sesión de nuevo en todas las aplicaciones. Las sesiones sin conexión se conservan.";
    signed_out = "The session has been signed out.", "La sesión se ha cerrado.";
    end_all = "End everything", "Terminarlo todo";
    end_all_title: With = |client| format!("End everything of {client}?"), |client| format!("¿Terminar todo lo de {client}?");
    end_all_words = "Every user of this client has to sign in again.", "Todos los usuarios de este cliente tendrán que iniciar sesión de nuevo.";
    ended_all = "Every session of this client has ended.", "Todas las sesiones de este cliente han terminado.";
}

phrases! { OfflineTexts =>
    edit = "Change the policy", "Cambiar la política";
    edit_words = "An empty field inherits from the realm.", "Un campo vacío hereda del reino.";
    idle = "Ends if not used for", "Termina si no se usa durante";
    max = "Ends at the latest after", "Termina a más tardar después de";
    limit = "Sessions per user", "Sesiones por usuario";
    limit_help = "0 means no limit.", "0 significa sin límite.";
    rotation = "Refresh token changes", "El token de renovación cambia";
    window = "A lost answer can be asked for again", "Se puede volver a pedir una respuesta perdida";
    window_help = "auto, until-proven, or a number of seconds.", "auto, until-proven o un número de segundos.";
    inherits: With = |value| format!("Realm: {value}"), |value| format!("Reino: {value}");
    inherit = "As the realm says", "Como dice el reino";
    auto = "By the kind of client", "Según el tipo de cliente";
    never = "Never", "Nunca";
    aging = "When it ages", "Cuando envejece";
    always = "At every use", "En cada uso";
    what_if = "Before you save", "Antes de guardar";
    confirm_title = "Save and end sessions?", "¿Guardar y terminar sesiones?";
    confirm_one = "1 session ends as soon as this is saved, and changing it back does not revive it.", "1 sesión termina al guardar, y deshacer el cambio no la recupera.";
    confirm: With = |n| format!("{n} sessions end as soon as this is saved, and changing it back does not revive them."), |n| format!("{n} sesiones terminan al guardar, y deshacer el cambio no las recupera.");
    confirm_unknown = "How many sessions this ends could not be counted.", "No se pudo contar cuántas sesiones termina esto.";
    save_anyway = "Save and end them", "Guardar y terminarlas";
    by_end = "When they end", "Cuándo terminan";
    by_use = "Last used", "Último uso";
    within: With = |days| format!("Within {days}"), |days| format!("En {days}");
    later = "Later or never", "Más tarde o nunca";
    ago: With = |days| format!("In the last {days}"), |days| format!("En los últimos {days}");
    older = "Longer ago", "Hace más tiempo";
}

phrases! { AdvancedTexts =>
    owners = "Owners", "Responsables";
    owners_words = "Whom to tell when something about this client changes.", "A quién avisar cuando algo cambia en este cliente.";
    consent_words = "Whether people are asked, and how often.", "Si se pregunta a las personas, y cada cuánto.";
    tokens_words = "How the tokens of this client are made and protected.", "Cómo se hacen y protegen los tokens de este cliente.";
    contacts = "Contacts", "Contactos";
    contacts_help = "Email addresses, one a line. Notices about this client go there.", "Direcciones de correo, una por línea. Los avisos sobre este cliente van ahí.";
    consent = "Consent", "Consentimiento";
    ask = "Ask users for consent", "Pedir consentimiento a los usuarios";
    strict = "Offline access", "Acceso sin conexión";
    stored = "A stored consent is enough", "Basta un consentimiento guardado";
    strictly = "Ask anew each time (prompt=consent)", "Preguntar cada vez (prompt=consent)";
    tokens = "Tokens", "Tokens";
    header = "Access tokens say that they are ones", "Los tokens de acceso dicen que lo son";
    header_help = "Their header has the type at+jwt (RFC 9068) instead of JWT.", "Su cabecera lleva el tipo at+jwt (RFC 9068) en vez de JWT.";
    dpop = "Bind tokens to a key of the client (DPoP)", "Ligar los tokens a una clave del cliente (DPoP)";
    dpop_help = "A stolen token is useless without the key. The client must send proofs.", "Un token robado no sirve sin la clave. El cliente debe enviar pruebas.";
    refresh = "Give refresh tokens", "Dar tokens de renovación";
    less_title: With = |client| format!("Change how {client} gets its tokens?"), |client| format!("¿Cambiar cómo obtiene {client} sus tokens?");
    less_refresh = "It gets no refresh tokens any more, and those that it holds are refused, its offline tokens too.", "Deja de recibir tokens de renovación y los que tiene se rechazan, también los de acceso sin conexión.";
    less_dpop = "Every refresh without a proof of a key is refused from then on; a client that cannot send one stops working.", "Desde entonces se rechaza toda renovación sin prueba de una clave; un cliente que no pueda enviarla deja de funcionar.";
    less_consent = "Sessions without a stored consent of their user are refused until the user has been asked.", "Las sesiones sin un consentimiento guardado de su usuario se rechazan hasta que se le pregunte.";
    less_confirm = "Save all the same", "Guardar igualmente";
    refresh_service = "Refresh tokens for the service account, too", "Tokens de renovación también para la cuenta de servicio";
    lifespan = "An access token lasts", "Un token de acceso dura";
    lifespan_help = "Empty: as the realm says.", "Vacío: como dice el reino.";
    algorithm = "Access tokens are signed with", "Los tokens de acceso se firman con";
    by_realm = "As the realm says", "Como dice el reino";
    pkce = "PKCE", "PKCE";
    pkce_kind = "By the kind of client", "Según el tipo de cliente";
    pkce_on = "Required (S256)", "Obligatorio (S256)";
    pkce_off = "Waived: only for old clients", "Dispensado: solo para clientes antiguos";
}
