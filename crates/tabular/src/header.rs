//! Which row of a table is its header, and where the table begins.

use crate::cell::{Look, look};
use crate::record::Record;

/// Where the table begins, and whether its first row is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Position in the sample of the first row of the table.
    pub(crate) first: usize,
    pub(crate) header: bool,
    pub(crate) certain: bool,
}

/// Rows below a header that are compared with it.
const BODY_ROWS: usize = 100;

/// Words that stand in headers of lists of people, in several languages.
const HEADER_WORDS: &[&str] = &[
    "name",
    "names",
    "first",
    "last",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "email",
    "e-mail",
    "mail",
    "phone",
    "mobile",
    "cell",
    "tel",
    "telephone",
    "id",
    "no",
    "nr",
    "number",
    "date",
    "notes",
    "note",
    "comment",
    "comments",
    "remark",
    "address",
    "city",
    "country",
    "street",
    "zip",
    "postcode",
    "role",
    "team",
    "teams",
    "group",
    "groups",
    "department",
    "title",
    "status",
    "type",
    "code",
    "card",
    "start",
    "end",
    "gender",
    "age",
    "company",
    "user",
    "username",
    "employee",
    "position",
    "language",
    "birthday",
    "description",
    "value",
    "time",
    "year",
    "price",
    "vorname",
    "nachname",
    "telefon",
    "handy",
    "strasse",
    "straße",
    "ort",
    "plz",
    "abteilung",
    "bemerkung",
    "datum",
    "anrede",
    "firma",
    "land",
    "nom",
    "prénom",
    "prenom",
    "adresse",
    "ville",
    "courriel",
    "téléphone",
    "telephone",
    "service",
    "nombre",
    "apellido",
    "apellidos",
    "correo",
    "teléfono",
    "telefono",
    "ciudad",
    "cognome",
    "nome",
    "sobrenome",
    "cidade",
    "telefone",
    "naam",
    "achternaam",
    "voornaam",
    "imię",
    "nazwisko",
    "имя",
    "фамилия",
    "телефон",
    "почта",
    "姓名",
    "电话",
    "手机",
    "邮箱",
    "部门",
    "备注",
    "氏名",
    "名前",
    "電話",
    "メール",
    "이름",
    "전화",
    "이메일",
];

/// Finds the header among the first rows of a file.
pub(crate) fn detect(rows: &[Record], columns: usize) -> Found {
    let first = first_full_row(rows, columns);
    let mut first = first;
    let Some(verdict) = judge(rows, first, columns) else {
        return Found {
            first,
            header: false,
            certain: false,
        };
    };
    if verdict <= 0.0 {
        return without_header(rows, first, columns, verdict);
    }
    // Of a header over several rows, the last one names the columns.
    for _ in 0..3 {
        if !continues(rows, first, columns) {
            break;
        }
        first += 1;
    }
    Found {
        first,
        header: true,
        certain: verdict >= 1.0,
    }
}

/// A table whose first full row is no header may have a narrower one directly above.
fn without_header(rows: &[Record], first: usize, columns: usize, verdict: f64) -> Found {
    if let Some(above) = first.checked_sub(1)
        && let Some(row) = rows.get(above)
        && row.len() * 2 >= columns
        && (filled(row) == row.len() || row.len() == columns && filled(row) * 2 >= columns)
        && filled(row) >= 2
        && judge(rows, above, columns)
            .is_some_and(|verdict| verdict > if row.len() + 1 >= columns { 0.0 } else { 3.0 })
    {
        return Found {
            first: above,
            header: true,
            certain: false,
        };
    }
    Found {
        first,
        header: false,
        certain: verdict <= -1.0,
    }
}

fn filled(row: &Record) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// The first row that has the columns of the table and nearly as much in them as most rows.
fn first_full_row(rows: &[Record], columns: usize) -> usize {
    let wide = |row: &&Record| row.len() == columns;
    let mut fills: Vec<usize> = rows
        .iter()
        .filter(wide)
        .map(filled)
        .filter(|&count| count > 0)
        .collect();
    fills.sort_unstable();
    let usual = fills.get(fills.len() / 2).copied().unwrap_or(1);
    let enough = usize::max(usual * 3 / 4, if columns < 2 { 1 } else { 2 });
    let first = |enough: usize| {
        rows.iter()
            .position(|row| row.len() == columns && filled(row) >= enough)
    };
    first(enough).or_else(|| first(1)).unwrap_or(0)
}

