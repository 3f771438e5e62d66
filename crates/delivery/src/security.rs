//! What a security notice says was changed, in the languages of the texts.

/// Something about somebody's sign-in that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityChange {
    /// Another password.
    Password,
    /// Two-factor sign-in was turned on, or moved to another app.
    TwoFactorOn,
    /// It was turned off.
    TwoFactorOff,
    /// An administrator took it away.
    TwoFactorReset,
    /// A recovery code was used instead of the app.
    RecoveryCodeUsed,
    /// New recovery codes were made.
    RecoveryCodesRenewed,
}

impl SecurityChange {
    /// Every change.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::TwoFactorOn,
        Self::TwoFactorOff,
        Self::TwoFactorReset,
        Self::RecoveryCodeUsed,
        Self::RecoveryCodesRenewed,
    ];

    /// The sentence; in English where there are no texts in the language.
    pub fn in_words(self, language: &str) -> &'static str {
        match language {
            "de" => self.german(),
            "fr" => self.french(),
            "es" => self.spanish(),
            "it" => self.italian(),
            "pt" => self.portuguese(),
            "nl" => self.dutch(),
            "pl" => self.polish(),
            _ => self.english(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::Password => "Your password was changed.",
            Self::TwoFactorOn => "Two-factor sign-in was turned on.",
            Self::TwoFactorOff => "Two-factor sign-in was turned off.",
            Self::TwoFactorReset => "An administrator reset your two-factor sign-in.",
            Self::RecoveryCodeUsed => "A recovery code was used to sign in.",
            Self::RecoveryCodesRenewed => {
                "New recovery codes were made; the old ones no longer work."
            }
        }
    }

    const fn german(self) -> &'static str {
        match self {
            Self::Password => "Ihr Passwort wurde geändert.",
            Self::TwoFactorOn => "Die Zwei-Faktor-Anmeldung wurde eingeschaltet.",
            Self::TwoFactorOff => "Die Zwei-Faktor-Anmeldung wurde ausgeschaltet.",
            Self::TwoFactorReset => "Die Verwaltung hat Ihre Zwei-Faktor-Anmeldung zurückgesetzt.",
            Self::RecoveryCodeUsed => "Ein Wiederherstellungscode wurde zur Anmeldung benutzt.",
            Self::RecoveryCodesRenewed => {
                "Neue Wiederherstellungscodes wurden erstellt; die alten gelten nicht mehr."
            }
        }
    }

    const fn french(self) -> &'static str {
        match self {
            Self::Password => "Votre mot de passe a été modifié.",
            Self::TwoFactorOn => "La connexion à deux facteurs a été activée.",
            Self::TwoFactorOff => "La connexion à deux facteurs a été désactivée.",
            Self::TwoFactorReset => {
                "L'administration a réinitialisé votre connexion à deux facteurs."
            }
            Self::RecoveryCodeUsed => "Un code de secours a été utilisé pour se connecter.",
            Self::RecoveryCodesRenewed => {
                "De nouveaux codes de secours ont été créés ; les anciens ne fonctionnent plus."
            }
        }
    }

    const fn spanish(self) -> &'static str {
        match self {
            Self::Password => "Se cambió su contraseña.",
            Self::TwoFactorOn => "Se activó el inicio de sesión en dos pasos.",
            Self::TwoFactorOff => "Se desactivó el inicio de sesión en dos pasos.",
            Self::TwoFactorReset => {
                "La administración restableció su inicio de sesión en dos pasos."
            }
            Self::RecoveryCodeUsed => "Se usó un código de recuperación para iniciar sesión.",
            Self::RecoveryCodesRenewed => {
                "Se crearon nuevos códigos de recuperación; los anteriores ya no funcionan."
            }
        }
    }

    const fn italian(self) -> &'static str {
        match self {
            Self::Password => "La password è stata modificata.",
            Self::TwoFactorOn => "L'accesso a due fattori è stato attivato.",
            Self::TwoFactorOff => "L'accesso a due fattori è stato disattivato.",
            Self::TwoFactorReset => {
                "L'amministrazione ha reimpostato il tuo accesso a due fattori."
            }
            Self::RecoveryCodeUsed => "È stato usato un codice di recupero per accedere.",
            Self::RecoveryCodesRenewed => {
                "Sono stati creati nuovi codici di recupero; quelli vecchi non funzionano più."
            }
        }
    }

    const fn portuguese(self) -> &'static str {
        match self {
            Self::Password => "A sua palavra-passe foi alterada.",
            Self::TwoFactorOn => "O início de sessão de dois fatores foi ativado.",
            Self::TwoFactorOff => "O início de sessão de dois fatores foi desativado.",
            Self::TwoFactorReset => "A administração repôs o seu início de sessão de dois fatores.",
            Self::RecoveryCodeUsed => "Foi usado um código de recuperação para iniciar sessão.",
            Self::RecoveryCodesRenewed => {
                "Foram criados novos códigos de recuperação; os antigos já não funcionam."
            }
        }
    }

    const fn dutch(self) -> &'static str {
        match self {
            Self::Password => "Uw wachtwoord is gewijzigd.",
            Self::TwoFactorOn => "Aanmelden in twee stappen is ingeschakeld.",
            Self::TwoFactorOff => "Aanmelden in twee stappen is uitgeschakeld.",
            Self::TwoFactorReset => "Het beheer heeft uw aanmelding in twee stappen gereset.",
            Self::RecoveryCodeUsed => "Er is een herstelcode gebruikt om aan te melden.",
            Self::RecoveryCodesRenewed => {
                "Er zijn nieuwe herstelcodes gemaakt; de oude werken niet meer."
            }
        }
    }

    const fn polish(self) -> &'static str {
        match self {
            Self::Password => "Zmieniono hasło.",
            Self::TwoFactorOn => "Włączono logowanie dwuskładnikowe.",
            Self::TwoFactorOff => "Wyłączono logowanie dwuskładnikowe.",
            Self::TwoFactorReset => "Administracja zresetowała Twoje logowanie dwuskładnikowe.",
            Self::RecoveryCodeUsed => "Do zalogowania użyto kodu odzyskiwania.",
            Self::RecoveryCodesRenewed => {
                "Utworzono nowe kody odzyskiwania; stare już nie działają."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::texts::languages;

    #[test]
    fn every_language_of_the_texts_has_words_of_its_own() {
        for change in SecurityChange::ALL {
            let words: BTreeSet<_> = languages()
                .map(|language| change.in_words(language))
                .collect();
            assert_eq!(words.len(), languages().count(), "{change:?}");
        }
        assert_eq!(
            SecurityChange::Password.in_words("ja"),
            "Your password was changed."
        );
    }
}
