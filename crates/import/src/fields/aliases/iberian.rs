//! Spanish and Portuguese headers.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Name, Nothing, Number, Ours, RowNumber, Secret, Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
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
];
