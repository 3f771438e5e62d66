//! The icons, drawn for this product on a grid of 20 with a line of 1.5.
//!
//! They are decoration: every one stands beside words, so each is hidden from screen readers.

use std::fmt;

/// An icon, printed as inline SVG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Two people.
    Users,
    /// A door with its handle.
    Door,
    /// An arrow into a tray.
    Import,
    /// A bell.
    Bell,
    /// A tick.
    Check,
    /// A tick in a ring.
    Done,
    /// A triangle with an exclamation mark.
    Warning,
    /// A ring with a cross.
    Problem,
    /// A wand.
    Fixed,
    /// A magnifying glass.
    Search,
    /// An arrow to the left.
    Back,
    /// An arrow to the right.
    Next,
    /// A plus sign.
    Plus,
    /// An arrow down to a line.
    Download,
    /// An arrow up from a line.
    Upload,
    /// A door with an arrow.
    SignOut,
    /// An arrow turning back.
    Undo,
    /// An arrow turning forward.
    Redo,
    /// A clock.
    Clock,
    /// Three quarters of a ring.
    Busy,
    /// Two bars.
    Pause,
    /// A triangle pointing right.
    Play,
    /// A square.
    Stop,
    /// A bar across a ring.
    Off,
    /// An envelope.
    Mail,
    /// Two sliders.
    Settings,
    /// A padlock.
    Lock,
    /// A triangle pointing down.
    Down,
    /// A cross.
    Close,
    /// A sheet with a folded corner.
    Document,
    /// Three boxes, one after the other.
    Workflow,
    /// A card with a stripe.
    Card,
    /// Three bars of different height.
    Chart,
    /// A question mark in a ring.
    Help,
}

