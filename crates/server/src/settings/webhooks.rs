//! Webhooks: the list, the page of one with its log, and the one time that a secret is shown.

mod form;
mod list;
mod secret;
mod show;

use webhooks::{Address, AddressRefusal, subscriptions::WebhookRefusal};

use crate::{app::App, failure::Failure};

pub(crate) use list::{create, list};
pub(crate) use secret::{end_old, rotate};
pub(crate) use show::{change, delete, redeliver, show, switch, test};

/// Looks an address up, which asks the network.
async fn checked(app: &App, url: &str) -> Result<Result<Address, AddressRefusal>, Failure> {
    let (url, networks) = (url.to_owned(), app.settings.webhook_networks.clone());
    tokio::task::spawn_blocking(move || Address::check(&url, &networks))
        .await
        .map_err(|error| Failure::internal(&error))
}

/// What is said where no form is to be shown again.
fn failure(refusal: WebhookRefusal, link: &str) -> Failure {
    match refusal {
        WebhookRefusal::Forbidden(_) => Failure::Forbidden,
        WebhookRefusal::Db(error) => error.into(),
        WebhookRefusal::SwitchedOff | WebhookRefusal::OnItsWay | WebhookRefusal::Outdated => {
            Failure::Conflict {
                title: "Not done".to_owned(),
                message: crate::format::sentence(&refusal.to_string()),
                link: link.to_owned(),
            }
        }
        _ => Failure::NotFound,
    }
}

fn page_of(id: kernel::WebhookId) -> String {
    format!("/settings/webhooks/{id}")
}
