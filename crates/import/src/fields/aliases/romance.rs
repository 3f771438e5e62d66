//! French, Spanish, Portuguese and Italian headers.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Name, Nothing, Number, Ours, RowNumber, Secret, Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    // French.
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
    // Spanish.
    (
        Is(Field::ExternalId),
        1,
        "Número de empleado | N.º de empleado | Nº empleado | Num empleado | No. de empleado | No empleado | ID de empleado | ID empleado | Código de empleado | Código empleado | Legajo | Número de legajo | ID de usuario | ID usuario | Número de socio | Código de usuario | Identificador | ID externo | Número de personal | Matrícula | Código de trabajador | Número de trabajador | Número de nómina",
    ),
    (Is(Field::ExternalId), 2, "Código"),
    (Number, 1, "Número"),
    (RowNumber, 1, "N.º de fila | Número de fila"),
    (
        Login,
        3,
        "Nombre de usuario | Usuario | Nombre de inicio de sesión | Cuenta de usuario",
    ),
    (Name, 1, "Nombre"),
    (
        Is(Field::FullName),
        1,
        "Nombre completo | Nombre y apellidos | Nombre y apellido | Nombres y apellidos | Apellidos y nombre | Apellidos y nombres | Apellido y nombre | Apellidos, nombre | Nombre del empleado | Empleado | Trabajador | Nombre y apellido(s) | Nombre para mostrar | Residente | Inquilino",
    ),
    (
        Is(Field::FirstName),
        1,
        "Nombres | Nombre de pila | Primer nombre",
    ),
    (
        Is(Field::LastName),
        1,
        "Apellido | Apellidos | Primer apellido | Apellido paterno | Apellido(s)",
    ),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Segundo nombre | Segundo apellido | Apellido materno | Tratamiento",
    ),
    (
        Is(Field::Email),
        1,
        "Correo electrónico | Correo | Dirección de correo electrónico | Dirección de correo | Correo-e | Correo de trabajo | Correo corporativo | Correo electrónico corporativo | Correo institucional | Email corporativo | Dirección de email | Dirección electrónica | Correo laboral | Correo empresarial",
    ),
    (
        Is(Field::Email),
        3,
        "Correo personal | Correo electrónico personal | Email personal",
    ),
    (
        Is(Field::Phone),
        1,
        "Móvil | Teléfono móvil | Celular | Teléfono celular | Número de móvil | Número de celular | Núm. móvil | Número móvil | Tel. móvil | Número celular | Nº móvil | Móvil corporativo",
    ),
    (
        Is(Field::Phone),
        2,
        "Teléfono | Número de teléfono | N.º de teléfono | Nº de teléfono | Número telefónico | Teléfono de contacto | Núm. teléfono | Teléfonos | Número de contacto",
    ),
    (
        Is(Field::Phone),
        3,
        "Teléfono de trabajo | Teléfono del trabajo | Teléfono fijo | Teléfono oficina",
    ),
    (
        Is(Field::Phone),
        4,
        "Teléfono particular | Teléfono personal | Teléfono de casa | Móvil personal",
    ),
    (
        Is(Field::Notes),
        1,
        "Notas | Nota | Comentario | Comentarios | Observación | Observaciones | Apuntes",
    ),
    (
        Is(Field::Groups),
        1,
        "Grupo | Grupos | Nombre del grupo | Grupo de usuarios | Grupos de usuarios",
    ),
    (
        Is(Field::Teams),
        1,
        "Equipo | Equipos | Nombre del equipo | Cuadrilla",
    ),
    (
        Is(Field::Role),
        1,
        "Rol de usuario | Permiso | Permisos | Roles de usuario | Función de usuario",
    ),
    (
        Kind,
        1,
        "Tipo | Tipo de usuario | Tipo de persona | Categoría",
    ),
    (
        Is(Field::Title),
        1,
        "Cargo | Puesto | Puesto de trabajo | Título del puesto | Ocupación | Profesión | Título profesional | Título de trabajo | Denominación del puesto",
    ),
    (
        Is(Field::Department),
        1,
        "Departamento | Departamentos | Depto | Dpto. | Nombre del departamento",
    ),
    (
        Is(Field::Department),
        2,
        "Área | Unidad organizativa | División",
    ),
    (
        Is(Field::Language),
        1,
        "Idioma | Lengua | Idioma preferido | Código de idioma",
    ),
    (
        Is(Field::CardId),
        1,
        "Número de tarjeta | N.º de tarjeta | Nº tarjeta | Tarjeta | ID de tarjeta | Código de tarjeta | Número de credencial | Núm. tarjeta | Tarjeta de acceso",
    ),
    (Is(Field::CardType), 1, "Tipo de tarjeta"),
    (
        Start,
        1,
        "Fecha de inicio | Inicio | Válido desde | Desde | Fecha inicio | Vigente desde",
    ),
    (
        End,
        1,
        "Fecha de fin | Fecha fin | Fecha de finalización | Válido hasta | Hasta | Fecha de caducidad | Fecha de vencimiento | Caducidad | Vencimiento | Vigente hasta",
    ),
    (Access, 1, "Acceso | Nivel de acceso"),
    (Is(Field::AccessType), 1, "Tipo de acceso"),
    (
        Is(Field::Devices),
        1,
        "Dispositivo | Dispositivos | Puerta | Puertas | Portón | Portones",
    ),
    (
        Is(Field::AccessSchedule),
        1,
        "Horario | Horarios | Horario de acceso",
    ),
    (
        Is(Field::Workflows),
        1,
        "Flujo de trabajo | Flujos de trabajo",
    ),
    (Ours, 1, "Fila | Resultado"),
    (
        Secret,
        1,
        "Contraseña | Clave | Clave de acceso | Código PIN | Contraseña inicial",
    ),
    (
        Nothing("a state of the other product"),
        1,
        "Estado | Activo | Último acceso | Última conexión | Fecha de creación",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Fecha de ingreso | Fecha de contratación | Fecha de alta | Fecha de baja | Antigüedad",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Fecha de nacimiento | Sexo | Género | Nacionalidad | DNI | NIF | CURP | RFC | Cédula | Documento de identidad | Estado civil | Edad | NIE | RUT | CUIL",
    ),
    (
        Nothing("an address"),
        1,
        "Dirección | Domicilio | Calle | Ciudad | Código postal | Provincia | País | Edificio | Planta | Piso | Oficina | Sede | Ubicación | Centro de trabajo | Población | Municipio",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Empresa | Compañía | Nombre de la empresa | Centro de costo | Centro de costos | Centro de coste | Organización | Sucursal",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Jefe | Supervisor directo | Jefe directo | Gerente | Contacto de emergencia | Encargado",
    ),
    (
        Nothing("a setting of the other product"),
        1,
        "Zona horaria | Etiquetas | Sitio web",
    ),
    // Portuguese.
    (
        Is(Field::ExternalId),
        1,
        "Número de funcionário | Nº funcionário | N.º de funcionário | Nº de funcionário | Número do funcionário | ID do funcionário | ID funcionário | Código do funcionário | ID do usuário | ID do utilizador | Número mecanográfico | Nº mecanográfico | Número do colaborador | Nº colaborador | Código do colaborador | Número de matrícula | ID do colaborador | Registro do empregado | Número de associado",
    ),
    (
        Login,
        3,
        "Nome de usuário | Nome de utilizador | Usuário | Utilizador",
    ),
    (Name, 1, "Nome"),
    (
        Is(Field::FullName),
        1,
        "Nome completo | Nome e sobrenome | Nome e apelido | Nome do funcionário | Nome do colaborador | Funcionário | Colaborador | Nome de exibição | Morador | Inquilino(a)",
    ),
    (
        Is(Field::FirstName),
        1,
        "Primeiro nome | Nome próprio | Prenome",
    ),
    (
        Is(Field::LastName),
        1,
        "Sobrenome | Apelido | Último nome | Apelidos",
    ),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "Nome do meio | Tratamento pessoal",
    ),
    (
        Is(Field::Email),
        1,
        "Endereço de e-mail | Endereço de email | Correio eletrónico | Correio eletrônico | E-mail corporativo | E-mail de trabalho | E-mail profissional | Endereço eletrônico | E-mail institucional | Email profissional | Email institucional | Endereço de correio eletrónico",
    ),
    (Is(Field::Email), 3, "E-mail pessoal | Email pessoal"),
    (
        Is(Field::Phone),
        1,
        "Telemóvel | Telefone celular | Número de celular | Número do celular | Número de telemóvel | Telefone móvel | Nº telemóvel | Celular corporativo | Nº de telemóvel",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefone | Número de telefone | Nº de telefone | Telefones | Telefone de contato | Telefone de contacto | Fone | Contacto telefónico | Número do telefone",
    ),
    (
        Is(Field::Phone),
        3,
        "Telefone comercial | Telefone do trabalho | Telefone fixo",
    ),
    (
        Is(Field::Phone),
        4,
        "Telefone residencial | Telefone pessoal | Celular pessoal",
    ),
    (
        Is(Field::Notes),
        1,
        "Anotação | Anotações | Observação | Observações | Comentário | Comentários",
    ),
    (
        Is(Field::Groups),
        1,
        "Nome do grupo | Grupo de usuários | Grupo de utilizadores | Grupos de usuários",
    ),
    (
        Is(Field::Teams),
        1,
        "Equipe | Equipes | Equipa | Equipas | Time",
    ),
    (
        Is(Field::Role),
        1,
        "Papel | Permissão | Permissões | Função no sistema | Perfil de acesso | Perfil de usuário | Papéis",
    ),
    (
        Kind,
        1,
        "Tipo de usuário | Tipo de utilizador | Tipo de pessoa",
    ),
    (
        Is(Field::Title),
        1,
        "Função | Ocupação profissional | Profissão | Título do cargo | Nome do cargo",
    ),
    (
        Is(Field::Department),
        1,
        "Setor | Sector | Nome do departamento",
    ),
    (Is(Field::Language), 1, "Língua | Idioma preferencial"),
    (
        Is(Field::CardId),
        1,
        "Número do cartão | Nº do cartão | Número de cartão | Nº cartão | Cartão | ID do cartão | Crachá | Número do crachá | Cartão de acesso",
    ),
    (Is(Field::CardType), 1, "Tipo de cartão"),
    (
        Start,
        1,
        "Data de início | Data inicial | Início | Data início | Válido a partir de",
    ),
    (
        End,
        1,
        "Data de término | Data final | Data de fim | Válido até | Data de validade | Validade | Fim | Data de expiração | Até",
    ),
    (Is(Field::AccessType), 1, "Tipo de acesso"),
    (
        Is(Field::Devices),
        1,
        "Dispositivos de acesso | Porta de acesso | Portões | Portão",
    ),
    (Ours, 1, "Linha | Erro | Erros"),
    (Secret, 1, "Senha | Palavra-passe | Senha inicial"),
    (
        Nothing("a state of the other product"),
        1,
        "Situação | Ativo | Último login",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "Data de admissão | Admissão | Data de demissão | Data de contratação",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Data de nascimento | Gênero | Género pessoal | CPF | RG | Nascimento | Nacionalidade | NIF pessoal | Placa do veículo",
    ),
    (
        Nothing("an address"),
        1,
        "Endereço | Morada | Rua | Cidade | CEP | Bairro | Prédio | Andar | Sala | Unidade | Localização | Código-postal | Logradouro | Apartamento | Bloco",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Nome da empresa | Centro de custo | Centro de custos | Filial | Organização",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Gestor | Chefe | Superior imediato | Responsável | Gestor direto | Contato de emergência",
    ),
    (Nothing("a setting of the other product"), 1, "Fuso horário"),
    // Italian.
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
