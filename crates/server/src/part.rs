//! The text of a part of a form that brings files as well: such a form as a whole has no bound but that of uploads.

use axum::extract::multipart::Field;

use crate::failure::Failure;

/// The text of a part; `None` if it has more bytes than allowed.
pub(crate) async fn text(
    mut part: Field<'_>,
    most_bytes: usize,
) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| Failure::BadRequest)? {
        if bytes.len() + chunk.len() > most_bytes {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
