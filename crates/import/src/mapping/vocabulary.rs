//! Headers read word by word: `Work e-mail address`, `Cell # of employee`, `Pers. Nummer`.
//!
//! Every word must be known. One unknown word makes a header something else: `Email opt-in` is no
//! e-mail address, and `Phone extension` no phone.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::header::{Basis, Hint};
use crate::fields::{Field, Meaning, words};

/// What a word contributes to its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Email,
    Phone,
    Mobile,
    Id,
    Number,
    Person,
    First,
    Last,
    Full,
    Name,
    Group,
    Team,
    Role,
    Job,
    Department,
    Language,
    Card,
    Start,
    End,
    Note,
    Private,
    Filler,
    Other,
}

static WORDS: [(Word, &str); 23] = [
    (
        Word::Email,
        "email emails mail mails emailaddress emailadresse correo courriel posta poczta eposta epost mejl epostadress emailadres",
    ),
    (
        Word::Phone,
        "phone phones telephone telefon telefone telefono telefoon tel ph fon fone tfn telefonnummer telefoonnummer rufnummer phonenumber",
    ),
    (
        Word::Mobile,
        "mobile mobil cell cellphone cellular handy movil celular cellulare mobiel komorka komorkowy gsm whatsapp telemovel handynummer mobilnummer",
    ),
    (
        Word::Id,
        "id ids key code identifier identification kennung ident kod codigo codice",
    ),
    (
        Word::Number,
        "number no nr num nummer numero numer n nbr numbers",
    ),
    (
        Word::Person,
        "employee employees emp empl staff personnel worker user users member person people student mitarbeiter pers benutzer nutzer empleado employe medewerker pracownik pracownika associate colleague participant usuario utente dipendente funcionario calisan kullanici personel salarie collaborateur colaborador trabajador payroll attendee resident",
    ),
    (
        Word::First,
        "first given fore forename vorname firstname givenname prenom voornaam",
    ),
    (
        Word::Last,
        "last family sur surname lastname nachname familienname apellido apellidos sobrenome cognome achternaam nazwisko soyad familyname",
    ),
    (Word::Full, "full complete whole vollstandiger display"),
    (Word::Name, "name names nm nom naam nombre nome namn"),
    (
        Word::Group,
        "group groups gruppe gruppen groupe groupes grupo grupos gruppo gruppi groep groepen grupa grupy",
    ),
    (Word::Team, "team teams equipe equipes equipo equipos"),
    (
        Word::Role,
        "role roles rolle rol ruolo rola permission permissions",
    ),
    (
        Word::Job,
        "job position title occupation stelle funktion puesto cargo functie stanowisko",
    ),
    (
        Word::Department,
        "department departments dept abteilung departement departamento dipartimento afdeling dzial",
    ),
    (
        Word::Language,
        "language lang locale sprache langue idioma lingua taal jezyk",
    ),
    (
        Word::Card,
        "card badge fob credential keycard rfid karte tarjeta carte tessera kaart karta ausweis transponder cartao kart",
    ),
    (
        Word::Start,
        "start begin from since activation beginn inicio",
    ),
    (
        Word::End,
        "end expiry expiration until expires ende ablauf fin",
    ),
    (
        Word::Note,
        "note notes comment comments remark remarks notiz bemerkung",
    ),
    (
        Word::Private,
        "personal private home privat prive perso personale pessoal",
    ),
    (
        Word::Filler,
        "work business office primary main official corporate of the s your their current address adresse adress addr a new text value field e official legal in and de der des du del della do da di dienstlich geschaftlich professionnel pro preferred international",
    ),
    (
        Word::Other,
        "manager managers supervisor emergency assistant parent guardian mother father spouse partner owner creator created modified updated invited host sponsor recovery alternate alternative secondary second other backup previous old former fax pager kin relative referrer reference vorgesetzter chef notfall urgence emergencia eltern responsable jefe responsabile boss mentor coach teacher approver asst managerid",
    ),
];

static BY_WORD: LazyLock<HashMap<&'static str, Vec<Word>>> = LazyLock::new(|| {
    let mut words: HashMap<&str, Vec<Word>> = HashMap::new();
    for (class, list) in &WORDS {
        for word in list.split(' ') {
            words.entry(word).or_default().push(*class);
        }
    }
    words
});

