//! One entry of a select or of a group of radio buttons.

/// What can be chosen, and whether it is.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) help: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// An entry without further words.
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>, chosen: bool) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            help: String::new(),
            chosen,
        }
    }

    /// The same with a line of explanation.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}
