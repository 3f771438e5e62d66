//! Several values in one cell.

/// Splits at `;` and `|`, and at `,` if asked to, which is for cells that were quoted.
///
/// Values are trimmed; empty ones and exact repetitions are dropped.
pub fn split_list(raw: &str, at_commas: bool) -> Vec<&str> {
    let separator = |c: char| c == ';' || c == '|' || (at_commas && c == ',');
    let mut values = Vec::new();
    for value in raw.split(separator).map(str::trim) {
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_trims_and_drops() {
        assert_eq!(
            split_list(" Field ;Office| Field;; ", false),
            ["Field", "Office"]
        );
        assert_eq!(
            split_list("Smith, Jones; Berg", false),
            ["Smith, Jones", "Berg"]
        );
        assert_eq!(split_list("A, B; C", true), ["A", "B", "C"]);
        assert!(split_list(" ; ", true).is_empty());
    }
}
