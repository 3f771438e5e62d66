//! Card number, card type and validity; the file's dates win over the import's settings (S4.12).

use kernel::{
    CardNumber, CardType, Code, DateOrder, Fault, Moment, Problem, Severity, Timestamp, date_fits,
};

use super::{RowCheck, RowChecker, Source, cells::Input, values::order_fault};
use crate::candidate::Cell;

impl RowChecker {
    pub(super) fn card(
        &mut self,
        row: &mut RowCheck<'_>,
        id: &Source,
        card_type: Option<&Source>,
        start: Option<&Source>,
        end: Option<&Source>,
    ) {
        self.card_number(row, id);
        choice(row, "card_type", card_type, |text| {
            CardType::parse(text).map(CardType::as_str)
        });
        let starts = self.moment(row, "card_start", start, Moment::start);
        let ends = self.moment(row, "card_end", end, Moment::end);
        if let (Some(starts), Some(ends), Some(source)) = (starts, ends, end)
            && ends < starts
        {
            row.fault(
                "card_end",
                source,
                &ends.to_string(),
                order_fault(starts, ends),
            );
        }
        let Some((ends, source)) = ends.zip(end) else {
            return;
        };
        if ends >= self.ctx.now() {
            self.next_expiry = Some(self.next_expiry.map_or(ends, |next| next.min(ends)));
        } else {
            let mut problem = Fault::new(Code::DatePast, "the card would have expired")
                .into_problem(
                    Some("card_end"),
                    source.columns.first().map(|column| *column as u32),
                    &ends.to_string(),
                );
            problem.severity = Severity::Check;
            row.tell(problem);
        }
    }

    fn card_number(&self, row: &mut RowCheck<'_>, id: &Source) {
        let text = match row.input("card_id", id) {
            Input::Text(text) => text,
            blank => return row.candidate.push(blank.cell()),
        };
        match CardNumber::parse(&text, self.radix) {
            Ok(number) => row.candidate.push(Cell::Value(number.hex())),
            Err(fault) => {
                row.fault("card_id", id, &text, fault);
                row.candidate.push(Cell::Absent);
            }
        }
    }

    /// Reads a moment and pushes its microseconds.
    pub(super) fn moment(
        &self,
        row: &mut RowCheck<'_>,
        field: &str,
        source: Option<&Source>,
        edge: fn(Moment, &kernel::SiteZone) -> Timestamp,
    ) -> Option<Timestamp> {
        let Some(source) = source else {
            row.candidate.push(Cell::Absent);
            return None;
        };
        let text = match row.input(field, source) {
            Input::Text(text) => text,
            blank => {
                row.candidate.push(blank.cell());
                return None;
            }
        };
        match self
            .order_for(&text)
            .and_then(|order| Moment::parse(&text, order))
        {
            Ok(moment) => {
                let moment = edge(moment, &self.zone);
                row.candidate
                    .push(Cell::Value(&moment.as_micros().to_string()));
                Some(moment)
            }
            Err(fault) => {
                row.fault(field, source, &text, fault);
                row.candidate.push(Cell::Absent);
                None
            }
        }
    }

    /// The order to read a date in; a date that fits two orders is never guessed.
    pub(super) fn order_for(&self, text: &str) -> Result<DateOrder, Fault> {
        if let Some(order) = self.date_order {
            return Ok(order);
        }
        let fits = date_fits(text);
        match (fits.ymd.is_some(), fits.dmy.is_some(), fits.mdy.is_some()) {
            (true, _, _) | (false, false, false) => Ok(DateOrder::Ymd),
            (false, true, false) => Ok(DateOrder::Dmy),
            (false, false, true) => Ok(DateOrder::Mdy),
            (false, true, true) if !fits.is_ambiguous() => Ok(DateOrder::Dmy),
            (false, true, true) => Err(Fault::new(
                Code::DateAmbiguous,
                "it can be read as day-month and as month-day",
            )),
        }
    }
}

/// Reads one of a few words and pushes its stable name.
pub(super) fn choice(
    row: &mut RowCheck<'_>,
    field: &str,
    source: Option<&Source>,
    parse: impl Fn(&str) -> Result<&'static str, Fault>,
) -> Option<&'static str> {
    let Some(source) = source else {
        row.candidate.push(Cell::Absent);
        return None;
    };
    let parsed = match row.input(field, source) {
        Input::Text(text) => parse(&text).map_err(|fault| (text.into_owned(), fault)),
        blank => {
            row.candidate.push(blank.cell());
            return None;
        }
    };
    match parsed {
        Ok(name) => {
            row.candidate.push(Cell::Value(name));
            Some(name)
        }
        Err((text, fault)) => {
            row.fault(field, source, &text, fault);
            row.candidate.push(Cell::Absent);
            None
        }
    }
}

/// A problem without a value.
pub(super) fn missing(row: &mut RowCheck<'_>, code: Code, field: &str) {
    row.tell(Problem::new(code).field(field));
}
