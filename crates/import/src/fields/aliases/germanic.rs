//! German, Dutch and Swedish headers.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Name, Nothing, Number, Ours, RowNumber, Secret, Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    // German.
    (
        Is(Field::ExternalId),
        1,
        "Personalnummer | Personal-Nr. | Personal Nr | Pers.-Nr. | Persnr | Personalnr | Personal-ID | Mitarbeiternummer | Mitarbeiter-Nr. | Mitarbeiternr | Mitarbeiter Nummer | Mitarbeiter-ID | MA-Nr. | MA Nummer | Benutzer-ID | Benutzernummer | Mitgliedsnummer | Mitglieds-Nr. | Mitgliedsnr | Ausweis-ID Mitarbeiter | Kundennummer | Schülernummer | Matrikelnummer | Stammnummer | Angestelltennummer | Externe ID | Stammnr",
    ),
    (
        Is(Field::ExternalId),
        2,
        "Kennung | Benutzerkennung | Kürzel | Nutzer-ID | Schlüssel",
    ),
    (Number, 1, "Nummer"),
    (
        RowNumber,
        1,
        "lfd. Nr. | laufende Nummer | lfd Nummer | Zeilennummer",
    ),
    (
        Login,
        3,
        "Benutzername | Anmeldename | Nutzername | Loginname | Benutzer | Anmeldung",
    ),
    (
        Is(Field::FullName),
        1,
        "Vollständiger Name | Vor- und Nachname | Vorname Nachname | Vorname und Nachname | Vorname Name | Nachname Vorname | Name Vorname | Nachname, Vorname | Name, Vorname | Name und Vorname | Mitarbeitername | Mitarbeiter | Mitarbeiterin | Mitarbeitende | Anzeigename | Person | Voller Name | Gesamter Name | Name des Mitarbeiters | Bewohner | Mieter | Teilnehmer | Angestellter | Ansprechpartner | Kontaktname | Besucher",
    ),
    (
        Is(Field::FirstName),
        1,
        "Vorname | Vornamen | Rufname | Vorname(n)",
    ),
    (
        Is(Field::LastName),
        1,
        "Nachname | Familienname | Zuname | Nachnamen",
    ),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Anrede | akademischer Titel | Titel Anrede | Geburtsname | zweiter Vorname | Namenszusatz | Initialen",
    ),
    (
        Is(Field::Email),
        1,
        "E-Mail-Adresse | Emailadresse | E-Mail Adr. | EMail-Adr | Mailadresse | Mail-Adresse | E-Mail geschäftlich | E-Mail dienstlich | geschäftliche E-Mail | dienstliche E-Mail | E-Post | elektronische Post | Dienst-E-Mail | berufliche E-Mail | E-Mail (Arbeit) | E-Mail Arbeit | E-Mail Firma | Firmen-E-Mail",
    ),
    (
        Is(Field::Email),
        3,
        "E-Mail privat | private E-Mail | private E-Mail-Adresse",
    ),
    (
        Is(Field::Phone),
        1,
        "Handy | Handynummer | Handy-Nr. | Handynr | Mobiltelefon | Mobilnummer | Mobil | Mobil-Nr. | Mobilnr | Mobiltelefonnummer | Mobilfunknummer | Mobilfunk | Diensthandy | Telefon mobil | Mobile Nummer | Handy dienstlich | Mobil geschäftlich | Natel",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefon | Telefonnummer | Telefon-Nr. | Telefonnr | Tel. | Tel.-Nr. | Telnr | Rufnummer | Fon | Telefonnummern | Tel. Nummer | Kontaktnummer",
    ),
    (
        Is(Field::Phone),
        3,
        "Telefon geschäftlich | Telefon dienstlich | Diensttelefon | Durchwahl extern | Telefon Büro | geschäftliche Telefonnummer | Telefon (geschäftlich)",
    ),
    (
        Is(Field::Phone),
        4,
        "Telefon privat | private Telefonnummer | Handy privat | Mobil privat | Privattelefon | Festnetz privat",
    ),
    (
        Nothing("a number that is not the person's own phone"),
        1,
        "Faxnummer | Telefax | Festnetz | Durchwahl | Nebenstelle | Notfallnummer | Notfallkontakt | Notruf",
    ),
    (
        Is(Field::Notes),
        1,
        "Notiz | Notizen | Bemerkung | Bemerkungen | Anmerkung | Anmerkungen | Kommentar | Kommentare | Hinweis | Hinweise | Zusatzinfo",
    ),
    (
        Is(Field::Notes),
        2,
        "Beschreibung | Wohnung | Wohnungsnummer",
    ),
    (
        Is(Field::Groups),
        1,
        "Gruppe | Gruppen | Gruppenname | Benutzergruppe | Benutzergruppen | Gruppennamen | Gruppenzugehörigkeit | Mitglied von | Personengruppe",
    ),
    (
        Is(Field::Teams),
        1,
        "Mannschaft | Teamname | Arbeitsgruppe | Arbeitsgruppen | Teamzugehörigkeit",
    ),
    (
        Is(Field::Role),
        1,
        "Rolle | Rollen | Benutzerrolle | Berechtigung | Berechtigungen | Berechtigungsstufe | Berechtigungsrolle | Systemrolle",
    ),
    (
        Kind,
        1,
        "Art | Typ | Personentyp | Benutzertyp | Personenart | Benutzerart | Mitarbeitertyp | Personenkreis",
    ),
    (
        Is(Field::Title),
        1,
        "Berufsbezeichnung | Stellenbezeichnung | Stelle | Funktion | Tätigkeit | Beruf | Jobtitel | Positionsbezeichnung | Berufstitel | Amtsbezeichnung | Funktionsbezeichnung | Dienstbezeichnung",
    ),
    (Is(Field::Title), 2, "Titel"),
    (
        Is(Field::Department),
        1,
        "Abteilung | Abteilungen | Abt. | Fachbereich | Abteilungsname | Dienststelle",
    ),
    (
        Is(Field::Department),
        2,
        "Bereich | Organisationseinheit | OrgEinheit | Referat | Sparte | Geschäftsbereich | Dezernat",
    ),
    (
        Is(Field::Language),
        1,
        "Sprache | Sprachcode | bevorzugte Sprache | Korrespondenzsprache | Muttersprache",
    ),
    (
        Is(Field::CardId),
        1,
        "Kartennummer | Karten-Nr. | Kartennr | Karten-ID | Karte | Ausweisnummer | Ausweis-Nr. | Ausweisnr | Ausweis | Transpondernummer | Transponder | Transponder-ID | Chipnummer | Chip | Zutrittskarte | RFID-Nummer | Dienstausweis | Schlüsselkarte | Chip-ID | Transponder-Nr. | Ausweis-ID | Ausweiskarte",
    ),
    (
        Is(Field::CardType),
        1,
        "Kartentyp | Kartenart | Ausweistyp | Ausweisart",
    ),
    (
        Is(Field::CardStart),
        1,
        "Karte gültig ab | Karte gültig von | Ausweis gültig ab | Ausweis gültig von | Kartenbeginn",
    ),
    (
        Is(Field::CardEnd),
        1,
        "Karte gültig bis | Ausweis gültig bis | Kartenablauf",
    ),
    (
        Start,
        1,
        "gültig ab | gültig von | Startdatum | Beginn | Anfangsdatum | von | ab | Gültigkeitsbeginn | Beginndatum | Start-Datum",
    ),
    (
        End,
        1,
        "gültig bis | Enddatum | Ablaufdatum | Ende | bis | läuft ab | Gültigkeitsende | befristet bis | Ablauf | Verfallsdatum | End-Datum",
    ),
    (
        Access,
        1,
        "Zugang | Zutritt | Zugangsart | Zutrittsart | Zugriff",
    ),
    (Is(Field::AccessType), 1, "Zugangstyp | Zutrittstyp"),
    (
        Is(Field::Devices),
        1,
        "Gerät | Geräte | Tür | Türen | Tor | Tore | Zutrittspunkte | Eingänge",
    ),
    (
        Is(Field::AccessSchedule),
        1,
        "Zeitplan | Zeitprofil | Zutrittszeiten | Zugangszeiten | Zutrittsplan",
    ),
    (
        Is(Field::Workflows),
        1,
        "Arbeitsablauf | Arbeitsabläufe | Ablaufplan | Ablaufpläne",
    ),
    (Ours, 1, "Zeile | Fehler | Ergebnis"),
    (
        Secret,
        1,
        "Passwort | Kennwort | Startpasswort | Initialpasswort | PIN-Nummer | Geheimzahl",
    ),
    (
        Nothing("a state of the other product"),
        1,
        "Zustand | aktiviert | gesperrt | letzte Anmeldung | erstellt am | geändert am | angelegt am | zuletzt angemeldet | Aktivstatus",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Eintrittsdatum | Eintritt | Austrittsdatum | Austritt | Einstellungsdatum | Beschäftigt seit | Dienstbeginn | Dienstende | Vertragsbeginn | Vertragsende | Eintritt am",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Geburtsdatum | Geburtstag | geb. am | Geschlecht | Staatsangehörigkeit | Nationalität | Familienstand | Sozialversicherungsnummer | Steuer-ID | Foto | Bild | Alter | Kennzeichen | Kfz-Kennzeichen | Geburtsort",
    ),
    (
        Nothing("an address"),
        1,
        "Adresse | Anschrift | Straße | Str. | Hausnummer | PLZ | Postleitzahl | Ort | Stadt | Wohnort | Land | Bundesland | Gebäude | Stockwerk | Raum | Zimmer | Standort | Standorte | Büro | Etage | Kanton | Straße und Hausnummer | Arbeitsort | Niederlassung",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Firma | Firmenname | Unternehmen | Kostenstelle | Filiale | Arbeitgeber | Betrieb | Schule | Klasse | Mandant | Gesellschaft | Schicht | Gehalt | Lohn | Wochenstunden | Kostenstellennummer | Abteilungsnummer",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Vorgesetzter | Vorgesetzte | Vorgesetzte(r) | Abteilungsleiter | Teamleiter | Leiter | Ersteller | Eltern | Erziehungsberechtigte | Führungskraft | Ehepartner | Verantwortlicher | Gastgeber",
    ),
    (
        Nothing("a setting of the other product"),
        1,
        "Zeitzone | Schlagwörter | Internetseite | Lizenz | Lizenzen",
    ),
    // Dutch.
    (
        Is(Field::ExternalId),
        1,
        "Personeelsnummer | Personeelsnr | Medewerkernummer | Medewerkersnummer | Medewerker ID | Werknemersnummer | Werknemer ID | Gebruikers-ID | Gebruikersnummer | Lidnummer | Klantnummer | Leerlingnummer | Studentnummer | Personeels-ID | Stamnummer",
    ),
    (RowNumber, 1, "volgnummer | regelnummer"),
    (Login, 3, "Gebruikersnaam | Inlognaam | Aanmeldnaam"),
    (Name, 1, "Naam"),
    (
        Is(Field::FullName),
        1,
        "Volledige naam | Voor- en achternaam | Voornaam en achternaam | Naam medewerker | Medewerker | Weergavenaam | Bewoner | Huurder | Voornaam achternaam | Deelnemer",
    ),
    (Is(Field::FirstName), 1, "Voornaam | Roepnaam | Voornamen"),
    (Is(Field::LastName), 1, "Achternaam | Familienaam"),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Tussenvoegsel | Aanhef | Voorletters | Voorvoegsel | Aanspreektitel",
    ),
    (
        Is(Field::Email),
        1,
        "E-mailadres | Emailadres | Mailadres | Werk e-mail | Zakelijk e-mailadres | E-mail werk | Zakelijke e-mail",
    ),
    (
        Is(Field::Email),
        3,
        "E-mail privé | Privé e-mail | Privé e-mailadres",
    ),
    (
        Is(Field::Phone),
        1,
        "Mobiel | Mobiele telefoon | Mobiel nummer | GSM-nummer | Mobiel telefoonnummer | Mobiele nummer | 06-nummer | Mobiele telefoonnummer | Telefoon mobiel",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefoon | Telefoonnummer | Tel.nr. | Telefoonnr",
    ),
    (
        Is(Field::Phone),
        3,
        "Telefoon werk | Werktelefoon | Zakelijk telefoonnummer",
    ),
    (
        Is(Field::Phone),
        4,
        "Telefoon privé | Telefoon thuis | Privé telefoonnummer",
    ),
    (
        Is(Field::Notes),
        1,
        "Notitie | Notities | Opmerking | Opmerkingen | Toelichting",
    ),
    (Is(Field::Notes), 2, "Omschrijving"),
    (
        Is(Field::Groups),
        1,
        "Groep | Groepen | Groepsnaam | Gebruikersgroep | Gebruikersgroepen",
    ),
    (Is(Field::Teams), 1, "Ploeg | Ploegen | Teamnaam"),
    (
        Is(Field::Role),
        1,
        "Rol | Gebruikersrol | Rechten | Bevoegdheid | Machtiging",
    ),
    (
        Kind,
        1,
        "Soort | Soort persoon | Persoonstype | Gebruikerstype",
    ),
    (
        Is(Field::Title),
        1,
        "Functie | Functietitel | Functienaam | Functieomschrijving | Beroep",
    ),
    (
        Is(Field::Department),
        1,
        "Afdeling | Afdelingen | Afdelingsnaam",
    ),
    (
        Is(Field::Department),
        2,
        "Organisatie-eenheid | Bedrijfsonderdeel",
    ),
    (Is(Field::Language), 1, "Taal | Voorkeurstaal | Taalcode"),
    (
        Is(Field::CardId),
        1,
        "Kaartnummer | Kaart-ID | Pasnummer | Toegangspas | Badgenummer | Kaart | Toegangskaart | Pas",
    ),
    (Is(Field::CardType), 1, "Kaarttype | Soort kaart | Pastype"),
    (
        Start,
        1,
        "Startdatum geldigheid | Begindatum | Geldig vanaf | Geldig van | Ingangsdatum | vanaf",
    ),
    (
        End,
        1,
        "Einddatum | Geldig tot | Geldig t/m | Vervaldatum | Verloopdatum | tot",
    ),
    (Is(Field::AccessType), 1, "Toegangstype | Soort toegang"),
    (Access, 1, "Toegang"),
    (
        Is(Field::Devices),
        1,
        "Apparaat | Apparaten | Deur | Deuren | Poort",
    ),
    (Ours, 1, "Fout | Fouten | Resultaat | Regel"),
    (Secret, 1, "Wachtwoord | Pincode kaart"),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Geboortedatum | Geslacht | Nationaliteit | BSN | Kenteken",
    ),
    (
        Nothing("an address"),
        1,
        "Adres | Straat | Huisnummer | Postcode plaats | Woonplaats | Plaats | Land van verblijf | Gebouw | Verdieping | Kamer | Locatie | Vestiging | Kantoor",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Bedrijf | Bedrijfsnaam | Kostenplaats | Werkgever | Organisatie",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Datum in dienst | In dienst | Datum uit dienst | Uit dienst | In dienst sinds",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Leidinggevende | Noodcontact | Teamleider",
    ),
    // Swedish.
    (
        Is(Field::ExternalId),
        1,
        "Anställningsnummer | Anställningsnr | Anst.nr | Användar-ID | Personal-ID-nummer | Medlemsnummer | Kundnummer",
    ),
    (Login, 3, "Användarnamn | Inloggningsnamn"),
    (Name, 1, "Namn"),
    (
        Is(Field::FullName),
        1,
        "Fullständigt namn | För- och efternamn | Hela namnet | Medarbetare | Förnamn och efternamn",
    ),
    (Is(Field::FirstName), 1, "Förnamn | Tilltalsnamn"),
    (Is(Field::LastName), 1, "Efternamn"),
    (
        Is(Field::Email),
        1,
        "E-postadress | Epostadress | Mejl | Mejladress | E-post arbete | Arbetsmejl",
    ),
    (
        Is(Field::Phone),
        1,
        "Mobilnummer arbete | Mobiltelefonnummer arbete | Mobilnr arbete | Mobiltfn",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefonnummer arbete | Tfn | Telnummer",
    ),
    (
        Is(Field::Notes),
        1,
        "Anteckning | Anteckningar | Kommentarer | Anmärkning",
    ),
    (
        Is(Field::Groups),
        1,
        "Grupp | Grupper | Gruppnamn | Användargrupp",
    ),
    (Is(Field::Teams), 1, "Lag | Arbetslag"),
    (
        Is(Field::Role),
        1,
        "Roll | Roller | Behörighet | Användarroll",
    ),
    (
        Is(Field::Title),
        1,
        "Befattning | Yrke | Jobbtitel | Yrkestitel",
    ),
    (Is(Field::Department), 1, "Avdelning | Avdelningar | Enhet"),
    (Is(Field::Language), 1, "Språk"),
    (
        Is(Field::CardId),
        1,
        "Kortnummer | Kort-ID | Passerkort | Kortnr",
    ),
    (Start, 1, "Giltig från | Från och med"),
    (
        End,
        1,
        "Slutdatum | Giltig till | Till och med | Utgångsdatum",
    ),
    (Secret, 1, "Lösenord"),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Födelsedatum | Kön | Personnummer",
    ),
    (
        Nothing("an address"),
        1,
        "Gatuadress | Postnummer | Postort | Gata",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Företag | Kostnadsställe | Arbetsgivare",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Chef | Närmaste chef",
    ),
];
