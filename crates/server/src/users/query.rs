//! What the address of the list of people says: filter, order, columns, place, and who is ticked.

use axum::{extract::Query as Params, http::Uri};
use directory::settings::NameOrder;
use directory::users::{
    CustomTest, InvitationState, PageAt, Selection, SignedIn, Sort, Thing, UserFilter,
};
use kernel::{UserId, UserStatus};

use crate::link::Link;

/// So many people can be ticked one by one.
pub(super) const MOST_TICKED: usize = 200;
/// What narrows the list, in the order of the page.
const FILTERS: [&str; 18] = [
    "q", "status", "role", "kind", "group", "team", "module", "workflow", "device", "invite",
    "card", "seen", "app", "import", "has", "lacks", "field", "value",
];

/// The query string.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(pub(super) Vec<(String, String)>);

impl Query {
    /// A query whose values were looked at already.
    pub(crate) const fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The query of an address.
    pub(crate) fn parse(text: &str) -> Self {
        let address = format!("/?{text}").parse::<Uri>();
        let parsed = address.ok().and_then(|uri| Params::try_from_uri(&uri).ok());
        parsed
            .map(|Params(fields)| Self(fields))
            .unwrap_or_default()
    }

    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|field| field.0 == name);
        found.map_or("", |field| field.1.trim())
    }

    fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0
            .iter()
            .filter(move |field| field.0 == name)
            .flat_map(|field| field.1.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// What the query asks for; what makes no sense filters nothing.
    pub(crate) fn filter(&self) -> UserFilter {
        let things = |name| -> Vec<Thing> {
            self.all(name)
                .filter_map(|value| Thing::ALL.into_iter().find(|thing| thing.as_str() == value))
                .collect()
        };
        let field = self.get("field");
        let value = self.get("value");
        UserFilter {
            // Deleted people have a list of their own.
            status: self
                .get("status")
                .parse()
                .ok()
                .filter(|status| *status != UserStatus::Deleted),
            role: self.get("role").parse().ok(),
            admin_role: self.get("role").parse().ok(),
            kind: self.get("kind").parse().ok(),
            group: self.get("group").parse().ok(),
            team: self.get("team").parse().ok(),
            module: Some(self.get("module").to_owned()).filter(|key| !key.is_empty()),
            workflow: self.get("workflow").parse().ok(),
            device: self.get("device").parse().ok(),
            invitation: InvitationState::ALL
                .into_iter()
                .find(|state| state.as_str() == self.get("invite")),
            card: self.get("card").parse().ok(),
            signed_in: SignedIn::ALL
                .into_iter()
                .find(|seen| seen.as_str() == self.get("seen")),
            has_old_app: self.get("app") == "outdated",
            import: self.get("import").parse().ok(),
            has: things("has"),
            lacks: things("lacks"),
            custom: (!field.is_empty())
                .then(|| CustomTest {
                    key: field.to_owned(),
                    value: Some(value.to_owned()).filter(|value| !value.is_empty()),
                })
                .into_iter()
                .collect(),
        }
    }

    pub(crate) fn sort(&self) -> Sort {
        let wanted = self.get("sort");
        Sort::ALL
            .into_iter()
            .find(|sort| sort.as_str() == wanted)
            .unwrap_or_default()
    }

    /// The same in the order that is usual in an account, if none was asked for.
    pub(super) fn in_usual_order(mut self, order: NameOrder) -> Self {
        if order == NameOrder::LastFirst && self.get("sort").is_empty() {
            let sort = Sort::LastName.as_str().to_owned();
            self.0.push(("sort".to_owned(), sort));
        }
        self
    }

    pub(super) fn at(&self) -> PageAt {
        match (
            self.get("after").parse::<UserId>(),
            self.get("before").parse::<UserId>(),
        ) {
            (Ok(id), _) => PageAt::After(id),
            (_, Ok(id)) => PageAt::Before(id),
            _ => PageAt::Start,
        }
    }

    /// The columns chosen; none for the usual ones.
    pub(super) fn columns(&self) -> Vec<&str> {
        self.all("col").collect()
    }

    /// Who is ticked.
    pub(super) fn ticked(&self) -> Vec<UserId> {
        let mut ids: Vec<UserId> = self.all("pick").filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(MOST_TICKED);
        ids
    }

    /// Whether all that the filter lets through are meant.
    pub(super) fn is_all(&self) -> bool {
        !self.get("all").is_empty()
    }

    /// Whom something is to be done with; a search has to be ticked through.
    pub(super) fn selection(&self) -> Selection {
        if self.is_all() {
            Selection::Matching(self.filter())
        } else {
            Selection::People(self.ticked())
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        FILTERS.iter().any(|name| !self.get(name).is_empty())
    }

    /// What a form has to carry along: filter, order and columns.
    pub(super) fn carried(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(name, value)| {
                let is_kept = FILTERS.contains(&name.as_str()) || name == "sort" || name == "col";
                is_kept && !value.trim().is_empty()
            })
            .cloned()
            .collect()
    }

    /// The same as the query of an address.
    pub(crate) fn kept(&self) -> String {
        let link = self
            .carried()
            .iter()
            .fold(Link::to(""), |link, (name, value)| link.with(name, value));
        link.into_string().trim_start_matches('?').to_owned()
    }

    /// The address of the list in another order.
    pub(super) fn sorted(&self, sort: Sort) -> String {
        let link = Link::to("/users");
        self.carried()
            .iter()
            .filter(|(name, _)| name != "sort")
            .fold(link, |link, (name, value)| link.with(name, value))
            .with("sort", sort.as_str())
            .into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_filters_nothing() {
        let query = Query::parse(
            "status=active&role=king&has=email,nonsense&field=locker&after=x&col=a&col=b",
        );
        let filter = query.filter();
        assert_eq!(filter.status, Some(UserStatus::Active));
        assert_eq!((filter.role, filter.has), (None, vec![Thing::Email]));
        assert_eq!(
            filter.custom,
            [CustomTest {
                key: "locker".to_owned(),
                value: None
            }]
        );
        assert_eq!(query.at(), PageAt::Start);
        assert_eq!(query.columns(), ["a", "b"]);
        assert_eq!(Query::parse(&query.kept()).filter(), query.filter());
        assert!(!query.kept().contains("after"));
    }
}