/// How much row `at` looks like the header of the rows below it; negative when it looks like one of them.
fn judge(rows: &[Record], at: usize, columns: usize) -> Option<f64> {
    let header = rows.get(at).filter(|row| !row.is_blank())?;
    let body: Vec<&Record> = rows
        .iter()
        .skip(at + 1)
        .filter(|row| row.len() == columns)
        .take(BODY_ROWS)
        .collect();
    let mut sum = 0.0;
    for (index, name) in header.iter().enumerate() {
        sum += judge_cell(name, index, &body);
    }
    if sum == 0.0 && !body.is_empty() {
        // Nothing speaks for or against it: most files have a header.
        return Some(0.1);
    }
    Some(sum)
}

fn judge_cell(name: &str, index: usize, body: &[&Record]) -> f64 {
    let own = look(name);
    let cells: Vec<&str> = body
        .iter()
        .filter_map(|row| row.cell(index))
        .filter(|cell| !cell.trim().is_empty())
        .collect();
    let known = is_header_word(name);
    let mut score = if known { 1.5 } else { 0.0 };
    match own {
        Look::Blank => return 0.0,
        Look::Email | Look::Phone | Look::Address => return -3.0,
        Look::Date | Look::Time => return -2.0,
        Look::Number => {
            return if is_year(name) && !cells.iter().any(|cell| is_year(cell)) {
                0.3
            } else {
                -2.0
            };
        }
        Look::Odd | Look::Prose | Look::Code | Look::Word | Look::Text => {}
    }
    if cells.is_empty() {
        return score;
    }
    let share = |test: &dyn Fn(&str) -> bool| {
        cells.iter().filter(|cell| test(cell)).count() as f64 / cells.len() as f64
    };
    if share(&|cell| look(cell).is_specific()) >= 0.7 {
        score += 2.0;
    } else if !has_digit(name) && share(&has_digit) >= 0.8 {
        score += 1.0;
    }
    if cells.contains(&name) && !known {
        score -= 1.0;
    }
    if own == Look::Prose && name.len() > 60 {
        score -= 0.5;
    }
    if is_upright(name, &cells) {
        score += 0.4;
    }
    score
}

/// Headers in capitals or with underscores above values that are neither.
fn is_upright(name: &str, cells: &[&str]) -> bool {
    let styled = |text: &str| {
        text.contains('_')
            || text.chars().any(char::is_alphabetic)
                && !text.chars().any(char::is_lowercase)
                && text.chars().any(char::is_uppercase)
    };
    styled(name) && cells.iter().filter(|cell| styled(cell)).count() * 5 < cells.len()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.trim()
        .parse::<u16>()
        .is_ok_and(|year| (1900..=2100).contains(&year))
}

fn is_header_word(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    if lower.len() > 60 || lower.contains('@') {
        return false;
    }
    if HEADER_WORDS.contains(&lower.as_str()) {
        return true;
    }
    let words = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let (mut all, mut known) = (0, 0);
    for word in words {
        all += 1;
        known += usize::from(HEADER_WORDS.contains(&word));
    }
    known > 0 && all <= 4
}

/// Whether the row below the header is a second line of it rather than the first row of people.
fn continues(rows: &[Record], at: usize, columns: usize) -> bool {
    let (Some(upper), Some(lower)) = (rows.get(at), rows.get(at + 1)) else {
        return false;
    };
    if lower.len() != columns || rows.len() <= at + 2 {
        return false;
    }
    if upper.iter().eq(lower.iter()) {
        return true;
    }
    let gaps = upper.iter().any(|cell| cell.trim().is_empty()) || upper.len() < columns;
    let named = lower.iter().filter(|cell| is_header_word(cell)).count();
    let typed = lower.iter().any(|cell| look(cell).is_specific());
    gaps && !typed
        && filled(lower) > filled(upper)
        && (named * 2 >= filled(lower)
            || judge(rows, at + 1, columns).is_some_and(|verdict| verdict >= 3.0))
}
