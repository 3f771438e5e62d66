//! Medians of the measurements as two Markdown tables.

use std::{collections::BTreeMap, io::Write};

use anyhow::Result;

use super::{
    database::Place,
    run::{Run, Scenario},
};

/// The medians of one place, scenario and size.
#[derive(Debug)]
pub(crate) struct Line {
    place: &'static str,
    scenario: Scenario,
    rows: u64,
    existing: u64,
    wall: f64,
    client_cpu: f64,
    server_cpu: f64,
    peak_mebibytes: f64,
    floor_wall: f64,
    floor_cpu: f64,
    wall_ratio: f64,
    cpu_ratio: f64,
    reading_wall: f64,
    stages: BTreeMap<String, f64>,
    counts: BTreeMap<String, u64>,
}

impl Line {
    pub(crate) fn new(
        place: &Place,
        scenario: Scenario,
        rows: u64,
        existing: u64,
        runs: &[Run],
    ) -> Self {
        let of = |measure: &dyn Fn(&Run) -> f64| median(runs.iter().map(measure).collect());
        let mut stages = BTreeMap::new();
        for stage in runs.iter().flat_map(|run| run.product.stages.keys()) {
            let seconds = of(&|run| run.product.stages.get(stage).copied().unwrap_or_default());
            stages.insert(stage.clone(), seconds);
        }
        Self {
            place: place.label(),
            scenario,
            rows: if scenario == Scenario::Export {
                existing
            } else {
                rows
            },
            existing,
            wall: of(&|run| run.product.wall),
            client_cpu: of(&|run| run.product.cpu),
            server_cpu: of(&|run| run.product_server_cpu.unwrap_or_default()),
            peak_mebibytes: of(&|run| run.product.peak_bytes as f64 / f64::from(1 << 20)),
            floor_wall: of(&|run| run.floor.wall),
            floor_cpu: of(&|run| run.floor.cpu()),
            // The ratio of each pair, not of the medians: a noisy spell hits both of a pair.
            wall_ratio: of(&|run| run.product.wall / run.floor.wall),
            cpu_ratio: of(&|run| {
                (run.product.cpu + run.product_server_cpu.unwrap_or_default()) / run.floor.cpu()
            }),
            reading_wall: of(&|run| run.reading.wall),
            stages,
            counts: runs
                .last()
                .map(|run| run.product.counts.clone())
                .unwrap_or_default(),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Prints the tables.
pub(crate) fn print(lines: &[Line], out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "| database | work | rows | existing | seconds | rows/s | floor s | wall ratio | CPU s client + server \
         | floor CPU s | CPU ratio | peak MiB |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for line in lines {
        writeln!(
            out,
            "| {} | {} | {} | {} | {:.2} | {:.0} | {:.2} | {} | {:.2} + {:.2} | {:.2} | {} | {:.0} |",
            line.place,
            line.scenario.label(),
            line.rows,
            line.existing,
            line.wall,
            line.rows as f64 / line.wall,
            line.floor_wall,
            ratio(line.wall_ratio),
            line.client_cpu,
            line.server_cpu,
            line.floor_cpu,
            ratio(line.cpu_ratio),
            line.peak_mebibytes,
        )?;
    }
    writeln!(
        out,
        "\n| database | work | rows | reading floor s | stages | outcome |\n|---|---|--:|--:|---|---|"
    )?;
    for line in lines {
        let stages = line
            .stages
            .iter()
            .map(|(stage, seconds)| format!("{stage} {seconds:.2}"));
        let counts = line.counts.iter().filter(|(_, rows)| **rows > 0);
        let counts = counts.map(|(outcome, rows)| format!("{outcome} {rows}"));
        writeln!(
            out,
            "| {} | {} | {} | {:.2} | {} | {} |",
            line.place,
            line.scenario.label(),
            line.rows,
            line.reading_wall,
            stages.collect::<Vec<_>>().join(", "),
            counts.collect::<Vec<_>>().join(", "),
        )?;
    }
    Ok(())
}

/// A dash where there is no floor to compare with.
fn ratio(value: f64) -> String {
    if value.is_finite() {
        format!("{value:.2}")
    } else {
        "–".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_middle_value() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn shows_a_dash_without_a_floor() {
        assert_eq!(ratio(1.0 / 0.0), "–");
    }
}
