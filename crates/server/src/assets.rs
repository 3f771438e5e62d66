//! The style sheet, the script, the icon and the pictures of the guides, embedded in the program.
//!
//! The name of each carries a hash of its content, so that browsers may keep it for a year.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use crate::{failure::Failure, help::picture};

const STYLE: &str = concat!(
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/layout.css"),
    include_str!("../assets/css/controls.css"),
    include_str!("../assets/css/parts.css"),
    include_str!("../assets/css/import.css"),
    include_str!("../assets/css/review.css"),
    include_str!("../assets/css/inviting.css"),
    include_str!("../assets/css/reports.css"),
    include_str!("../assets/css/help.css"),
);
// One module; the first part uses what the second declares.
const SCRIPT: &str = concat!(
    include_str!("../assets/grid.js"),
    include_str!("../assets/app.js"),
);
// Only on the page that has operations to try.
const TRY: &str = include_str!("../assets/try.js");
const LOGO: &str = include_str!("../assets/icon.svg");

struct Asset {
    path: String,
    content_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, ending: &str, content_type: &'static str, content: &'static str) -> Self {
        let hash = blake3::hash(content.as_bytes()).to_hex();
        let hash = hash.get(..12).unwrap_or_default();
        Self {
            path: format!("/assets/{stem}.{hash}.{ending}"),
            content_type,
            content,
        }
    }
}

static STYLE_ASSET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("muster", "css", "text/css; charset=utf-8", STYLE));
static SCRIPT_ASSET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("muster", "js", "text/javascript; charset=utf-8", SCRIPT));
static TRY_ASSET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("try", "js", "text/javascript; charset=utf-8", TRY));
static ICON_ASSET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", LOGO));

/// Where the style sheet is.
pub(crate) fn style() -> &'static str {
    &STYLE_ASSET.path
}

/// Where the script is.
pub(crate) fn script() -> &'static str {
    &SCRIPT_ASSET.path
}

/// Where the script of the reference page is.
pub(crate) fn try_script() -> &'static str {
    &TRY_ASSET.path
}

/// Where the icon is.
pub(crate) fn icon() -> &'static str {
    &ICON_ASSET.path
}

/// The product's mark, as markup to stand in a page.
pub(crate) fn logo() -> &'static str {
    LOGO
}

/// `GET /assets/{name}`
pub(crate) async fn get(Path(name): Path<String>) -> Result<Response, Failure> {
    let path = format!("/assets/{name}");
    let asset = [&STYLE_ASSET, &SCRIPT_ASSET, &TRY_ASSET, &ICON_ASSET]
        .into_iter()
        .find(|asset| asset.path == path);
    let (content_type, content) = match (asset, picture(&path)) {
        (Some(asset), _) => (asset.content_type, asset.content.as_bytes()),
        (None, Some(picture)) => ("image/png", picture.content),
        (None, None) => return Err(Failure::NotFound),
    };
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, content).into_response())
}
