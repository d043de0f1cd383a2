//! The accents a realm can choose from. Each is a class in the style sheet, because neither the pages nor the
//! consoles allow inline styles; an unknown name means the default.

/// The class for a realm's accent by its name (`teal`, `blue`, …), empty for the default.
pub fn accent_class(name: Option<&str>) -> &'static str {
    match name {
        Some("blue") => "pn-accent-blue",
        Some("violet") => "pn-accent-violet",
        Some("rose") => "pn-accent-rose",
        Some("amber") => "pn-accent-amber",
        Some("green") => "pn-accent-green",
        Some("slate") => "pn-accent-slate",
        _ => "",
    }
}
