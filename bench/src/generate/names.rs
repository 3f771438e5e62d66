//! Names of people by country, as they are written there and as their addresses spell them.
//!
//! An entry is `written` or `written:address`; without the second part the first is lower-cased.

use super::phones::Country;

/// First and last names to combine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) first: &'static [&'static str],
    pub(crate) last: &'static [&'static str],
}

/// The way a name is written and the way it appears in an e-mail address.
pub(crate) fn spellings(entry: &'static str) -> (&'static str, String) {
    match entry.split_once(':') {
        Some((written, address)) => (written, address.to_owned()),
        None => (
            entry,
            entry
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_lowercase())
                .collect(),
        ),
    }
}

/// The names used in a country.
pub(crate) fn of(country: Country) -> Names {
    match country {
        Country::SouthAfrica => SOUTH_AFRICA,
        Country::Germany => GERMANY,
        Country::Britain | Country::UnitedStates => ENGLISH,
        Country::France => FRANCE,
        Country::India => INDIA,
        Country::Kenya | Country::Nigeria => AFRICA,
        Country::Brazil | Country::Spain => IBERIAN,
        Country::Poland => POLAND,
        Country::Greece => GREECE,
        Country::Ukraine => UKRAINE,
        Country::Japan => JAPAN,
        Country::Egypt => EGYPT,
        Country::Turkey => TURKEY,
    }
}

const SOUTH_AFRICA: Names = Names {
    first: &[
        "Thandi",
        "Sipho",
        "Lerato",
        "Pieter",
        "Naledi",
        "Bongani",
        "Anneke",
        "Kagiso",
        "Zanele",
        "Johan",
        "Nomvula",
        "Themba",
        "Renée:renee",
        "Ayanda",
        "Mpho",
        "Priya",
        "Fatima",
        "Gert",
        "Lindiwe",
        "Tebogo",
        "Zoë:zoe",
        "Siyabonga",
        "Marlène:marlene",
        "Jabu",
    ],
    last: &[
        "Nkosi",
        "van der Merwe",
        "Dlamini",
        "Botha",
        "Mokoena",
        "Naidoo",
        "du Toit",
        "Khumalo",
        "Mahlangu",
        "Pretorius",
        "Zulu",
        "Sithole",
        "Ndlovu",
        "Venter",
        "Govender",
        "Molefe",
        "Coetzee",
        "Mthembu",
        "Jacobs",
        "Radebe",
        "Pillay",
        "Fourie",
        "Mabaso",
        "Steyn",
    ],
};

const GERMANY: Names = Names {
    first: &[
        "Jürgen:juergen",
        "Anna",
        "Björn:bjoern",
        "Käthe:kaethe",
        "Lukas",
        "Sören:soeren",
        "Mareike",
        "Hans-Peter",
        "Zoë:zoe",
        "Emil",
        "Frieda",
        "Jörg:joerg",
        "Lea",
        "Götz:goetz",
    ],
    last: &[
        "Müller:mueller",
        "Schmidt",
        "Weiß:weiss",
        "Schäfer:schaefer",
        "von der Heide",
        "Köhler:koehler",
        "Groß:gross",
        "Fischer",
        "Böhm:boehm",
        "Krüger:krueger",
        "Vogt",
        "Meyer-Lüdenscheidt:meyer-luedenscheidt",
    ],
};

const ENGLISH: Names = Names {
    first: &[
        "Emilia",
        "James",
        "Olivia",
        "Noah",
        "Amelia",
        "William",
        "Siân:sian",
        "Mary Jane",
        "Oliver",
        "Charlotte",
        "Henry",
        "Sophia",
        "Liam",
        "Chloë:chloe",
        "Benjamin",
        "Ava",
        "Declan",
        "Grace",
    ],
    last: &[
        "Wilson", "Smith", "O'Connor", "Taylor", "Brown", "Davies", "McDonald", "Evans",
        "St. John", "Thomas", "Johnson", "Roberts", "Walker", "D'Arcy", "Wright", "Robinson",
        "Thompson", "Hughes",
    ],
};

const FRANCE: Names = Names {
    first: &[
        "Élodie:elodie",
        "François:francois",
        "Chloé:chloe",
        "Jean-Luc",
        "Hélène:helene",
        "Noël:noel",
        "Camille",
        "Gaëlle:gaelle",
        "Théo:theo",
        "Inès:ines",
        "Aurélien:aurelien",
        "Manon",
    ],
    last: &[
        "Lefèvre:lefevre",
        "Dubois",
        "Müller:muller",
        "de La Tour",
        "Bonnet",
        "Garçon:garcon",
        "Roux",
        "L'Hermitte",
        "Châtelain:chatelain",
        "Mercier",
        "Œuvrard:oeuvrard",
        "Girard",
    ],
};

