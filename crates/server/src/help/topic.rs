//! What pages of the product link to in the guides.

macro_rules! topics {
    ($($topic:ident $address:literal $words:literal;)+) => {
        /// Something that a page is about and a guide explains.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Topic {
            $($topic,)+
        }

        impl Topic {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$topic,)+];

            /// Where it is explained.
            pub(crate) const fn address(self) -> &'static str {
                match self {
                    $(Self::$topic => $address,)+
                }
            }

            /// What it is called, after "About".
            pub(crate) const fn words(self) -> &'static str {
                match self {
                    $(Self::$topic => $words,)+
                }
            }
        }
    };
}

topics! {
    Importing "/help/importing" "importing";
    Columns "/help/importing#columns" "columns";
    Values "/help/importing#values-of-lists" "what values mean";
    Problems "/help/importing#review-and-plan" "setting rows right";
    Plan "/help/importing#review-and-plan" "plans";
    Undo "/help/importing#undo" "undoing an import";
    Series "/help/importing#series" "series";
    Mappings "/help/importing#saved-mappings" "saved mappings";
    People "/help/people" "looking after people";
    ManyAtOnce "/help/people#many-at-once" "actions on many";
    Leaving "/help/people#leaving" "deleting and restoring";
    Merging "/help/people#two-who-are-one" "merging";
    Groups "/help/people#groups-teams-modules" "groups, teams and modules";
    Notifications "/help/people#what-people-are-told" "notifications";
    Photos "/help/photos" "photos";
    EarlyAccess "/help/requests#early-access" "early access";
    Inviting "/help/inviting" "inviting";
    InviteWizard "/help/inviting#access-for-many-at-once" "access for many";
    Devices "/help/access" "devices and access";
    Cards "/help/cards" "cards";
    Documents "/help/documents" "workflows and documents";
    Outbox "/help/operating#messages" "sending messages";
    Activity "/help/activity" "activity";
    Reports "/help/activity#reports-reports" "reports";
    Settings "/help/settings" "settings";
    Roles "/help/roles" "roles";
    Security "/help/operating#security" "security";
    Managed "/help/mdm" "managed configuration";
    Tokens "/help/api#tokens" "tokens";
    Webhooks "/help/webhooks" "webhooks";
    OwnPages "/help/using" "your own pages";
}

#[cfg(test)]
mod tests {
    use super::{super::guides, Topic};

    #[test]
    fn every_topic_leads_to_a_place_in_a_guide() {
        for topic in Topic::ALL {
            let address = topic.address().strip_prefix("/help/").unwrap();
            let (slug, anchor) = address.split_once('#').unwrap_or((address, ""));
            let guide = guides::named(slug).unwrap_or_else(|| panic!("{address}"));
            assert!(
                anchor.is_empty() || guide.page.anchors.has(anchor),
                "{address}"
            );
        }
    }
}