impl Icon {
    const fn shape(self) -> &'static str {
        match self {
            Self::Document => {
                r#"<path d="M11.5 2.75H6c-.85 0-1.5.65-1.5 1.5v11.5c0 .85.65 1.5 1.5 1.5h8c.85 0 1.5-.65 1.5-1.5v-9ZM11.5 2.75v4h4M7.5 10.5h5M7.5 13.5h5"/>"#
            }
            Self::Workflow => {
                r#"<path d="M3 3.5h4v4H3ZM13 3.5h4v4h-4ZM13 12.5h4v4h-4ZM7 5.5h6M15 7.5v5M13 14.5H3.5"/>"#
            }
            Self::Users => {
                r#"<circle cx="7.75" cy="6.75" r="2.75"/><path d="M2.5 16.25c.3-3 2.3-4.75 5.25-4.75s4.95 1.75 5.25 4.75M12.5 4.25a2.75 2.75 0 0 1 0 5M14.25 11.9c1.85.6 3 2.1 3.25 4.35"/>"#
            }
            Self::Door => {
                r#"<path d="M5 16.75V4.5c0-.7.55-1.25 1.25-1.25h7.5c.7 0 1.25.55 1.25 1.25v12.25M3 16.75h14M12.25 10v.5"/>"#
            }
            Self::Import => {
                r#"<path d="M10 3v8.5m0 0L6.75 8.25M10 11.5l3.25-3.25M3.5 12.5v2.25c0 1 .75 1.75 1.75 1.75h9.5c1 0 1.75-.75 1.75-1.75V12.5"/>"#
            }
            Self::Bell => {
                r#"<path d="M5 8.5a5 5 0 0 1 10 0c0 4.5 1.5 5.25 1.5 5.25h-13S5 13 5 8.5ZM8.25 16.5a2 2 0 0 0 3.5 0"/>"#
            }
            Self::Check => r#"<path d="m4.5 10.5 3.75 3.75 7.25-8"/>"#,
            Self::Done => {
                r#"<circle cx="10" cy="10" r="7"/><path d="m6.9 10.25 2.25 2.25 4-4.6"/>"#
            }
            Self::Warning => {
                r#"<path d="M8.85 3.9a1.32 1.32 0 0 1 2.3 0l5.9 10.6c.5.9-.15 2-1.15 2H4.1c-1 0-1.65-1.1-1.15-2ZM10 8v3.25M10 13.9v.1"/>"#
            }
            Self::Problem => {
                r#"<circle cx="10" cy="10" r="7"/><path d="m7.6 7.6 4.8 4.8m0-4.8-4.8 4.8"/>"#
            }
            Self::Fixed => {
                r#"<path d="m3.5 16.5 8-8m-1.25-1.25 2.5 2.5M14.5 2.75v2.5m1.25-1.25h-2.5M15.75 9.25v2m1-1h-2M8.5 3.25v2m1-1h-2"/>"#
            }
            Self::Search => r#"<circle cx="8.75" cy="8.75" r="5.25"/><path d="m12.75 12.75 4 4"/>"#,
            Self::Back => r#"<path d="M16 10H4.5m0 0 4.5-4.5M4.5 10 9 14.5"/>"#,
            Self::Next => r#"<path d="M4 10h11.5m0 0L11 5.5m4.5 4.5L11 14.5"/>"#,
            Self::Plus => r#"<path d="M10 4.25v11.5M4.25 10h11.5"/>"#,
            Self::Download => r#"<path d="M10 3.25v9m0 0 3.5-3.5M10 12.25l-3.5-3.5M4 16.5h12"/>"#,
            Self::Upload => r#"<path d="M10 12.75v-9m0 0L6.5 7.25M10 3.75l3.5 3.5M4 16.5h12"/>"#,
            Self::SignOut => {
                r#"<path d="M8 16.5H5.25c-.85 0-1.5-.65-1.5-1.5V5c0-.85.65-1.5 1.5-1.5H8M12.75 13.25 16 10l-3.25-3.25M15.75 10H8"/>"#
            }
            Self::Undo => {
                r#"<path d="M6.75 12 3.5 8.75 6.75 5.5M3.75 8.75h8a4.25 4.25 0 0 1 0 8.5H8.5"/>"#
            }
            Self::Redo => {
                r#"<path d="M13.25 12l3.25-3.25-3.25-3.25M16.25 8.75h-8a4.25 4.25 0 0 0 0 8.5h3.25"/>"#
            }
            Self::Clock => r#"<circle cx="10" cy="10" r="7"/><path d="M10 6v4.25l2.75 1.5"/>"#,
            Self::Busy => r#"<path d="M10 3a7 7 0 1 1-7 7"/>"#,
            Self::Pause => r#"<path d="M7 4.5v11M13 4.5v11"/>"#,
            Self::Play => r#"<path d="M6.5 4.25v11.5l9-5.75Z"/>"#,
            Self::Stop => r#"<rect x="5" y="5" width="10" height="10" rx="1.5"/>"#,
            Self::Off => r#"<circle cx="10" cy="10" r="7"/><path d="M6.5 10h7"/>"#,
            Self::Mail => {
                r#"<rect x="2.75" y="4.5" width="14.5" height="11" rx="1.75"/><path d="m3.25 6 6.75 5 6.75-5"/>"#
            }
            Self::Settings => {
                r#"<path d="M3 6.5h7M14 6.5h3M3 13.5h3M10 13.5h7"/><circle cx="12" cy="6.5" r="2"/><circle cx="8" cy="13.5" r="2"/>"#
            }
            Self::Lock => {
                r#"<rect x="4" y="8.75" width="12" height="8" rx="1.75"/><path d="M6.75 8.5V6.25a3.25 3.25 0 0 1 6.5 0V8.5"/>"#
            }
            Self::Down => r#"<path d="m5 7.5 5 5 5-5"/>"#,
            Self::Card => {
                r#"<rect x="2.75" y="4.5" width="14.5" height="11" rx="1.75"/><path d="M2.75 8h14.5M5.5 12.25h3"/>"#
            }
            Self::Chart => r#"<path d="M3.5 16.5h13M5.75 13.5v-4M10 13.5v-9M14.25 13.5v-6"/>"#,
            Self::Help => {
                r#"<circle cx="10" cy="10" r="7"/><path d="M7.9 8.1a2.15 2.15 0 1 1 3.2 1.9c-.7.4-1.1.85-1.1 1.65M10 13.9v.1"/>"#
            }
            Self::Close => r#"<path d="m5.5 5.5 9 9m0-9-9 9"/>"#,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Busy => "icon turning",
            _ => "icon",
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<svg class="{}" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>"#,
            self.class(),
            self.shape()
        )
    }
}

// The shapes above are constants of this file and contain markup on purpose.
impl askama::filters::HtmlSafe for Icon {}
