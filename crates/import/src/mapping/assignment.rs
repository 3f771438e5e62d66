//! Columns and single-value fields brought together so that the total of their scores is the best.
//!
//! BE ADVISED: this is maximum-weight bipartite matching by augmenting paths (the "Hungarian"
//! method). Columns enter one at a time; each looks for the chain of swaps that gains most.
//! Taking the best column for each field in turn would be simpler and wrong: a column that could
//! be two things would take the field that another column can only be.

/// One thing a column could be: the number of a target, and a positive score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Which target.
    pub(super) target: usize,
    /// How well it fits; more is better.
    pub(super) score: i64,
}

/// For each column the target it gets, so that the sum of scores is the greatest possible.
pub(super) fn assign(wishes: &[Vec<Wish>], targets: usize) -> Vec<Option<usize>> {
    let mut holders: Vec<Option<usize>> = vec![None; targets];
    for column in 0..wishes.len() {
        augment(column, wishes, &mut holders);
    }
    let mut assigned = vec![None; wishes.len()];
    for (target, holder) in holders.iter().enumerate() {
        if let Some(slot) = holder.and_then(|column| assigned.get_mut(column)) {
            *slot = Some(target);
        }
    }
    assigned
}

/// The best gain with which a target can be taken, and the column that would take it.
#[derive(Clone, Copy)]
struct Step {
    gain: i64,
    taker: usize,
}

fn augment(newcomer: usize, wishes: &[Vec<Wish>], holders: &mut [Option<usize>]) {
    let steps = explore(newcomer, wishes, holders);
    // A chain ends at a free target, or where a holder gives up its target for nothing.
    let best = steps
        .iter()
        .enumerate()
        .filter_map(|(target, step)| {
            let step = (*step)?;
            let lost = holder_of(holders, target).map_or(0, |holder| score(wishes, holder, target));
            Some((step.gain - lost, target))
        })
        .filter(|(gain, _)| *gain > 0)
        .max_by_key(|(gain, target)| (*gain, std::cmp::Reverse(*target)));
    let mut end = best.map(|(_, target)| target);
    while let Some(target) = end {
        let Some(Some(step)) = steps.get(target).copied() else {
            return;
        };
        let former = holders
            .iter()
            .position(|holder| *holder == Some(step.taker));
        if let Some(slot) = holders.get_mut(target) {
            *slot = Some(step.taker);
        }
        end = if step.taker == newcomer { None } else { former };
    }
}

// Longest paths by relaxation; there is no cycle of positive gain because the holders so far are
// already the best.
fn explore(newcomer: usize, wishes: &[Vec<Wish>], holders: &[Option<usize>]) -> Vec<Option<Step>> {
    let mut steps: Vec<Option<Step>> = vec![None; holders.len()];
    let mut reached = vec![(newcomer, 0_i64)];
    // Each round makes chains one swap longer; no chain is longer than the number of targets.
    for _round in 0..=holders.len() {
        let mut next = Vec::new();
        for (taker, base) in reached {
            for wish in wishes.get(taker).into_iter().flatten() {
                if holder_of(holders, wish.target) == Some(taker) {
                    continue;
                }
                let gain = base + wish.score;
                let Some(slot) = steps.get_mut(wish.target) else {
                    continue;
                };
                if slot.is_none_or(|step| gain > step.gain) {
                    *slot = Some(Step { gain, taker });
                    if let Some(holder) = holder_of(holders, wish.target) {
                        next.push((holder, gain - score(wishes, holder, wish.target)));
                    }
                }
            }
        }
        if next.is_empty() {
            break;
        }
        reached = next;
    }
    steps
}

fn holder_of(holders: &[Option<usize>], target: usize) -> Option<usize> {
    holders.get(target).copied().flatten()
}

fn score(wishes: &[Vec<Wish>], column: usize, target: usize) -> i64 {
    let wish = wishes
        .get(column)
        .and_then(|all| all.iter().find(|wish| wish.target == target));
    wish.map_or(0, |wish| wish.score)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn total(wishes: &[Vec<Wish>], assigned: &[Option<usize>]) -> i64 {
        let of = |(column, target): (usize, &Option<usize>)| {
            target.map_or(0, |target| score(wishes, column, target))
        };
        assigned.iter().enumerate().map(of).sum()
    }

    fn best_by_trying_all(wishes: &[Vec<Wish>], taken: &mut Vec<usize>, column: usize) -> i64 {
        let Some(own) = wishes.get(column) else {
            return 0;
        };
        let mut best = best_by_trying_all(wishes, taken, column + 1);
        for wish in own {
            if !taken.contains(&wish.target) {
                taken.push(wish.target);
                best = best.max(wish.score + best_by_trying_all(wishes, taken, column + 1));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn leaves_a_field_to_the_column_that_can_be_nothing_else() {
        let wish = |target, score| Wish { target, score };
        let wishes = vec![vec![wish(0, 900), wish(1, 800)], vec![wish(0, 850)]];
        assert_eq!(assign(&wishes, 2), [Some(1), Some(0)]);
    }

    #[test]
    fn gives_a_contested_field_to_the_better_column() {
        let wish = |score| vec![Wish { target: 0, score }];
        assert_eq!(
            assign(&[wish(500), wish(900), wish(700)], 1),
            [None, Some(0), None]
        );
    }

    proptest! {
        #[test]
        fn total_is_the_best_of_all_assignments(
            table in proptest::collection::vec(proptest::collection::vec(0_i64..50, 4), 0..6)
        ) {
            let wishes: Vec<Vec<Wish>> = table
                .iter()
                .map(|row| {
                    let wish = |(target, score): (usize, &i64)| Wish { target, score: *score };
                    row.iter().enumerate().map(wish).filter(|wish| wish.score > 0).collect()
                })
                .collect();
            let assigned = assign(&wishes, 4);
            let mut seen: Vec<usize> = assigned.iter().flatten().copied().collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), assigned.iter().flatten().count());
            prop_assert_eq!(
                total(&wishes, &assigned),
                best_by_trying_all(&wishes, &mut Vec::new(), 0)
            );
        }
    }
}
