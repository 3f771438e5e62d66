//! Fixed choices, their stable names, and the words people write for them in several languages.
//!
//! Not here: what a role or state allows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault, fold};

/// Declares an enum with a stable name for each value and further words that mean it.
///
/// Words are written as [`squeeze`] leaves them: folded, without spaces, hyphens and underscores.
macro_rules! choices {
    ($(
        $(#[$doc:meta])*
        $name:ident $code:ident { $(
            $(#[$value_doc:meta])*
            $value:ident $text:literal [$($word:literal)*];
        )+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {$(
            $(#[$value_doc])*
            $value,
        )+}

        impl $name {
            /// The words of every value, squeezed.
            const WORDS: &'static [(&'static str, Self)] = &[$(
                ($text, Self::$value),
                $(($word, Self::$value),)*
            )+];

            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$value => $text,)+}
            }

            /// Reads the stable name or another word for it, in any case and spacing.
            pub fn parse(raw: &str) -> Result<Self, Fault> {
                find(raw, Self::WORDS).ok_or_else(|| {
                    let nearest = nearest(raw, Self::WORDS).map(Self::as_str);
                    unknown(Code::$code, raw, nearest)
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Fault;

            fn from_str(raw: &str) -> Result<Self, Fault> {
                Self::parse(raw)
            }
        }
    )+};
}

choices! {
    /// What a user may do in an account, from most to least.
    Role RoleUnknown {
        /// Everything, and there is always one.
        Owner "owner" ["accountowner" "inhaber" "eigentümer" "kontoinhaber" "propriétaire" "propietario" "titular" "proprietário" "proprietario" "titolare" "eigenaar" "accounteigenaar" "właściciel" "sahip" "hesapsahibi" "所有者" "オーナー"];
        /// Everything but ownership.
        Admin "admin" ["administrator" "administrateur" "administratrice" "administrador" "administradora" "amministratore" "amministratrice" "beheerder" "yönetici" "管理员" "管理者"];
        /// People of the groups they manage.
        Manager "manager" ["managerin" "leiter" "leiterin" "teamleiter" "teamleiterin" "verantwortlicher" "responsable" "gestionnaire" "gerente" "gestor" "gestora" "responsabile" "kierownik" "menedżer" "müdür" "经理" "マネージャー"];
        /// Their own things.
        User "user" ["member" "standard" "standarduser" "benutzer" "benutzerin" "nutzer" "nutzerin" "anwender" "utilisateur" "utilisatrice" "usuario" "usuaria" "usuário" "utilizador" "utente" "gebruiker" "użytkownik" "kullanici" "用户" "ユーザー"];
    }

    /// Why a person is in the directory.
    PersonKind PersonKindUnknown {
        /// Works here.
        Employee "employee" ["staff" "worker" "mitarbeiter" "mitarbeiterin" "angestellter" "angestellte" "employé" "employée" "salarié" "salariée" "empleado" "empleada" "funcionário" "funcionária" "colaborador" "dipendente" "impiegato" "medewerker" "werknemer" "pracownik" "çalişan" "personel" "员工" "社員" "従業員"];
        /// Comes for a while.
        Visitor "visitor" ["guest" "besucher" "besucherin" "gast" "visiteur" "visiteuse" "invité" "visitante" "invitado" "visitatore" "ospite" "bezoeker" "gość" "odwiedzający" "ziyaretçi" "misafir" "访客" "訪問者" "来客"];
        /// Belongs here without working here.
        Member "member" ["resident" "mitglied" "bewohner" "bewohnerin" "membre" "résident" "miembro" "socio" "residente" "membro" "sócio" "lid" "bewoner" "członek" "mieszkaniec" "üye" "会员" "会員"];
    }

    /// What a card is.
    CardType CardTypeUnknown {
        /// In a phone.
        Mobile "mobile" ["phone" "mobilecard" "smartphone" "app" "mobil" "handy" "móvil" "móbile" "mobiel" "mobilny" "telefon"];
        /// A plastic card or fob that is read by radio.
        Rf "rf" ["rfid" "nfc" "card" "rfcard" "fob" "karte" "carte" "tarjeta" "cartão" "tessera" "kaart" "karta" "kart"];
        /// A printed or shown code.
        Qr "qr" ["qrcode" "barcode" "codeqr" "códigoqr" "codiceqr" "kodqr" "karekod"];
    }

    /// What a grant on a device permits.
    AccessType AccessTypeUnknown {
        /// Everything, including transfer; cannot be given by a file.
        Owner "owner" ["inhaber" "eigentümer" "propriétaire" "propietario" "proprietário" "proprietario" "eigenaar" "właściciel" "sahip"];
        /// Always, and manages and invites others.
        Full "full" ["fullaccess" "voll" "vollzugriff" "complet" "accèscomplet" "completo" "accesocompleto" "acessocompleto" "total" "accessocompleto" "volledig" "volledigetoegang" "pełny" "pełnydostęp" "tam" "tamerişim"];
        /// Always, and invites short guests.
        Tenant "tenant" ["mieter" "mieterin" "locataire" "inquilino" "inquilina" "huurder" "najemca" "kiraci"];
        /// Always.
        Always "always" ["alwaysaccess" "permanent" "24/7" "immer" "dauerhaft" "toujours" "siempre" "sempre" "altijd" "zawsze" "herzaman" "sürekli"];
        /// By a weekly schedule.
        Repeat "repeat" ["repeating" "recurring" "scheduled" "wiederkehrend" "wiederholt" "récurrent" "recurrente" "recorrente" "ricorrente" "terugkerend" "cykliczny" "yinelenen"];
        /// Until a moment.
        Temporary "temporary" ["temp" "limited" "befristet" "temporär" "vorübergehend" "temporaire" "temporal" "temporário" "temporaneo" "tijdelijk" "tymczasowy" "geçici"];
    }

    /// Where a user stands in an account.
    UserStatus StatusUnknown {
        /// Never signed in.
        Invited "invited" ["pending" "eingeladen" "ausstehend" "invité" "enattente" "invitado" "pendiente" "convidado" "pendente" "invitato" "insospeso" "uitgenodigd" "zaproszony" "davetedildi" "davetli"];
        /// Has signed in and may.
        Active "active" ["enabled" "aktiv" "actif" "activo" "ativo" "attivo" "actief" "aktywny" "aktif" "etkin"];
        /// May not sign in.
        Deactivated "deactivated" ["inactive" "disabled" "suspended" "archived" "deaktiviert" "inaktiv" "gesperrt" "désactivé" "inactif" "desactivado" "inactivo" "desativado" "inativo" "disattivato" "inattivo" "gedeactiveerd" "inactief" "dezaktywowany" "nieaktywny" "devredişi" "pasif"];
        /// Gone, but can be brought back for a while.
        Deleted "deleted" ["removed" "gelöscht" "supprimé" "eliminado" "borrado" "excluído" "apagado" "eliminato" "verwijderd" "usunięty" "silindi" "silinmiş"];
    }

    /// Where a card stands.
    CardState CardStateUnknown {
        /// Known, but not given out.
        Reserved "reserved" ["issuingreserved" "reserviert"];
        /// Given out, not yet used.
        Issued "issued" ["beforeactivation" "ausgestellt"];
        /// Opens doors.
        Active "active" ["activated" "aktiv"];
        /// Stopped for a while.
        Paused "paused" ["pausing" "suspended" "pausiert"];
        /// Its time is over.
        Expired "expired" ["abgelaufen"];
        /// Taken back for good.
        Revoked "revoked" ["deleted" "widerrufen"];
    }
}

/// The words for yes and no, squeezed.
const TRUTHS: &[(&str, bool)] = &[
    ("true", true),
    ("false", false),
    ("yes", true),
    ("no", false),
    ("1", true),
    ("0", false),
    ("x", true),
    ("y", true),
    ("n", false),
    ("t", true),
    ("f", false),
    ("on", true),
    ("off", false),
    ("✓", true),
    ("✔", true),
    ("☑", true),
    ("wahr", true),
    ("falsch", false),
    ("ja", true),
    ("j", true),
    ("nein", false),
    ("vrai", true),
    ("faux", false),
    ("oui", true),
    ("non", false),
    ("verdadero", true),
    ("falso", false),
    ("sí", true),
    ("si", true),
    ("verdadeiro", true),
    ("sim", true),
    ("não", false),
    ("nao", false),
    ("vero", true),
    ("sì", true),
    ("waar", true),
    ("onwaar", false),
    ("nee", false),
    ("prawda", true),
    ("fałsz", false),
    ("tak", true),
    ("nie", false),
    ("doğru", true),
    ("yanliş", false),
    ("evet", true),
    ("hayir", false),
    ("はい", true),
    ("いいえ", false),
    ("是", true),
    ("否", false),
];

/// Reads yes or no, as words of several languages, 1 or 0, or a cross.
pub fn parse_bool(raw: &str) -> Result<bool, Fault> {
    find(raw, TRUTHS).ok_or_else(|| unknown(Code::BoolInvalid, raw, None))
}

/// The value of a word, if it is one of those known.
fn find<T: Copy>(raw: &str, words: &[(&str, T)]) -> Option<T> {
    let mut buffer = [0; 32];
    let squeezed;
    let wanted = if let Some(wanted) = squeeze_ascii(raw, &mut buffer) {
        wanted
    } else {
        squeezed = squeeze(raw);
        &squeezed
    };
    words
        .iter()
        .find_map(|(word, value)| (*word == wanted).then_some(*value))
}

/// Lower case without spaces, hyphens and underscores; `None` if it is long or not ASCII.
fn squeeze_ascii<'a>(raw: &str, buffer: &'a mut [u8; 32]) -> Option<&'a str> {
    let mut length = 0;
    for byte in raw.bytes() {
        match byte {
            0x80.. => return None,
            b' ' | b'_' | b'-' | b'\t' | b'.' => {}
            _ => {
                *buffer.get_mut(length)? = byte.to_ascii_lowercase();
                length += 1;
            }
        }
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

fn squeeze(raw: &str) -> String {
    fold(raw)
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-' | '.'))
        .collect()
}

/// The value whose word is most like the text, if any is like it at all.
fn nearest<T: Copy>(raw: &str, words: &[(&str, T)]) -> Option<T> {
    const LIKE: f64 = 0.84;
    const LONGEST: usize = 60;
    if raw.len() > LONGEST {
        return None;
    }
    let wanted = squeeze(raw);
    words
        .iter()
        .map(|(word, value)| (strsim::jaro_winkler(word, &wanted), *value))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, value)| value)
}

