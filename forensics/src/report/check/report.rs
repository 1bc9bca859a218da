//! Whether report, inventory and statement say the same.

use serde::Deserialize;
use trailseal_verifier::report::Counts;

use super::signature::Said;
use super::{Check, Found};
use crate::report::EVIDENCE_SCHEMA;
use crate::report::bundle::{OBJECTS, Objects, REPORT_JSON};
use crate::report::text::counted;

/// What of a report is compared.
#[derive(Deserialize)]
struct Report {
    schema: String,
    made: String,
    outcome: String,
    state: String,
    objects: Objects,
    tally: Tally,
    basis: Basis,
}

/// What the verdicts rest on.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Basis {
    Evidence,
    Case {},
}

#[derive(Deserialize)]
struct Tally {
    digests: Told,
    logs: Told,
}

#[derive(Deserialize)]
struct Told {
    verified: u64,
    unchecked: u64,
    failed: u64,
}

impl PartialEq<Counts> for Told {
    fn eq(&self, counts: &Counts) -> bool {
        (self.verified, self.unchecked, self.failed)
            == (counts.verified, counts.unchecked, counts.failed)
    }
}

pub(super) fn checks(found: &Found, said: &Said) -> [Check; 2] {
    let inventory = inventory(found, &said.objects);
    let inventory = match inventory {
        Ok(detail) => Check::verified("inventory", detail),
        Err(detail) => Check::failed("inventory", detail).about(vec![OBJECTS.to_owned()]),
    };
    let report = match report(found, said) {
        Ok(detail) => Check::verified("report", detail),
        Err(detail) => Check::failed("report", detail).about(vec![REPORT_JSON.to_owned()]),
    };
    [inventory, report]
}

fn inventory(found: &Found, said: &Objects) -> Result<String, String> {
    if (said.file.as_str(), said.tree.as_str()) != (OBJECTS, Objects::TREE) {
        return Err(format!(
            "the statement speaks of {:?} with {:?}, expected {OBJECTS} with {:?}",
            said.file,
            said.tree,
            Objects::TREE
        ));
    }
    let read = found
        .inventory()
        .ok_or_else(|| format!("{OBJECTS}: missing"))?;
    let root = read.root.to_string();
    if (read.leaves, &root) != (said.leaves, &said.root) {
        return Err(format!(
            "{OBJECTS}: expected {} with the root {}, found {} with {root}",
            counted(said.leaves, "line"),
            said.root,
            counted(read.leaves, "line"),
        ));
    }
    if let Some(fault) = &read.fault {
        return Err(format!("{OBJECTS}: {fault}"));
    }
    Ok(format!(
        "{} lead to the Merkle root that was stated",
        counted(read.leaves, "line")
    ))
}

fn report(found: &Found, said: &Said) -> Result<String, String> {
    let text = found
        .text(REPORT_JSON)
        .ok_or_else(|| format!("{REPORT_JSON}: missing, or too large to look into"))?;
    let report: Report =
        serde_json::from_slice(text).map_err(|error| format!("{REPORT_JSON}: {error}"))?;
    if report.schema != EVIDENCE_SCHEMA {
        return Err(format!(
            "{REPORT_JSON}: expected the form {EVIDENCE_SCHEMA}, found {:?}: look for a newer \
             trailseal",
            report.schema
        ));
    }
    let pairs = [
        ("made", &report.made, &said.made),
        ("outcome", &report.outcome, &said.outcome),
        ("state", &report.state, &said.state),
        ("objects.root", &report.objects.root, &said.objects.root),
    ];
    for (name, reported, stated) in pairs {
        if reported != stated {
            return Err(format!(
                "{REPORT_JSON}: {name} is {reported:?}, the statement says {stated:?}"
            ));
        }
    }
    // A case holds logs that had records, and what its newest verification counted.
    let counted_here = matches!(report.basis, Basis::Evidence);
    if let Some(read) = found.inventory().filter(|_| counted_here) {
        for (name, told, counts) in [
            ("digests", &report.tally.digests, &read.digests),
            ("log files", &report.tally.logs, &read.logs),
        ] {
            if told != counts {
                return Err(format!(
                    "{REPORT_JSON}: {name} verified, unchecked and failed are {}, {} and {}; the \
                     inventory has {}, {} and {}",
                    told.verified,
                    told.unchecked,
                    told.failed,
                    counts.verified,
                    counts.unchecked,
                    counts.failed
                ));
            }
        }
    }
    Ok(match report.basis {
        Basis::Evidence => "report, inventory and statement say the same",
        Basis::Case {} => {
            "report and statement say the same; both repeat what a case states, and nothing was \
             checked again"
        }
    }
    .to_owned())
}
