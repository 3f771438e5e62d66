//! Turkish headers.

use super::Meaning::{
    Access, End, Field as Is, Kind, Login, Name, Nothing, Number, Ours, RowNumber, Secret, Start,
};
use super::{Field, Line};

pub(super) static TABLE: &[Line] = &[
    (
        Is(Field::ExternalId),
        1,
        "Sicil No | Sicil Numarası | Personel No | Personel Numarası | Çalışan No | Çalışan Numarası | Çalışan ID | Kullanıcı ID | Personel ID | Kullanıcı Kodu | Üye No | Üye Numarası | Öğrenci No | Personel Kodu | Kullanıcı Kimliği | Çalışan Kimliği",
    ),
    (Is(Field::ExternalId), 2, "Kimlik | Sicil"),
    (Number, 1, "Numara"),
    (RowNumber, 1, "Sıra No | Sıra | Satır No | S. No."),
    (Login, 3, "Kullanıcı Adı | Kullanıcı"),
    (Name, 1, "Ad | Adı | İsim"),
    (
        Is(Field::FullName),
        1,
        "Ad Soyad | Adı Soyadı | Ad ve Soyad | İsim Soyisim | Tam Ad | Tam Adı | Ad Soyadı | Personel Adı | Çalışan Adı | Çalışan | Adı ve Soyadı | Personel | Personel Adı Soyadı | Görünen Ad",
    ),
    (Is(Field::FirstName), 1, "İlk Ad | Ön Ad"),
    (Is(Field::LastName), 1, "Soyad | Soyadı | Soyisim"),
    (
        Is(Field::Email),
        1,
        "E-posta | E-posta Adresi | Eposta | Eposta Adresi | E-mail Adresi | Mail Adresi | Elektronik Posta | İş E-postası | Kurumsal E-posta | E-posta Adresi (İş)",
    ),
    (Is(Field::Email), 3, "Kişisel E-posta"),
    (
        Is(Field::Phone),
        1,
        "Cep Telefonu | Cep No | Cep Tel | Cep Telefon Numarası | Mobil Telefon | GSM No | Cep Telefonu Numarası | Cep Numarası",
    ),
    (
        Is(Field::Phone),
        2,
        "Telefon Numarası | Telefon No | Tel No",
    ),
    (Is(Field::Phone), 3, "İş Telefonu"),
    (Is(Field::Phone), 4, "Ev Telefonu"),
    (
        Is(Field::Notes),
        1,
        "Not | Notlar | Açıklama | Açıklamalar | Yorum | Yorumlar",
    ),
    (
        Is(Field::Groups),
        1,
        "Grup | Gruplar | Grup Adı | Kullanıcı Grubu | Kullanıcı Grupları",
    ),
    (
        Is(Field::Teams),
        1,
        "Takım | Takımlar | Ekip | Ekipler | Ekip Adı",
    ),
    (
        Is(Field::Role),
        1,
        "Rol Adı | Roller | Yetki | Yetkiler | Kullanıcı Rolü",
    ),
    (Kind, 1, "Tip | Kullanıcı Tipi | Kişi Türü | Kullanıcı Türü"),
    (
        Is(Field::Title),
        1,
        "Unvan | Ünvan | Görev | Görevi | Pozisyon | İş Unvanı | Meslek | Kadro",
    ),
    (
        Is(Field::Department),
        1,
        "Departman | Bölüm | Departman Adı | Birim",
    ),
    (Is(Field::Language), 1, "Dil | Tercih Edilen Dil"),
    (
        Is(Field::CardId),
        1,
        "Kart No | Kart Numarası | Kart ID | Kart | Kart Kodu",
    ),
    (Is(Field::CardType), 1, "Kart Tipi | Kart Türü"),
    (
        Start,
        1,
        "Başlangıç Tarihi | Başlangıç | Geçerlilik Başlangıcı",
    ),
    (
        End,
        1,
        "Bitiş Tarihi | Bitiş | Son Kullanma Tarihi | Geçerlilik Bitişi | Geçerlilik Tarihi",
    ),
    (Access, 1, "Erişim"),
    (Is(Field::AccessType), 1, "Erişim Türü | Erişim Tipi"),
    (Is(Field::Devices), 1, "Cihaz | Cihazlar | Kapı | Kapılar"),
    (Ours, 1, "Satır | Hata | Hatalar | Sonuç"),
    (Secret, 1, "Şifre | Parola"),
    (
        Nothing("a state of the other product"),
        1,
        "Durum | Aktif | Son Giriş",
    ),
    (
        Nothing("a date of the employment"),
        1,
        "İşe Giriş Tarihi | İşten Çıkış Tarihi",
    ),
    (
        Nothing("personal facts that are not kept"),
        1,
        "Doğum Tarihi | Cinsiyet | TC Kimlik No | TCKN | T.C. Kimlik Numarası | Plaka | Uyruk",
    ),
    (
        Nothing("an address"),
        1,
        "Şehir | İl | İlçe | Posta Kodu | Ülke | Ofis | Kat | Lokasyon | Şube",
    ),
    (
        Nothing("a fact about the organisation"),
        1,
        "Şirket | Şirket Adı | Maliyet Merkezi | Kurum",
    ),
    (
        Nothing("somebody else: a manager, an owner or a contact"),
        1,
        "Yönetici | Yöneticisi | Müdür | Amir",
    ),
    (Nothing("a setting of the other product"), 1, "Saat Dilimi"),
];
