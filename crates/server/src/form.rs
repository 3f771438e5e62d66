//! A text field of a form, as shown again when something was wrong with it.

/// A value as typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) value: String,
    pub(crate) error: Option<String>,
}

impl Field {
    /// A value that nothing is known to be wrong with.
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// Parses the value; when that fails, keeps the words to show.
    pub(crate) fn parse<T, E>(
        &mut self,
        parse: impl FnOnce(&str) -> Result<T, E>,
        words: impl FnOnce(E) -> String,
    ) -> Option<T> {
        match parse(&self.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error = Some(words(error));
                None
            }
        }
    }
}
