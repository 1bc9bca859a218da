//! The list of differences that are right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::Difference;

/// `test-vectors/divergences.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergences {
    /// Reasons by class.
    class: BTreeMap<String, String>,
    divergence: Vec<Entry>,
}

/// What one vector makes the programs do differently.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// The vector.
    pub vector: String,
    /// Why, by names of classes.
    pub classes: Vec<String>,
    /// What.
    #[serde(flatten)]
    pub difference: Difference,
}

impl Divergences {
    /// Reads the list.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(file: &Path) -> Result<Self> {
        let place = || file.display().to_string();
        let text = fs::read_to_string(file).with_context(place)?;
        toml::from_str(&text).with_context(place)
    }

    /// The entries by class, for a table.
    pub fn by_class(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for entry in &self.divergence {
            for class in &entry.classes {
                table.entry(class).or_default().push(&entry.vector);
            }
        }
        table
    }

    /// What is wrong with the list itself.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in &self.divergence {
            if !seen.insert(&entry.vector) {
                faults.push(format!("{}: listed twice", entry.vector));
            }
            if entry.classes.is_empty() {
                faults.push(format!("{}: listed without a class", entry.vector));
            }
            for class in &entry.classes {
                if !self.class.contains_key(class) {
                    faults.push(format!("{}: there is no class {class:?}", entry.vector));
                }
            }
        }
        let table = self.by_class();
        for class in self.class.keys() {
            if !table.contains_key(class.as_str()) {
                faults.push(format!("class {class:?} has no entry any more"));
            }
        }
        faults
    }

    /// Compares what was found with the list, over all vectors.
    pub fn compare(&self, found: &BTreeMap<String, Option<Difference>>) -> Vec<String> {
        let mut wrong = self.faults();
        let listed: BTreeMap<&str, &Difference> = self
            .divergence
            .iter()
            .map(|entry| (entry.vector.as_str(), &entry.difference))
            .collect();
        for vector in listed.keys().filter(|vector| !found.contains_key(**vector)) {
            wrong.push(format!("{vector}: listed, and there is no such vector"));
        }
        for (vector, difference) in found {
            let (listed, found) = (listed.get(vector.as_str()).copied(), difference.as_ref());
            wrong.extend(match (listed, found) {
                (Some(_), None) => Some(format!("{vector}: listed, and both agree")),
                (Some(listed), Some(found)) if listed != found => Some(format!(
                    "{vector}: not the difference that is listed:\n{}",
                    found.to_toml(vector)
                )),
                (None, Some(found)) => {
                    Some(format!("{vector}: not listed:\n{}", found.to_toml(vector)))
                }
                _ => None,
            });
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Side;

    fn list(text: &str) -> Divergences {
        toml::from_str(text).unwrap()
    }

    const LIST: &str = r#"
        [class]
        late = "it stops"
        [[divergence]]
        vector = "a"
        classes = ["late"]
        aws_cli.exit = 0
        trailseal.exit = 1
    "#;

    fn difference() -> Difference {
        Difference {
            aws_cli: Side::default(),
            trailseal: Side {
                exit: 1,
                only: Vec::new(),
            },
        }
    }

    #[test]
    fn what_is_listed_must_be_found_as_it_is_listed() {
        let found = |difference| BTreeMap::from([("a".to_owned(), difference)]);
        let list = list(LIST);
        assert_eq!(list.compare(&found(Some(difference()))), [""; 0]);
        assert_eq!(list.compare(&found(None)), ["a: listed, and both agree"]);
        let mut other = difference();
        other.trailseal.exit = 3;
        assert!(list.compare(&found(Some(other)))[0].starts_with("a: not the difference"));
        let more = BTreeMap::from([
            ("a".to_owned(), Some(difference())),
            ("b".to_owned(), Some(difference())),
        ]);
        assert!(list.compare(&more)[0].starts_with("b: not listed"));
        assert_eq!(
            list.compare(&BTreeMap::new()),
            ["a: listed, and there is no such vector"]
        );
    }

    #[test]
    fn each_entry_has_a_reason_and_each_reason_an_entry() {
        let faults = list(&LIST.replace(r#"["late"]"#, r#"["early"]"#)).faults();
        assert_eq!(
            faults,
            [
                "a: there is no class \"early\"",
                "class \"late\" has no entry any more"
            ]
        );
        let faults = list(&LIST.replace(r#"["late"]"#, "[]")).faults();
        assert_eq!(faults[0], "a: listed without a class");
    }
}
