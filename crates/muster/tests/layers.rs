//! The layers of `docs/ARCHITECTURE.md`: a crate may use only what is below it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what goes wrong here is to fail the test"
)]

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// Each of our crates, lowest first, with what it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("db", &["kernel"]),
    ("jobs", &["kernel", "db"]),
    ("tabular", &["kernel"]),
    ("picture", &[]),
    ("scim", &[]),
    ("directory", &["kernel", "db", "jobs", "tabular", "picture"]),
    ("delivery", &["kernel", "db", "jobs"]),
    (
        "identity",
        &["kernel", "db", "jobs", "directory", "delivery"],
    ),
    (
        "invite",
        &["kernel", "db", "jobs", "directory", "identity", "delivery"],
    ),
    (
        "requests",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "directory",
            "identity",
            "delivery",
        ],
    ),
    (
        "webhooks",
        &["kernel", "db", "jobs", "directory", "delivery"],
    ),
    ("import", &["kernel", "db", "jobs", "tabular", "directory"]),
    (
        "admit",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "directory",
            "identity",
            "delivery",
            "invite",
            "import",
        ],
    ),
    (
        "erasure",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "directory",
            "identity",
            "delivery",
            "invite",
            "requests",
            "import",
        ],
    ),
    ("backup", &["kernel", "db", "requests", "import"]),
    (
        "server",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "picture",
            "scim",
            "directory",
            "delivery",
            "identity",
            "invite",
            "requests",
            "webhooks",
            "import",
            "admit",
            "erasure",
        ],
    ),
    (
        "muster",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "directory",
            "delivery",
            "identity",
            "invite",
            "requests",
            "webhooks",
            "import",
            "admit",
            "erasure",
            "backup",
            "server",
        ],
    ),
    // Beside the product: what tests and measures it.
    ("testkit", &["kernel", "db"]),
    (
        "bench",
        &[
            "kernel",
            "db",
            "jobs",
            "tabular",
            "directory",
            "identity",
            "import",
        ],
    ),
];

/// What only tests may use.
const FOR_TESTS: &str = "testkit";

/// An edge: who depends on whom, and whether only its tests do.
struct Edge {
    from: String,
    to: String,
    for_tests: bool,
}

/// The workspace's crates, with the edges between them.
fn edges() -> (Vec<String>, Vec<Edge>) {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut names = Vec::new();
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let from = text(&package["name"]);
        for dependency in package["dependencies"].as_array().unwrap() {
            // Only our own have a path.
            if dependency["path"].is_string() {
                edges.push(Edge {
                    from: from.clone(),
                    to: text(&dependency["name"]),
                    for_tests: dependency["kind"] == "dev",
                });
            }
        }
        names.push(from);
    }
    (names, edges)
}

#[test]
fn no_crate_uses_one_that_is_not_below_it() {
    let allowed: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let (names, edges) = edges();
    assert!(edges.len() > LAYERS.len());
    let unknown: Vec<_> = names
        .iter()
        .filter(|name| !allowed.contains_key(name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "without a layer: {unknown:?}");
    let upward: Vec<_> = edges
        .iter()
        .filter(|edge| !(edge.for_tests && edge.to == FOR_TESTS))
        .filter(|edge| !allowed[edge.from.as_str()].contains(&edge.to.as_str()))
        .map(|edge| format!("{} uses {}", edge.from, edge.to))
        .collect();
    assert!(upward.is_empty(), "{upward:?}");
}

#[test]
fn the_layers_are_listed_from_the_lowest() {
    for (position, (name, uses)) in LAYERS.iter().enumerate() {
        for used in *uses {
            let below = LAYERS.iter().position(|(other, _)| other == used);
            assert!(
                below.is_some_and(|below| below < position),
                "{name} uses {used}"
            );
        }
    }
}
