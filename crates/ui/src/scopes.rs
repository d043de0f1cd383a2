//! Scopes in words: what an app may do, said to the person who lets it. A scope of the realm's own brings its
//! display text; the well-known ones are known here, in every language.

use crate::text::Lang;

/// The words for a scope: a phrase that follows "will be able to", and a sentence more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeWords {
    pub title: String,
    pub detail: Option<String>,
}

/// `display` is the realm's own text for the scope; a scope without any words is shown by its name.
/// Keycloak's placeholders (`${profileScopeConsentText}`) count as no text.
pub fn scope_words(lang: Lang, name: &str, display: Option<&str>) -> ScopeWords {
    let own = || ScopeWords { title: own_text(display).unwrap_or(name).to_owned(), detail: None };
    known_words(lang, name).unwrap_or_else(own)
}

/// Of a well-known scope.
pub fn known_words(lang: Lang, name: &str) -> Option<ScopeWords> {
    let (title, detail) = known(lang, name)?;
    Some(ScopeWords { title: title.to_owned(), detail: (!detail.is_empty()).then(|| detail.to_owned()) })
}

/// The realm's own text, where it is one.
pub fn own_text(display: Option<&str>) -> Option<&str> {
    display.filter(|text| !text.is_empty() && !text.starts_with("${"))
}

fn known(lang: Lang, name: &str) -> Option<(&'static str, &'static str)> {
    Some(match (lang, name) {
        (Lang::En, "openid") => ("know who you are", "A number that stands for you here, and when you signed in."),
        (Lang::Es, "openid") => ("saber quién es usted", "Un número que le representa aquí, y cuándo inició sesión."),
        (Lang::En, "profile") => ("see your profile", "Your name, username, picture and language."),
        (Lang::Es, "profile") => ("ver su perfil", "Su nombre, usuario, imagen e idioma."),
        (Lang::En, "email") => ("see your email address", "And whether it has been verified."),
        (Lang::Es, "email") => ("ver su correo electrónico", "Y si está verificado."),
        (Lang::En, "address") => ("see your postal address", ""),
        (Lang::Es, "address") => ("ver su dirección postal", ""),
        (Lang::En, "phone") => ("see your phone number", "And whether it has been verified."),
        (Lang::Es, "phone") => ("ver su número de teléfono", "Y si está verificado."),
        (Lang::En, "roles") => ("see your roles", "What you are allowed to do in this place and its apps."),
        (Lang::Es, "roles") => ("ver sus roles", "Lo que usted tiene permitido hacer aquí y en sus aplicaciones."),
        (Lang::En, "offline_access") => (
            "Maintain access to data you have given it access to",
            "While you are away. No additional permission is given.",
        ),
        (Lang::Es, "offline_access") => (
            "Mantener el acceso a los datos a los que usted le ha dado acceso",
            "En su ausencia. No se concede ningún permiso adicional.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_scope_speaks_the_readers_language_and_an_unknown_one_its_own_text() {
        let title = |lang, name, display| scope_words(lang, name, display).title;
        assert_eq!(title(Lang::En, "email", None), "see your email address");
        assert_eq!(title(Lang::Es, "email", Some("${emailScopeConsentText}")), "ver su correo electrónico");
        assert_eq!(title(Lang::En, "files", Some("Read your files")), "Read your files");
        assert_eq!(title(Lang::En, "files", Some("${files}")), "files");
        assert_eq!(title(Lang::En, "files", None), "files");
    }

    #[test]
    fn languages_are_chosen_by_the_first_preference_that_we_have() {
        for (preferences, expected) in [
            ("es-AR en", Lang::Es),
            ("fr;q=1,es;q=0.8,en;q=0.5", Lang::Es),
            ("de", Lang::En),
            ("", Lang::En),
            ("ES_mx", Lang::Es),
        ] {
            assert_eq!(Lang::choose(preferences), expected, "{preferences}");
        }
    }
}
