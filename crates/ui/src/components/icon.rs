//! A handful of line icons. They are decoration: the words stand beside them, so they are hidden from
//! assistive technology.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconKind {
    Apps,
    Away,
    Back,
    Check,
    Clients,
    Clock,
    Close,
    Device,
    Download,
    Edit,
    External,
    Filter,
    Info,
    Key,
    List,
    Menu,
    Next,
    Overview,
    Pause,
    Play,
    Plus,
    Realm,
    Remove,
    Resource,
    Role,
    Scope,
    Search,
    Settings,
    SignOut,
    SortDown,
    SortUp,
    Stop,
    Unfold,
    User,
    Users,
    Warning,
    Webhook,
}

impl IconKind {
    /// Strokes in a 24 × 24 box.
    const fn path(self) -> &'static str {
        match self {
            Self::Apps => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
            Self::Away => "M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clients => "M3 5h18v12H3zM8 21h8M12 17v4",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Device => "M5 4h14v12H5zM2 20h20",
            Self::Download => "M12 4v11M7 10.5l5 5 5-5M4 20h16",
            Self::Edit => "M4 20l1-4.5L15.5 5l3.5 3.5L8.5 19z",
            Self::External => "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
            Self::Filter => "M4 5h16l-6 8v5l-4 2v-7z",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01",
            Self::Key => "M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 12l8-8M16 7l3 3",
            Self::List => "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Overview => "M4 20V4M4 20h16M8 16v-4M12 16V7M16 16v-6",
            Self::Next => "M9 5l7 7-7 7",
            Self::Pause => "M8.5 5v14M15.5 5v14",
            Self::Play => "M8 5l11 7-11 7z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Realm => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18"
            }
            Self::Resource => "M4 4h16v7H4zM4 13h16v7H4zM8 7.5v.01M8 16.5v.01",
            Self::Role => "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z",
            Self::Scope => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12v.01",
            Self::Remove => "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
            Self::Settings => "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
            Self::SignOut => "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
            Self::SortDown => "M12 5v14M6 13l6 6 6-6",
            Self::SortUp => "M12 19V5M6 11l6-6 6 6",
            Self::Stop => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
            Self::Unfold => "M8 9l4-4 4 4M8 15l4 4 4-4",
            Self::Users => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c.5-3.5 3-5.5 7-5.5s6.5 2 7 5.5M16 4.5a3.5 3.5 0 0 1 0 6M18.5 15c2 .8 3.2 2.5 3.5 5"
            }
            Self::Webhook => "M4 8a8 8 0 0 1 14-2M18 2v4h-4M20 16a8 8 0 0 1-14 2M6 22v-4h4",
            Self::User => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6",
            Self::Warning => "M12 4l9.5 16h-19zM12 10v4M12 17v.01",
        }
    }
}

#[component]
pub fn Icon(kind: IconKind) -> impl IntoView {
    view! {
        <svg class="pn-icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=kind.path()></path>
        </svg>
    }
}
