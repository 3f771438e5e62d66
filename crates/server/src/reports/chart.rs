//! A bar chart drawn on the server: lengths are attributes, colours are classes, and every bar has its number beside it.
//!
//! Bars lie and are as wide as a part of the page, so that words keep their size however narrow it is.

use std::fmt::Write as _;

use crate::format::count;

/// The longest bar takes this part of the width; its number stands behind it.
const LONGEST_PERCENT: i64 = 80;
const LABEL_HEIGHT: u32 = 20;
const BAR_HEIGHT: u32 = 14;
const BAR_STEP: u32 = 18;
const GAP: u32 = 10;

/// A chart.
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// The same in words, for who does not see it.
    pub(crate) words: String,
    pub(crate) height: u32,
    pub(crate) labels: Vec<Label>,
    pub(crate) bars: Vec<Bar>,
    /// What the plain and the striped bars are, if there are both.
    pub(crate) legend: Option<[&'static str; 2]>,
}

/// The words above a bar, or above two.
pub(crate) struct Label {
    pub(crate) y: u32,
    pub(crate) text: String,
}

/// A bar with its number.
pub(crate) struct Bar {
    pub(crate) y: u32,
    pub(crate) height: u32,
    pub(crate) text_y: u32,
    /// In percent of the width, with one digit behind the point.
    pub(crate) width: String,
    pub(crate) is_striped: bool,
    pub(crate) number: String,
}

impl Chart {
    /// A bar for each line, or as many as the line has numbers.
    pub(crate) fn new(
        id: &'static str,
        title: &str,
        lines: &[(String, Vec<i64>)],
        legend: Option<[&'static str; 2]>,
    ) -> Self {
        let numbers = lines.iter().flat_map(|(_, numbers)| numbers);
        let most = numbers.copied().max().unwrap_or_default().max(1);
        let (mut labels, mut bars, mut words) = (Vec::new(), Vec::new(), String::new());
        let mut y = 0;
        for (text, numbers) in lines {
            labels.push(Label {
                y: y + 14,
                text: text.clone(),
            });
            y += LABEL_HEIGHT;
            let shown: Vec<String> = numbers.iter().map(|number| count(*number)).collect();
            // Writing to a string cannot fail.
            let _ = write!(words, "{text}: {}. ", shown.join(" and "));
            for (place, number) in numbers.iter().enumerate() {
                let tenths = number.saturating_mul(LONGEST_PERCENT * 10) / most;
                bars.push(Bar {
                    y,
                    height: BAR_HEIGHT,
                    text_y: y + 12,
                    width: format!("{}.{}", tenths / 10, tenths % 10),
                    is_striped: place == 1,
                    number: count(*number),
                });
                y += BAR_STEP;
            }
            y += GAP;
        }
        Self {
            id,
            title: title.to_owned(),
            words: words.trim_end().to_owned(),
            height: y,
            labels,
            bars,
            legend,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_its_part_and_nothing_is_divided_by_zero() {
        let lines = [("A".to_owned(), vec![50]), ("B".to_owned(), vec![100])];
        let chart = Chart::new("x", "T", &lines, None);
        let widths: Vec<_> = chart.bars.iter().map(|bar| bar.width.as_str()).collect();
        assert_eq!(widths, ["40.0", "80.0"]);
        assert_eq!(chart.words, "A: 50. B: 100.");
        let none = Chart::new("x", "T", &[("A".to_owned(), vec![0, 0])], None);
        assert!(none.bars.iter().all(|bar| bar.width == "0.0"));
        assert!(none.bars.last().is_some_and(|bar| bar.is_striped));
    }
}