/// Whether a word says that the column is about somebody or something else.
pub(super) fn is_about_other(word: &str) -> bool {
    classes(word).contains(&Word::Other)
}

/// What the words of a header say together.
pub(super) fn read(header: &str) -> Option<Hint> {
    let words = joined(words(header));
    if words.len() > 1 && words.iter().any(|word| is_about_other(word)) {
        let meaning = Meaning::Nothing("about somebody or something else");
        return Some(Hint {
            meaning,
            rank: 1,
            basis: Basis::Words,
        });
    }
    let mut private = false;
    let mut found = Vec::new();
    for word in words {
        let classes = classes(&word);
        if classes.is_empty() {
            return None;
        }
        private |= classes.contains(&Word::Private);
        // A word with two sides, such as "code", counts by its stronger one.
        found.extend(classes.first().filter(|class| **class < Word::Private));
    }
    found.sort_unstable();
    found.dedup();
    let (field, rank) = meaning(&found)?;
    let rank = if private { rank + 2 } else { rank };
    Some(Hint {
        meaning: Meaning::Field(field),
        rank,
        basis: Basis::Words,
    })
}

fn classes(word: &str) -> &'static [Word] {
    BY_WORD.get(word).map(Vec::as_slice).unwrap_or_default()
}

// "E-Mail" and "e post" are one word to people.
fn joined(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(last) if last == "e" => last.push_str(&word),
            _other => joined.push(word),
        }
    }
    joined
}

fn meaning(words: &[Word]) -> Option<(Field, u8)> {
    use Word::{
        Card, Department, Email, End, First, Full, Group, Id, Job, Language, Last, Mobile, Name,
        Note, Number, Person, Phone, Role, Start, Team,
    };
    // Words come sorted, each once; a person and a name add nothing to most of them.
    let core: Vec<Word> = words
        .iter()
        .copied()
        .filter(|word| !matches!(word, Person))
        .collect();
    let person = core.len() < words.len();
    let found = match core.as_slice() {
        [Email] | [Email, Id] => (Field::Email, 1),
        [Phone] | [Phone, Number] => (Field::Phone, 2),
        [Mobile] | [Mobile, Number] | [Phone, Mobile] | [Phone, Mobile, Number] => {
            (Field::Phone, 1)
        }
        [Id | Number] | [Id, Number] if person => (Field::ExternalId, 1),
        [First] | [First, Name] => (Field::FirstName, 1),
        [Last] | [Last, Name] => (Field::LastName, 1),
        [Full, Name] | [First, Last] | [First, Last, Name] => (Field::FullName, 1),
        [Name] if person => (Field::FullName, 1),
        [Group] | [Name, Group] => (Field::Groups, 1),
        [Team] | [Name, Team] => (Field::Teams, 1),
        [Role] | [Name, Role] => (Field::Role, 1),
        [Job] | [Name, Job] => (Field::Title, 1),
        [Department] | [Name, Department] => (Field::Department, 1),
        [Language] => (Field::Language, 1),
        [Id | Number, Card] | [Id, Number, Card] => (Field::CardId, 1),
        [Card, Start] => (Field::CardStart, 1),
        [Card, End] => (Field::CardEnd, 1),
        [Note] => (Field::Notes, 1),
        _nothing => return None,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(header: &str) -> Option<Field> {
        match read(header)?.meaning {
            Meaning::Field(field) => Some(field),
            _other => None,
        }
    }

    #[test]
    fn reads_headers_word_by_word() {
        for (header, expected) in [
            ("Work e-mail address of employee", Field::Email),
            ("Employee's cell #", Field::Phone),
            ("Pers. Nummer", Field::ExternalId),
            ("Official first name", Field::FirstName),
            ("Employee's department name", Field::Department),
            ("Badge number of the user", Field::CardId),
            ("User's team", Field::Teams),
        ] {
            assert_eq!(field(header), Some(expected), "{header}");
        }
    }

    #[test]
    fn one_unknown_word_makes_it_something_else() {
        for header in [
            "Email opt-in",
            "Phone extension",
            "Team lead",
            "Last login",
            "Number of groups sold",
            "Card colour",
            "Manager name",
            "Group email sent",
        ] {
            assert_eq!(field(header), None, "{header}");
        }
    }
}
