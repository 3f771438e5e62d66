//! French headers.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Name, Nothing, Number, Ours, RowNumber, Secret, Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    (
        Is(Field::ExternalId),
        1,
        "Matricule | Numéro de matricule | N° matricule | No matricule | Numéro d'employé | N° employé | No employé | Numéro employé | Identifiant employé | ID employé | ID utilisateur | Numéro de salarié | N° salarié | Code employé | Code salarié | Identifiant unique | Numéro d'adhérent | N° adhérent | Numéro étudiant | Identifiant externe | ID salarié | Code agent | Numéro agent",
    ),
    (Is(Field::ExternalId), 2, "Identifiant | Code utilisateur"),
    (Number, 1, "Numéro | N°"),
    (
        RowNumber,
        1,
        "N° ligne | Numéro de ligne | N° d'ordre | Numéro d'ordre",
    ),
    (
        Login,
        3,
        "Nom d'utilisateur | Nom de connexion | Utilisateur | Pseudo | Identifiant de connexion",
    ),
    (Name, 1, "Nom"),
    (
        Is(Field::FullName),
        1,
        "Nom complet | Nom et prénom | Nom Prénom | Prénom Nom | Prénom et nom | Nom et prénoms | Nom, prénom | Nom affiché | Nom du salarié | Nom de l'employé | Salarié | Employé | Collaborateur | Résident | Locataire | Nom du contact | Participant(e)",
    ),
    (
        Is(Field::FirstName),
        1,
        "Prénom | Prénoms | Prénom usuel | Prénom(s)",
    ),
    (
        Is(Field::LastName),
        1,
        "Nom de famille | Nom d'usage | Nom patronymique",
    ),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Civilité | Nom de jeune fille | Deuxième prénom | Titre de civilité | Nom de naissance",
    ),
    (
        Is(Field::Email),
        1,
        "Courriel | Adresse e-mail | Adresse email | Adresse mail | Adresse courriel | Adresse électronique | Mél | Adresse de messagerie | E-mail professionnel | Email professionnel | Courriel professionnel | Mail professionnel | Mail pro | Email pro | Adresse e-mail professionnelle | Messagerie",
    ),
    (
        Is(Field::Email),
        3,
        "E-mail personnel | Courriel personnel | Mail personnel | Mail perso",
    ),
    (
        Is(Field::Phone),
        1,
        "Portable | Téléphone portable | Téléphone mobile | Tél. portable | Tél. mobile | Numéro de portable | Numéro de mobile | N° de portable | Mobile professionnel | Portable professionnel | Numéro mobile | Cellulaire | Téléphone cellulaire | N° portable | Numéro de téléphone portable | Numéro de téléphone mobile | Tél port",
    ),
    (
        Is(Field::Phone),
        2,
        "Téléphone | Numéro de téléphone | N° de téléphone | N° téléphone | Tél. | Numéro téléphone | No de téléphone | N° tel",
    ),
    (
        Is(Field::Phone),
        3,
        "Téléphone professionnel | Téléphone bureau | Téléphone fixe | Tél. professionnel | Tél. bureau | Fixe",
    ),
    (
        Is(Field::Phone),
        4,
        "Téléphone personnel | Téléphone domicile | Portable personnel | Mobile personnel",
    ),
    (
        Nothing("a number that is not the person's own phone"),
        1,
        "Télécopie | Télécopieur | Poste téléphonique | Contact d'urgence | Numéro d'urgence",
    ),
    (
        Is(Field::Notes),
        1,
        "Remarque | Remarques | Commentaire | Commentaires | Observation | Observations | Annotations",
    ),
    (
        Is(Field::Groups),
        1,
        "Groupe | Groupes | Nom du groupe | Groupe d'utilisateurs | Groupes d'utilisateurs | Membre de",
    ),
    (Is(Field::Teams), 1, "Équipe | Équipes | Nom de l'équipe"),
    (
        Is(Field::Role),
        1,
        "Rôle | Rôles | Droits | Rôle utilisateur | Niveau d'autorisation | Autorisation | Droit d'accès",
    ),
    (
        Kind,
        1,
        "Type d'utilisateur | Type de personne | Catégorie | Type de contact",
    ),
    (
        Is(Field::Title),
        1,
        "Fonction | Poste | Intitulé du poste | Intitulé de poste | Emploi | Métier | Profession exercée | Titre du poste | Fonction exercée | Libellé emploi",
    ),
    (Is(Field::Title), 2, "Titre"),
    (
        Is(Field::Department),
        1,
        "Département | Service | Services | Nom du service | Direction service | Département / Service",
    ),
    (
        Is(Field::Department),
        2,
        "Direction | Unité organisationnelle | Pôle",
    ),
    (
        Is(Field::Language),
        1,
        "Langue | Langue préférée | Code langue",
    ),
    (
        Is(Field::CardId),
        1,
        "Numéro de carte | N° carte | N° de carte | Carte | Numéro de badge | N° badge | N° de badge | ID carte | Identifiant carte | Code badge | Code carte",
    ),
    (Is(Field::CardType), 1, "Type de carte | Type de badge"),
    (
        Is(Field::CardStart),
        1,
        "Début de validité carte | Début validité badge",
    ),
    (
        Is(Field::CardEnd),
        1,
        "Fin de validité carte | Fin validité badge | Expiration badge",
    ),
    (
        Start,
        1,
        "Date de début | Début | Date début | Valable à partir du | Valide du | Valide à partir du | Début de validité | Date de début de validité",
    ),
    (
        End,
        1,
        "Date de fin | Fin | Date fin | Valable jusqu'au | Valide jusqu'au | Date d'expiration | Fin de validité | Date de fin de validité",
    ),
    (Access, 1, "Accès"),
    (Is(Field::AccessType), 1, "Type d'accès"),
    (
        Is(Field::Devices),
        1,
        "Appareil | Appareils | Porte | Portes | Portail | Portails | Dispositif | Dispositifs",
    ),
    (
        Is(Field::AccessSchedule),
        1,
        "Horaire | Horaires | Plage horaire | Horaires d'accès",
    ),
    (Is(Field::Workflows), 1, "Flux de travail | Processus"),
    (Ours, 1, "Erreur | Erreurs | Ligne | Résultat"),
    (
        Secret,
        1,
        "Mot de passe | Code PIN | Mot de passe initial | Code confidentiel",
    ),
    (
        Nothing("a state of the other product"),
        1,
        "Statut | État | Actif | Activé | Dernière connexion | Créé le | Modifié le | Date de création",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Date d'embauche | Date d'entrée | Date de sortie | Date d'arrivée | Date de départ | Ancienneté | Date d'ancienneté",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Date de naissance | Sexe | Genre | Nationalité | Numéro de sécurité sociale | N° de sécurité sociale | Situation familiale | Lieu de naissance | Immatriculation | Plaque d'immatriculation | Né le",
    ),
    (
        Nothing("an address"),
        1,
        "Adresse postale | Rue | Ville | Code postal | CP | Pays | Bâtiment | Étage | Bureau | Site de travail | Commune | Région | Lieu | Lieu de travail | Appartement | Complément d'adresse | Localité",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Société | Entreprise | Nom de l'entreprise | Raison sociale | Centre de coûts | Centre de coût | Employeur | Établissement | Agence | Filière | Organisme",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Responsable | Responsable hiérarchique | Supérieur | Supérieur hiérarchique | N+1 | Chef de service | Propriétaire",
    ),
    (
        Nothing("a setting of the other product"),
        1,
        "Fuseau horaire | Étiquettes | Site web",
    ),
];
