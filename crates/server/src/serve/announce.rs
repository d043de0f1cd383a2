//! What a person who starts the server reads: on standard output, addresses; in the log, where things lie.

use std::io::Write as _;

use super::foundation::Foundation;

pub fn ready(foundation: &Foundation) {
    let config = &foundation.config;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        listen = %config.listen,
        base_url = %config.base_url,
        database = %config.database_url,
        master_key_file = %config.master_key_file.display(),
        audit_log = %config.audit_log.display(),
        "serving"
    );
    for name in foundation.assets().missing() {
        tracing::warn!(bundle = name, "not built: run `cargo xtask web`");
    }
    say(&addresses(&config.base_url, config.demo));
}

/// The only place where a generated password is ever shown: not in the log, which others read and keep.
pub fn first_admin(username: &str, password: &str) {
    say(&format!("\nFirst admin, shown only this once:\n\n  User name   {username}\n  Password    {password}\n"));
}

fn addresses(base: &str, has_demo: bool) -> String {
    let mut text = format!("\nPerennial serves {base}\n\n  Admin console    {base}/admin/\n");
    if has_demo {
        text.push_str(&format!(
            "  Account portal   {base}/realms/demo/account/\n  Demo issuer      {base}/realms/demo\n\n\
             \x20 Demo users       alice (password alice-demo), bob (password bob-demo)\n\
             \x20 Demo clients     nightly-backup (secret nightly-backup-secret), photo-frame (public, PKCE);\n\
             \x20                  both are sent back to http://localhost:9999/callback\n"
        ));
    }
    text.push('\n');
    text
}

/// A closed standard output is no reason to stop.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_are_told_for_the_demo_only() {
        let plain = addresses("http://localhost:8080", false);
        assert!(plain.contains("http://localhost:8080/admin/") && !plain.contains("alice"));
        let demo = addresses("http://localhost:8080", true);
        assert!(demo.contains("alice-demo") && demo.contains("nightly-backup-secret"), "{demo}");
    }
}
