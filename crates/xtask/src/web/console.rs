//! The two consoles: their packages, where the server serves their assets, and the shell page of each.

/// What sets one console apart from the other.
#[derive(Debug)]
pub struct Console {
    /// Directory below `<target>/web`.
    pub name: &'static str,
    pub package: &'static str,
    /// Absolute, because the shell is served at every path of the console.
    pub asset_base: &'static str,
    pub title: &'static str,
    pub needs_script: &'static str,
}

pub const CONSOLES: [Console; 2] = [
    Console {
        name: "admin",
        package: "web-admin",
        asset_base: "/admin/assets/",
        title: "Perennial admin console",
        needs_script: "The admin console needs JavaScript and WebAssembly.",
    },
    Console {
        name: "account",
        package: "web-account",
        // The portal lives below every realm; its assets are shared by all of them.
        asset_base: "/account-assets/",
        title: "Your account",
        needs_script: "The account portal needs JavaScript and WebAssembly.",
    },
];

/// Names of the hashed files that the shell refers to.
pub struct Names {
    pub boot: String,
    /// Imported by the loader, directly or not: fetched at once.
    pub modules: Vec<String>,
    pub wasm: String,
    pub style: String,
}

/// The shell page. It carries no inline script and no inline style: the content security policy allows neither.
pub fn shell(console: &Console, names: &Names) -> String {
    let base = console.asset_base;
    let Names { boot, modules, wasm, style } = names;
    let modules: String =
        modules.iter().map(|module| format!("<link rel=\"modulepreload\" href=\"{base}{module}\">\n")).collect();
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{base}{style}">
{modules}<link rel="preload" href="{base}{wasm}" as="fetch" type="application/wasm" crossorigin>
<script type="module" src="{base}{boot}"></script>
</head>
<body>
<noscript>{needs_script}</noscript>
</body>
</html>
"#,
        title = console.title,
        needs_script = console.needs_script,
    )
}

/// The loader module; a file of its own because an inline script is forbidden.
pub fn boot(glue: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{glue}\";\nawait init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            boot: "boot-1.js".to_owned(),
            modules: vec!["app-2.js".to_owned(), "screens-2.js".to_owned()],
            wasm: "app-3_bg.wasm".to_owned(),
            style: "app-4.css".to_owned(),
        }
    }

    #[test]
    fn the_shell_refers_to_assets_by_absolute_paths() {
        let page = shell(&CONSOLES[1], &names());
        for file in ["boot-1.js", "app-2.js", "screens-2.js", "app-3_bg.wasm", "app-4.css"] {
            assert!(page.contains(&format!("\"/account-assets/{file}\"")), "{file}");
        }
    }

    #[test]
    fn the_shell_carries_nothing_that_the_content_security_policy_forbids() {
        let page = shell(&CONSOLES[0], &names());
        assert!(page.contains("<script type=\"module\" src=\"/admin/assets/boot-1.js\"></script>"));
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("<style") && !page.contains(" style="));
    }

    #[test]
    fn the_loader_starts_the_glue_with_the_hashed_wasm() {
        let module = boot("app-2.js", "app-3_bg.wasm");
        assert!(module.contains("from \"./app-2.js\"") && module.contains("\"./app-3_bg.wasm\""));
    }
}
