//! Digit patterns compiled to tables, one look-up a digit.

use regex_automata::{
    Anchored, Input, MatchKind,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start, syntax},
};

type Table = dense::DFA<Vec<u32>>;

/// A pattern that has to match all digits.
#[derive(Debug)]
pub(super) struct WholePattern {
    table: Table,
    start: StateID,
}

impl WholePattern {
    /// Compiles a pattern; `None` if it has no table of acceptable size.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let table = compile(pattern, MatchKind::All)?;
        let start = table
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .ok()?;
        Some(Self { table, start })
    }

    pub(super) fn matches(&self, digits: &[u8]) -> bool {
        let mut state = self.start;
        for &digit in digits {
            state = self.table.next_state(state, digit);
            if self.table.is_dead_state(state) {
                return false;
            }
        }
        self.table.is_match_state(self.table.next_eoi_state(state))
    }
}

/// A pattern that has to match the first digits, preferring its earlier alternatives.
///
/// Without a pattern nothing matches.
#[derive(Debug)]
pub(super) struct StartPattern(Option<Table>);

impl StartPattern {
    /// Compiles a pattern; `None` if it has no table of acceptable size.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern.is_empty() {
            return Some(Self(None));
        }
        compile(pattern, MatchKind::LeftmostFirst).map(|table| Self(Some(table)))
    }

    /// How many digits the match takes, if there is one.
    pub(super) fn matched(&self, digits: &[u8]) -> Option<usize> {
        let input = Input::new(digits).anchored(Anchored::Yes);
        let found = self.0.as_ref()?.try_search_fwd(&input).ok()?;
        found.map(|end| end.offset())
    }
}

fn compile(pattern: &str, kind: MatchKind) -> Option<Table> {
    const MAX_BYTES: usize = 8 << 20;
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(kind)
                .start_kind(StartKind::Anchored)
                .accelerate(false)
                .dfa_size_limit(Some(MAX_BYTES))
                .determinize_size_limit(Some(MAX_BYTES)),
        )
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false))
        .build(pattern)
        .ok()
}
