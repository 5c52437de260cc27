//! Rooms and the edges between them, against `xtask/layers.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, Package};
use serde::Deserialize;

use crate::command::Done;

/// `xtask/layers.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct House {
    floors: BTreeMap<String, Vec<String>>,
    edges: BTreeMap<String, Vec<String>>,
    test_edges: BTreeMap<String, Vec<String>>,
    pub(crate) pure: Pure,
}

/// What pure rooms must not name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pure {
    pub(crate) rooms: Vec<String>,
    pub(crate) forbidden: Vec<String>,
}

impl House {
    pub(crate) fn read(root: &Path) -> Done<Self> {
        let text = std::fs::read_to_string(root.join("xtask/layers.toml"))?;
        Ok(toml::from_str(&text)?)
    }
}

/// A room that depends on another.
#[derive(Debug, PartialEq)]
pub(crate) struct Edge {
    from: String,
    to: String,
    in_tests: bool,
}

/// The edges there are, from `cargo metadata`.
pub(crate) fn edges(metadata: &Metadata) -> Vec<Edge> {
    // Those of this repository, whether they are members of the workspace or not.
    let local = |package: &&Package| package.source.is_none();
    let members: Vec<&Package> = metadata.packages.iter().filter(local).collect();
    let is_room = |name: &str| members.iter().any(|package| package.name.as_str() == name);
    let mut edges = Vec::new();
    for package in &members {
        for dependency in &package.dependencies {
            if is_room(&dependency.name) {
                edges.push(Edge {
                    from: room(package.name.as_str()),
                    to: room(&dependency.name),
                    in_tests: dependency.kind == DependencyKind::Development,
                });
            }
        }
    }
    edges
}

fn room(package: &str) -> String {
    match package.strip_prefix("skyhelm-") {
        Some(room) => String::from(room),
        None if package == "skyhelm" => String::from("cli"),
        None => String::from(package),
    }
}

/// Edges the house does not allow, and rooms it does not know.
pub(crate) fn faults(house: &House, edges: &[Edge]) -> Vec<String> {
    let mut faults = Vec::new();
    for room in house.edges.keys() {
        if !house.floors.values().any(|floor| floor.contains(room)) {
            faults.push(format!("xtask/layers.toml: {room} stands on no floor"));
        }
    }
    for Edge { from, to, in_tests } in edges {
        let allowed = |table: &BTreeMap<String, Vec<String>>| {
            table.get(from).is_some_and(|targets| targets.contains(to))
        };
        let fine = allowed(&house.edges) || (*in_tests && allowed(&house.test_edges));
        if !fine {
            faults.push(format!(
                "{from} must not depend on {to}{}: xtask/layers.toml has no such edge",
                if *in_tests { " (in tests)" } else { "" }
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        House::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).unwrap()
    }

    fn edge(from: &str, to: &str, in_tests: bool) -> Edge {
        Edge {
            from: from.into(),
            to: to.into(),
            in_tests,
        }
    }

    #[test]
    fn an_arrow_that_points_up_is_a_fault() {
        assert_eq!(faults(&house(), &[edge("sky", "hub", false)]).len(), 1);
        assert_eq!(
            faults(&house(), &[edge("dwarf-sim", "dwarf", true)]).len(),
            1
        );
    }

    #[test]
    fn an_edge_of_tests_is_none_of_the_product() {
        assert!(faults(&house(), &[edge("dwarf", "dwarf-sim", true)]).is_empty());
        assert_eq!(
            faults(&house(), &[edge("dwarf", "dwarf-sim", false)]).len(),
            1
        );
    }
}
