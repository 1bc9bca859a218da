//! The controls of a report as OSCAL assessment results: [the model][oscal], version
//! 1.2.1, in JSON.
//!
//! What was seen and what was concluded stay apart: each control has an observation;
//! a finding, *not satisfied*, has only a control whose evidence failed. No control is
//! ever called satisfied: the integrity of logs alone meets none.
//!
//! Identifiers are UUIDs of version 5 (RFC 9562, section 5.5) over the report's hash,
//! so that the same report gives the same bytes.
//!
//! [oscal]: https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;
use serde::Serialize;
use trailseal_keys::Sha256;
use trailseal_verifier::verdict::Answer;

use super::bundle::{OBJECTS, PAYLOAD, REPORT_JSON};
use super::control::{Assessed, Assessment};
use super::evidence::Evidence;
use super::text::count;

/// The version of the model.
const VERSION: &str = "1.2.1";
/// Whose names the properties are.
const NAMESPACE: &str = "urn:trailseal:oscal";
/// RFC 9562, section 6.6: the namespace of URLs.
const URLS: [u8; 16] = [
    0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
];

/// The controls of a report as assessment results. `report` is the hash of
/// [`REPORT_JSON`].
pub fn assessment_results(evidence: &Evidence, report: Sha256) -> impl Serialize {
    let ids = Ids(report);
    let title = match &evidence.case.number {
        Some(number) => format!("CloudTrail evidence report, case {number}"),
        None => "CloudTrail evidence report".to_owned(),
    };
    Document {
        results: Results {
            uuid: ids.of("document"),
            metadata: Metadata {
                title,
                last_modified: evidence.made,
                version: evidence.tool.version,
                oscal_version: VERSION,
                remarks: format!(
                    "Made by {} {}. {}",
                    evidence.tool.name, evidence.tool.version, evidence.summary
                ),
            },
            import_ap: ImportAp {
                href: format!("#{}", ids.of("plan")),
                remarks: "There is no assessment plan: what was asked is in the report.",
            },
            results: evidence
                .controls
                .iter()
                .map(|assessment| ids.result(evidence, assessment))
                .collect(),
            back_matter: BackMatter {
                resources: vec![
                    Resource {
                        uuid: ids.of("plan"),
                        title: "What was asked",
                        description: evidence.command.join(" "),
                        rlinks: Vec::new(),
                    },
                    Resource {
                        uuid: ids.of("report"),
                        title: "The report that these results are taken from",
                        description: "Scope, coverage, findings, and what is not proved."
                            .to_owned(),
                        rlinks: vec![Link {
                            href: beside(REPORT_JSON),
                            media_type: "application/json",
                            hashes: vec![Hash {
                                algorithm: "SHA-256",
                                value: report,
                            }],
                        }],
                    },
                    Resource {
                        uuid: ids.of("objects"),
                        title: "The inventory: every digest and log",
                        description: format!(
                            "Merkle root {} ({})",
                            evidence.objects.root, evidence.objects.tree
                        ),
                        rlinks: vec![Link {
                            href: beside(OBJECTS),
                            media_type: "application/jsonl",
                            hashes: Vec::new(),
                        }],
                    },
                ],
            },
        },
    }
}

/// The name of a file that lies beside these results.
fn beside(name: &str) -> String {
    name.trim_start_matches(PAYLOAD).to_owned()
}

/// Makes identifiers for one report.
struct Ids(Sha256);

impl Ids {
    fn of(&self, what: &str) -> String {
        let namespace = uuid(&URLS, NAMESPACE);
        written(uuid(&namespace, &format!("{}/{what}", self.0)))
    }

    fn result(&self, evidence: &Evidence, assessment: &Assessment) -> OneResult {
        let framework = &assessment.framework;
        let range = evidence.report.scope.trails.iter();
        let range = range.filter_map(|trail| trail.range);
        let start = range.clone().map(|range| range.start).min();
        let end = range.map(|range| range.end).max();
        let ids =
            |control: &Assessed, what: &str| self.of(&format!("{framework}/{}/{what}", control.id));
        let failed = assessment.controls.iter();
        let failed = failed.filter(|control| control.evidence == Answer::Failed);
        OneResult {
            uuid: self.of(framework),
            title: format!("{} {}", assessment.title, assessment.version),
            description: format!(
                "What the integrity of CloudTrail logs shows of controls of {} ({}).",
                assessment.title, assessment.source
            ),
            start: start.unwrap_or(evidence.made),
            end: end.unwrap_or(evidence.made),
            props: vec![
                Prop::new("outcome", evidence.outcome().to_string()),
                Prop::new("state", evidence.state.to_string()),
            ],
            reviewed_controls: Reviewed {
                control_selections: vec![Selection {
                    include_controls: assessment
                        .controls
                        .iter()
                        .map(|control| ControlId {
                            control_id: token(framework, &control.id),
                        })
                        .collect(),
                }],
            },
            observations: assessment
                .controls
                .iter()
                .map(|control| Observation {
                    uuid: ids(control, "observation"),
                    title: format!("{}: evidence {}", control.id, control.evidence),
                    description: format!(
                        "Asked: {} Shown: {} Not shown: {}",
                        control.asks, control.shows, control.lacks
                    ),
                    props: props(control),
                    methods: ["TEST"],
                    types: ["control-objective"],
                    relevant_evidence: vec![Relevant {
                        href: format!("#{}", self.of("report")),
                        description: "The report, of whose findings these are part.",
                    }],
                    collected: evidence.made,
                })
                .collect(),
            findings: failed
                .map(|control| Finding {
                    uuid: ids(control, "finding"),
                    title: format!("{}: the evidence for it failed", control.id),
                    description: found(control),
                    target: Target {
                        kind: "objective-id",
                        target_id: token(framework, &control.id),
                        status: Status {
                            state: "not-satisfied",
                            reason: "fail",
                        },
                    },
                    related_observations: vec![Related {
                        observation_uuid: ids(control, "observation"),
                    }],
                })
                .collect(),
        }
    }
}

