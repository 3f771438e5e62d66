//! A person as a user of SCIM, and what a user says of a person (docs/decisions/0032).
//!
//! What a provider said is kept as it said it. As long as it still means what the directory has, it
//! is shown again in the provider's words; otherwise the directory's value is.

use directory::{
    provisioning::Person,
    users::{Typed, UserRow},
};
use kernel::{Email, ExternalId, Language, PersonName, Phone, Region, Text, UserStatus, full_name};
use scim::{ENTERPRISE, OWN};
use serde_json::{Map, Value, json};

use super::{answer::View, own::OwnFields};

/// Attributes that become fields of a person, as pointers into a user.
const MEANT: [&str; 9] = [
    "/name",
    "/displayName",
    "/emails",
    "/phoneNumbers",
    "/title",
    "/preferredLanguage",
    "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
    "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber",
    "/active",
];

/// What a user says of the fields of a person.
pub(super) struct Meaning<'u> {
    user: &'u Value,
    user_name: &'u str,
    region: Option<Region>,
}

impl<'u> Meaning<'u> {
    pub(super) const fn new(user: &'u Value, user_name: &'u str, region: Option<Region>) -> Self {
        Self {
            user,
            user_name,
            region,
        }
    }

    fn text(&self, pointer: &str) -> Option<&'u str> {
        self.user.pointer(pointer).and_then(Value::as_str)
    }

    fn enterprise(&self, name: &str) -> Option<&'u str> {
        self.user.get(ENTERPRISE)?.get(name)?.as_str()
    }

    /// First and last name: as given in parts, or else in one, or else the provider's name.
    fn name(&self) -> (String, String) {
        let given = self.text("/name/givenName").unwrap_or("");
        let family = self.text("/name/familyName").unwrap_or("");
        if !given.is_empty() || !family.is_empty() {
            return (given.to_owned(), family.to_owned());
        }
        let whole = self
            .text("/displayName")
            .or_else(|| self.text("/name/formatted"));
        match whole.and_then(|whole| PersonName::from_full(whole).ok()) {
            Some(name) => (name.first().to_owned(), name.last().to_owned()),
            None => (
                self.user_name.chars().take(PersonName::MAX_PART).collect(),
                String::new(),
            ),
        }
    }

    fn email(&self) -> Option<&'u str> {
        chosen(self.user.get("emails")?, "work")
    }

    /// The phone number, if it is one.
    fn phone(&self) -> Option<Phone> {
        let value = chosen(self.user.get("phoneNumbers")?, "mobile")?;
        let bare = value.trim();
        let bare = bare
            .get(..4)
            .filter(|scheme| scheme.eq_ignore_ascii_case("tel:"))
            .and_then(|_| bare.get(4..))
            .unwrap_or(bare);
        Phone::parse(bare, self.region).ok()
    }

    /// The language, if it is one.
    fn language(&self) -> Option<Language> {
        let text = self.text("/preferredLanguage")?.replace('_', "-");
        Language::parse(&text).ok()
    }

    /// Types all of it, but for what `is_untouched`, by its pointer.
    pub(super) fn type_into(&self, typed: &mut Typed, is_untouched: &dyn Fn(&str) -> bool) {
        let [
            name,
            display,
            emails,
            phones,
            title,
            language,
            department,
            number,
            _,
        ] = MEANT;
        if !(is_untouched(name) && is_untouched(display)) {
            let (first, last) = self.name();
            typed.set("first_name", first);
            typed.set("last_name", last);
        }
        let phone = self.phone();
        let told = self.language();
        for (pointer, key, value) in [
            (emails, "email", self.email()),
            (phones, "phone", phone.as_ref().map(Phone::as_str)),
            (title, "title", self.text(title)),
            (language, "language", told.as_ref().map(Language::as_str)),
            (department, "department", self.enterprise("department")),
            (number, "external_id", self.enterprise("employeeNumber")),
        ] {
            if !is_untouched(pointer) {
                typed.set(key, value.unwrap_or(""));
            }
        }
    }
}

/// The value to use of a list: the primary one, one of a type, or the first.
fn chosen<'v>(entries: &'v Value, kind: &str) -> Option<&'v str> {
    let with_value = entries
        .as_array()?
        .iter()
        .filter(|entry| entry.get("value").is_some_and(Value::is_string));
    let is_primary = |entry: &&Value| entry.get("primary") == Some(&json!(true));
    let is_of_kind = |entry: &&Value| {
        entry
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|one| one.eq_ignore_ascii_case(kind))
    };
    let mut all = with_value.clone();
    with_value
        .clone()
        .find(is_primary)
        .or_else(|| with_value.clone().find(is_of_kind))
        .or_else(|| all.next())?
        .get("value")?
        .as_str()
}

/// What is to be kept of what a provider said now: all but what it did not say itself.
///
/// `shown` is what it was shown before, `said` what it had said.
pub(super) fn kept(now: &Value, shown: &Value, said: &Value, own: &OwnFields) -> Value {
    let mut kept = now.clone();
    let is_ours = |pointer: &str| {
        said.pointer(pointer).is_none() && now.pointer(pointer) == shown.pointer(pointer)
    };
    let [name, display, ..] = MEANT;
    for pointer in MEANT {
        // A name to show says by itself what the name is; beside the name, it does not.
        if is_ours(pointer) && (pointer != name || is_ours(display)) {
            remove(&mut kept, pointer);
        }
    }
    for pointer in own.pointers().filter(|pointer| is_ours(pointer)) {
        remove(&mut kept, &pointer);
    }
    for pointer in ["/userName", "/externalId", "/active"] {
        remove(&mut kept, pointer);
    }
    if let Some(parts) = kept.as_object_mut() {
        parts.retain(|_, part| part.as_object().is_none_or(|parts| !parts.is_empty()));
    }
    kept
}