const INDIA: Names = Names {
    first: &[
        "Aarav",
        "Priya",
        "अनन्या:ananya",
        "Rohan",
        "दीपक:deepak",
        "Kavya",
        "Arjun",
        "Lakshmi",
        "Vikram",
        "रवि:ravi",
        "Meera",
        "Sanjay",
    ],
    last: &[
        "Sharma",
        "Patel",
        "सिंह:singh",
        "Iyer",
        "Reddy",
        "Gupta",
        "वर्मा:verma",
        "Nair",
        "Banerjee",
        "Chopra",
        "Krishnamurthy",
        "Das",
    ],
};

const AFRICA: Names = Names {
    first: &[
        "Wanjiku",
        "Kamau",
        "Chinedu",
        "Ngozi",
        "Akinyi",
        "Olúwaṣeun:oluwaseun",
        "Adébáyọ̀:adebayo",
        "Amina",
        "Otieno",
        "Funmiláyọ̀:funmilayo",
        "Emeka",
        "Zainab",
    ],
    last: &[
        "Mwangi",
        "Okafor",
        "Njoroge",
        "Adéyẹmí:adeyemi",
        "Odhiambo",
        "Balogun",
        "Kiplagat",
        "Eze",
        "Mutua",
        "Nwachukwu",
        "Wambui",
        "Ògúnbìyí:ogunbiyi",
    ],
};

const IBERIAN: Names = Names {
    first: &[
        "João:joao",
        "Maria José:mariajose",
        "Íñigo:inigo",
        "Conceição:conceicao",
        "Lucía:lucia",
        "Estêvão:estevao",
        "Ana",
        "Gonçalo:goncalo",
        "Núria:nuria",
        "Rafael",
        "Begoña:begona",
        "Luiz",
    ],
    last: &[
        "da Silva",
        "Gonçalves:goncalves",
        "Muñoz:munoz",
        "Araújo:araujo",
        "García:garcia",
        "Simões:simoes",
        "Peña:pena",
        "dos Santos",
        "Ibáñez:ibanez",
        "Oliveira",
        "Magalhães:magalhaes",
        "Ruiz",
    ],
};

const POLAND: Names = Names {
    first: &[
        "Łukasz:lukasz",
        "Małgorzata:malgorzata",
        "Paweł:pawel",
        "Agnieszka",
        "Zbigniew",
        "Świętosława:swietoslawa",
        "Grażyna:grazyna",
        "Michał:michal",
        "Żaneta:zaneta",
        "Jan",
    ],
    last: &[
        "Wójcik:wojcik",
        "Kowalski",
        "Łuczak:luczak",
        "Dąbrowska:dabrowska",
        "Szczęsny:szczesny",
        "Żeleński:zelenski",
        "Nowak",
        "Zieliński:zielinski",
        "Gołąb:golab",
        "Ćwik:cwik",
    ],
};

const GREECE: Names = Names {
    first: &[
        "Γιώργος:giorgos",
        "Μαρία:maria",
        "Νίκος:nikos",
        "Ελένη:eleni",
        "Κώστας:kostas",
        "Σοφία:sofia",
    ],
    last: &[
        "Παπαδόπουλος:papadopoulos",
        "Αγγελής:angelis",
        "Δημητρίου:dimitriou",
        "Οικονόμου:oikonomou",
        "Βασιλείου:vasileiou",
    ],
};

const UKRAINE: Names = Names {
    first: &[
        "Олена:olena",
        "Андрій:andriy",
        "Ївга:yivha",
        "Наталія:nataliia",
        "Богдан:bohdan",
        "Софія:sofiia",
    ],
    last: &[
        "Шевченко:shevchenko",
        "Коваленко:kovalenko",
        "Ґалаґан:galagan",
        "Бондар:bondar",
        "Щербак:shcherbak",
    ],
};

const JAPAN: Names = Names {
    first: &[
        "花子:hanako",
        "太郎:taro",
        "さくら:sakura",
        "ケン:ken",
        "美咲:misaki",
    ],
    last: &[
        "佐藤:sato",
        "鈴木:suzuki",
        "髙橋:takahashi",
        "渡邊:watanabe",
        "伊藤:ito",
    ],
};

const EGYPT: Names = Names {
    first: &[
        "محمد:mohamed",
        "فاطمة:fatma",
        "أحمد:ahmed",
        "Yasmin",
        "Karim",
        "نور:nour",
    ],
    last: &[
        "حسن:hassan",
        "إبراهيم:ibrahim",
        "El-Sayed",
        "Mansour",
        "علي:ali",
    ],
};

const TURKEY: Names = Names {
    first: &[
        "Işıl:isil",
        "İbrahim:ibrahim",
        "Çağla:cagla",
        "Oğuz:oguz",
        "Şule:sule",
        "Ümit:umit",
        "Deniz",
    ],
    last: &[
        "Yılmaz:yilmaz",
        "Öztürk:ozturk",
        "Şahin:sahin",
        "Çelik:celik",
        "İnan:inan",
        "Aydoğan:aydogan",
    ],
};
