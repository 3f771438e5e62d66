//! Which texts there are, and which of them the account has made its own.

use askama::Template;
use axum::extract::State;
use delivery::templates;
use directory::Action;

use super::TextKey;
use crate::{
    app::App,
    failure::Failure,
    guard::Visitor,
    outbox::{channel_name, language_name, purpose_help, purpose_name},
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "settings/messages.html")]
pub(crate) struct TextsPage {
    shell: Shell,
    kinds: Vec<Kind>,
}

struct Kind {
    purpose: &'static str,
    help: &'static str,
    channel: &'static str,
    texts: Vec<Text>,
}

struct Text {
    link: String,
    language: &'static str,
    name: &'static str,
    is_own: bool,
}

/// `GET /settings/messages`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<TextsPage>, Failure> {
    app.db
        .read(move |tx| {
            visitor.ctx.require(Action::EditSettings)?;
            let own = templates::list_own(tx, visitor.session.account)?;
            let text = |key: TextKey| Text {
                link: key.link(),
                language: key.language,
                name: language_name(key.language),
                is_own: own.iter().any(|own| {
                    (own.0, own.1) == (key.purpose, key.channel) && own.2 == key.language
                }),
            };
            let kinds = templates::kinds().map(|(purpose, channel)| Kind {
                purpose: purpose_name(purpose),
                help: purpose_help(purpose),
                channel: channel_name(channel),
                texts: templates::languages()
                    .map(|language| {
                        text(TextKey {
                            purpose,
                            channel,
                            language,
                        })
                    })
                    .collect(),
            });
            Ok(Page(TextsPage {
                kinds: kinds.collect(),
                shell: Shell::load(tx, &visitor, Section::Settings)?,
            }))
        })
        .await
}
