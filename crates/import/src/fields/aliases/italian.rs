//! Italian headers.

use super::Meaning::{Access, End, Field as Is, Kind, Login, Nothing, Number, Ours, Secret, Start};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    (
        Is(Field::ExternalId),
        1,
        "Codice dipendente | Numero dipendente | ID dipendente | Matricola | Numero di matricola | Numero matricola | ID utente | Codice utente | N. matricola | Numero tessera socio | Codice matricola | ID esterno",
    ),
    (Is(Field::ExternalId), 2, "Codice | Identificativo"),
    (Number, 1, "Numero"),
    (Login, 3, "Nome utente | Utente | Nome di accesso"),
    (
        Is(Field::FullName),
        1,
        "Nome e cognome | Nome cognome | Cognome e nome | Cognome nome | Nominativo | Dipendente | Nome dipendente | Nome visualizzato | Collaboratore | Inquilino/a",
    ),
    (Is(Field::FirstName), 1, "Nome di battesimo"),
    (Is(Field::LastName), 1, "Cognome | Cognomi"),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Secondo nome | Appellativo",
    ),
    (
        Is(Field::Email),
        1,
        "Indirizzo e-mail | Indirizzo email | Indirizzo mail | Posta elettronica | Indirizzo di posta elettronica | Email aziendale | E-mail aziendale | Mail aziendale | Email lavoro | Indirizzo di posta",
    ),
    (
        Is(Field::Email),
        3,
        "Email personale | E-mail personale | Mail personale",
    ),
    (
        Is(Field::Phone),
        1,
        "Cellulare | Telefono cellulare | Numero di cellulare | Numero cellulare | Telefono mobile | Cell. aziendale | Cellulare aziendale | Telefonino | N. cellulare",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefono | Numero di telefono | Numero telefono | N. telefono | Numero telefonico | Recapito telefonico | Recapito",
    ),
    (
        Is(Field::Phone),
        3,
        "Telefono ufficio | Telefono lavoro | Telefono fisso | Telefono aziendale",
    ),
    (
        Is(Field::Phone),
        4,
        "Telefono casa | Telefono privato | Cellulare personale",
    ),
    (
        Is(Field::Notes),
        1,
        "Annotazioni | Commento | Commenti | Osservazioni",
    ),
    (Is(Field::Notes), 2, "Descrizione"),
    (
        Is(Field::Groups),
        1,
        "Gruppo | Gruppi | Nome gruppo | Gruppo utenti | Gruppi utente | Gruppo utente",
    ),
    (Is(Field::Teams), 1, "Squadra | Squadre"),
    (
        Is(Field::Role),
        1,
        "Ruolo utente | Permesso | Permessi | Ruolo | Ruoli",
    ),
    (
        Kind,
        1,
        "Tipo utente | Tipo di utente | Tipologia | Tipo persona",
    ),
    (
        Is(Field::Title),
        1,
        "Mansione | Qualifica | Posizione | Titolo professionale | Posizione lavorativa | Professione | Incarico",
    ),
    (Is(Field::Title), 2, "Titolo"),
    (Is(Field::Department), 1, "Reparto | Dipartimento | Settore"),
    (Is(Field::Department), 2, "Unità organizzativa | Divisione"),
    (Is(Field::Language), 1, "Lingua | Lingua preferita"),
    (
        Is(Field::CardId),
        1,
        "Numero tessera | Numero carta | Tessera | ID tessera | Numero badge | Codice tessera | Codice badge | N. badge | ID carta",
    ),
    (
        Is(Field::CardType),
        1,
        "Tipo tessera | Tipo di tessera | Tipo carta",
    ),
    (
        Start,
        1,
        "Data di inizio | Data inizio | Inizio | Valido dal | Valida dal | Dal | Inizio validità",
    ),
    (
        End,
        1,
        "Data di fine | Data fine | Fine | Valido fino al | Valida fino al | Al | Data di scadenza | Scadenza | Fine validità",
    ),
    (Access, 1, "Accesso | Livello di accesso"),
    (Is(Field::AccessType), 1, "Tipo di accesso | Tipo accesso"),
    (
        Is(Field::Devices),
        1,
        "Dispositivi di accesso | Varco | Varchi | Cancello",
    ),
    (
        Is(Field::AccessSchedule),
        1,
        "Orario | Orari | Fascia oraria",
    ),
    (
        Is(Field::Workflows),
        1,
        "Flusso di lavoro | Flussi di lavoro",
    ),
    (Ours, 1, "Errore | Errori | Riga | Esito | Risultato"),
    (Secret, 1, "Parola d'ordine | Codice segreto"),
    (
        Nothing("a state of the other product"),
        1,
        "Stato | Attivo | Ultimo accesso | Data creazione",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Data di assunzione | Data assunzione | Data cessazione",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Data di nascita | Sesso | Genere | Codice fiscale | Nazionalità | Luogo di nascita | Targa",
    ),
    (
        Nothing("an address"),
        1,
        "Indirizzo | Via | Città | CAP | Paese | Edificio di lavoro | Piano | Stanza | Ufficio | Comune | Luogo di lavoro | Regione",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Azienda | Società di appartenenza | Ragione sociale azienda | Centro di costo | Nome azienda | Organizzazione | Ditta",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Responsabile | Superiore | Contatto di emergenza | Capo",
    ),
    (
        Nothing("a setting of the other product"),
        1,
        "Fuso orario | Etichette",
    ),
];
