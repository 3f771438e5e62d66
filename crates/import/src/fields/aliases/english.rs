//! English headers: our checklist, and the templates and exports of well-known products.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Module, Name, Nothing, Number, Ours, RowNumber, Secret,
    Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    // Identity. An employer's own number is a better key than a number of some product.
    (Is(Field::ExternalId), 0, "user key"),
    (
        Is(Field::ExternalId),
        1,
        "employee id | employee number | employee no | employee # | employee code | emp id \
         | emp no | emp number | emp code | empl id | employeeid | staff id | staff number | staff no \
         | personnel number | personnel no | personnel id | payroll number | payroll id | badge id \
         | worker id | worker number | person number | person id | member id | member number \
         | membership number | student id | student number | student no | learner id | resident id \
         | tenant id | associate id | colleague id | external id | externalid | unique external id \
         | external user id | external key | id number | idnumber | person key | hr id | hris id \
         | sis id | sis user id | clock number | clock id | works number | service number \
         | unique id | unique identifier",
    ),
    (
        Is(Field::ExternalId),
        2,
        "id | uid | identifier | user number | user no | user code | person code | client id | customer id | contact id",
    ),
    (
        Is(Field::ExternalId),
        3,
        "record id | contact record id | account id | object id | user guid | guid | uuid | integration id | member code",
    ),
    (Number, 1, "number | no | nr | num | # | no."),
    (
        RowNumber,
        1,
        "s no | sl no | sr no | sr number | serial no | serial number | line | line number | line no | index",
    ),
    (
        Login,
        3,
        "user name | username | login | login name | login id | user login | sign in name | signin name | logon name | sam account name | samaccountname | network id | screen name | handle | user",
    ),
    (Name, 1, "name"),
    (
        Is(Field::FullName),
        1,
        "fullname | full legal name | legal name | complete name | person name | employee name | staff name \
         | employee full name | worker | worker name | contact name | member name | student name | customer name | resident name \
         | participant | participant name | attendee | attendee name | display name | displayname | real name | common name | first and last name \
         | first last | first name last name | first name and last name | first name surname | name surname | name and surname \
         | first name & last name | last name first name | last name first | cardholder name | cardholder | visitor name | tenant name | occupant name | recipient name | account holder | user full name | person",
    ),
    (
        Is(Field::FullName),
        2,
        "preferred name | preferred full name | cn | formatted name | name formatted | known as name | sortable name | display | employee | member | student | resident | guest name",
    ),
    (
        Is(Field::FirstName),
        1,
        "given name | givenname | forename | fore name | first | fname | f name | first nm | firstname | name first | given names | first names | forenames | legal first name | christian name | given | employee first name | user first name | contact first name | first name legal | legal name first name",
    ),
    (
        Is(Field::FirstName),
        2,
        "preferred first name | known as | nickname | nick name | goes by | preferred given name | first name preferred",
    ),
    (
        Is(Field::LastName),
        1,
        "surname | family name | familyname | last | lname | l name | last nm | lastname | name last | sur name | second name | surnames | last names | legal last name | sn | family | employee last name | user last name | contact last name | last name legal | legal name last name | maiden name and surname",
    ),
    (Is(Field::LastName), 2, "preferred last name"),
    (
        Nothing("a part of the name that is not kept apart"),
        1,
        "middle name | middlename | middle names | middle | middle initial | mi | additional name | initials | honorific prefix | honorific suffix | name prefix | name suffix | prefix | suffix | salutation | courtesy title | form of address | maiden name | phonetic name | yomi name | given name yomi | family name yomi | additional name yomi | phonetic first name | phonetic middle name | phonetic last name | first name phonetic | last name phonetic | short name | file as | name title | honorific",
    ),
    // Contact.
    (
        Is(Field::Email),
        1,
        "e-mail | email address | e-mail address | mail | mail address | primary email | primary email address | work email | work e-mail | work email address | e-mail 1 value | email id | user email | email 1 | e mail 1 | e-mail 1 | employee email | contact email | contact e-mail | business email | business email address | corporate email | company email | office email | official email | official email id | login email | email work | e-mail work | primary work email | email primary | internet address | smtp address | member email | student email | emailaddress | mail id | invite email | invitee email | user email address | email addr | emails | e-mails | email address 1 | emails value | notification email | work mail | public email",
    ),
    (
        Is(Field::Email),
        2,
        "upn | user principal name | userprincipalname | windows live id | primary smtp address | target address",
    ),
    (
        Is(Field::Email),
        3,
        "private email | personal email | personal email address | home email | home email address | email home | email private | personal e-mail | email personal | home e-mail | contact email address",
    ),
    (
        Nothing("a second address: one e-mail address is kept"),
        1,
        "second email | secondary email | secondary email address | alternate email | alternate email address | alternative email | other email | additional email | additional emails | email 2 | e-mail 2 | e-mail 2 value | email 3 | e-mail 3 value | email address 2 | email 2 address | backup email | recovery email | cc email | e-mail 3 | email 3 address | proxy addresses | aliases | email aliases | email alias | other emails | user aliases | mail nickname | mailnickname",
    ),
    (
        Is(Field::Phone),
        1,
        "mobile | mobile phone | mobile number | mobile no | mobile phone number | mobile # | cell | cell phone | cellphone | cell number | cell no | cell # | cell phone number | cellular | mobilephone | cellular number | phone mobile | phone cell | mobile telephone | mobile telephone number | work mobile | work cell | business mobile | whatsapp | whatsapp number | sms number | sms phone | mob | mob no | mobile phone 1 | contact mobile | work mobile phone | gsm | mobile work | phone number mobile | sms",
    ),
    (
        Is(Field::Phone),
        2,
        "phone number | phone no | phone # | telephone | telephone number | telephone no | telephone # | tel | tel no | tel number | tel # | tel nr | phone 1 | phone1 | phone 1 value | primary phone | primary phone number | contact number | contact no | contact phone | contact phone number | phone numbers | phones | msisdn | telephonenumber | phone primary | phone num | ph | ph no | ph number | contact telephone | contact # | user phone | employee phone | telephone 1 | phonenumber | phone nr | number phone | dial number | contact phone 1 | contact tel | contact numbers",
    ),
    (
        Is(Field::Phone),
        3,
        "work phone | work phone number | business phone | business phone number | office phone | office phone number | work telephone | business telephone | company phone | phone work | office telephone | phone office | work number | daytime phone | work tel | phone business | office number | primary work phone | phone 2 | phone2 | phone 2 value | secondary phone | direct phone | direct line | desk phone | other phone",
    ),
    (
        Is(Field::Phone),
        4,
        "home phone | home phone number | personal phone | personal phone number | private phone | phone home | personal mobile | personal mobile number | personal cell | home telephone | home number | personal mobile phone | home tel | private mobile | private phone number | private mobile number | evening phone | home cell | home mobile",
    ),
    (
        Nothing("a number that is not the person's own phone"),
        1,
        "recovery phone | fax | fax number | fax no | business fax | home fax | work fax | pager | extension | ext | phone extension | phone ext | work phone extension | work phone ext | work extension | car phone | radio phone | telex | emergency phone | emergency contact | emergency contact name | emergency contact phone | emergency phone number | emergency number | company main phone | assistants phone | callback | isdn | tty tdd phone | landline | phone country code | country calling code | dialing code | fax phone | facsimile telephone number | ip phone | extension number",
    ),
    (
        Is(Field::Notes),
        1,
        "note | comment | comments | remark | remarks | additional notes | internal notes | annotation | free text | user notes | memo | note text",
    ),
    (
        Is(Field::Notes),
        2,
        "description | about | details | bio | biography | additional information | further information | unit number | apartment | apartment number | apt | flat | flat number | unit no | extra info",
    ),
    (
        Is(Field::Language),
        1,
        "preferred language | lang | language code | preferredlanguage | user language | ui language | communication language | correspondence language | default language | language preference | spoken language | interface language",
    ),
    (Is(Field::Language), 2, "locale | preferred locale"),
    // Organisation.
    (
        Is(Field::Groups),
        1,
        "group name | group names | group | user group | user groups | usergroup | usergroups | member of | memberof | group membership | group memberships | memberships | security groups | access groups | access group | groups assigned | assigned groups | group s | groups name",
    ),
    (
        Is(Field::Groups),
        2,
        "cohort | cohorts | cohort 1 | class group | distribution groups | group list | permission group | permission groups | cardholder group | cardholder groups | cardholder group name | door groups | static groups",
    ),
    (
        Is(Field::Teams),
        1,
        "team | team name | team names | team s | crew | squad | teams name | organization team | assigned team | assigned teams | user team | user teams | team membership",
    ),
    (
        Is(Field::Role),
        1,
        "permission | user role | permissions | permission level | account role | access role | roles | role name | user permission | user permissions | system role | app role | security role | user roles | account permission | account permissions | portal role | admin role | permission role | assigned role | org role | organization role | workspace role",
    ),
    (
        Module("lone_working"),
        1,
        "lone working | lone worker | lone working licence | lone working license | lone worker licence | lone worker license | lone working module | lone worker protection",
    ),
    (
        Module("events"),
        1,
        "events | incidents | event | incident | events licence | events license | incidents licence | incidents license | incident reporting | events module",
    ),
    (
        Module("audits"),
        1,
        "audits | audit | audits licence | audits license | audits module | inspections",
    ),
    (
        Kind,
        1,
        "user type | usertype | type | person type | kind of person | person kind | member type | user kind | people type | type of user | person category | contact type | user category | type of person | credential holder type",
    ),
    (
        Kind,
        2,
        "employee type | employment type | worker type | category | classification | employeetype | staff type",
    ),
    (
        Is(Field::Title),
        1,
        "job title | jobtitle | position | position title | business title | job | job position | occupation | designation | job role | job name | employee title | work title | title job | job title name | post | post title | organization title | organization 1 title | employeetitle | professional title | role title | current position | job function title",
    ),
    (
        Is(Field::Title),
        2,
        "profession | function | job profile | job description | job classification",
    ),
    (
        Is(Field::Department),
        1,
        "dept | department name | dept name | organization department | organization 1 department | department description | employee department | dept. name | work department",
    ),
    (
        Is(Field::Department),
        2,
        "division | business unit | org unit | organizational unit | organisational unit | organizational unit name | division name | department division | supervisory organization | directorate",
    ),
    (
        Is(Field::Workflows),
        1,
        "workflow | taskstreams | taskstream | workflow name | workflow names | task streams | task stream | assigned workflows",
    ),
    // Cards.
    (
        Is(Field::CardId),
        1,
        "card | card number | card no | card # | csn | card serial number | card serial | card uid | card code | cardno | card num | badge number | badge no | badge # | badge | access card | access card number | access card no | fob number | fob id | fob | fob no | keycard | key card | key card number | key fob | key fob number | credential number | credential id | credential | rfid | rfid number | rfid tag | rfid card | nfc id | nfc uid | proximity card | prox card | proximity number | tag number | tag id | cardnumber | key card id | card key | keycard number | rf card | rf card number | mobile card id | access badge | access card id | badge code | card identifier | physical card number | card id number | credential token | card credential",
    ),
    (
        Is(Field::CardId),
        2,
        "card number hex | cardnumberhex | hex card number | card id hex | card number decimal | internal card number | internal number | external card number | card 1 | card number 1 | cards | badges | credentials | backup credential token | encoded number",
    ),
    (
        Is(Field::CardType),
        1,
        "credential type | type of card | badge type | cardtype | card technology | credential kind | card kind",
    ),
    (
        Is(Field::CardStart),
        1,
        "card valid from | card start date | card activation date | card valid since | card begin | badge start | badge start date | card from | card issue date | card start time | badge activation date | credential start | credential start date | card start datetime",
    ),
    (
        Is(Field::CardEnd),
        1,
        "card valid until | card valid to | card end date | card expiry | card expiry date | card expiration | card expiration date | card deactivation date | card until | badge end | badge end date | badge expiration | badge expiration date | badge expiry date | card end time | credential end | credential end date | card expires | card expires on | credential expiration date",
    ),
    (
        Start,
        1,
        "start date | valid from | start | start time | active from | activation date | begin date | from | effective date | effective from | valid since | validity start | start date time | startdate | begins | start datetime | access start date | access valid from | active since | date from | from date | begin | valid start | validity from | enable date | start day",
    ),
    (
        End,
        1,
        "end date | expiry date | expiration date | expiry | expiration | expires | valid until | valid to | valid thru | valid through | end | end time | until | expire date | expires on | expires at | active until | deactivation date | validity end | end date time | enddate | end datetime | access end date | access valid until | access expiry | date to | to date | access expiration | account expires | account expiry | expiry time | valid till | disable date | validity to | access expires | expiration time",
    ),
    // Access.
    (
        Access,
        1,
        "access | access kind | type of access | access level | access right | access rights | access profile",
    ),
    (
        Is(Field::Devices),
        1,
        "device | device name | device names | doors | door | gates | gate | access devices | access device | access points | access point | entrances | entrance | devices name | readers | door name | doors name",
    ),
    (
        Is(Field::AccessStart),
        1,
        "access from | access begin | access window start | access start time | access begins | grant start",
    ),
    (
        Is(Field::AccessEnd),
        1,
        "access until | access to | access window end | access end time | access ends | grant end",
    ),
    (
        Is(Field::AccessSchedule),
        1,
        "schedule | access schedule | access hours | access times | weekly schedule | access schedules | time schedule",
    ),
    // Ours, and what is never imported.
    (
        Ours,
        1,
        "outcome | error | errors | row | row number | status | created at | updated at | import outcome | muster outcome | problem | suggestion | row key | muster row | muster id | created | updated | problems",
    ),
    (
        Secret,
        1,
        "password | pass word | pwd | passwd | initial password | temporary password | temp password | new password | hashed password | password hash | password hash function | user password | pin | pin code | pincode | passcode | access code | entry code | door code | security question | security answer | secret | token | api key | ssha password | login password | default password | plain password | authentication token | password hash function upload only | unlock code",
    ),
    (
        Nothing("a state of the other product"),
        1,
        "state | user status | employment status | account status | enabled | active | is active | isactive | account enabled | accountenabled | block sign in | blocked | suspended | deleted | archived | disabled | employee status | invite status | invitation status | lead status | lifecycle stage | billing active | has two factor | has 2fa | has sso | two factor | last login | last sign in | last seen | last active | last activity | last login date | last sign in date | signed up | joined | date joined | registration date | created date | creation date | create date | date created | created on | created time | modified time | last modified | last modified date | modified date | modified on | updated on | last activity date | last activity time | date added | added on | date of creation | record created | subscription status | email status | status read only | last sign in read only | member status | confirmed | email verified | verified | phone verified | opt in | unsubscribed | newsletter | marketing contact status | signed up on | login count | last update",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "hire date | date of hire | hired on | hire on | joining date | date of joining | join date | joined on | employment start date | date hired | original hire date | termination date | leaving date | date of leaving | seniority date | employment date | last day of work | probation end date | contract end date | contract start date | date of employment | hiring date | employee hire date | start of employment | end of employment | employment end date | anniversary date | work anniversary",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "date of birth | birth date | birthdate | birthday | dob | gender | sex | marital status | ssn | social security number | sin | tax id | national id | national id number | nationality | passport number | ethnicity | pronouns | age | race | religion | citizenship | place of birth | blood group | blood type | vehicle | license plate | licence plate | number plate | registration plate | photo | picture | image | avatar | photo url | avatar url | picture url | image url | profile image | profile picture | profile photo | portrait | image file | height | weight | id proof",
    ),
    (
        Nothing("an address"),
        1,
        "address | addresses | street | street address | city | town | zip | zip code | zipcode | postal code | postcode | postal address | zip or postal code | state or province | province | region | country | country or region | country code | county | address line 1 | address line 2 | address 1 | address 2 | address1 | address2 | home address | work address | mailing address | mailing street | mailing city | mailing state | mailing zip | mailing country | other street | business address | usage location | usagelocation | work address street | locality | po box | building | building id | building name | floor | floor name | floor section | floor level | room | room number | desk | desk code | street name | house number | suburb | location | location name | locations | site | site name | sites | office location | office | office name | office locations | work location | physical delivery office name | primary location | district | latitude | longitude | country region | street 2 | address line 3 | addr | company address | full address | home city | home state | state province | countrycode | campus | business street | business city | business state | business country | business postal code | home street | home postal code | home country | country territory",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "company | company name | companyname | organisation | organization | organization name | organisation name | organization id | employer | institution | institution name | cost center | cost centre | costcenter | cost center code | org unit path | organizational unit path | ou | ou path | dn | distinguished name | subsidiary | legal entity | entity | company id | company code | account | account owner | associated company | associated company ids | primary company | primary associated company id | related company | parent company | company type | industry | school | faculty | business name | organization 1 name | organization 1 type | brand | domain | tenant | branch | branch name | branch location | department id | department code | department number | dept code | dept id | department number code | group id | group ids | role id | role ids | team id | team ids | access level id | access level ids | access levels | job code | job level | grade | pay grade | paygrade | pay rate | salary | wage | pay type | pay schedule | currency | band | job family | job id | job profile id | position id | level | job code id | division id | team code | employee class | fte | hours per week | weekly hours | shift | work schedule | work pattern | business unit id | org id | organizations | company division | class | grade level | course | courses | course 1 | course1 | course 2 | enrolments | program | major | plan | facility code | facility | site code | card format | cardformat | site id | organization 1 symbol | organization 1 location | organization 1 job description",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "manager | manager name | manager email | manager id | managers name | managers email | supervisor | supervisor name | supervisor email | supervisor id | reports to | reporting to | reporting manager | line manager | line manager email | team lead | team leader | assistant | assistant name | assistant email | assistant emails | owner | contact owner | record owner | lead owner | created by | updated by | modified by | invited by | added by | host | host name | host email | sponsor | sponsor name | sponsor email | guardian | guardian name | parent | parent name | parent email | spouse | partner | next of kin | emergency contact email | emergency contact relationship | referred by | managerid | manager dn | assigned to | manager employee id | manager username | direct manager | hr manager | mentor | teacher | head of department | department head | department manager | team manager | salesperson | responsible | approver | parent user id | group head | employee email of manager | employee id of manager | counsellor | hr business partner",
    ),
    (
        Nothing("a setting of the other product"),
        1,
        "time zone | timezone | tz | time zone offset | tags | tag | labels | label | keywords | website | web site | url | web page | webpage | homepage | home page | profile url | profileurl | linkedin | linkedin url | twitter | twitter username | facebook | skype | skype id | skype username | instagram | slack | slack id | slack member id | license | licenses | licence | licences | new licenses | license type | licence type | change password at next sign in | change password at next sign-in | force change password | force password change | advanced protection program enrollment | email usage | drive usage | storage used | storage limit | total storage | 2sv enrolled | 2sv enforced | 2sv enrolled read only | 2sv enforced read only | new status | new primary email | user id upload only | restriction | custom role | agent scope | ticket scope | remote unlock | portal access | send setup email | send invitation by | send invitation | send invite | password flow | auth | mail format | mail display | mail digest | maildisplay | mailformat | htmleditor | auto subscribe | interests | theme | department lead | hobby | hobbies | priority | source | lead source | original source | email opt out | score | external unlock | mobile app | bluetooth | send activation email | user principal type | access_level_name | signature | email type | message count | notification settings",
    ),
];