fn remove(user: &mut Value, pointer: &str) {
    let Some((holder, name)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(parts) = user.pointer_mut(holder).and_then(Value::as_object_mut) {
        parts.remove(name);
    }
}

/// What a provider said of somebody, as it is kept.
pub(super) fn said(person: &Person) -> Value {
    let text = person.names.said.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| json!({}))
}

/// The version of a person.
pub(super) fn version(person: &Person) -> String {
    format!("W/\"{}\"", person.user.version)
}

/// The attributes that a provider may set, as it is shown them.
pub(super) fn settable(person: &Person, view: &View<'_>) -> Value {
    let user = &person.user;
    let user_name = person.user_name();
    let mut shown = said(person);
    let meaning_of = shown.clone();
    let meaning = Meaning::new(&meaning_of, &user_name, view.region);
    let (first, last) = meaning.name();
    let name = PersonName::from_parts(&first, &last).ok();
    let is_name =
        name.is_some_and(|name| name.first() == user.first_name && name.last() == user.last_name);
    if let Some(parts) = shown.as_object_mut() {
        if !is_name {
            parts.insert(
                "name".to_owned(),
                name_of(&user.first_name, &user.last_name),
            );
            parts.remove("displayName");
        }
        let email = meaning.email().and_then(|text| Email::parse(text).ok());
        if email.map(|email| email.key().into_owned()) != user.email_key {
            put(
                parts,
                "emails",
                user.email.as_ref().map(|one| single(one, "work")),
            );
        }
        if meaning.phone().as_ref().map(Phone::as_str) != user.phone.as_deref() {
            put(
                parts,
                "phoneNumbers",
                user.phone.as_ref().map(|one| single(one, "mobile")),
            );
        }
        if meaning.text("/title").and_then(line) != user.title {
            put(
                parts,
                "title",
                user.title.as_ref().map(|title| json!(title)),
            );
        }
        let language = meaning.language();
        if language.as_ref().map(Language::as_str) != user.language.as_deref() {
            put(
                parts,
                "preferredLanguage",
                user.language.as_ref().map(|tag| json!(tag)),
            );
        }
        of_employer(parts, &meaning, user);
        view.own.show(parts, user);
        parts.insert("userName".to_owned(), json!(user_name));
        put(
            parts,
            "externalId",
            person.names.external_id.as_ref().map(|id| json!(id)),
        );
        let is_active = user.status != UserStatus::Deactivated.as_str();
        parts.insert("active".to_owned(), json!(is_active));
    }
    shown
}

/// A title or department, as the directory holds it.
fn line(text: &str) -> Option<String> {
    Text::parse(text, Text::MAX_TITLE)
        .ok()
        .map(Text::into_string)
}

/// What the Enterprise extension says.
fn of_employer(parts: &mut Map<String, Value>, meaning: &Meaning<'_>, user: &UserRow) {
    let mut enterprise = match parts.remove(ENTERPRISE) {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    if meaning.enterprise("department").and_then(line) != user.department {
        let department = user.department.as_ref().map(|name| json!(name));
        put(&mut enterprise, "department", department);
    }
    let number = meaning.enterprise("employeeNumber");
    let number = number.and_then(|text| ExternalId::parse(text).ok());
    if number.as_ref().map(ExternalId::as_str) != user.external_id.as_deref() {
        let number = user.external_id.as_ref().map(|id| json!(id));
        put(&mut enterprise, "employeeNumber", number);
    }
    if !enterprise.is_empty() {
        parts.insert(ENTERPRISE.to_owned(), Value::Object(enterprise));
    }
}

fn put(parts: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => parts.insert(name.to_owned(), value),
        None => parts.remove(name),
    };
}

fn single(value: &str, kind: &str) -> Value {
    json!([{"value": value, "type": kind, "primary": true}])
}

fn name_of(first: &str, last: &str) -> Value {
    let mut name = Map::new();
    for (key, part) in [("givenName", first), ("familyName", last)] {
        if !part.is_empty() {
            name.insert(key.to_owned(), json!(part));
        }
    }
    Value::Object(name)
}

/// All of a person as a user.
pub(super) fn shown(person: &Person, view: &View<'_>) -> Value {
    let user = &person.user;
    let mut shown = settable(person, view);
    let mut schemas = vec!["urn:ietf:params:scim:schemas:core:2.0:User"];
    let extensions = [ENTERPRISE, OWN].into_iter();
    schemas.extend(extensions.filter(|urn| shown.get(urn).is_some()));
    let groups: Vec<Value> = person
        .groups
        .iter()
        .map(|(id, _, name)| {
            json!({
                "value": id, "$ref": format!("{}/Groups/{id}", view.root), "display": name,
                "type": "direct",
            })
        })
        .collect();
    if let Some(parts) = shown.as_object_mut() {
        let whole = full_name(&user.first_name, &user.last_name);
        if let Some(name) = parts.get_mut("name").and_then(Value::as_object_mut) {
            name.entry("formatted").or_insert_with(|| json!(whole));
        }
        // A provider that named the person says what is shown of them, too.
        if person.names.user_name.is_none() {
            parts.entry("displayName").or_insert_with(|| json!(whole));
        }
        parts.insert("schemas".to_owned(), json!(schemas));
        parts.insert("id".to_owned(), json!(user.id));
        if !groups.is_empty() {
            parts.insert("groups".to_owned(), json!(groups));
        }
        let meta = json!({
            "resourceType": "User",
            "created": user.created_at.to_string(),
            "lastModified": user.updated_at.to_string(),
            "location": format!("{}/Users/{}", view.root, user.id),
            "version": version(person),
        });
        parts.insert("meta".to_owned(), meta);
    }
    shown
}