fn unknown(code: Code, raw: &str, nearest: Option<&str>) -> Fault {
    let mut fault = match crate::damage::certain_fault(raw) {
        Some(fault) => fault,
        None if raw.trim().is_empty() => Fault::new(code, "it is empty"),
        None => Fault::new(code, ""),
    };
    fault.suggestion = nearest.map(String::from);
    fault
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn roles_are_read_in_many_spellings_and_languages() {
        for (raw, role) in [
            ("Account Owner", Role::Owner),
            ("account_owner", Role::Owner),
            ("ACCOUNT-OWNER", Role::Owner),
            (" user ", Role::User),
            ("Administrator", Role::Admin),
            ("Manager", Role::Manager),
            ("Eigentümer", Role::Owner),
            ("PROPRIÉTAIRE", Role::Owner),
            ("KULLANICI", Role::User),
            ("kullanıcı", Role::User),
            ("użytkownik", Role::User),
        ] {
            assert_eq!(Role::parse(raw), Ok(role), "{raw}");
        }
    }

    #[test]
    fn listed_words_are_squeezed_and_mean_one_thing() {
        fn check<T: Copy + PartialEq + fmt::Debug>(words: &[(&str, T)]) {
            for (word, value) in words {
                assert_eq!(squeeze(word), *word);
                assert_eq!(find(word, words), Some(*value), "{word}");
            }
        }
        check(TRUTHS);
        check(Role::WORDS);
        check(PersonKind::WORDS);
        check(CardType::WORDS);
        check(AccessType::WORDS);
        check(UserStatus::WORDS);
        check(CardState::WORDS);
    }

    #[test]
    fn unknown_words_get_the_nearest() {
        let fault = Role::parse("Manger").unwrap_err();
        assert_eq!(
            (fault.code, fault.suggestion.as_deref()),
            (Code::RoleUnknown, Some("manager"))
        );
        let fault = AccessType::parse("Tennant").unwrap_err();
        assert_eq!(fault.suggestion.as_deref(), Some("tenant"));
        assert_eq!(Role::parse("Pilot").unwrap_err().suggestion, None);
        assert_eq!(Role::parse("#N/A").unwrap_err().code, Code::ValueDamaged);
        assert_eq!(Role::parse(" ").unwrap_err().detail, "it is empty");
    }

    #[test]
    fn truth_is_read_in_many_languages() {
        for raw in [
            "TRUE", "yes", "1", "x", "X", "WAHR", "Ja", "vrai", "Sí", "si", "sim", "tak", "Evet",
            "✓", "はい",
        ] {
            assert_eq!(parse_bool(raw), Ok(true), "{raw}");
        }
        for raw in [
            "False",
            "NO",
            "0",
            "FALSCH",
            "nein",
            "faux",
            "não",
            "nie",
            "HAYIR",
            "hayır",
            "いいえ",
        ] {
            assert_eq!(parse_bool(raw), Ok(false), "{raw}");
        }
        for raw in ["", "maybe", "2", "-"] {
            assert_eq!(
                parse_bool(raw).unwrap_err().code,
                Code::BoolInvalid,
                "{raw}"
            );
        }
    }

    #[test]
    fn other_choices_know_their_words() {
        assert_eq!(AccessType::parse("Full Access"), Ok(AccessType::Full));
        assert_eq!(AccessType::parse("Pełny dostęp"), Ok(AccessType::Full));
        assert_eq!(PersonKind::parse("Gość"), Ok(PersonKind::Visitor));
        assert_eq!(CardType::parse("RFID"), Ok(CardType::Rf));
        assert_eq!(UserStatus::parse("Inaktiv"), Ok(UserStatus::Deactivated));
        assert_eq!(CardState::parse("Before Activation"), Ok(CardState::Issued));
    }

    #[test]
    fn stable_names_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Ok(*role));
            assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{role}\""));
        }
        for kind in AccessType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for status in UserStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
        for state in CardState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
    }

    proptest! {
        #[test]
        fn never_panics(raw in any::<String>()) {
            let _ = (Role::parse(&raw), AccessType::parse(&raw), parse_bool(&raw));
        }
    }
}
