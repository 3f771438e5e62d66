//! Managed-app configuration: what an MDM gives an app so that the address to sign in with is filled in (S1.30, S1.31).
//!
//! Two forms of the same three values: a property list for Apple's devices and JSON for Android's. Not here: how an MDM
//! hands them over, see docs/MDM.md.

use std::fmt::Write as _;

use serde_json::json;

/// Our key for the address somebody signs in with.
pub const OWN_KEY: &str = "muster.mdm.userEmail";
/// The key of the product people may come from, with the same value.
pub const FORMER_KEY: &str = "com.fluix.mdm.userEmail";
/// Our key for the page to sign in on.
pub const ADDRESS_KEY: &str = "muster.mdm.signInUrl";
/// No address is longer.
const MOST_CHARS: usize = 254;

/// What well-known MDMs replace by the address of a device's user.
pub const PLACEHOLDERS: [(&str, &str); 10] = [
    ("Microsoft Intune", "{{mail}}"),
    ("Jamf Pro", "$EMAIL"),
    ("Jamf School", "%Email%"),
    ("Omnissa Workspace ONE UEM", "{EmailAddress}"),
    ("Ivanti Neurons for MDM", "${userEmailAddress}"),
    ("Ivanti EPMM", "$EMAIL$"),
    ("IBM MaaS360", "%email%"),
    ("Citrix Endpoint Management", "${user.mail}"),
    ("Sophos Mobile", "%_EMAILADDRESS_%"),
    ("Addigy", "{{.User \"emails_primary\"}}"),
];

/// Not something that can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write 1 to {MOST_CHARS} characters on one line")]
pub struct InvalidValue;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A property list.
    Apple,
    /// JSON.
    Android,
}

impl Form {
    /// How a file of it is named after a stem.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Apple => "plist",
            Self::Android => "json",
        }
    }

    /// The form a file ends with.
    pub fn of_ending(ending: &str) -> Option<Self> {
        [Self::Apple, Self::Android]
            .into_iter()
            .find(|form| form.ending() == ending)
    }
}

/// What is filled in, for one person or for whoever has the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    value: String,
    address: String,
}

impl Configuration {
    /// For the person who signs in with this address; `sign_in` is the page.
    pub fn of_person(email: &str, sign_in: &str) -> Result<Self, InvalidValue> {
        let value = checked(email)?;
        let address = format!("{sign_in}?login_hint={}", escaped_for_query(&value));
        Ok(Self { value, address })
    }

    /// With what the MDM replaces by the address; it stands in the page's address as it is, to be found there.
    pub fn with_placeholder(placeholder: &str, sign_in: &str) -> Result<Self, InvalidValue> {
        let value = checked(placeholder)?;
        let address = format!("{sign_in}?login_hint={value}");
        Ok(Self { value, address })
    }

    /// The keys with their values.
    pub fn entries(&self) -> [(&'static str, &str); 3] {
        [
            (OWN_KEY, &self.value),
            (FORMER_KEY, &self.value),
            (ADDRESS_KEY, &self.address),
        ]
    }

    /// The file.
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Apple => self.property_list(),
            Form::Android => self.json(),
        }
    }

    fn property_list(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\">\n<dict>\n",
        );
        for (key, value) in self.entries() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "  <key>{key}</key>\n  <string>{}</string>",
                escaped_for_xml(value)
            );
        }
        out.push_str("</dict>\n</plist>\n");
        out
    }

    fn json(&self) -> String {
        let [own, former, address] = self.entries();
        let document = json!({ own.0: own.1, former.0: former.1, address.0: address.1 });
        format!("{document:#}\n")
    }
}

/// XML has no way to write most control characters, and an address has none.
fn checked(text: &str) -> Result<String, InvalidValue> {
    let text = text.trim();
    let is_plain = |c: char| {
        !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
    };
    if text.is_empty() || text.chars().count() > MOST_CHARS || !text.chars().all(is_plain) {
        return Err(InvalidValue);
    }
    Ok(text.to_owned())
}

fn escaped_for_xml(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
        out
    })
}

fn escaped_for_query(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://people.example.com/sign-in";

    #[test]
    fn a_property_list_escapes_what_is_markup() {
        let made = Configuration::of_person("o'neil+<a>&\"b\"@example.com", PAGE).unwrap();
        let text = made.write(Form::Apple);
        assert!(text.contains("<key>com.fluix.mdm.userEmail</key>\n  <string>o&apos;neil+&lt;a&gt;&amp;&quot;b&quot;@example.com</string>"), "{text}");
        assert!(text.contains("?login_hint=o%27neil%2B%3Ca%3E%26%22b%22@example.com</string>"));
        assert_eq!(text.matches("<key>").count(), 3);
    }

    #[test]
    fn json_escapes_quotes() {
        let made = Configuration::with_placeholder("{{.User \"emails_primary\"}}", PAGE).unwrap();
        let read: serde_json::Value = serde_json::from_str(&made.write(Form::Android)).unwrap();
        assert_eq!(read[OWN_KEY], "{{.User \"emails_primary\"}}");
        assert_eq!(read[FORMER_KEY], read[OWN_KEY]);
        assert_eq!(
            read[ADDRESS_KEY],
            "https://people.example.com/sign-in?login_hint={{.User \"emails_primary\"}}"
        );
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        for value in ["", "  ", "a\nb", "a\u{0}b", "a\u{2028}b", &"x".repeat(255)] {
            assert!(
                Configuration::with_placeholder(value, PAGE).is_err(),
                "{value:?}"
            );
        }
        for (_, placeholder) in PLACEHOLDERS {
            assert!(Configuration::with_placeholder(placeholder, PAGE).is_ok());
        }
    }
}