fn props(control: &Assessed) -> Vec<Prop> {
    let mut props = vec![
        Prop::new("control", control.id.clone()),
        Prop::new("evidence", control.evidence.to_string()),
        Prop::new("state", control.state.to_string()),
    ];
    let codes = control.findings.iter();
    props.extend(codes.map(|(code, number)| Prop::new(code.as_str(), number.to_string())));
    props
}

fn found(control: &Assessed) -> String {
    let all = control.findings.iter();
    let parts: Vec<String> = all
        .map(|(code, number)| format!("{code} {}: {}", count(*number), code.description()))
        .collect();
    parts.join(" ")
}

/// A control's id as OSCAL's catalogues spell it, `au-9.3`; of frameworks without one,
/// behind the framework's name, because an id begins with a letter.
fn token(framework: &str, id: &str) -> String {
    let mut token = match framework {
        "nist" => String::new(),
        other => format!("{other}-"),
    };
    for c in id.chars() {
        match c {
            '(' => token.push('.'),
            ')' => {}
            c if c.is_ascii_alphanumeric() || "._-".contains(c) => {
                token.push(c.to_ascii_lowercase());
            }
            _ => token.push('-'),
        }
    }
    token
}

/// RFC 9562, section 5.5.
fn uuid(namespace: &[u8; 16], name: &str) -> [u8; 16] {
    let text = [namespace.as_slice(), name.as_bytes()].concat();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &text);
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_ref()[..16]);
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

/// RFC 9562, section 4.
fn written(id: [u8; 16]) -> String {
    let hex = format!("{:032x}", u128::from_be_bytes(id));
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

#[derive(Serialize)]
struct Document {
    #[serde(rename = "assessment-results")]
    results: Results,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Results {
    uuid: String,
    metadata: Metadata,
    import_ap: ImportAp,
    results: Vec<OneResult>,
    back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    title: String,
    last_modified: Timestamp,
    version: &'static str,
    oscal_version: &'static str,
    remarks: String,
}

#[derive(Serialize)]
struct ImportAp {
    href: String,
    remarks: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct OneResult {
    uuid: String,
    title: String,
    description: String,
    start: Timestamp,
    end: Timestamp,
    props: Vec<Prop>,
    reviewed_controls: Reviewed,
    observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Prop {
    name: &'static str,
    ns: &'static str,
    value: String,
}

impl Prop {
    fn new(name: &'static str, value: String) -> Self {
        Self {
            name,
            ns: NAMESPACE,
            value,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reviewed {
    control_selections: Vec<Selection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Selection {
    include_controls: Vec<ControlId>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ControlId {
    control_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Observation {
    uuid: String,
    title: String,
    description: String,
    props: Vec<Prop>,
    methods: [&'static str; 1],
    types: [&'static str; 1],
    relevant_evidence: Vec<Relevant>,
    collected: Timestamp,
}

#[derive(Serialize)]
struct Relevant {
    href: String,
    description: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Finding {
    uuid: String,
    title: String,
    description: String,
    target: Target,
    related_observations: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(rename = "type")]
    kind: &'static str,
    target_id: String,
    status: Status,
}

#[derive(Serialize)]
struct Status {
    state: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Related {
    observation_uuid: String,
}

#[derive(Serialize)]
struct BackMatter {
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Resource {
    uuid: String,
    title: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rlinks: Vec<Link>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Link {
    href: String,
    media_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
}

#[derive(Serialize)]
struct Hash {
    algorithm: &'static str,
    value: Sha256,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_of_the_rfc() {
        // RFC 9562, appendix A.4.
        const DNS: [u8; 16] = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        assert_eq!(
            written(uuid(&DNS, "www.example.com")),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        );
        let ids = Ids(Sha256::of(b"a report"));
        assert_ne!(ids.of("nist"), ids.of("pci"));
        assert_ne!(ids.of("nist"), Ids(Sha256::of(b"another")).of("nist"));
    }

    #[test]
    fn ids_of_controls_are_tokens() {
        assert_eq!(token("nist", "AU-9(3)"), "au-9.3");
        assert_eq!(token("pci", "10.2.1"), "pci-10.2.1");
        assert_eq!(
            token("hipaa", "164.308(a)(1)(ii)(D)"),
            "hipaa-164.308.a.1.ii.d"
        );
        assert_eq!(token("soc2", "CC7.2"), "soc2-cc7.2");
    }
}
